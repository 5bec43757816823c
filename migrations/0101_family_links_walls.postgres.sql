-- +goose Up
-- The second wall between organisations (see 0002) for the table of 0100.
ALTER TABLE family_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_links FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON family_links USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON family_links;
ALTER TABLE family_links NO FORCE ROW LEVEL SECURITY;
ALTER TABLE family_links DISABLE ROW LEVEL SECURITY;
