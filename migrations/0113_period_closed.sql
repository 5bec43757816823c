-- +goose Up
-- A period that is about to be published takes no more answers: what has come in can then be counted before
-- the transaction that publishes, which on SQLite would keep everybody else from writing meanwhile.
ALTER TABLE period_keys ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE period_keys DROP COLUMN closed;
