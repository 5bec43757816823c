-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0109.
ALTER TABLE figure_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON figure_subscriptions USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE figure_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON figure_letters USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON figure_letters;
ALTER TABLE figure_letters NO FORCE ROW LEVEL SECURITY;
ALTER TABLE figure_letters DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON figure_subscriptions;
ALTER TABLE figure_subscriptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE figure_subscriptions DISABLE ROW LEVEL SECURITY;
