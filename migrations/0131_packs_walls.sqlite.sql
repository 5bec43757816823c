-- +goose Up
-- What was shown to a young person is what stays: a published version is never changed.
-- +goose StatementBegin
CREATE TRIGGER pack_versions_no_update BEFORE UPDATE ON pack_versions
BEGIN
  SELECT RAISE(ABORT, 'a published pack is never changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER pack_versions_no_update;
