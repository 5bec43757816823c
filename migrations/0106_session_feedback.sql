-- +goose Up
-- The Session Feedback Questionnaire: a named record for the service's own file. It lies apart from `answers` (0061),
-- and nothing leads from one to the other.

-- The services that have it switched on.
CREATE TABLE feedback_services (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  since           BIGINT NOT NULL,
  by_id           TEXT NOT NULL REFERENCES accounts (id),
  PRIMARY KEY (organisation_id, service_id)
);

-- One a contact. It can be given anew until the service has taken it over.
CREATE TABLE session_feedback (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  young_person_id TEXT NOT NULL REFERENCES accounts (id),
  contact_id      TEXT NOT NULL UNIQUE REFERENCES contacts (id),
  client_id       TEXT NOT NULL,               -- made on the phone; same at every try
  at              BIGINT NOT NULL,
  sealed          BYTEA NOT NULL,              -- under the young person's own key
  exported_at     BIGINT,                      -- when the service first took it over
  UNIQUE (young_person_id, client_id)
);
CREATE INDEX session_feedback_by_service ON session_feedback (organisation_id, service_id, at);

-- +goose Down
DROP TABLE session_feedback;
DROP TABLE feedback_services;
