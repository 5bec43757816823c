package db_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"heard/migrations"
	"heard/server/db"
)

// TestSessionsSurviveTheirNewPlace: SQLite makes the table anew, with a row in another
// table pointing into it.
func TestSessionsSurviveTheirNewPlace(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.open(t)
		before := fstest.MapFS{}
		names, err := fs.Glob(migrations.FS, "*.sql")
		must(t, err)
		for _, name := range names {
			if name < "0060" {
				data, err := migrations.FS.ReadFile(name)
				must(t, err)
				before[name] = &fstest.MapFile{Data: data}
			}
		}
		must(t, d.MigrateFiles(ctx, before))
		session := func(id, place string) string {
			return `INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, created_at, last_active_at, unlocked, expires_at)
 VALUES ('` + id + `', 'o', 'a', 'd', '` + place + `', '` + id + `', 1, 1, TRUE, 2)`
		}
		must(t, d.Tx(db.WholeServer(ctx), func(tx *db.Tx) error {
			for _, sql := range []string{
				`INSERT INTO organisations (id, name, demo, wrapped_key, created_at) VALUES ('o', 'Riverside', FALSE, 'k', 1)`,
				`INSERT INTO accounts (id, organisation_id, kind, name, called, avatar, wrapped_key, created_at) VALUES ('a', 'o', 'young_person', 'n', 'c', 'a1', 'k', 1)`,
				`INSERT INTO devices (id, organisation_id, account_id, name, history_open, created_at, last_seen_at) VALUES ('d', 'o', 'a', 'n', TRUE, 1, 1)`,
				session("s", "young"), session("t", "work"),
				`INSERT INTO shared_seats (id, organisation_id, tablet_hash, session_id, created_at) VALUES ('x', 'o', 'h', 's', 1)`,
			} {
				if err := tx.Gorm().Exec(sql).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, d.Migrate(ctx))
		must(t, d.Tx(db.WholeServer(ctx), func(tx *db.Tx) error {
			if err := tx.Gorm().Exec(session("i", "insight")).Error; err != nil {
				return err
			}
			var found []string
			err := tx.Gorm().Raw(`SELECT s.id || ' ' || place || COALESCE(' ' || x.id, '') FROM sessions s LEFT JOIN shared_seats x ON x.session_id = s.id ORDER BY 1`).Scan(&found).Error
			if got := strings.Join(found, ", "); got != "i insight, s young x, t work" {
				t.Errorf("sessions: %s", got)
			}
			return err
		}))
		for what, sql := range map[string]string{
			"a place there is none of":   session("j", "nowhere"),
			"a seat of a session gone":   `INSERT INTO shared_seats (id, organisation_id, tablet_hash, session_id, created_at) VALUES ('y', 'o', 'h', 'gone', 1)`,
			"a token that is there":      strings.Replace(session("k", "work"), "'k', 1", "'t', 1", 1),
			"a session somebody sits on": `DELETE FROM sessions WHERE id = 's'`,
		} {
			if err := d.Tx(db.WholeServer(ctx), func(tx *db.Tx) error { return tx.Gorm().Exec(sql).Error }); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
	})
}
