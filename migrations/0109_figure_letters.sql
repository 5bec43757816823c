-- +goose Up
-- Who is told of each release by e-mail, and the letters that are still to be sent or were.

CREATE TABLE figure_subscriptions (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT PRIMARY KEY REFERENCES accounts (id),
  created_at      BIGINT NOT NULL
);
CREATE INDEX figure_subscriptions_by_organisation ON figure_subscriptions (organisation_id, account_id);

CREATE TABLE figure_letters (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,            -- also the message's, the same at every try
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  release_number  INTEGER NOT NULL,
  period          TEXT NOT NULL,
  published_at    BIGINT NOT NULL,
  due_at          BIGINT,                      -- null: nothing left to do
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  outcome         TEXT,                        -- delivered, no_address, no_access, given_up; null: not yet
  UNIQUE (account_id, release_number)
);
CREATE INDEX figure_letters_due ON figure_letters (due_at);

-- +goose Down
DROP TABLE figure_letters;
DROP TABLE figure_subscriptions;
