package backup

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"heard/migrations"
	"heard/server/db"
	"heard/server/errs"
)

// ofEachDatabase are tables that every database has of its own from its migrations: what has been applied, and a row
// to try writing with.
var ofEachDatabase = []string{"goose_db_version", "readiness"}

// table is one table of the database at hand.
type table struct {
	name    string
	columns []column
	refers  []string // tables its rows refer to
}

func (t table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = `"` + c.Name + `"`
	}
	return names
}

func (t table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.Name == name })
}

// schemaVersion is the highest migration this Heard knows, on whichever database.
func schemaVersion() (int64, error) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	var highest int64
	for _, name := range files {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("a migration without a number: %s", name)
		}
		highest = max(highest, n)
	}
	return highest, err
}

// unhurried lifts the limits that keep requests short: a backup is long, and in nobody's way.
func unhurried(tx *db.Tx) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	for _, limit := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if err := tx.Gorm().Exec("SET LOCAL " + limit + " = 0").Error; err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// catalogue reads what tables there are, those first that others refer to.
func catalogue(tx *db.Tx) ([]table, error) {
	read := catalogueSQLite
	if tx.Dialect() == db.Postgres {
		read = cataloguePostgres
	}
	found, err := read(tx)
	if err != nil {
		return nil, err
	}
	return inOrder(found)
}

type columnRow struct{ TableName, ColumnName, DataType string }

type referenceRow struct{ TableName, Refers string }

func cataloguePostgres(tx *db.Tx) ([]table, error) {
	var columns []columnRow
	err := tx.Gorm().Raw(`SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.column_name`).Scan(&columns).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	var references []referenceRow
	err = tx.Gorm().Raw(`SELECT DISTINCT c.relname AS table_name, r.relname AS refers FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2`).Scan(&references).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	return tables(columns, references)
}

func catalogueSQLite(tx *db.Tx) ([]table, error) {
	var columns []columnRow
	err := tx.Gorm().Raw(`SELECT m.name AS table_name, p.name AS column_name, p.type AS data_type FROM sqlite_schema m, pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.name, p.name`).Scan(&columns).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	var references []referenceRow
	err = tx.Gorm().Raw(`SELECT DISTINCT m.name AS table_name, f."table" AS refers FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
WHERE m.type = 'table' ORDER BY 1, 2`).Scan(&references).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	return tables(columns, references)
}

func tables(columns []columnRow, references []referenceRow) ([]table, error) {
	var all []table
	for _, c := range columns {
		if slices.Contains(ofEachDatabase, c.TableName) {
			continue
		}
		if len(all) == 0 || all[len(all)-1].name != c.TableName {
			all = append(all, table{name: c.TableName})
		}
		k, err := kindOf(c)
		if err != nil {
			return nil, err
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, column{Name: c.ColumnName, Kind: k})
	}
	for _, r := range references {
		if i := slices.IndexFunc(all, func(t table) bool { return t.name == r.TableName }); i >= 0 && r.Refers != r.TableName {
			all[i].refers = append(all[i].refers, r.Refers)
		}
	}
	return all, nil
}

// kindOf knows the types the migrations use. Another one must be thought about here before it can be backed up.
func kindOf(c columnRow) (kind, error) {
	switch strings.ToLower(c.DataType) {
	case "text":
		return kindText, nil
	case "bigint", "integer":
		return kindInt, nil
	case "boolean":
		return kindBool, nil
	case "bytea":
		return kindBytes, nil
	default:
		return "", errs.New(errs.Internal, "Backups know no "+c.DataType+", which "+c.TableName+"."+c.ColumnName+" is.")
	}
}

// inOrder sorts tables so that each comes after those it refers to.
func inOrder(all []table) ([]table, error) {
	var sorted []table
	done := map[string]bool{}
	for len(sorted) < len(all) {
		before := len(sorted)
		for _, t := range all {
			if !done[t.name] && !slices.ContainsFunc(t.refers, func(name string) bool { return !done[name] }) {
				sorted, done[t.name] = append(sorted, t), true
			}
		}
		if len(sorted) == before {
			return nil, errs.New(errs.Internal, "Tables refer to one another in a ring, so no order restores them.")
		}
	}
	return sorted, nil
}

// eachRow reads a table, the rows in the order of their first column so that two backups of the same data agree.
func eachRow(tx *db.Tx, t table, use func([]any) error) error {
	rows, err := tx.Gorm().Raw(`SELECT ` + strings.Join(t.names(), ", ") + ` FROM "` + t.name + `" ORDER BY 1`).Rows()
	if err != nil {
		return db.Translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		values, err := scan(rows, t.columns)
		if err != nil {
			return err
		}
		if err := use(values); err != nil {
			return err
		}
	}
	return db.Translate(rows.Err())
}

func scan(rows *sql.Rows, columns []column) ([]any, error) {
	values := make([]any, len(columns))
	for i, c := range columns {
		switch c.Kind {
		case kindText:
			values[i] = new(*string)
		case kindInt:
			values[i] = new(*int64)
		case kindBool:
			values[i] = new(*bool)
		case kindBytes:
			values[i] = new([]byte)
		}
	}
	if err := rows.Scan(values...); err != nil {
		return nil, db.Translate(err)
	}
	for i, v := range values {
		// JSON has no way to say such a text; writing another one instead would be a loss nobody sees.
		if text, ok := v.(**string); ok && *text != nil && !utf8.ValidString(**text) {
			return nil, errs.New(errs.Internal, "The column "+columns[i].Name+" holds text that is not UTF-8.")
		}
	}
	return values, nil
}

// empty says whether a table has no row.
func empty(tx *db.Tx, t table) (bool, error) {
	var found []int
	err := tx.Gorm().Raw(`SELECT 1 FROM "` + t.name + `" LIMIT 1`).Scan(&found).Error
	return len(found) == 0, db.Translate(err)
}

// oneValue goes into a statement as one value. gorm would spread plain bytes into many after a bracket, and make an
// empty value none.
type oneValue []byte

// Value gives the bytes to the driver.
func (b oneValue) Value() (driver.Value, error) { return []byte(b), nil }

// insert writes rows of a table.
func insert(tx *db.Tx, t table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ") + ")"
	values := strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", ")
	args := make([]any, 0, len(rows)*len(t.columns))
	for _, row := range rows {
		args = append(args, row...)
	}
	return db.Translate(tx.Gorm().Exec(`INSERT INTO "`+t.name+`" (`+strings.Join(t.names(), ", ")+`) VALUES `+values, args...).Error)
}

// endStaffSessions: whoever left since the backup was made must not be let in again by it, and staff sign in with a
// passkey in seconds. Young people's phones stay open: they have no other way in than a code from somebody else.
func endStaffSessions(tx *db.Tx) error {
	return db.Translate(tx.Gorm().Exec(`UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL AND place <> 'young'`, db.At(tx.Now)).Error)
}

// clearLeases: no worker of the server that was backed up is at work here.
func clearLeases(tx *db.Tx, t table) error {
	if !t.has("lease_until") || !t.has("lease_by") {
		return nil
	}
	return db.Translate(tx.Gorm().Exec(`UPDATE "` + t.name + `" SET lease_until = NULL, lease_by = NULL WHERE lease_until IS NOT NULL`).Error)
}
