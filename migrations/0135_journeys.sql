-- +goose Up
-- The way to the next place. What is planned, wished and packed lies sealed under the young person's own key; open
-- is what the board and the figures need.

CREATE TABLE journeys (
  move_id         TEXT PRIMARY KEY REFERENCES moves (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  revision        INTEGER NOT NULL,            -- two who change the plan at once are told of one another
  sealed          BYTEA NOT NULL,
  leaves_at       BIGINT,                      -- null: not known yet
  changed_by      TEXT NOT NULL REFERENCES accounts (id),
  changed_at      BIGINT NOT NULL
);

-- What the young person wishes for the way, and what was said to it.
CREATE TABLE journey_choices (
  move_id         TEXT NOT NULL REFERENCES moves (id),
  choice          TEXT NOT NULL CHECK (choice IN ('with', 'time', 'seat', 'stops', 'music', 'food', 'bag', 'goodbye')),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  wish            BYTEA NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'no')),
  reason          BYTEA,                       -- there is no "no" without one
  asked_at        BIGINT NOT NULL,             -- the wish that stands; a new one asks again
  settled_by      TEXT REFERENCES accounts (id),
  settled_at      BIGINT,
  PRIMARY KEY (move_id, choice),
  CHECK (state <> 'no' OR reason IS NOT NULL)
);

-- What goes along, and whether it came.
CREATE TABLE belongings (
  id              TEXT PRIMARY KEY,            -- made where it was written down, so that a phone without signal can tick it
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  sealed          BYTEA NOT NULL,
  by_young        BOOLEAN NOT NULL,
  photo_id        TEXT,                        -- a file of this move, without a reference: a job takes files away
  packed_at       BIGINT,
  packed_by       TEXT REFERENCES accounts (id),
  arrived_at      BIGINT,
  arrived_by      TEXT REFERENCES accounts (id),
  missing_at      BIGINT,
  gone_at         BIGINT,                      -- taken off the list
  made_at         BIGINT NOT NULL
);
CREATE INDEX belongings_by_move ON belongings (move_id);

-- +goose Down
DROP TABLE belongings;
DROP TABLE journey_choices;
DROP TABLE journeys;
