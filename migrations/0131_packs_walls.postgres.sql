-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0130.
ALTER TABLE packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE packs FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON packs USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE pack_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE pack_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON pack_versions USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- What was shown to a young person is what stays: a published version is never changed.
-- +goose StatementBegin
CREATE FUNCTION refuse_pack_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published pack is never changed' USING ERRCODE = 'check_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER pack_versions_stay BEFORE UPDATE ON pack_versions FOR EACH ROW EXECUTE FUNCTION refuse_pack_change();

-- +goose Down
DROP TRIGGER pack_versions_stay ON pack_versions;
DROP FUNCTION refuse_pack_change();
DROP POLICY one_organisation ON pack_versions;
ALTER TABLE pack_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pack_versions DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON packs;
ALTER TABLE packs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE packs DISABLE ROW LEVEL SECURITY;
