-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0106.
ALTER TABLE feedback_services ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_services FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON feedback_services USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE session_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON session_feedback USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON session_feedback;
ALTER TABLE session_feedback NO FORCE ROW LEVEL SECURITY;
ALTER TABLE session_feedback DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON feedback_services;
ALTER TABLE feedback_services NO FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_services DISABLE ROW LEVEL SECURITY;
