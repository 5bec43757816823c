-- +goose Up
-- When an arrival was written down, apart from when it was: for a day from then it can be mended.
ALTER TABLE moves ADD COLUMN arrived_said_at BIGINT;

-- +goose Down
ALTER TABLE moves DROP COLUMN arrived_said_at;
