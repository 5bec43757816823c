package reports

import (
	"regexp"

	"heard/server/errs"
)

var roleName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// RoleSQL gives what an administrator of PostgreSQL runs, once, to make a login that
// reads what was published and nothing else: no answers, no people, and it can write
// nothing. Of a note it sees what was done, not who wrote it.
func RoleSQL(name string) (string, error) {
	if !roleName.MatchString(name) {
		return "", errs.New(errs.Invalid, "The login's name may hold small letters, digits and _, and begins with a letter.")
	}
	return `CREATE ROLE ` + name + ` LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS;
ALTER ROLE ` + name + ` SET default_transaction_read_only = on;
ALTER ROLE ` + name + ` SET heard.organisation = '*';
GRANT USAGE ON SCHEMA public TO ` + name + `;
GRANT SELECT ON releases, release_units, release_cells, measure_targets TO ` + name + `;
GRANT SELECT (organisation_id, period, unit_id, did, at) ON release_notes TO ` + name + `;
`, nil
}
