-- +goose Up
-- Times are Unix milliseconds in UTC, identifiers UUIDv7 text, sealed columns ciphertext (docs/decisions).

CREATE TABLE organisations (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  keyworker_word  TEXT NOT NULL DEFAULT 'keyworker',
  about_me_word   TEXT NOT NULL DEFAULT 'About me',
  duty_phone      TEXT NOT NULL DEFAULT '',
  time_zone       TEXT NOT NULL DEFAULT 'Europe/London',
  demo            BOOLEAN NOT NULL DEFAULT FALSE,
  wrapped_key     BYTEA NOT NULL,
  created_at      BIGINT NOT NULL
);

CREATE TABLE services (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind            TEXT NOT NULL CHECK (kind IN ('camhs', 'social_care', 'childrens_home', 'foster_agency', 'ward', 'advocacy')),
  name            TEXT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX services_by_organisation ON services (organisation_id);

CREATE TABLE teams (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  name            TEXT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX teams_by_organisation ON teams (organisation_id);
CREATE INDEX teams_by_service ON teams (service_id);

CREATE TABLE accounts (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind            TEXT NOT NULL CHECK (kind IN ('young_person', 'staff', 'admin', 'family')),
  name            BYTEA NOT NULL,              -- sealed: the name on record
  called          BYTEA NOT NULL,              -- sealed: what they are called on screens
  phone           BYTEA,                       -- sealed: how their young people reach them
  avatar          TEXT NOT NULL,
  wrapped_key     BYTEA NOT NULL,              -- wrapped by the organisation's key
  suspended_at    BIGINT,
  created_at      BIGINT NOT NULL
);
CREATE INDEX accounts_by_organisation ON accounts (organisation_id, kind);

CREATE TABLE devices (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  name            TEXT NOT NULL,
  history_open    BOOLEAN NOT NULL,            -- false: opened by a code, sends only until the person's lock or an old device opens it
  created_at      BIGINT NOT NULL,
  last_seen_at    BIGINT NOT NULL,
  ended_at        BIGINT
);
CREATE INDEX devices_by_account ON devices (account_id);

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
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_device ON sessions (device_id);

CREATE TABLE locks (
  account_id      TEXT PRIMARY KEY REFERENCES accounts (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind            TEXT NOT NULL CHECK (kind IN ('pin', 'picture')),
  secret_hash     TEXT NOT NULL,
  failures        INTEGER NOT NULL DEFAULT 0,
  blocked_until   BIGINT,
  changed_at      BIGINT NOT NULL
);

CREATE TABLE join_codes (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  selector        TEXT NOT NULL UNIQUE,        -- first words: finds the code, so that wrong tries count against it
  verifier_hash   BYTEA NOT NULL,
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  failures        INTEGER NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  used_at         BIGINT,
  ended_at        BIGINT
);
CREATE INDEX join_codes_by_account ON join_codes (account_id);

CREATE TABLE invitations (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  token_hash      BYTEA NOT NULL UNIQUE,
  made_by         TEXT REFERENCES accounts (id), -- null: made on the server's own console
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  used_at         BIGINT,
  ended_at        BIGINT
);
CREATE INDEX invitations_by_account ON invitations (account_id);

CREATE TABLE passkeys (
  id              TEXT PRIMARY KEY,            -- credential id, base64url
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  name            TEXT NOT NULL,
  credential      BYTEA NOT NULL,              -- sealed
  created_at      BIGINT NOT NULL,
  last_used_at    BIGINT,
  ended_at        BIGINT
);
CREATE INDEX passkeys_by_account ON passkeys (account_id);

CREATE TABLE ceremonies (
  id              TEXT PRIMARY KEY,
  place           TEXT NOT NULL,
  account_id      TEXT REFERENCES accounts (id),
  purpose         TEXT NOT NULL CHECK (purpose IN ('invite', 'sign_in', 'add')),
  data            BYTEA NOT NULL,
  expires_at      BIGINT NOT NULL
);

CREATE TABLE rate_limits (
  id              TEXT PRIMARY KEY,
  count           INTEGER NOT NULL,
  resets_at       BIGINT NOT NULL
);

CREATE TABLE relations (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  subject_id      TEXT NOT NULL REFERENCES accounts (id),
  kind            TEXT NOT NULL,
  object_kind     TEXT NOT NULL CHECK (object_kind IN ('young_person', 'team', 'service', 'organisation')),
  object_id       TEXT NOT NULL,
  valid_from      BIGINT NOT NULL,
  valid_to        BIGINT,
  granted_by      TEXT REFERENCES accounts (id),
  reason          TEXT NOT NULL DEFAULT '',
  created_at      BIGINT NOT NULL,
  confirmed_by    TEXT REFERENCES accounts (id),
  confirmed_at    BIGINT,                      -- null: proposed, gives no right
  ended_by        TEXT REFERENCES accounts (id),
  ended_at        BIGINT,
  end_reason      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX relations_by_subject ON relations (subject_id, kind, organisation_id);
CREATE INDEX relations_by_object ON relations (object_id, kind, organisation_id);
CREATE INDEX relations_by_organisation ON relations (organisation_id, kind);

CREATE TABLE push_keys (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  public_key      TEXT NOT NULL,
  private_key     BYTEA NOT NULL,              -- sealed with the server's key
  created_at      BIGINT NOT NULL
);

CREATE TABLE push_subscriptions (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL REFERENCES organisations (id),
  account_id       TEXT NOT NULL REFERENCES accounts (id),
  session_id       TEXT NOT NULL,
  endpoint_hash    BYTEA NOT NULL UNIQUE,
  endpoint         BYTEA NOT NULL,             -- sealed
  p256dh           BYTEA NOT NULL,             -- sealed
  auth             BYTEA NOT NULL,             -- sealed
  label            TEXT NOT NULL,
  created_at       BIGINT NOT NULL,
  last_seen_at     BIGINT NOT NULL,
  last_accepted_at BIGINT,
  tested_at        BIGINT,
  last_status      INTEGER,
  last_problem     TEXT,
  failures         INTEGER NOT NULL DEFAULT 0,
  gone_at          BIGINT                      -- 404 or 410: dropped, its endpoint and keys erased, shown until replaced
);
CREATE INDEX push_subscriptions_by_session ON push_subscriptions (session_id);
CREATE INDEX push_subscriptions_by_account ON push_subscriptions (account_id);

-- One row an alert and recipient, written in the transaction of what it tells of.
CREATE TABLE alerts (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  subject_kind    TEXT NOT NULL,
  subject_id      TEXT NOT NULL,
  body            TEXT NOT NULL CHECK (body IN ('needs_you', 'card', 'test')),
  urgency         TEXT NOT NULL,
  ttl_seconds     INTEGER NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('waiting', 'accepted', 'no_channel', 'cancelled')),
  created_at      BIGINT NOT NULL,
  due_at          BIGINT,                      -- null: nothing left to do
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  settled_at      BIGINT
);
CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alerts_by_subject ON alerts (subject_id);
CREATE INDEX alerts_by_account ON alerts (account_id);

CREATE TABLE alert_pushes (
  alert_id        TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  subscription_id TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('accepted', 'gone', 'refused', 'retry')),
  http_status     INTEGER,
  attempts        INTEGER NOT NULL,
  last_at         BIGINT NOT NULL,
  next_at         BIGINT,                      -- when it may be tried again
  PRIMARY KEY (alert_id, subscription_id)
);

CREATE TABLE push_tests (
  id              TEXT PRIMARY KEY,            -- the alert's id
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  subscription_id TEXT NOT NULL,
  sent_at         BIGINT NOT NULL,
  answered_at     BIGINT
);
CREATE INDEX push_tests_by_account ON push_tests (account_id);

CREATE TABLE cards (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  client_id       TEXT NOT NULL,               -- made on the phone; same at every try
  sent_as         TEXT,                        -- the phone's id, when it came again with another body
  body_hash       BYTEA NOT NULL,
  device_id       TEXT NOT NULL,
  session_id      TEXT NOT NULL,
  card            TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('feeling', 'need', 'not_safe')),
  intensity       TEXT,
  need            TEXT,
  words           BYTEA,                       -- sealed
  kept            BOOLEAN NOT NULL,
  tapped_at       BIGINT NOT NULL,             -- the phone's clock: shown as "about", never reckoned with
  received_at     BIGINT NOT NULL,
  state           TEXT NOT NULL,
  version         INTEGER NOT NULL,
  changed_at      BIGINT NOT NULL,
  UNIQUE (young_person_id, client_id)
);
CREATE INDEX cards_by_young_person ON cards (young_person_id, received_at);
CREATE INDEX cards_open ON cards (organisation_id, state) WHERE state NOT IN ('closed', 'kept');

CREATE TABLE card_recipients (
  card_id         TEXT NOT NULL REFERENCES cards (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  organisation_id TEXT NOT NULL,
  role            TEXT NOT NULL,               -- the relation by which they were chosen
  added_at        BIGINT NOT NULL,
  alerted         TEXT,                        -- outcome of this recipient's last alert
  PRIMARY KEY (card_id, account_id)
);
CREATE INDEX card_recipients_by_account ON card_recipients (account_id);

-- Append-only; a card's state derives from its events.
CREATE TABLE card_events (
  card_id         TEXT NOT NULL REFERENCES cards (id),
  seq             INTEGER NOT NULL,
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL,
  actor_id        TEXT,                        -- null: the server itself
  about_id        TEXT,                        -- whom it concerns, when not the actor
  promise         TEXT,
  until_at        BIGINT,
  words           BYTEA,                       -- sealed
  evidence        TEXT,                        -- what proves it: push:<alert>, inbox:<session>, relation:<id>
  helped          BOOLEAN,                     -- the young person's answer when they close it
  at              BIGINT NOT NULL,
  PRIMARY KEY (card_id, seq)
);

-- Adults the young person switched off for one card: never a recipient, reader or colleague for it.
CREATE TABLE card_switched_off (
  card_id         TEXT NOT NULL REFERENCES cards (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  organisation_id TEXT NOT NULL,
  PRIMARY KEY (card_id, account_id)
);

CREATE TABLE card_dues (
  id              TEXT PRIMARY KEY,            -- the card's id: one due row a card
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('promise')),
  due_at          BIGINT NOT NULL,
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX card_dues_due ON card_dues (due_at);

CREATE TABLE audit (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  seq             BIGINT NOT NULL,
  at              BIGINT NOT NULL,
  actor_id        TEXT NOT NULL,
  action          TEXT NOT NULL,
  object_kind     TEXT NOT NULL,
  object_id       TEXT NOT NULL,
  subject_id      TEXT NOT NULL DEFAULT '',    -- the young person it is about
  reason          TEXT NOT NULL DEFAULT '',
  prev_hash       BYTEA NOT NULL,
  hash            BYTEA NOT NULL,
  UNIQUE (organisation_id, seq)
);
CREATE INDEX audit_by_subject ON audit (subject_id, at);

-- +goose Down
DROP TABLE audit;
DROP TABLE card_dues;
DROP TABLE card_switched_off;
DROP TABLE card_events;
DROP TABLE card_recipients;
DROP TABLE cards;
DROP TABLE push_tests;
DROP TABLE alert_pushes;
DROP TABLE alerts;
DROP TABLE push_subscriptions;
DROP TABLE push_keys;
DROP TABLE relations;
DROP TABLE rate_limits;
DROP TABLE ceremonies;
DROP TABLE passkeys;
DROP TABLE invitations;
DROP TABLE join_codes;
DROP TABLE locks;
DROP TABLE sessions;
DROP TABLE devices;
DROP TABLE accounts;
DROP TABLE teams;
DROP TABLE services;
DROP TABLE organisations;
