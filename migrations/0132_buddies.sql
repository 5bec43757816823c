-- +goose Up
-- A young person of the place who was asked to be there for somebody who comes, and the cards the two sent one
-- another. No words of anybody lie here: a card is a key out of a list.

CREATE TABLE buddies (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  move_id         TEXT NOT NULL REFERENCES moves (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  buddy_id        TEXT NOT NULL REFERENCES accounts (id),
  invited_by      TEXT NOT NULL REFERENCES accounts (id),
  invited_at      BIGINT NOT NULL,
  buddy_yes_at    BIGINT,
  side_yes_at     BIGINT,                          -- somebody of the young person's side agreed
  side_yes_by     TEXT REFERENCES accounts (id),
  young_yes_at    BIGINT,
  relation_id     TEXT,                            -- made by the last yes
  day_one         TEXT,                            -- 2026-11-28
  still           TEXT NOT NULL DEFAULT '' CHECK (still IN ('', 'still', 'enough')),
  ended_at        BIGINT,
  ended_by        TEXT REFERENCES accounts (id),
  CHECK (young_person_id <> buddy_id)
);
CREATE UNIQUE INDEX buddies_one_open ON buddies (move_id) WHERE ended_at IS NULL;
CREATE INDEX buddies_by_buddy ON buddies (buddy_id);

CREATE TABLE buddy_cards (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  buddies_id      TEXT NOT NULL REFERENCES buddies (id),
  from_id         TEXT NOT NULL REFERENCES accounts (id),
  card            TEXT NOT NULL,
  client_id       TEXT NOT NULL,
  at              BIGINT NOT NULL,
  UNIQUE (from_id, client_id)
);
CREATE INDEX buddy_cards_by_buddies ON buddy_cards (buddies_id, at);

-- +goose Down
DROP TABLE buddy_cards;
DROP TABLE buddies;
