-- +goose Up
-- A second wall between organisations, for a query that forgot its own (docs/decisions). Heard sets
-- heard.organisation at the start of each transaction: the asker's organisation, or '*' for jobs, signing
-- in and migrations. Not set, nothing is seen. FORCE holds the tables' owner to it too. The sub-selects
-- make PostgreSQL read the setting once a query and not once a row.
-- A later table with organisation_id needs these three statements in its own migration.

-- +goose StatementBegin
DO $$
DECLARE
  walled CONSTANT TEXT[][] := ARRAY[
    ['organisations', 'id'],
    ['services', 'organisation_id'],
    ['teams', 'organisation_id'],
    ['accounts', 'organisation_id'],
    ['devices', 'organisation_id'],
    ['sessions', 'organisation_id'],
    ['locks', 'organisation_id'],
    ['join_codes', 'organisation_id'],
    ['invitations', 'organisation_id'],
    ['passkeys', 'organisation_id'],
    ['relations', 'organisation_id'],
    ['push_subscriptions', 'organisation_id'],
    ['alerts', 'organisation_id'],
    ['alert_pushes', 'organisation_id'],
    ['push_tests', 'organisation_id'],
    ['cards', 'organisation_id'],
    ['card_recipients', 'organisation_id'],
    ['card_events', 'organisation_id'],
    ['card_switched_off', 'organisation_id'],
    ['card_dues', 'organisation_id'],
    ['audit', 'organisation_id']];
  t TEXT[];
BEGIN
  FOREACH t SLICE 1 IN ARRAY walled LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t[1]);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t[1]);
    EXECUTE format($policy$CREATE POLICY one_organisation ON %I USING (
      %I = (SELECT current_setting('heard.organisation', TRUE))
      OR (SELECT current_setting('heard.organisation', TRUE)) = '*')$policy$, t[1], t[2]);
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
  t TEXT;
BEGIN
  FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'one_organisation' LOOP
    EXECUTE format('DROP POLICY one_organisation ON %I', t);
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t);
  END LOOP;
END $$;
-- +goose StatementEnd
