-- +goose Up
-- A release: the fixed cells of one closed period, made once and never again. Whoever inserts the row
-- publishes; everybody else finds it and has nothing to do.
CREATE TABLE releases (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  period          TEXT NOT NULL,               -- a month, 2026-11, or a quarter, 2026-Q4
  number          INTEGER NOT NULL,            -- 1, 2, 3 … an organisation
  published_at    BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, period),
  UNIQUE (organisation_id, number)
);

-- Who was in it, by the names of that day.
CREATE TABLE release_units (
  organisation_id TEXT NOT NULL,
  period          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  service_id      TEXT NOT NULL,
  service_name    TEXT NOT NULL,
  pool            BOOLEAN NOT NULL,
  PRIMARY KEY (organisation_id, period, unit_id, service_id),
  FOREIGN KEY (organisation_id, period) REFERENCES releases (organisation_id, period)
);

-- Counts as they are published: with their noise where people answered, exact where the server measured.
-- A hidden cell keeps no number at all.
CREATE TABLE release_cells (
  organisation_id TEXT NOT NULL,
  period          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  set_key         TEXT NOT NULL,
  hidden          BOOLEAN NOT NULL,
  a               BIGINT,
  b               BIGINT,
  c               BIGINT,
  n               BIGINT,
  PRIMARY KEY (organisation_id, period, unit_id, set_key),
  FOREIGN KEY (organisation_id, period) REFERENCES releases (organisation_id, period),
  CHECK (NOT hidden OR (a IS NULL AND b IS NULL AND c IS NULL AND n IS NULL)),
  CHECK (hidden OR a IS NOT NULL)
);

-- What a service did about it, for the young people to read.
CREATE TABLE release_notes (
  organisation_id TEXT NOT NULL,
  period          TEXT NOT NULL,
  unit_id         TEXT NOT NULL,
  did             TEXT NOT NULL,
  by_id           TEXT NOT NULL REFERENCES accounts (id),
  at              BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, period, unit_id),
  FOREIGN KEY (organisation_id, period) REFERENCES releases (organisation_id, period)
);

CREATE TABLE measure_targets (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  measure         TEXT NOT NULL,
  percent         INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
  PRIMARY KEY (organisation_id, measure)
);

-- +goose Down
DROP TABLE measure_targets;
DROP TABLE release_notes;
DROP TABLE release_cells;
DROP TABLE release_units;
DROP TABLE releases;
