-- +goose Up
-- The second wall between organisations (see 0002) for the table of 0103.
ALTER TABLE voice_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE voice_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON voice_notes USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON voice_notes;
ALTER TABLE voice_notes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE voice_notes DISABLE ROW LEVEL SECURITY;
