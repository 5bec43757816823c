-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0040.
ALTER TABLE outbox_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON outbox_tickets USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE refused_cards ENABLE ROW LEVEL SECURITY;
ALTER TABLE refused_cards FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON refused_cards USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON refused_cards;
ALTER TABLE refused_cards NO FORCE ROW LEVEL SECURITY;
ALTER TABLE refused_cards DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON outbox_tickets;
ALTER TABLE outbox_tickets NO FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox_tickets DISABLE ROW LEVEL SECURITY;
