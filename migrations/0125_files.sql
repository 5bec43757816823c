-- +goose Up
-- Pictures and papers. Their bytes lie outside the database, sealed, each file under a key of its own that the
-- organisation's key or a young person's wraps: without the row the bytes are nothing.

-- What is on its way up, piece by piece. The pieces lie apart from the files and are in no backup.
CREATE TABLE uploads (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  kind            TEXT NOT NULL,               -- photo | panorama | guide
  owner_kind      TEXT NOT NULL CHECK (owner_kind IN ('place', 'move')),
  owner_id        TEXT NOT NULL,
  key_of          TEXT NOT NULL DEFAULT '',    -- as files.key_of, which it becomes
  size            BIGINT NOT NULL,             -- as announced; not a byte more is taken
  received        BIGINT NOT NULL DEFAULT 0,
  wrapped         BYTEA,                       -- the key of the pieces; nothing once it has ended
  state           TEXT NOT NULL CHECK (state IN ('receiving', 'working', 'done', 'refused')),
  reason          TEXT NOT NULL DEFAULT '',
  file_id         TEXT NOT NULL,               -- drawn before any byte is kept, so that what a crash leaves is found
  made_at         BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  due_at          BIGINT,                      -- a lease's columns, see jobs
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX uploads_due ON uploads (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX uploads_by_account ON uploads (account_id, state);
CREATE INDEX uploads_expire ON uploads (expires_at);

CREATE TABLE files (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  owner_kind      TEXT NOT NULL CHECK (owner_kind IN ('place', 'move')),
  owner_id        TEXT NOT NULL,
  kind            TEXT NOT NULL,
  width           INTEGER NOT NULL DEFAULT 0,
  height          INTEGER NOT NULL DEFAULT 0,
  colour          TEXT NOT NULL DEFAULT '',    -- what stands in its place until it is there
  bytes           BIGINT NOT NULL,             -- of its largest part
  key_of          TEXT NOT NULL DEFAULT '',    -- whose key wraps its own: '' the organisation's, else a young person's
  wrapped         BYTEA NOT NULL,
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  made_at         BIGINT NOT NULL,
  gone_at         BIGINT                       -- no longer read by anybody; a job takes the bytes away
);
CREATE INDEX files_by_owner ON files (organisation_id, owner_kind, owner_id);
CREATE INDEX files_gone ON files (gone_at) WHERE gone_at IS NOT NULL;

-- One row for each of a file's sizes, written after its bytes are durable.
CREATE TABLE file_parts (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  file_id         TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  bytes           BIGINT NOT NULL,
  PRIMARY KEY (file_id, name)
);

-- +goose Down
DROP TABLE file_parts;
DROP TABLE files;
DROP TABLE uploads;
