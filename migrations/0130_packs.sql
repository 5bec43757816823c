-- +goose Up
-- What a place tells of itself. A document lies sealed under the organisation's key as a whole; open is what
-- keeps two editors apart and what says which of it was published, when and by whom.

CREATE TABLE packs (
  service_id      TEXT PRIMARY KEY REFERENCES services (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  revision        INTEGER NOT NULL,                -- one more at each saving: whoever saves names the one they read
  sealed          BYTEA NOT NULL,
  changed_by      TEXT NOT NULL REFERENCES accounts (id),
  changed_at      BIGINT NOT NULL,
  ready_revision  INTEGER,                         -- waits for a second person as it was then; null: does not
  ready_by        TEXT REFERENCES accounts (id),
  ready_at        BIGINT
);

CREATE TABLE pack_versions (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  number          INTEGER NOT NULL,
  sealed          BYTEA NOT NULL,
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  confirmed_by    TEXT NOT NULL REFERENCES accounts (id),
  published_at    BIGINT NOT NULL,
  UNIQUE (service_id, number),
  CHECK (made_by <> confirmed_by)                  -- nobody publishes by themselves, whatever a statement says
);

-- +goose Down
DROP TABLE pack_versions;
DROP TABLE packs;
