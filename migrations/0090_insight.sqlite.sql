-- +goose Up
-- A fourth place to sign in at: where published figures are read. SQLite can't change a CHECK, so the table is
-- made anew; what points at its rows is asked again at the end, once they are back.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE sessions_kept AS SELECT * FROM sessions;
DROP TABLE sessions;
CREATE TABLE sessions (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  device_id       TEXT NOT NULL REFERENCES devices (id),
  place           TEXT NOT NULL CHECK (place IN ('young', 'work', 'admin', 'insight')),
  token_hash      BYTEA NOT NULL UNIQUE,
  previous_hash   BYTEA UNIQUE,                -- the token before the last change, for a phone that missed the answer
  previous_until  BIGINT,                      -- null: good until the new token is seen once
  created_at      BIGINT NOT NULL,
  last_active_at  BIGINT NOT NULL,             -- last act of the person, for the idle lock
  unlocked        BOOLEAN NOT NULL,            -- reading is open
  expires_at      BIGINT NOT NULL,
  ended_at        BIGINT
);
INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, previous_hash, previous_until, created_at, last_active_at, unlocked,
  expires_at, ended_at)
SELECT id, organisation_id, account_id, device_id, place, token_hash, previous_hash, previous_until, created_at, last_active_at, unlocked,
  expires_at, ended_at FROM sessions_kept;
DROP TABLE sessions_kept;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_device ON sessions (device_id);

-- +goose Down
DELETE FROM sessions WHERE place = 'insight';
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE sessions_kept AS SELECT * FROM sessions;
DROP TABLE sessions;
CREATE TABLE sessions (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  device_id       TEXT NOT NULL REFERENCES devices (id),
  place           TEXT NOT NULL CHECK (place IN ('young', 'work', 'admin')),
  token_hash      BYTEA NOT NULL UNIQUE,
  previous_hash   BYTEA UNIQUE,                -- the token before the last change, for a phone that missed the answer
  previous_until  BIGINT,                      -- null: good until the new token is seen once
  created_at      BIGINT NOT NULL,
  last_active_at  BIGINT NOT NULL,             -- last act of the person, for the idle lock
  unlocked        BOOLEAN NOT NULL,            -- reading is open
  expires_at      BIGINT NOT NULL,
  ended_at        BIGINT
);
INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, previous_hash, previous_until, created_at, last_active_at, unlocked,
  expires_at, ended_at)
SELECT id, organisation_id, account_id, device_id, place, token_hash, previous_hash, previous_until, created_at, last_active_at, unlocked,
  expires_at, ended_at FROM sessions_kept;
DROP TABLE sessions_kept;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_device ON sessions (device_id);
