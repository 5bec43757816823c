package db_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/errs"
)

type askerKey struct{}

// asked is a request of somebody in an organisation.
func asked(organisation string) context.Context {
	return context.WithValue(ctx, askerKey{}, organisation)
}

// walled opens a PostgreSQL database with Heard's tables, as a role that the
// second wall holds for. SQLite has the first wall only.
func walled(t *testing.T, test func(t *testing.T, d *db.DB)) {
	server := os.Getenv("HEARD_TEST_PG")
	if server == "" {
		t.Log("SQLite has no row-level security; .ci/pg.sh gives this test a PostgreSQL")
		return
	}
	p := postgresPlace(t, server)
	p.config.Scope = func(ctx context.Context) string { id, _ := ctx.Value(askerKey{}).(string); return id }
	d := p.open(t)
	if strings.Contains(p.logged.String(), "row-level security") {
		t.Fatal("the role in HEARD_TEST_PG goes around row-level security; run this through .ci/pg.sh")
	}
	must(t, d.Migrate(ctx))
	test(t, d)
}

// unwalled is what belongs to no organisation, and why.
var unwalled = []string{
	"ceremonies",       // begun before anybody knows who it is
	"goose_db_version", // the migrations' own
	"outbox_keys",      // the server's
	"push_keys",        // the server's
	"rate_limits",      // counted by address, before signing in
	"readiness",        // the server's
}

func TestAForgottenConditionShowsNothingOfAnotherOrganisation(t *testing.T) {
	walled(t, func(t *testing.T, d *db.DB) {
		mine, other := db.NewID(), db.NewID()
		tables := fill(t, d, mine, other)
		if len(tables) < 21 {
			t.Fatalf("only %d tables belong to an organisation", len(tables))
		}
		for _, w := range tables {
			t.Run(w.name, func(t *testing.T) {
				for asker, rows := range map[string]int64{mine: 1, other: 1, db.NewID(): 0, "": 2} {
					if n := w.count(asked(asker), t, d); n != rows {
						t.Errorf("%q sees %d rows and should see %d", asker, n, rows)
					}
				}
				if n := w.count(db.WholeServer(asked(mine)), t, d); n != 2 {
					t.Errorf("on behalf of the whole server %d rows of 2 are seen", n)
				}
				w.cannotBeChangedFrom(t, d, mine, other)
			})
		}
	})
}

// cannotBeChangedFrom tries what a forgotten condition could do to other rows.
func (w table) cannotBeChangedFrom(t *testing.T, d *db.DB, mine, other string) {
	t.Helper()
	var touched int64
	undone := errs.New(errs.Conflict, "undone")
	for _, statement := range []string{
		fmt.Sprintf("UPDATE %s SET %s = %s", w.name, w.key, w.key), "DELETE FROM " + w.name,
	} {
		err := d.Tx(asked(mine), func(tx *db.Tx) error {
			res := tx.Gorm().Exec(statement)
			if touched = res.RowsAffected; res.Error != nil {
				return res.Error
			}
			return undone
		})
		if errs.CodeOf(err) != errs.Conflict || touched != 1 {
			t.Errorf("%s touched %d rows: %v", strings.Fields(statement)[0], touched, err)
		}
	}
	for what, act := range map[string]func(tx *db.Tx) error{
		"a row was given away": func(tx *db.Tx) error {
			return tx.Gorm().Exec(fmt.Sprintf("UPDATE %s SET %s = ?", w.name, w.key), other).Error
		},
		"a row was made for another": func(tx *db.Tx) error { return w.insert(tx, other) },
	} {
		if err := d.Tx(asked(mine), act); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := d.Tx(asked(mine), func(tx *db.Tx) error {
		if err := w.insert(tx, mine); w.key == "id" || err != nil { // an organisation has one row
			return err
		}
		return undone
	}); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a row of one's own: %v", err)
	}
}

func TestEveryTableStandsOnOneSideOfTheWall(t *testing.T) {
	walled(t, func(t *testing.T, d *db.DB) {
		open := rowsOf[string](t, d, `SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
			AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname`)
		if !slices.Equal(open, unwalled) {
			t.Fatalf("without row-level security are %q, and should be %q", open, unwalled)
		}
	})
}

