-- +goose Up
-- A card's due row now says what is due: the next level, a promise, telling again, or the safeguarding lead.
-- SQLite can't change a CHECK, so the table is made anew.
CREATE TABLE card_dues_new (
  id              TEXT PRIMARY KEY,            -- the card's id: one due row a card
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('limit', 'promise', 'again', 'lead')),
  due_at          BIGINT NOT NULL,
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
INSERT INTO card_dues_new (id, organisation_id, kind, due_at, attempts) SELECT id, organisation_id, kind, due_at, attempts FROM card_dues;
DROP TABLE card_dues;
ALTER TABLE card_dues_new RENAME TO card_dues;
CREATE INDEX card_dues_due ON card_dues (due_at);
CREATE INDEX card_dues_by_organisation ON card_dues (organisation_id, kind);

-- An open card of before is looked at once: the worker gives it the deadline the rules say, or none.
INSERT INTO card_dues (id, organisation_id, kind, due_at)
SELECT c.id, c.organisation_id, 'limit', c.changed_at FROM cards c
WHERE NOT EXISTS (SELECT 1 FROM card_dues d WHERE d.id = c.id) AND (
  c.state IN ('received', 'alerting', 'no_channel', 'seen', 'overdue')
  OR c.kind = 'not_safe' AND c.state IN ('here', 'check')
  OR c.state = 'withdrawn' AND (c.kind = 'not_safe' OR c.need = 'sit_with_me')
    AND NOT EXISTS (SELECT 1 FROM card_events e WHERE e.card_id = c.id AND e.kind = 'checked_on'));

-- +goose Down
DELETE FROM card_dues WHERE kind <> 'promise';
DROP INDEX card_dues_by_organisation;
CREATE TABLE card_dues_new (
  id              TEXT PRIMARY KEY,            -- the card's id: one due row a card
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('promise')),
  due_at          BIGINT NOT NULL,
  lease_until     BIGINT,
  lease_by        TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0
);
INSERT INTO card_dues_new (id, organisation_id, kind, due_at, attempts) SELECT id, organisation_id, kind, due_at, attempts FROM card_dues;
DROP TABLE card_dues;
ALTER TABLE card_dues_new RENAME TO card_dues;
CREATE INDEX card_dues_due ON card_dues (due_at);
