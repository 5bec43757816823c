package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

var ctx = context.Background()

// each runs a test on SQLite and, when HEARD_TEST_PG names a server, on PostgreSQL,
// with two organisations.
func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, ready(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)}))
	})
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, ready(t, db.Config{URL: fresh(t, server)})) })
	}
}

func ready(t *testing.T, c db.Config) *db.DB {
	t.Helper()
	now := time.Date(2026, 3, 1, 14, 2, 3, 0, time.UTC)
	var mu sync.Mutex
	c.Now = func() time.Time { // a second later each time
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	d, err := db.Open(ctx, c)
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	must(t, d.Migrate(ctx))
	must(t, d.Tx(ctx, func(tx *db.Tx) error {
		for _, id := range []string{"o1", "o2"} {
			must(t, tx.Gorm().Exec("INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES (?, ?, ?, ?)", id, id, []byte{1}, db.At(tx.Now)).Error)
		}
		return nil
	}))
	return d
}

func fresh(t *testing.T, server string) string {
	t.Helper()
	name := "heard_audit_" + strings.ReplaceAll(db.NewID(), "-", "")
	run := func(sql string) {
		conn, err := pgx.Connect(ctx, server)
		must(t, err)
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, sql)
		must(t, err)
	}
	run("CREATE DATABASE " + name)
	t.Cleanup(func() { run("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(server)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func entry(organisation, actor, action, subject string) audit.Entry {
	return audit.Entry{OrganisationID: organisation, ActorID: actor, Action: action, ObjectKind: "card", ObjectID: "c1", SubjectID: subject}
}

func verify(d *db.DB, organisation string) error {
	return d.Read(ctx, func(tx *db.Tx) error { return audit.Verify(tx, organisation) })
}

func count(t *testing.T, d *db.DB, organisation string) (n, last int64) {
	t.Helper()
	must(t, d.Read(ctx, func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT count(*), COALESCE(max(seq), 0) FROM audit WHERE organisation_id = ?", organisation).Row().Scan(&n, &last)
	}))
	return n, last
}

func TestTheChainHoldsUnderManyWriters(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for w := range 16 {
			all.Go(func() {
				for i := range 10 {
					err := d.Tx(ctx, func(tx *db.Tx) error {
						for _, o := range []string{"o1", "o1", "o2"} {
							if err := audit.Append(tx, entry(o, fmt.Sprint(w), "card.seen", "")); err != nil {
								return err
							}
						}
						if i%5 == 4 {
							return errors.New("changed my mind")
						}
						return nil
					})
					if (err != nil) != (i%5 == 4) {
						t.Errorf("%d: %v", w, err)
					}
				}
			})
		}
		all.Wait()
		for o, want := range map[string]int64{"o1": 16 * 8 * 2, "o2": 16 * 8} {
			if n, last := count(t, d, o); n != want || last != want {
				t.Errorf("%s: %d rows up to %d, want %d without a gap", o, n, last, want)
			}
			if err := verify(d, o); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestEveryTamperingShows(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		const rows = 6
		for range rows {
			must(t, d.Tx(ctx, func(tx *db.Tx) error { return audit.Append(tx, entry("o1", "a1", "card.looked", "y1")) }))
		}
		must(t, d.Tx(ctx, func(tx *db.Tx) error { return audit.Append(tx, entry("o2", "a1", "card.looked", "y1")) }))
		must(t, verify(d, "o1"))
		tampering := []string{
			"DELETE FROM audit WHERE seq = 3 AND organisation_id = 'o1'",
			"DELETE FROM audit WHERE seq = 1 AND organisation_id = 'o1'",
			"UPDATE audit SET seq = seq + 100 WHERE seq = 6 AND organisation_id = 'o1'",
			"UPDATE audit SET organisation_id = 'o1', seq = 7 WHERE organisation_id = 'o2'",
			"UPDATE audit SET prev_hash = hash WHERE seq = 3 AND organisation_id = 'o1'",
			"UPDATE audit SET hash = prev_hash WHERE seq = 6 AND organisation_id = 'o1'",
			"UPDATE audit SET at = at + 1 WHERE seq = 3 AND organisation_id = 'o1'",
		}
		for _, column := range []string{"id", "actor_id", "action", "object_kind", "object_id", "subject_id", "reason"} {
			tampering = append(tampering, "UPDATE audit SET "+column+" = 'other' WHERE seq = 3 AND organisation_id = 'o1'")
		}
		undo := errors.New("undo")
		for _, sql := range tampering {
			err := d.Tx(ctx, func(tx *db.Tx) error {
				res := tx.Gorm().Exec(sql)
				if res.Error != nil || res.RowsAffected == 0 {
					t.Errorf("%s: %v, %d rows", sql, res.Error, res.RowsAffected)
				}
				if err := audit.Verify(tx, "o1"); errs.ReasonOf(err) != "audit_broken" {
					t.Errorf("%s did not show: %v", sql, err)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", sql, err)
			}
		}
		must(t, verify(d, "o1"))
	})
}

func TestAYoungPersonSeesWhoLooked(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, e := range []audit.Entry{
			entry("o1", "sam", "card.looked", "y1"),
			entry("o1", "jo", "relation.propose", "y1"),
			entry("o1", "y1", "card.looked", "y1"),
			entry("o1", "sam", "card.looked", "y2"),
			entry("o2", "sam", "card.looked", "y1"),
			{OrganisationID: "o1", ActorID: "kim", Action: audit.BrokeGlass, ObjectKind: "young_person", ObjectID: "y1", SubjectID: "y1", Reason: "worried"},
			{OrganisationID: "o1", Action: "card.looked", ObjectKind: "card", SubjectID: "y1"},
			entry("o1", "sam", audit.FamilyLinkMade, "y1"),
		} {
			must(t, d.Tx(ctx, func(tx *db.Tx) error { return audit.Append(tx, e) }))
		}
		me := viewer.Viewer{AccountID: "y1", OrganisationID: "o1"}
		see := func(v viewer.Viewer, limit int) (rows []audit.Row) {
			must(t, d.Read(ctx, func(tx *db.Tx) (err error) {
				rows, err = audit.AboutSubject(tx, v, limit)
				return err
			}))
			return rows
		}
		rows := see(me, 10)
		if len(rows) != 4 || rows[0].Action != audit.FamilyLinkMade || rows[1].ActorID != audit.Server || rows[2].ActorID != "kim" || rows[2].Reason != "worried" || rows[3].ActorID != "sam" {
			t.Fatalf("got %+v", rows)
		}
		if !rows[0].At.After(rows[1].At) || rows[3].ObjectID != "c1" {
			t.Fatalf("got %+v", rows)
		}
		if got := see(me, 1); len(got) != 1 || got[0].ID != rows[0].ID {
			t.Fatalf("got %+v", got)
		}
		if got := see(me, -1); len(got) != 1 {
			t.Fatalf("got %+v", got)
		}
		if got := see(viewer.Viewer{AccountID: "y3", OrganisationID: "o1"}, 10); len(got) != 0 {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestAnEntryMustBeWhole(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, e := range []audit.Entry{{}, {OrganisationID: "o1", Action: "x"}, {OrganisationID: "o1", ObjectKind: "x"}, {Action: "x", ObjectKind: "x"}} {
			err := d.Tx(ctx, func(tx *db.Tx) error { return audit.Append(tx, e) })
			if errs.CodeOf(err) != errs.Internal {
				t.Errorf("%+v: %v", e, err)
			}
		}
		if n, _ := count(t, d, "o1"); n != 0 {
			t.Fatalf("%d rows", n)
		}
	})
}
