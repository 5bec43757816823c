-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0120.
ALTER TABLE moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE moves FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON moves USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE move_acts ENABLE ROW LEVEL SECURITY;
ALTER TABLE move_acts FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON move_acts USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE move_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE move_questions FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON move_questions USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE move_visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE move_visits FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON move_visits USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE move_about ENABLE ROW LEVEL SECURITY;
ALTER TABLE move_about FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON move_about USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE move_reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE move_reviews FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON move_reviews USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON move_reviews;
ALTER TABLE move_reviews NO FORCE ROW LEVEL SECURITY;
ALTER TABLE move_reviews DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON move_about;
ALTER TABLE move_about NO FORCE ROW LEVEL SECURITY;
ALTER TABLE move_about DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON move_visits;
ALTER TABLE move_visits NO FORCE ROW LEVEL SECURITY;
ALTER TABLE move_visits DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON move_questions;
ALTER TABLE move_questions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE move_questions DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON move_acts;
ALTER TABLE move_acts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE move_acts DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON moves;
ALTER TABLE moves NO FORCE ROW LEVEL SECURITY;
ALTER TABLE moves DISABLE ROW LEVEL SECURITY;
