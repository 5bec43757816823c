-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0070 and 0071.
ALTER TABLE service_cadences ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_cadences FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON service_cadences USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE releases ENABLE ROW LEVEL SECURITY;
ALTER TABLE releases FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON releases USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE release_units ENABLE ROW LEVEL SECURITY;
ALTER TABLE release_units FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON release_units USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE release_cells ENABLE ROW LEVEL SECURITY;
ALTER TABLE release_cells FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON release_cells USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE release_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE release_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON release_notes USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE measure_targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE measure_targets FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON measure_targets USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- A release is never changed and never taken back, whatever a statement says.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a release is never changed' USING ERRCODE = 'check_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER releases_stay BEFORE UPDATE OR DELETE ON releases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER release_units_stay BEFORE UPDATE OR DELETE ON release_units FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER release_cells_stay BEFORE UPDATE OR DELETE ON release_cells FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TRIGGER release_cells_stay ON release_cells;
DROP TRIGGER release_units_stay ON release_units;
DROP TRIGGER releases_stay ON releases;
DROP FUNCTION refuse_change();
DROP POLICY one_organisation ON measure_targets;
ALTER TABLE measure_targets NO FORCE ROW LEVEL SECURITY;
ALTER TABLE measure_targets DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON release_notes;
ALTER TABLE release_notes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE release_notes DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON release_cells;
ALTER TABLE release_cells NO FORCE ROW LEVEL SECURITY;
ALTER TABLE release_cells DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON release_units;
ALTER TABLE release_units NO FORCE ROW LEVEL SECURITY;
ALTER TABLE release_units DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON releases;
ALTER TABLE releases NO FORCE ROW LEVEL SECURITY;
ALTER TABLE releases DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON service_cadences;
ALTER TABLE service_cadences NO FORCE ROW LEVEL SECURITY;
ALTER TABLE service_cadences DISABLE ROW LEVEL SECURITY;
