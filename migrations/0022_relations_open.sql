-- +goose Up
-- Every shift leaves a relation behind. Who stands around a young person now is asked at every tap: by an
-- index over those that nobody and nothing has ended, it stays as quick as on the first day.
CREATE INDEX relations_open ON relations (object_id, kind, organisation_id) WHERE ended_at IS NULL;

-- +goose Down
DROP INDEX relations_open;
