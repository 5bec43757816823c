-- +goose Up
-- Who may take published figures away: tokens of service accounts, webhooks, subscribers, and what is to be sent to them.

CREATE TABLE figure_tokens (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,
  made_by         TEXT NOT NULL REFERENCES accounts (id), -- a token reads no more than its maker may
  name            TEXT NOT NULL,
  token_hash      BYTEA NOT NULL UNIQUE,
  units           TEXT NOT NULL,               -- ids with a space between; empty: all its maker may read
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  ended_at        BIGINT,
  last_used_on    TEXT,                        -- a day in UTC, no finer
  window_at       BIGINT NOT NULL,             -- when the minute began that window_count counts requests of
  window_count    INTEGER NOT NULL
);
CREATE INDEX figure_tokens_by_organisation ON figure_tokens (organisation_id, created_at);

CREATE TABLE figure_webhooks (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  url             BYTEA NOT NULL,              -- sealed: addresses can hold secrets
  secret          BYTEA NOT NULL,              -- sealed
  created_at      BIGINT NOT NULL,
  ended_at        BIGINT,
  ended_why       TEXT,                        -- gone: its address answered 410; removed: by a person; no_access: its maker reads nothing any more
  last_at         BIGINT,
  last_status     INTEGER,
  last_problem    TEXT
);
CREATE INDEX figure_webhooks_by_organisation ON figure_webhooks (organisation_id, created_at);

CREATE TABLE figure_deliveries (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,            -- the message's id, the same at every try
  webhook_id      TEXT NOT NULL REFERENCES figure_webhooks (id),
  release_number  INTEGER NOT NULL,
  period          TEXT NOT NULL,
  published_at    BIGINT NOT NULL,
  due_at          BIGINT,                      -- null: nothing left to do
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  outcome         TEXT                         -- delivered, gone, no_access, given_up; null: not yet
);
CREATE INDEX figure_deliveries_due ON figure_deliveries (due_at);
CREATE INDEX figure_deliveries_by_webhook ON figure_deliveries (webhook_id);

-- +goose Down
DROP TABLE figure_deliveries;
DROP TABLE figure_webhooks;
DROP TABLE figure_tokens;
