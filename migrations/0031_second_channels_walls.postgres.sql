-- +goose Up
-- The second wall between organisations, as 0002 explains.
ALTER TABLE contact_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_points FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON contact_points USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE contact_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON contact_codes USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE alert_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON alert_deliveries USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON alert_deliveries;
DROP POLICY one_organisation ON contact_codes;
DROP POLICY one_organisation ON contact_points;
ALTER TABLE alert_deliveries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_codes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contact_points NO FORCE ROW LEVEL SECURITY;
ALTER TABLE alert_deliveries DISABLE ROW LEVEL SECURITY;
ALTER TABLE contact_codes DISABLE ROW LEVEL SECURITY;
ALTER TABLE contact_points DISABLE ROW LEVEL SECURITY;
