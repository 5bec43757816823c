-- +goose Up
-- The second wall between organisations, as in 0002.

-- +goose StatementBegin
DO $$
DECLARE
  t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY['rota_plans', 'rota_shifts', 'rota_exceptions', 'rota_times', 'duty_answers', 'service_limits', 'notices'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format($policy$CREATE POLICY one_organisation ON %I USING (
      organisation_id = (SELECT current_setting('heard.organisation', TRUE))
      OR (SELECT current_setting('heard.organisation', TRUE)) = '*')$policy$, t);
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
  t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY['rota_plans', 'rota_shifts', 'rota_exceptions', 'rota_times', 'duty_answers', 'service_limits', 'notices'] LOOP
    EXECUTE format('DROP POLICY one_organisation ON %I', t);
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t);
  END LOOP;
END $$;
-- +goose StatementEnd