func TestTheScopeEndsWithItsTransaction(t *testing.T) {
	walled(t, func(t *testing.T, d *db.DB) {
		mine := db.NewID()
		fill(t, d, mine, db.NewID())
		outside := d.OneConnection()
		for _, scope := range []context.Context{asked(mine), ctx} {
			must(t, d.Tx(scope, func(*db.Tx) error { return nil }))
			var n int
			must(t, outside.QueryRowContext(ctx, "SELECT count(*) FROM cards").Scan(&n))
			if n != 0 {
				t.Fatalf("outside a transaction %d cards are seen", n)
			}
		}
	})
}

func TestAScopeThatIsNoIDIsRefused(t *testing.T) {
	walled(t, func(t *testing.T, d *db.DB) {
		for _, id := range []string{"*", "x", "'; SET LOCAL heard.organisation = '*", strings.ToUpper(db.NewID()), db.NewID() + "\n"} {
			err := d.Read(asked(id), func(*db.Tx) error { t.Errorf("%q was let in", id); return nil })
			if errs.ReasonOf(err) != "scope" || strings.Contains(err.Error(), id) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestARoleThatGoesAroundTheWallIsWarnedOf(t *testing.T) {
	walled(t, func(t *testing.T, _ *db.DB) {
		server := os.Getenv("HEARD_TEST_PG_ADMIN")
		if server == "" {
			t.Fatal("HEARD_TEST_PG_ADMIN is not set: run this test through .ci/pg.sh")
		}
		p := postgresPlace(t, server)
		p.open(t)
		if !strings.Contains(p.logged.String(), "row-level security") {
			t.Fatalf("a superuser opened the database and the log says %q", p.logged.String())
		}
	})
}

// table is one whose rows belong to an organisation, as the catalogue knows it.
type table struct {
	name, key, columns string
	values             []any // for all columns but the key, which comes first
}

// fill puts a row of each organisation into every table that has an owner. What
// else the rows must hold is of no account here, so the checks on it are dropped.
func fill(t *testing.T, d *db.DB, organisations ...string) []table {
	t.Helper()
	var tables []table
	names := rowsOf[string](t, d, `SELECT table_name FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'organisation_id' ORDER BY table_name`)
	for _, name := range append(names, "organisations") {
		w := table{name: name, key: "organisation_id"}
		if name == "organisations" {
			w.key = "id"
		}
		must(t, d.Tx(ctx, func(tx *db.Tx) error { return w.loosen(tx) }))
		tables = append(tables, w)
	}
	for i := range tables {
		w := &tables[i]
		w.columns = w.key
		type column struct{ ColumnName, DataType string }
		for _, c := range rowsOf[column](t, d, `SELECT column_name, data_type FROM information_schema.columns
			WHERE table_schema = 'public' AND is_nullable = 'NO' AND table_name = ? AND column_name <> ?`, w.name, w.key) {
			w.columns += ", " + c.ColumnName
			w.values = append(w.values, c.DataType)
		}
		for _, id := range organisations {
			must(t, d.Tx(ctx, func(tx *db.Tx) error { return w.insert(tx, id) }))
		}
	}
	return tables
}

func (w table) loosen(tx *db.Tx) error {
	var names []string
	err := tx.Gorm().Raw(`SELECT conname FROM pg_constraint WHERE conrelid = ?::regclass AND contype IN ('c', 'f')`, w.name).Scan(&names).Error
	for _, name := range names {
		if err == nil {
			err = tx.Gorm().Exec("ALTER TABLE " + w.name + " DROP CONSTRAINT " + name).Error
		}
	}
	if err == nil { // releases refuse every change by themselves; here the wall alone is asked
		err = tx.Gorm().Exec("ALTER TABLE " + w.name + " DISABLE TRIGGER USER").Error
	}
	return err
}

var serial int64

func (w table) insert(tx *db.Tx, organisation string) error {
	values := []any{organisation}
	for _, kind := range w.values {
		serial++
		switch kind {
		case "text":
			values = append(values, db.NewID())
		case "bytea":
			values = append(values, []byte(db.NewID()))
		case "boolean":
			values = append(values, true)
		default:
			values = append(values, serial)
		}
	}
	marks := strings.Repeat(", ?", len(values))[2:]
	return tx.Gorm().Exec("INSERT INTO "+w.name+" ("+w.columns+") VALUES ("+marks+")", values...).Error
}

// count is a query whose author forgot whose rows to ask for.
func (w table) count(ctx context.Context, t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	must(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Gorm().Table(w.name).Count(&n).Error }))
	return n
}

func rowsOf[T any](t *testing.T, d *db.DB, query string, args ...any) (rows []T) {
	t.Helper()
	must(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&rows).Error }))
	return rows
}
