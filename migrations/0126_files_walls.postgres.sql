-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0125.
ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON uploads USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON files USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE file_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON file_parts USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON file_parts;
ALTER TABLE file_parts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE file_parts DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON files;
ALTER TABLE files NO FORCE ROW LEVEL SECURITY;
ALTER TABLE files DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON uploads;
ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY;
ALTER TABLE uploads DISABLE ROW LEVEL SECURITY;
