-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0060 and 0061.
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON contacts USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE asks ENABLE ROW LEVEL SECURITY;
ALTER TABLE asks FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON asks USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE listening_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE listening_people FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON listening_people USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE answer_copies ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer_copies FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON answer_copies USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE told_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE told_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON told_answers USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE period_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE period_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON period_keys USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON answers USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON answers;
ALTER TABLE answers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE answers DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON period_keys;
ALTER TABLE period_keys NO FORCE ROW LEVEL SECURITY;
ALTER TABLE period_keys DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON told_answers;
ALTER TABLE told_answers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE told_answers DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON answer_copies;
ALTER TABLE answer_copies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE answer_copies DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON listening_people;
ALTER TABLE listening_people NO FORCE ROW LEVEL SECURITY;
ALTER TABLE listening_people DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON asks;
ALTER TABLE asks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE asks DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON contacts;
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE contacts DISABLE ROW LEVEL SECURITY;
