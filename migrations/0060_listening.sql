-- +goose Up
-- Contacts, the question after them, and what a young person keeps or tells of their answers. The answers
-- that are counted lie apart (0061): nothing here leads to them.

CREATE TABLE contacts (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  worker_id       TEXT NOT NULL REFERENCES accounts (id),
  recorded_by     TEXT NOT NULL REFERENCES accounts (id), -- the worker, or the young person
  client_id       TEXT NOT NULL,               -- made where it was recorded; same at every try. A card's contact: the card's id
  service_id      TEXT,                        -- the worker's when recorded; null: nobody serves the young person
  kind            TEXT NOT NULL CHECK (kind IN ('meeting', 'visit', 'session', 'call', 'card')),
  outcome         TEXT NOT NULL CHECK (outcome IN ('happened', 'cancelled_by_service', 'cancelled_by_young_person', 'cancelled_by_family', 'missed')),
  at              BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  UNIQUE (recorded_by, client_id)
);
CREATE INDEX contacts_by_young_person ON contacts (young_person_id, at);
CREATE INDEX contacts_by_worker ON contacts (worker_id, at);
CREATE UNIQUE INDEX contacts_one_a_card ON contacts (client_id) WHERE kind = 'card';

-- Made with its contact and, by rule, whatever became of the one before: whether anybody answers changes
-- nothing here but `closed`, and that is the same after an answer, "not sure" and "skip".
CREATE TABLE asks (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  contact_id      TEXT NOT NULL UNIQUE REFERENCES contacts (id),
  unit_id         TEXT,                        -- where it counts as asked; null: nowhere
  period          TEXT,
  at              BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  closed          BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX asks_by_young_person ON asks (young_person_id, at);
CREATE INDEX asks_by_period ON asks (organisation_id, period, unit_id);

-- The order of the faces, drawn once for each young person.
CREATE TABLE listening_people (
  young_person_id TEXT PRIMARY KEY REFERENCES accounts (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  face_order      TEXT NOT NULL CHECK (face_order IN ('best_first', 'best_last'))
);

-- A young person's own history, under their own key: without it, bytes.
CREATE TABLE answer_copies (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  client_id       TEXT NOT NULL,               -- made on the phone; same at every try
  at              BIGINT NOT NULL,
  sealed          BYTEA NOT NULL,
  PRIMARY KEY (young_person_id, client_id)
);
CREATE INDEX answer_copies_by_young_person ON answer_copies (young_person_id, at);

-- What a young person chose to tell a worker: a third thing, apart from their copy and from what is counted.
CREATE TABLE told_answers (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  worker_id       TEXT NOT NULL REFERENCES accounts (id),
  at              BIGINT NOT NULL,
  sealed          BYTEA NOT NULL,              -- under the young person's own key
  read_at         BIGINT                       -- when the worker first read it
);
CREATE INDEX told_answers_by_worker ON told_answers (worker_id, at);
CREATE INDEX told_answers_by_young_person ON told_answers (young_person_id, at);

-- What makes the tags of a period, wrapped by the organisation's key. The row goes when the period closes.
CREATE TABLE period_keys (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  period          TEXT NOT NULL,
  wrapped         BYTEA NOT NULL,
  PRIMARY KEY (organisation_id, period)
);

-- +goose Down
DROP TABLE period_keys;
DROP TABLE told_answers;
DROP TABLE answer_copies;
DROP TABLE listening_people;
DROP TABLE asks;
DROP TABLE contacts;
