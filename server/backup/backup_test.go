package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/backup"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/testkit"
	"heard/server/testkit/push"
	"heard/server/viewer"
	"heard/server/web"
)

// place is somewhere to back up from or restore into.
type place struct {
	folder, url string
	key         keys.Secret
}

// config opens the place's database and key, and brings its tables up to date, as the commands do.
func (p place) config(t *testing.T, now func() time.Time) backup.Config {
	t.Helper()
	ring, err := keys.Load("", p.key.Reveal())
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	d, err := db.Open(t.Context(), db.Config{
		URL: p.url, Path: filepath.Join(p.folder, "heard.db"), Key: ring.DatabaseKey(), Now: now, Log: log,
		Scope: func(context.Context) string { return "" },
	})
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	must(t, d.Migrate(t.Context()))
	return backup.Config{DB: d, Ring: ring, Log: log, Blobs: filepath.Join(p.folder, "blobs")}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const canary = "heron-waits-by-the-lift"

// source is a running Heard with a card that nobody has looked at, a push that its service has put off, and files.
type source struct {
	k     *testkit.Kit
	w     *testkit.World
	key   keys.Secret
	phone push.Subscription
	card  string
	file  string
}

func newSource(t *testing.T, databaseURL string) *source {
	t.Helper()
	s := &source{}
	s.k = testkit.OpenWith(t, databaseURL, func(c *app.Config) { s.key = c.Key })
	s.w = s.k.World()
	_, s.phone = s.w.Sam.Subscribe()
	_, dead := s.w.Jo.Subscribe()
	s.k.Push.Answer(s.phone.ID, push.Answer{Status: 429, RetryAfter: "60"})
	s.k.Push.Answer(dead.ID, push.Answer{Status: 410})
	card := s.k.NewCard(s.w.Sam, s.w.Jo)
	card.Words = canary + " مرحبا 🙂 \u2028 <&>\n\t\""
	var made struct{ ID string }
	s.w.Leo.Post("/cards", card).Into(&made)
	s.card = made.ID
	_, err := s.k.Push.Wait(t.Context(), s.phone.ID, 1)
	must(t, err)
	_, err = s.k.Push.Wait(t.Context(), dead.ID, 1)
	must(t, err)
	s.k.Eventually("both pushes are written down", func() bool {
		return count(t, s.k.App.DB, `SELECT count(*) FROM alert_pushes`) == 2 && count(t, s.k.App.DB, `SELECT count(*) FROM alerts WHERE lease_by IS NOT NULL`) == 0
	})
	blobs := filepath.Join(s.k.App.Config.DataDir, "blobs")
	must(t, os.MkdirAll(filepath.Join(blobs, "ab"), 0o700))
	must(t, os.WriteFile(filepath.Join(blobs, "ab", "photo"), bytes.Repeat([]byte("picture"), 100_000), 0o600))
	must(t, os.WriteFile(filepath.Join(blobs, "empty"), nil, 0o600))
	s.file = filepath.Join(t.TempDir(), "heard.backup")
	made2, err := backup.Make(t.Context(), s.config(t), s.file)
	must(t, err)
	if made2.Rows < 40 || made2.Tables < 20 || made2.Blobs != 2 {
		t.Errorf("made: %s", made2)
	}
	return s
}

func (s *source) config(t *testing.T) backup.Config {
	t.Helper()
	ring, err := keys.Load("", s.key.Reveal())
	must(t, err)
	return backup.Config{DB: s.k.App.DB, Ring: ring, Log: slog.New(slog.DiscardHandler), Blobs: filepath.Join(s.k.App.Config.DataDir, "blobs")}
}

func count(t *testing.T, d *db.DB, query string) int {
	t.Helper()
	var n int
	must(t, d.Read(context.Background(), func(tx *db.Tx) error { return tx.Gorm().Raw(query).Scan(&n).Error }))
	return n
}

func dump(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	var rows map[string][]string
	must(t, d.Read(db.WholeServer(context.Background()), func(tx *db.Tx) (err error) { rows, err = backup.Dump(tx); return err }))
	return rows
}

// ways are the four ways between databases; on SQLite alone there is one.
func ways(t *testing.T, test func(t *testing.T, from, to string)) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL == "" {
			t.Run("to sqlite", func(t *testing.T) { test(t, "", "") })
			return
		}
		t.Run("to sqlite", func(t *testing.T) { test(t, databaseURL, "") })
	})
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL != "" {
			t.Run("from sqlite", func(t *testing.T) { test(t, "", databaseURL) })
		}
	})
}

