-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0135.
ALTER TABLE journeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE journeys FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON journeys USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE journey_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE journey_choices FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON journey_choices USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE belongings ENABLE ROW LEVEL SECURITY;
ALTER TABLE belongings FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON belongings USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON belongings;
ALTER TABLE belongings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE belongings DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON journey_choices;
ALTER TABLE journey_choices NO FORCE ROW LEVEL SECURITY;
ALTER TABLE journey_choices DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON journeys;
ALTER TABLE journeys NO FORCE ROW LEVEL SECURITY;
ALTER TABLE journeys DISABLE ROW LEVEL SECURITY;
