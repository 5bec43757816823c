-- +goose Up
-- How long a voice is that a place put beside its words; of a picture or a paper nothing.
ALTER TABLE files ADD COLUMN millis BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE files DROP COLUMN millis;
