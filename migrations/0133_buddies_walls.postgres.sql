-- +goose Up
-- The second wall between organisations (see 0002) for the tables of 0132.
ALTER TABLE buddies ENABLE ROW LEVEL SECURITY;
ALTER TABLE buddies FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON buddies USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');
ALTER TABLE buddy_cards ENABLE ROW LEVEL SECURITY;
ALTER TABLE buddy_cards FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON buddy_cards USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON buddy_cards;
ALTER TABLE buddy_cards NO FORCE ROW LEVEL SECURITY;
ALTER TABLE buddy_cards DISABLE ROW LEVEL SECURITY;
DROP POLICY one_organisation ON buddies;
ALTER TABLE buddies NO FORCE ROW LEVEL SECURITY;
ALTER TABLE buddies DISABLE ROW LEVEL SECURITY;