// A card that waits is restored with everything about it, on the other database too, and what it waits for comes.
func TestACardSurvivesARestore(t *testing.T) {
	ways(t, func(t *testing.T, from, to string) {
		s := newSource(t, from)
		before := dump(t, s.k.App.DB)
		target := place{folder: t.TempDir(), url: to, key: s.key}
		clock := testkit.NewClock(s.k.Clock.Now())
		config := target.config(t, clock.Now)
		restored, err := backup.Restore(t.Context(), config, s.file)
		must(t, err)
		same(t, before, dump(t, config.DB))
		if !strings.Contains(restored.String(), "schema") || restored.Blobs != 2 {
			t.Errorf("restored: %s", restored)
		}
		photo, err := os.ReadFile(filepath.Join(config.Blobs, "ab", "photo"))
		if err != nil || !bytes.Equal(photo, bytes.Repeat([]byte("picture"), 100_000)) {
			t.Errorf("the photo has %d bytes, %v", len(photo), err)
		}
		must(t, config.DB.Close())

		k := testkit.OpenWith(t, to, func(c *app.Config) {
			c.DataDir, c.Key, c.Now, c.TestPushOrigin = target.folder, s.key, clock.Now, s.k.Push.URL
		})
		leo := carry(k, s.w.Leo, viewer.Young)
		var card struct{ State, Words string }
		leo(http.MethodGet, "/cards/"+s.card).Into(&card)
		if !strings.HasPrefix(card.Words, canary) {
			t.Errorf("the card: %+v", card)
		}
		clock.Forward(61 * time.Second)
		if _, err := s.k.Push.Wait(t.Context(), s.phone.ID, 2); err != nil {
			t.Errorf("the push that was put off never came: %v", err)
		}
		clock.Forward(31 * time.Minute)
		k.Eventually("the next are told", func() bool {
			leo(http.MethodGet, "/cards/"+s.card).Into(&card)
			return card.State == "overdue" || card.State == "nobody"
		})
		// Staff come in by the front door again.
		if a := carry(k, s.w.Sam, viewer.Work)(http.MethodGet, "/inbox"); a.Status != http.StatusUnauthorized {
			t.Errorf("a restored session of staff: %d", a.Status)
		}
	})
}

// carry asks as somebody's browser would that was open before.
func carry(k *testkit.Kit, p *testkit.Person, at viewer.Place) func(method, path string) *testkit.Answer {
	token := p.Token()
	return func(method, path string) *testkit.Answer {
		browser := k.Browser(at)
		request := browser.Request(method, path, nil)
		request.AddCookie(&http.Cookie{Name: web.CookieName(at), Value: token})
		return browser.Send(request)
	}
}

