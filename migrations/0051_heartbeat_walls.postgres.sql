-- +goose Up
-- The wall between organisations, as 0002 built it.
ALTER TABLE heartbeats ENABLE ROW LEVEL SECURITY;
ALTER TABLE heartbeats FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON heartbeats USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON heartbeats;
ALTER TABLE heartbeats NO FORCE ROW LEVEL SECURITY;
ALTER TABLE heartbeats DISABLE ROW LEVEL SECURITY;
