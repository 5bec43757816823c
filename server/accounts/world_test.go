package accounts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/accounts"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
	"heard/server/web"
)

const publicURL = "http://localhost:8080"

// world is one organisation on a real database, answering over HTTP, with a
// clock that stands still until told.
type world struct {
	t    *testing.T
	db   *db.DB
	ring *keys.Ring
	hub  *web.Hub
	s    *accounts.Service
	app  *web.App
	log  *bytes.Buffer
	org  string

	mu            sync.Mutex
	now           time.Time
	endedSessions []string
	endedAccounts []string
}

// each runs a test on SQLite and, when HEARD_TEST_PG names a server, on PostgreSQL.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, newWorld(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)}))
	})
	if server := os.Getenv("HEARD_TEST_PG"); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, newWorld(t, db.Config{URL: freshPostgres(t, server)})) })
	}
}

func freshPostgres(t *testing.T, server string) string {
	t.Helper()
	name := "heard_accounts_" + strings.ReplaceAll(db.NewID(), "-", "")
	run := func(sql string) {
		conn, err := pgx.Connect(context.Background(), server)
		must(t, err)
		defer func() { _ = conn.Close(context.Background()) }()
		_, err = conn.Exec(context.Background(), sql)
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

func newWorld(t *testing.T, c db.Config) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), hub: web.NewHub(), log: &bytes.Buffer{}}
	c.Now = w.clock
	var err error
	w.db, err = db.Open(t.Context(), c)
	must(t, err)
	t.Cleanup(func() { must(t, w.db.Close()) })
	must(t, w.db.Migrate(t.Context()))
	w.ring, err = keys.Load(filepath.Join(t.TempDir(), "key"), "")
	must(t, err)
	w.s, err = accounts.New(accounts.Config{DB: w.db, Ring: w.ring, Hub: w.hub, PublicURL: publicURL})
	must(t, err)
	w.s.OnSessionEnd(func(_ *db.Tx, id string) error { w.endedSessions = append(w.endedSessions, id); return nil })
	w.s.OnAccountEnd(func(_ *db.Tx, id string) error { w.endedAccounts = append(w.endedAccounts, id); return nil })
	w.org = w.organisation(false)
	w.app = web.NewApp(web.Options{
		PublicURL: publicURL, Auth: w.s, Ring: w.ring, Hub: w.hub, Now: w.clock,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	w.routes()
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) forward(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// around stands for the packages beside this one: staff may make codes.
func around() accounts.Around {
	return accounts.Around{
		Organisation: func(*db.Tx, string) (viewer.Organisation, error) {
			return viewer.Organisation{Name: "Riverside", KeyworkerWord: "my person", AboutMeWord: "About me", DutyPhone: "01632 960001"}, nil
		},
		Roles:   func(*db.Tx, viewer.Viewer) ([]string, error) { return []string{"keyworker"}, nil },
		Figures: func(*db.Tx, viewer.Viewer) (string, error) { return "read", nil },
		MayMakeCode: func(_ context.Context, _ *db.Tx, v viewer.Viewer, _ string) error {
			if v.Kind != viewer.KindStaff {
				return errs.New(errs.NotFound, "")
			}
			return nil
		},
	}
}

func (w *world) routes() {
	young, h := w.app.Place(viewer.Young), w.s.Handlers(viewer.Young, around())
	web.GET(young, "/session", web.Public(), h.GetSession, "-")
	web.POST(young, "/join", web.Public(), h.PostJoin, "-")
	web.POST(young, "/sign-out", web.Public(), h.PostSignOut, "-")
	web.GET(young, "/shared", web.Public(), h.GetShared, "-")
	web.POST(young, "/shared/pick", web.Public(), h.PostPick, "-")
	web.POST(young, "/shared/leave", web.Public(), h.PostLeave, "-")
	web.POST(young, "/lock-setup", viewer.AsYoungSettingLock, h.PostLockSetup, "-")
	web.DELETE(young, "/lock-setup", viewer.AsYoungReading, h.DeleteLockSetup, "-")
	web.POST(young, "/lock", viewer.AsYoung, h.PostLock, "-")
	web.POST(young, "/unlock", viewer.AsYoung, h.PostUnlock, "-")
	web.GET(young, "/devices", viewer.AsYoungReading, h.GetDevices, "-")
	web.POST(young, "/devices/{id}/approve", viewer.AsYoungReading, h.ApproveDevice, "-")
	web.DELETE(young, "/devices/{id}", viewer.AsYoungReading, h.DeleteDevice, "-")
	// Stand-ins for what other packages have: something sent, something read.
	answer := func(context.Context, *struct{}) (*accounts.Done, error) { return &accounts.Done{}, nil }
	web.POST(young, "/send", viewer.AsYoung, answer, "-")
	web.GET(young, "/read", viewer.AsYoungReading, answer, "-")
	for place, policy := range map[viewer.Place]web.Policy{viewer.Work: viewer.AsStaff, viewer.Admin: viewer.AsAdmin, viewer.Insight: viewer.AsInsight} {
		g, h := w.app.Place(place), w.s.Handlers(place, around())
		web.GET(g, "/session", web.Public(), h.GetSession, "-")
		web.POST(g, "/invite/begin", web.Public(), h.BeginInvite, "-")
		web.POST(g, "/invite/finish", web.Public(), h.FinishInvite, "-")
		web.POST(g, "/sign-in/begin", web.Public(), h.BeginSignIn, "-")
		web.POST(g, "/sign-in/finish", web.Public(), h.FinishSignIn, "-")
		web.POST(g, "/sign-out", web.Public(), h.PostSignOut, "-")
		web.GET(g, "/passkeys", policy, h.GetPasskeys, "-")
		web.POST(g, "/passkeys/begin", policy, h.BeginPasskey, "-")
		web.POST(g, "/passkeys/finish", policy, h.FinishPasskey, "-")
		web.DELETE(g, "/passkeys/{id}", policy, h.DeletePasskey, "-")
		web.GET(g, "/devices", policy, h.GetDevices, "-")
		web.DELETE(g, "/devices/{id}", policy, h.DeleteDevice, "-")
		web.POST(g, "/young-people/{id}/join-code", policy, h.PostJoinCode, "-")
		web.GET(g, "/read", policy, answer, "-")
	}
}

func (w *world) tx(fn func(tx *db.Tx) error) {
	w.t.Helper()
	must(w.t, w.db.Tx(w.t.Context(), fn))
}

func (w *world) organisation(demo bool) string {
	w.t.Helper()
	id := db.NewID()
	wrapped, _, err := w.ring.NewKey("organisation:" + id)
	must(w.t, err)
	w.tx(func(tx *db.Tx) error {
		return tx.Gorm().Exec("INSERT INTO organisations (id, name, demo, wrapped_key, created_at) VALUES (?, 'Riverside', ?, ?, ?)",
			id, demo, wrapped, db.At(tx.Now)).Error
	})
	return id
}

func (w *world) account(kind viewer.Kind, name string) string {
	w.t.Helper()
	var id string
	w.tx(func(tx *db.Tx) (err error) {
		id, err = w.s.CreateTx(tx, w.org, viewer.NewAccount{Kind: kind, Name: name + " Surname", Called: name})
		return err
	})
	return id
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	must(w.t, w.db.Read(w.t.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&n).Error }))
	return n
}

