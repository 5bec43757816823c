-- +goose Up
-- "Do you feel settled here?" on the 28th day after a move counts like any other answer (see 0061). SQLite changes no
-- check, so the table is made anew.
CREATE TABLE answers_with_settled (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  unit_id         TEXT NOT NULL,
  period          TEXT NOT NULL,
  question        TEXT NOT NULL CHECK (question IN ('listened', 'serious', 'say', 'family_listened', 'settled')),
  tag             BYTEA NOT NULL,
  value           INTEGER NOT NULL CHECK (value BETWEEN 1 AND 5),
  face_order      TEXT NOT NULL CHECK (face_order IN ('best_first', 'best_last')),
  PRIMARY KEY (organisation_id, period, question, tag)
) WITHOUT ROWID;
INSERT INTO answers_with_settled (organisation_id, unit_id, period, question, tag, value, face_order)
SELECT organisation_id, unit_id, period, question, tag, value, face_order FROM answers;
DROP TABLE answers;
ALTER TABLE answers_with_settled RENAME TO answers;

-- +goose Down
CREATE TABLE answers_without_settled (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  unit_id         TEXT NOT NULL,
  period          TEXT NOT NULL,
  question        TEXT NOT NULL CHECK (question IN ('listened', 'serious', 'say', 'family_listened')),
  tag             BYTEA NOT NULL,
  value           INTEGER NOT NULL CHECK (value BETWEEN 1 AND 5),
  face_order      TEXT NOT NULL CHECK (face_order IN ('best_first', 'best_last')),
  PRIMARY KEY (organisation_id, period, question, tag)
) WITHOUT ROWID;
INSERT INTO answers_without_settled (organisation_id, unit_id, period, question, tag, value, face_order)
SELECT organisation_id, unit_id, period, question, tag, value, face_order FROM answers WHERE question <> 'settled';
DROP TABLE answers;
ALTER TABLE answers_without_settled RENAME TO answers;
