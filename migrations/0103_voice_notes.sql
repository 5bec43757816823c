-- +goose Up
-- The voice of an answer, under the young person's own key and filled up to steps, so that its size does not
-- say how long somebody spoke. What it is and how long it is lies sealed with the answer it belongs to. The
-- young person's own and the one they told somebody are two, as the answers are (0060): `told` goes and stays
-- without `copy`.
CREATE TABLE voice_notes (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  part            TEXT NOT NULL CHECK (part IN ('copy', 'told')),
  of_id           TEXT NOT NULL,               -- the copy's client_id, or the told answer's id
  at              BIGINT NOT NULL,
  sealed          BYTEA NOT NULL,
  UNIQUE (young_person_id, part, of_id)
);
CREATE INDEX voice_notes_by_young_person ON voice_notes (young_person_id, at);

-- +goose Down
DROP TABLE voice_notes;
