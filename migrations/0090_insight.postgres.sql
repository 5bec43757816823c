-- +goose Up
-- A fourth place to sign in at: where published figures are read.
ALTER TABLE sessions DROP CONSTRAINT sessions_place_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_place_check CHECK (place IN ('young', 'work', 'admin', 'insight'));

-- +goose Down
DELETE FROM sessions WHERE place = 'insight';
ALTER TABLE sessions DROP CONSTRAINT sessions_place_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_place_check CHECK (place IN ('young', 'work', 'admin'));
