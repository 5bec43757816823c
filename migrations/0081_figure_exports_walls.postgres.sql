-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0080.
ALTER TABLE figure_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON figure_tokens USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE figure_webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON figure_webhooks USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE figure_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE figure_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON figure_deliveries USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON figure_deliveries;
ALTER TABLE figure_deliveries NO FORCE ROW LEVEL SECURITY;
ALTER TABLE figure_deliveries DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON figure_webhooks;
ALTER TABLE figure_webhooks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE figure_webhooks DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON figure_tokens;
ALTER TABLE figure_tokens NO FORCE ROW LEVEL SECURITY;
ALTER TABLE figure_tokens DISABLE ROW LEVEL SECURITY;
