-- +goose Up
-- How often a service's figures come out, and with whom it is pooled: decided once a year by its roster of
-- 1 April, the same until the next (docs/decisions).
CREATE TABLE service_cadences (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  service_id      TEXT NOT NULL REFERENCES services (id),
  year            INTEGER NOT NULL,            -- the one that begins on 1 April
  cadence         TEXT NOT NULL CHECK (cadence IN ('month', 'quarter')),
  unit_id         TEXT NOT NULL,               -- the service itself, or the pool of the small ones
  PRIMARY KEY (organisation_id, service_id, year)
);
CREATE INDEX service_cadences_by_unit ON service_cadences (unit_id, year);

-- +goose Down
DROP TABLE service_cadences;
