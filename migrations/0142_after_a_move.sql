-- +goose Up
-- What is said to a young person who wants more time with somebody, and the photo of a thing where it came.
ALTER TABLE move_reviews ADD COLUMN longer_reply BYTEA;
ALTER TABLE move_reviews ADD COLUMN longer_by TEXT REFERENCES accounts (id);
ALTER TABLE move_reviews ADD COLUMN longer_said_at BIGINT;
ALTER TABLE belongings ADD COLUMN far_photo_id TEXT; -- a file of this move, as photo_id

-- +goose Down
ALTER TABLE belongings DROP COLUMN far_photo_id;
ALTER TABLE move_reviews DROP COLUMN longer_said_at;
ALTER TABLE move_reviews DROP COLUMN longer_by;
ALTER TABLE move_reviews DROP COLUMN longer_reply;