// code makes a join code for a young person, by a worker.
func (w *world) code(youngPerson string) string {
	w.t.Helper()
	worker := w.account(viewer.KindStaff, "Sam")
	v := viewer.Viewer{AccountID: worker, OrganisationID: w.org, Place: viewer.Work, Kind: viewer.KindStaff, Reading: true}
	code, err := w.s.MakeJoinCode(w.t.Context(), v, youngPerson, around().MayMakeCode)
	must(w.t, err)
	return code.Words
}

// browser keeps cookies by path, as a browser does, and the CSRF token.
type browser struct {
	w       *world
	cookies map[string]*http.Cookie
	csrf    string
}

func (w *world) browser() *browser { return &browser{w: w, cookies: map[string]*http.Cookie{}} }

// answer is a decoded answer.
type answer struct {
	Status int
	Text   string
	Header http.Header
	Body   map[string]any
}

func (a answer) str(key string) string {
	s, _ := a.Body[key].(string)
	return s
}

func (a answer) is(key string, want any) bool { return a.Body[key] == want }

func (b *browser) do(method, path string, body any, header ...string) answer {
	b.w.t.Helper()
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		must(b.w.t, err)
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.w.t.Context(), method, publicURL+path, reader)
	must(b.w.t, err)
	for _, c := range b.cookies {
		if strings.HasPrefix(path, c.Path+"/") {
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Origin", publicURL)
	req.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 14) Chrome/130")
	if b.csrf != "" {
		req.Header.Set(web.CSRFHeader, b.csrf)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := b.w.app.Fiber().Test(req, -1)
	must(b.w.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(b.w.t, err)
	for _, c := range res.Cookies() {
		b.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	a := answer{Status: res.StatusCode, Text: string(raw), Header: res.Header}
	if len(raw) > 0 {
		must(b.w.t, json.Unmarshal(raw, &a.Body))
	}
	if token := a.str("csrf"); token != "" {
		b.csrf = token
	}
	return a
}

// ok is do for what must succeed.
func (b *browser) ok(method, path string, body any) answer {
	b.w.t.Helper()
	a := b.do(method, path, body)
	if a.Status != http.StatusOK {
		b.w.t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Text)
	}
	return a
}

// refused is do for what must fail with a status and a reason.
func (b *browser) refused(status int, reason, method, path string, body any, header ...string) answer {
	b.w.t.Helper()
	a := b.do(method, path, body, header...)
	if a.Status != status || a.str("reason") != reason {
		b.w.t.Fatalf("%s %s: %d %s, want %d %q", method, path, a.Status, a.Text, status, reason)
	}
	return a
}

// join opens a young person's account in a new browser.
func (w *world) join(youngPerson string) *browser {
	w.t.Helper()
	b := w.browser()
	b.ok("POST", "/api/young/join", map[string]any{"code": w.code(youngPerson), "deviceName": "A phone"})
	b.ok("GET", "/api/young/session", nil) // as the page does at once
	return b
}

// letIn opens the history on all of somebody's devices.
func (w *world) letIn(youngPerson string) {
	w.t.Helper()
	must(w.t, w.db.Tx(w.t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Exec("UPDATE devices SET history_open = ? WHERE account_id = ?", true, youngPerson).Error
	}))
}

func (b *browser) clone() *browser {
	c := &browser{w: b.w, cookies: map[string]*http.Cookie{}, csrf: b.csrf}
	for name, cookie := range b.cookies {
		c.cookies[name] = cookie
	}
	return c
}
