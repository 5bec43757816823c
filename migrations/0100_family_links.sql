-- +goose Up
-- Links by which families and carers answer, without an account. A link is bound to its contact and works
-- once; what is answered lies in `answers` and nowhere here: `closed` is the same after a face, "not sure"
-- and "skip".

CREATE TABLE family_links (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  id              TEXT PRIMARY KEY,
  contact_id      TEXT NOT NULL REFERENCES contacts (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  token_hash      BYTEA NOT NULL UNIQUE,       -- the token itself is in the link alone
  face_order      TEXT NOT NULL CHECK (face_order IN ('best_first', 'best_last')),
  made_by         TEXT NOT NULL REFERENCES accounts (id),
  made_at         BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  closed          BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX family_links_by_contact ON family_links (contact_id);
CREATE INDEX family_links_by_young_person ON family_links (young_person_id);

-- +goose Down
DROP TABLE family_links;