// same compares two databases row by row, but for what a restore changes on purpose.
func same(t *testing.T, before, after map[string][]string) {
	t.Helper()
	if len(before) != len(after) {
		t.Errorf("%d tables became %d", len(before), len(after))
	}
	rows := 0
	for table, want := range before {
		got := after[table]
		if table == "sessions" {
			want, got = without(t, want, "ended_at"), without(t, got, "ended_at")
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%s was\n%s\nand is\n%s", table, strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
		rows += len(want)
	}
	if rows < 40 {
		t.Errorf("only %d rows were compared", rows)
	}
}

func without(t *testing.T, rows []string, column string) []string {
	t.Helper()
	var left []string
	for _, row := range rows {
		var named map[string]any
		must(t, json.Unmarshal([]byte(row), &named))
		delete(named, column)
		line, err := json.Marshal(named)
		must(t, err)
		left = append(left, string(line))
	}
	return left
}

func TestTheFileShowsNothingAndIsItsOwners(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		s := newSource(t, databaseURL)
		file, err := os.ReadFile(s.file)
		must(t, err)
		raw, err := json.Marshal(s.key.Reveal())
		must(t, err)
		for _, private := range []string{canary, s.card, s.w.Sam.ID, "accounts", "picture", "ab/photo", string(raw[1:20]), s.phone.Endpoint} {
			if bytes.Contains(file, []byte(private)) {
				t.Errorf("the file holds %q", private)
			}
		}
		if info, err := os.Stat(s.file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if _, err := backup.Make(t.Context(), s.config(t), s.file); errs.ReasonOf(err) != "exists" {
			t.Errorf("written over: %v", err)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(s.file), "*")); err != nil || len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestAFileThatIsNotWholeRestoresNothing(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		s := newSource(t, "")
		whole, err := os.ReadFile(s.file)
		must(t, err)
		target := place{folder: t.TempDir(), url: databaseURL, key: s.key}
		config := target.config(t, time.Now)
		spoilt := filepath.Join(t.TempDir(), "spoilt")
		try := func(what, reason string, content []byte) {
			t.Helper()
			must(t, os.WriteFile(spoilt, content, 0o600))
			if _, err := backup.Restore(t.Context(), config, spoilt); errs.ReasonOf(err) != reason {
				t.Errorf("%s: %v", what, err)
			}
			for table, rows := range dump(t, config.DB) {
				if len(rows) != 0 {
					t.Errorf("%s: %d rows were left in %s", what, len(rows), table)
				}
			}
			if left, err := filepath.Glob(filepath.Join(target.folder, "blobs*")); err != nil || len(left) != 0 {
				t.Errorf("%s: left behind %v", what, left)
			}
		}
		try("nothing", "no_backup", nil)
		try("something else", "no_backup", []byte(strings.Repeat("SQLite format 3", 100)))
		for _, length := range []int{len(whole) - 1, len(whole) - 16, len(whole) / 2, len(whole) / 4, 400} {
			try(fmt.Sprintf("cut to %d of %d", length, len(whole)), "damaged", whole[:length])
		}
		for _, at := range []int{len(whole) - 1, len(whole) - 40, len(whole) / 2, 500} {
			changed := slices.Clone(whole)
			changed[at] ^= 1
			try(fmt.Sprintf("changed at %d", at), "damaged", changed)
		}
		try("longer", "damaged", append(slices.Clone(whole), make([]byte, 100)...))
		// The header stands open, and yet belongs to what follows.
		try("another time", "damaged", bytes.Replace(whole, []byte(`"made":"2026`), []byte(`"made":"2025`), 1))
		var newer bytes.Buffer
		must(t, backup.MakeAt(t.Context(), s.config(t), 9999, &newer))
		try("another schema", "schema", newer.Bytes())
		lying := bytes.Replace(newer.Bytes(), []byte(`"schema":9999`), []byte(`"schema":1234`), 1)
		try("a schema that was changed", "damaged", lying)
		_, err = backup.Restore(t.Context(), config, s.file)
		must(t, err)
		if _, err := backup.Restore(t.Context(), config, s.file); errs.ReasonOf(err) != "not_empty" {
			t.Errorf("restored over what is there: %v", err)
		}
		must(t, config.DB.Close())
	})
}

func TestAWrongKeyIsRefusedBeforeAnythingIsTouched(t *testing.T) {
	s := newSource(t, "")
	other := keys.Secret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	folder := filepath.Join(t.TempDir(), "new")
	var out bytes.Buffer
	restore := func(key keys.Secret, file string) error {
		return app.Command(t.Context(), app.Config{PublicURL: "http://localhost:1", DataDir: folder, Key: key, Log: slog.New(slog.DiscardHandler)}, []string{"restore", file}, &out)
	}
	if err := restore(other, s.file); errs.ReasonOf(err) != "wrong_key" {
		t.Errorf("another key: %v", err)
	}
	if err := restore("", s.file); err == nil || !strings.Contains(err.Error(), "HEARD_KEY") {
		t.Errorf("no key: %v", err)
	}
	if err := restore(s.key, s.file+"x"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("no file: %v", err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Error("something was made all the same")
	}
	must(t, restore(s.key, s.file))
	if !strings.Contains(out.String(), "Restored: ") {
		t.Errorf("said: %s", out.String())
	}
	again := filepath.Join(t.TempDir(), "again")
	must(t, app.Command(t.Context(), app.Config{PublicURL: "http://localhost:1", DataDir: folder, Key: s.key, Log: slog.New(slog.DiscardHandler)}, []string{"backup", again}, &out))
	if err := backup.Prove(s.config(t).Ring, again); err != nil {
		t.Error(err)
	}
}
