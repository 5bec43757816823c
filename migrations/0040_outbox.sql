-- +goose Up
-- Cards that waited on a phone: keys they are sealed to, tickets they travel with, and those that could not be taken.

CREATE TABLE outbox_keys (
  id              TEXT PRIMARY KEY,
  public_key      BYTEA NOT NULL,
  private_key     BYTEA NOT NULL,              -- sealed with the server's key
  created_at      BIGINT NOT NULL              -- the newest is given out; the others still open what was sealed to them
);

CREATE TABLE outbox_tickets (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  device_id       TEXT NOT NULL REFERENCES devices (id),
  session_id      TEXT NOT NULL,               -- the session that fetched it; it may have ended since
  ticket_hash     BYTEA NOT NULL UNIQUE,
  issued_at       BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  ended_at        BIGINT,                      -- with the account's suspension, or the device ended by its owner
  used_at         BIGINT,
  body_hash       BYTEA                        -- the one card it was used for
);
CREATE INDEX outbox_tickets_by_device ON outbox_tickets (device_id, expires_at);
CREATE INDEX outbox_tickets_by_account ON outbox_tickets (account_id);

CREATE TABLE refused_cards (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  ticket_id       TEXT NOT NULL REFERENCES outbox_tickets (id),
  envelope_hash   BYTEA NOT NULL,
  reason          TEXT NOT NULL,
  opened          BOOLEAN NOT NULL,            -- body: the card itself; else the envelope as it came
  body            BYTEA NOT NULL,              -- sealed
  at              BIGINT NOT NULL,
  UNIQUE (ticket_id, envelope_hash)
);
CREATE INDEX refused_cards_by_account ON refused_cards (account_id, at);

-- +goose Down
DROP TABLE refused_cards;
DROP TABLE outbox_tickets;
DROP TABLE outbox_keys;
