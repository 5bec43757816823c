-- +goose Up
-- What is counted: no contact, worker, account or time finer than the period. The tag is an HMAC of the
-- question and the young person under the period's key, so that each counts once; when that key is gone,
-- nobody can say whose a row was.
-- Without row ids the rows lie in the order of their tags: the order they came in is nowhere.
CREATE TABLE answers (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  unit_id         TEXT NOT NULL,
  period          TEXT NOT NULL,
  question        TEXT NOT NULL CHECK (question IN ('listened', 'serious', 'say', 'family_listened')),
  tag             BYTEA NOT NULL,
  value           INTEGER NOT NULL CHECK (value BETWEEN 1 AND 5),
  face_order      TEXT NOT NULL CHECK (face_order IN ('best_first', 'best_last')),
  PRIMARY KEY (organisation_id, period, question, tag)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE answers;
