-- +goose Up
-- The rota: shifts as they are planned, and the concrete times they come to, which are leased due rows.

-- One row a service, looked at again and again: rolls the window of concrete times on, and opens and
-- closes the notices about gaps.
CREATE TABLE rota_plans (
  id              TEXT PRIMARY KEY REFERENCES services (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  planned_from    BIGINT,                      -- start of the first shift of all; null: no rota
  due_at          BIGINT NOT NULL,
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX rota_plans_due ON rota_plans (due_at);
CREATE INDEX rota_plans_by_organisation ON rota_plans (organisation_id);
INSERT INTO rota_plans (id, organisation_id, due_at) SELECT id, organisation_id, 0 FROM services;

CREATE TABLE rota_shifts (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  team_id         TEXT NOT NULL REFERENCES teams (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  role            TEXT NOT NULL CHECK (role IN ('team', 'cover', 'on_call')),
  first_on        TEXT NOT NULL,               -- a date of the organisation's time zone: 2026-03-28
  from_minute     INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
  to_minute       INTEGER NOT NULL CHECK (to_minute BETWEEN 0 AND 1439),
  ends_next_day   BOOLEAN NOT NULL,
  repeats         TEXT NOT NULL CHECK (repeats IN ('none', 'daily', 'weekdays', 'weekly', 'fortnightly')),
  until_on        TEXT,                        -- the last date it may fall on
  changed_by      TEXT NOT NULL REFERENCES accounts (id),
  changed_at      BIGINT NOT NULL,
  created_at      BIGINT NOT NULL
);
CREATE INDEX rota_shifts_by_service ON rota_shifts (service_id, organisation_id);
CREATE INDEX rota_shifts_by_account ON rota_shifts (account_id, organisation_id);

CREATE TABLE rota_exceptions (
  shift_id        TEXT NOT NULL REFERENCES rota_shifts (id) ON DELETE CASCADE,
  on_date         TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  account_id      TEXT REFERENCES accounts (id), -- somebody else that day; null: whose shift it is
  is_off          BOOLEAN NOT NULL,
  from_minute     INTEGER NOT NULL,
  to_minute       INTEGER NOT NULL,
  ends_next_day   BOOLEAN NOT NULL,
  PRIMARY KEY (shift_id, on_date)
);
CREATE INDEX rota_exceptions_by_account ON rota_exceptions (account_id);

-- The concrete times from a day ago to a fortnight ahead, with the relation each of them gives.
CREATE TABLE rota_times (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  shift_id        TEXT NOT NULL,               -- stays when the shift is deleted
  on_date         TEXT NOT NULL,
  service_id      TEXT NOT NULL REFERENCES services (id),
  team_id         TEXT NOT NULL REFERENCES teams (id),
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  role            TEXT NOT NULL CHECK (role IN ('team', 'cover', 'on_call')),
  starts_at       BIGINT NOT NULL,
  ends_at         BIGINT NOT NULL,
  relation_id     TEXT NOT NULL,
  on_since        BIGINT,                      -- on duty since; null: not on duty for this shift
  asked_at        BIGINT,                      -- when the last test push went out
  asks            INTEGER NOT NULL DEFAULT 0,  -- tests without an answer so far
  due_at          BIGINT,                      -- null: nothing left to do
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  UNIQUE (shift_id, on_date)
);
CREATE INDEX rota_times_due ON rota_times (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX rota_times_by_service ON rota_times (service_id, starts_at);
CREATE INDEX rota_times_by_account ON rota_times (account_id, starts_at);
CREATE INDEX rota_times_on ON rota_times (on_since) WHERE on_since IS NOT NULL;

-- The last test push answered on each device.
CREATE TABLE duty_answers (
  account_id      TEXT NOT NULL REFERENCES accounts (id),
  subscription_id TEXT NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  answered_at     BIGINT NOT NULL,
  made_up         BOOLEAN NOT NULL,            -- the demo's: no device stands behind it
  PRIMARY KEY (account_id, subscription_id)
);

CREATE TABLE service_limits (
  service_id      TEXT PRIMARY KEY REFERENCES services (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  not_safe        INTEGER NOT NULL,            -- seconds
  sit_with_me     INTEGER NOT NULL,
  other           INTEGER NOT NULL
);

CREATE TABLE notices (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind            TEXT NOT NULL CHECK (kind IN ('rota_gap', 'no_lead', 'break_glass')),
  service_id      TEXT REFERENCES services (id),
  team_id         TEXT REFERENCES teams (id),
  young_person_id TEXT REFERENCES accounts (id), -- whose things were opened
  actor_id        TEXT REFERENCES accounts (id), -- who opened them
  starts_at       BIGINT,
  ends_at         BIGINT,
  opened_at       BIGINT NOT NULL,
  closed_at       BIGINT                       -- null: open
);
CREATE INDEX notices_by_service ON notices (service_id, kind) WHERE closed_at IS NULL;
CREATE INDEX notices_by_organisation ON notices (organisation_id) WHERE closed_at IS NULL;

-- +goose Down
DROP TABLE notices;
DROP TABLE service_limits;
DROP TABLE duty_answers;
DROP TABLE rota_times;
DROP TABLE rota_exceptions;
DROP TABLE rota_shifts;
DROP TABLE rota_plans;
