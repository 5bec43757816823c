-- +goose Up
-- Moves from one place to another. What is said about one lies sealed under the young person's own key; open
-- is what the board, the clocks and the figures need.

CREATE TABLE moves (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  service_id      TEXT REFERENCES services (id),   -- where it counts: of whoever made it; null: nowhere
  from_service_id TEXT REFERENCES services (id),
  to_service_id   TEXT REFERENCES services (id),   -- null: a place that is none of ours, named in what is sealed
  emergency       BOOLEAN NOT NULL,
  day             TEXT,                            -- 2026-11-27; null: not known yet
  sealed          BYTEA NOT NULL,
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  made_at         BIGINT NOT NULL,
  told_at         BIGINT,
  told_by         TEXT REFERENCES accounts (id),
  pack_version_id TEXT,                            -- the version that was shown; it never changes again
  packed_at       BIGINT,
  choice          TEXT NOT NULL DEFAULT '' CHECK (choice IN ('', 'opened', 'not_yet', 'tell_first', 'never')),
  opened_at       BIGINT,                          -- the first press on "open"
  escort_id       TEXT REFERENCES accounts (id),
  buddy_wanted    BOOLEAN,
  moved_at        BIGINT,
  moved_by        TEXT REFERENCES accounts (id),
  ended_at        BIGINT,                          -- not going there after all
  ended_by        TEXT REFERENCES accounts (id),
  revision        INTEGER NOT NULL,
  changed_at      BIGINT NOT NULL
);
CREATE INDEX moves_by_day_moved ON moves (organisation_id, moved_at);
CREATE INDEX moves_by_young_person ON moves (young_person_id);
CREATE INDEX moves_to ON moves (to_service_id);
CREATE INDEX moves_from ON moves (from_service_id);
-- Nobody is on the way to two places.
CREATE UNIQUE INDEX moves_one_open ON moves (young_person_id) WHERE moved_at IS NULL AND ended_at IS NULL;

-- What a young person's phone sent about a move, so that the same comes once.
CREATE TABLE move_acts (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  client_id       TEXT NOT NULL,               -- made on the phone; same at every try
  move_id         TEXT NOT NULL REFERENCES moves (id),
  act             TEXT NOT NULL,
  at              BIGINT NOT NULL,
  PRIMARY KEY (young_person_id, client_id)
);

CREATE TABLE move_questions (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  sealed          BYTEA NOT NULL,
  asked_at        BIGINT NOT NULL,
  due_at          BIGINT NOT NULL,
  answer          BYTEA,
  answered_by     TEXT REFERENCES accounts (id),
  answered_at     BIGINT
);
CREATE INDEX move_questions_by_move ON move_questions (move_id);

CREATE TABLE move_visits (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  kind            TEXT NOT NULL CHECK (kind IN ('visit', 'video')),
  asked_by        TEXT NOT NULL REFERENCES accounts (id), -- the young person; somebody else offered it
  asked_at        BIGINT NOT NULL,
  sealed          BYTEA,                       -- what the young person said with it
  state           TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'declined', 'made', 'gone')),
  at              BIGINT,                      -- when it is to be
  reply           BYTEA,
  settled_by      TEXT REFERENCES accounts (id),
  settled_at      BIGINT,
  made_at         BIGINT
);
CREATE INDEX move_visits_by_move ON move_visits (move_id);

-- What a young person wants the place to know about them.
CREATE TABLE move_about (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  sealed          BYTEA NOT NULL,
  at              BIGINT NOT NULL,
  gone_at         BIGINT
);
CREATE INDEX move_about_by_move ON move_about (move_id);

-- How it went, on days 1, 7 and 28.
CREATE TABLE move_reviews (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  day             INTEGER NOT NULL CHECK (day IN (1, 7, 28)),
  sealed          BYTEA NOT NULL,
  told            BOOLEAN NOT NULL,            -- the young person lets their side read it
  longer          BOOLEAN NOT NULL,            -- and wants more time with somebody
  skipped         BOOLEAN NOT NULL,            -- "I don't want to say", of which nothing else is kept
  at              BIGINT NOT NULL,
  read_at         BIGINT,
  PRIMARY KEY (move_id, day)
);

-- +goose Down
DROP TABLE move_reviews;
DROP TABLE move_about;
DROP TABLE move_visits;
DROP TABLE move_questions;
DROP TABLE move_acts;
DROP TABLE moves;
