-- +goose Up
-- The second wall between organisations (see 0002) for the table of 0042.
ALTER TABLE shared_seats ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_seats FORCE ROW LEVEL SECURITY;
CREATE POLICY one_organisation ON shared_seats USING (
  organisation_id = (SELECT current_setting('heard.organisation', TRUE))
  OR (SELECT current_setting('heard.organisation', TRUE)) = '*');

-- +goose Down
DROP POLICY one_organisation ON shared_seats;
ALTER TABLE shared_seats NO FORCE ROW LEVEL SECURITY;
ALTER TABLE shared_seats DISABLE ROW LEVEL SECURITY;
