-- +goose Up
-- The heartbeat taps a card each minute as one of two machines of each organisation and has it pushed to the
-- other. A machine is in no list, no count and no figure.
ALTER TABLE accounts ADD COLUMN machine BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX accounts_machines ON accounts (id) WHERE machine;

CREATE TABLE heartbeats (
  id              TEXT PRIMARY KEY,            -- the organisation's id: one row each, leased like other work
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id), -- the machine that taps
  worker_id       TEXT NOT NULL REFERENCES accounts (id), -- the machine that is told
  private_key     BYTEA NOT NULL,              -- sealed: of the push subscription
  auth            BYTEA NOT NULL,              -- sealed: its authentication secret
  subscribed_at   BIGINT,                      -- null: not yet
  sent_at         BIGINT,                      -- when the last card was tapped
  through_at      BIGINT,                      -- when the newest card that got through was tapped
  due_at          BIGINT,
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX heartbeats_due ON heartbeats (due_at);

-- What /readyz writes: a database that can be read and not written can't take a card.
CREATE TABLE readiness (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  checked_at      BIGINT NOT NULL
);
INSERT INTO readiness (id, checked_at) VALUES (1, 0);

-- +goose Down
DROP TABLE readiness;
DROP TABLE heartbeats;
DROP INDEX accounts_machines;
ALTER TABLE accounts DROP COLUMN machine;
