-- +goose Up

-- Where else somebody at work can be told: proven with a code before anything is sent there.
CREATE TABLE contact_points (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL REFERENCES organisations (id),
  account_id       TEXT NOT NULL REFERENCES accounts (id),
  kind             TEXT NOT NULL CHECK (kind IN ('email', 'sms')),
  address          BYTEA NOT NULL,             -- sealed
  address_hash     BYTEA NOT NULL,
  created_at       BIGINT NOT NULL,
  verified_at      BIGINT,
  last_accepted_at BIGINT,
  last_problem     TEXT,
  UNIQUE (account_id, address_hash)
);

-- Codes that were sent. They outlive the contact point, so that removing it gives no new tries.
CREATE TABLE contact_codes (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL REFERENCES organisations (id),
  account_id       TEXT NOT NULL REFERENCES accounts (id),
  contact_id       TEXT NOT NULL,
  code_hash        BYTEA NOT NULL,
  tries            INTEGER NOT NULL DEFAULT 0,
  sent_at          BIGINT NOT NULL
);
CREATE INDEX contact_codes_by_account ON contact_codes (account_id, sent_at);
CREATE INDEX contact_codes_by_contact ON contact_codes (contact_id, sent_at);

-- One row an alert and contact point, made before the first try: its id is the reference that a report of
-- the text service comes back with.
CREATE TABLE alert_deliveries (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL REFERENCES organisations (id),
  alert_id         TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  contact_id       TEXT NOT NULL,
  channel          TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  status           TEXT NOT NULL CHECK (status IN ('trying', 'retry', 'accepted', 'delivered', 'failed')),
  provider_id      TEXT,                       -- the text service's own name for it
  problem          TEXT,
  attempts         INTEGER NOT NULL DEFAULT 0,
  last_at          BIGINT NOT NULL,
  next_at          BIGINT,                     -- when it may be tried again
  UNIQUE (alert_id, contact_id)
);

-- +goose Down
DROP TABLE alert_deliveries;
DROP TABLE contact_codes;
DROP TABLE contact_points;
