-- +goose Up
-- Photos and papers of places that were taken away at once: somebody in one asked for it to go. What was published and
-- what was shown is never changed (see 0130); this names what is no longer in it.

CREATE TABLE withdrawn_files (
  file_id         TEXT PRIMARY KEY,            -- without a reference: a job takes files away
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  withdrawn_by    TEXT NOT NULL REFERENCES accounts (id),
  at              BIGINT NOT NULL
);
CREATE INDEX withdrawn_files_by_service ON withdrawn_files (service_id);

-- +goose Down
DROP TABLE withdrawn_files;
