-- +goose Up
-- A release is never changed and never taken back, whatever a statement says.
-- +goose StatementBegin
CREATE TRIGGER releases_no_update BEFORE UPDATE ON releases
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER releases_no_delete BEFORE DELETE ON releases
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_units_no_update BEFORE UPDATE ON release_units
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_units_no_delete BEFORE DELETE ON release_units
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_cells_no_update BEFORE UPDATE ON release_cells
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER release_cells_no_delete BEFORE DELETE ON release_cells
BEGIN
  SELECT RAISE(ABORT, 'a release is never changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER release_cells_no_delete;
DROP TRIGGER release_cells_no_update;
DROP TRIGGER release_units_no_delete;
DROP TRIGGER release_units_no_update;
DROP TRIGGER releases_no_delete;
DROP TRIGGER releases_no_update;
