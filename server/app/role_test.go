package app_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/app"
	"heard/server/db"
	"heard/server/keys"
	"heard/server/testkit"
)

// published are the tables an analyst's login may read.
var published = []string{"measure_targets", "release_cells", "release_notes", "release_units", "releases"}

// The login for figures reads what was published, and neither reads nor writes
// anything else: every table is tried.
func TestTheReportsLoginReadsReleasesOnly(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL == "" {
			return // SQLite has no logins
		}
		ctx := t.Context()
		admin, name := figuresLogin(t, databaseURL)
		login := connectAs(t, os.Getenv("HEARD_TEST_PG_ADMIN"), databaseURL, url.User(name))
		_, err := login.Exec(ctx, "SET default_transaction_read_only = off") // whatever it tries
		must(t, err)

		rows, err := admin.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
		must(t, err)
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		if len(tables) < 40 || !slices.Contains(tables, "answers") {
			t.Fatalf("only these tables were found: %v", tables)
		}
		for _, table := range tables {
			_, err := login.Exec(ctx, "SELECT COUNT(*) FROM "+table)
			if read := err == nil; read != slices.Contains(published, table) {
				t.Errorf("%s is read: %v (%v)", table, read, err)
			}
			for _, sql := range []string{"DELETE FROM " + table, "TRUNCATE " + table + " CASCADE", "INSERT INTO " + table + " DEFAULT VALUES", "LOCK TABLE " + table + " IN EXCLUSIVE MODE"} {
				if _, err := login.Exec(ctx, sql); err == nil || !strings.Contains(err.Error(), "42501") && !strings.Contains(err.Error(), "LOCK TABLE can only") {
					t.Errorf("%s: %v", sql, err)
				}
			}
		}
		if _, err := login.Exec(ctx, "SELECT by_id FROM release_notes"); err == nil {
			t.Error("it reads who wrote a note")
		}
		if _, err := login.Exec(ctx, "CREATE TABLE mine (a INTEGER)"); err == nil {
			t.Error("it makes a table")
		}
	})
}

// With a login of its own for published figures, Heard reads them by that login and by
// no other: every page works, and none when the login loses the right on them.
func TestPublishedFiguresAreReadByTheirOwnLogin(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL == "" {
			return // SQLite has no logins
		}
		admin, name := figuresLogin(t, databaseURL)
		address := addressOf(t, os.Getenv("HEARD_TEST_PG_ADMIN"), databaseURL, url.User(name))
		k := testkit.OpenWith(t, databaseURL, func(c *app.Config) { c.ReportsDatabaseURL = keys.Secret(address) })
		w := k.World()
		cleo := k.Commissioner("Cleo", w.Lead)
		k.Clock.Forward(60 * 24 * time.Hour) // from 4 March: the first quarter is over
		_, err := k.App.Reports.Publish(t.Context())
		must(t, err)
		cleo.SignIn()
		var overview struct {
			Releases []struct{ Period string }
			Units    []struct{ ID string }
		}
		cleo.Get("/overview").Into(&overview)
		if len(overview.Releases) == 0 || len(overview.Units) == 0 {
			t.Fatalf("%+v", overview)
		}
		period := overview.Releases[0].Period
		k.Admin().SignIn()
		mia := k.YoungPerson("Mia", w.Home)
		readings := map[string]func() *testkit.Answer{"/you-said": func() *testkit.Answer { return mia.Get("/you-said") }}
		for _, page := range []string{
			"/overview", "/series?measure=felt_listened", "/compare?measure=felt_listened&period=" + period,
			"/export.csv", "/export.xlsx", "/report.html", "/measure-report.json?measure=felt_listened",
		} {
			readings[page] = func() *testkit.Answer { return cleo.Get(page) }
		}
		var token struct{ Secret string }
		cleo.Post("/tokens", map[string]any{"name": "Dashboard", "expiresAt": k.Clock.Now().AddDate(0, 6, 0).Format(time.RFC3339)}).Into(&token)
		program := k.Browser("")
		for _, page := range []string{
			"/overview", "/series?measure=felt_listened", "/compare?measure=felt_listened&period=" + period, "/measure-report?measure=felt_listened",
		} {
			readings["figures/v1"+page] = func() *testkit.Answer {
				request := program.Request(http.MethodGet, "figures/v1"+page, nil)
				request.Header.Set("Authorization", "Bearer "+token.Secret)
				return program.Send(request)
			}
		}
		for _, read := range readings {
			read().OK()
		}
		_, err = admin.Exec(t.Context(), "REVOKE SELECT ON release_cells FROM "+name)
		must(t, err)
		for page, read := range readings {
			if a := read(); a.Status < http.StatusInternalServerError {
				t.Errorf("%s is read by another login: status %d", page, a.Status)
			}
		}
		cleo.Get("/session").OK() // the rest goes on
	})
}

func TestTheLoginForFiguresNeedsPostgreSQL(t *testing.T) {
	t.Setenv("HEARD_REPORTS_DATABASE_URL", "postgres://figures@localhost/heard")
	if _, err := app.ConfigFromEnv(false); err == nil || !strings.Contains(err.Error(), "DATABASE_URL") {
		t.Errorf("%v", err)
	}
}

// figuresLogin makes the login that the command prints, and a connection as whoever runs it.
func figuresLogin(t *testing.T, databaseURL string) (admin *pgx.Conn, name string) {
	t.Helper()
	ctx := t.Context()
	admin = connectAs(t, os.Getenv("HEARD_TEST_PG_ADMIN"), databaseURL, nil)
	name = "figures_" + strings.ReplaceAll(db.NewID(), "-", "")
	var printed strings.Builder
	must(t, app.Command(ctx, app.Config{}, []string{"reports-role", name}, &printed))
	_, err := admin.Exec(ctx, printed.String())
	must(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec(context.WithoutCancel(ctx), "DROP OWNED BY "+name+"; DROP ROLE "+name)
		must(t, err)
	})
	return admin, name
}

// connectAs connects to a test's database by another server address, or as a login.
func connectAs(t *testing.T, server, databaseURL string, user *url.Userinfo) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), addressOf(t, server, databaseURL, user))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func addressOf(t *testing.T, server, databaseURL string, user *url.Userinfo) string {
	t.Helper()
	address, err := url.Parse(server)
	if err != nil || server == "" {
		t.Fatal("HEARD_TEST_PG_ADMIN is not set: run this test through .ci/pg.sh")
	}
	of, err := url.Parse(databaseURL)
	must(t, err)
	address.Path = of.Path
	if user != nil {
		address.User = user
	}
	return address.String()
}
