-- +goose Up
-- A tablet that several young people share: each has a session on it, and whoever is picked gets its cookie.

ALTER TABLE devices ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE shared_seats (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  tablet_hash     BYTEA NOT NULL,              -- of the cookie that marks the tablet
  session_id      TEXT NOT NULL UNIQUE REFERENCES sessions (id),
  created_at      BIGINT NOT NULL
);
CREATE INDEX shared_seats_by_tablet ON shared_seats (tablet_hash);

-- +goose Down
DROP TABLE shared_seats;
ALTER TABLE devices DROP COLUMN shared;
