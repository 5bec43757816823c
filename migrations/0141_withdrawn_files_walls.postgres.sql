-- +goose Up
-- The second wall between organisations (see 0002) for the table of 0140.
ALTER TABLE withdrawn_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE withdrawn_files FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON withdrawn_files USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON withdrawn_files;
ALTER TABLE withdrawn_files NO FORCE ROW LEVEL SECURITY;
ALTER TABLE withdrawn_files DISABLE ROW LEVEL SECURITY;
