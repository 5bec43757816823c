package notify_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/testkit/push"
	"heard/server/viewer"
)

// world is a database with two people at work, a push service, and what the floor above would hear.
type world struct {
	t     testing.TB
	db    *db.DB
	ring  *keys.Ring
	clock *clock
	push  *push.Service
	n     *notify.Service
	heard *settler
	log   *lockedBuffer
	sam   viewer.Viewer
	jo    viewer.Viewer
}

// each runs a test on SQLite and, where there is a server to make databases on, on PostgreSQL.
func each(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, newWorld(t, db.SQLite)) })
	if os.Getenv("HEARD_TEST_PG") != "" {
		t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, newWorld(t, db.Postgres)) })
	} else if os.Getenv("CI") != "" {
		t.Fatal("HEARD_TEST_PG is not set: run this test through make test")
	}
}

func newWorld(t testing.TB, dialect string) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Now()}, push: push.Start(t), heard: &settler{}, log: &lockedBuffer{}}
	dir := t.TempDir()
	ring, err := keys.Load(filepath.Join(dir, "server.key"), "")
	w.must(err)
	w.ring = ring
	config := db.Config{Now: w.clock.Now, Log: w.logger(), Path: filepath.Join(dir, "heard.db"), Key: ring.DatabaseKey()}
	if dialect == db.Postgres {
		config.URL = postgres(t)
	}
	w.db, err = db.Open(t.Context(), config)
	w.must(err)
	t.Cleanup(func() { _ = w.db.Close() })
	w.must(w.db.Migrate(t.Context()))
	w.sam, w.jo = w.staff("s1"), w.staff("s2")
	w.n = w.service(notify.Config{})
	return w
}

// postgres makes an empty database of the test's own.
func postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("HEARD_TEST_PG")
	name := "heard_notify_" + strings.ToLower(rand.Text())
	execute := func(statement string) {
		conn, err := pgx.Connect(context.Background(), server)
		if err == nil {
			_, err = conn.Exec(context.Background(), statement)
			_ = conn.Close(context.Background())
		}
		if err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	execute("CREATE DATABASE " + name)
	t.Cleanup(func() { execute("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(w.log, nil)) }

// service makes a sender on this world's database; what the config leaves out is filled in for tests.
func (w *world) service(c notify.Config) *notify.Service {
	w.t.Helper()
	c.DB, c.Ring, c.Log, c.TestPushOrigin = w.db, w.ring, w.logger(), w.push.URL
	if c.PollEvery == 0 {
		c.PollEvery = 10 * time.Millisecond
	}
	n, err := notify.New(w.t.Context(), c)
	w.must(err)
	n.SettleWith(w.heard)
	return n
}

// run starts a sender that stops with the test, or earlier by what it returns.
func (w *world) run(n *notify.Service) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = n.Run(ctx) })
	stop = func() { cancel(); running.Wait() }
	w.t.Cleanup(stop)
	return stop
}

func (w *world) staff(session string) viewer.Viewer {
	w.t.Helper()
	v := viewer.Viewer{
		AccountID: db.NewID(), OrganisationID: "o1", SessionID: session, Place: viewer.Work, Kind: viewer.KindStaff, Reading: true,
	}
	w.sql(`INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES ('o1', 'Area', ?, 1) ON CONFLICT DO NOTHING`, []byte{1})
	w.sql(`INSERT INTO accounts (id, organisation_id, kind, name, called, avatar, wrapped_key, created_at) VALUES (?, 'o1', 'staff', ?, ?, 'a1', ?, 1)`,
		v.AccountID, []byte{1}, []byte{1}, []byte{1})
	return v
}

func (w *world) tx(fn func(*db.Tx) error) {
	w.t.Helper()
	w.must(w.db.Tx(context.Background(), fn))
}

func (w *world) sql(statement string, args ...any) {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error { return tx.Gorm().Exec(statement, args...).Error })
}

// value reads one value; text comes as string, null as "".
func (w *world) value(query string, args ...any) string {
	w.t.Helper()
	var found *string
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT CAST(("+query+") AS TEXT)", args...).Scan(&found).Error
	}))
	if found == nil {
		return ""
	}
	return *found
}

// subscribe gives a viewer a browser.
func (w *world) subscribe(v viewer.Viewer) (id string, sub push.Subscription) {
	w.t.Helper()
	sub = w.push.Subscribe(w.n.PublicKey())
	id, _, err := w.n.Subscribe(w.t.Context(), v, request(sub))
	w.must(err)
	return id, sub
}

func request(sub push.Subscription) notify.NewSubscription {
	return notify.NewSubscription{Endpoint: sub.Endpoint, P256dh: sub.Keys.P256dh, Auth: sub.Keys.Auth, Label: "Phone"}
}

func (w *world) alert(v viewer.Viewer, subject string) notify.Alert {
	return notify.Alert{
		OrganisationID: v.OrganisationID, AccountID: v.AccountID, SubjectKind: "card", SubjectID: subject,
		Body: notify.Card, TTL: 30 * time.Minute, Urgency: notify.UrgencyHigh,
	}
}

// enqueue keeps alerts and gives the id of the first.
func (w *world) enqueue(alerts ...notify.Alert) string {
	w.t.Helper()
	w.tx(func(tx *db.Tx) error { return w.n.EnqueueTx(tx, alerts) })
	return w.value(`SELECT min(id) FROM alerts WHERE subject_id = ?`, alerts[0].SubjectID)
}

// eventually waits for a state that goroutines of the service bring about.
func (w *world) eventually(what string, reached func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !reached() {
		if time.Now().After(deadline) {
			w.t.Fatalf("never: %s\n%s", what, w.log.String())
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (w *world) becomes(want, query string, args ...any) {
	w.t.Helper()
	var got string
	w.eventually(query+" = "+want, func() bool { got = w.value(query, args...); return got == want })
}

// arrived waits until n pushes have come for a subscription of the fake service.
func (w *world) arrived(sub push.Subscription, n int) []push.Request {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	found, err := w.push.Wait(ctx, sub.ID, n)
	if err != nil {
		w.t.Fatalf("%d of %d pushes came\n%s", len(found), n, w.log.String())
	}
	return found
}

// opens asks what an alert is about.
func (w *world) opens(v viewer.Viewer, alertID string) (kind, id string, err error) {
	err = w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		kind, id, err = w.n.SubjectOfTx(tx, v, alertID)
		return err
	})
	return kind, id, err
}

// settles waits for what the floor above hears of an alert, in order.
func (w *world) settles(alertID, want string) {
	w.t.Helper()
	w.eventually("settled as "+want, func() bool { return w.heard.outcomes(alertID) == want })
}

func (w *world) health(v viewer.Viewer) []notify.Subscription {
	w.t.Helper()
	shown, err := w.n.List(w.t.Context(), v)
	w.must(err)
	return shown
}

// settler stands for the floor above.
type settler struct {
	mu   sync.Mutex
	seen []notify.Settled
	fail error
	once func() // run inside the next SettleTx
}

func (s *settler) SettleTx(tx *db.Tx, a notify.Settled) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if once := s.once; once != nil {
		s.once = nil
		once()
	}
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, a)
	})
	return nil
}

func (s *settler) outcomes(alertID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, a := range s.seen {
		if a.AlertID == alertID {
			all = append(all, string(a.Outcome))
		}
	}
	return strings.Join(all, ",")
}

// channels says what accepted an alert, in order.
func (s *settler) channels(alertID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, a := range s.seen {
		if a.AlertID == alertID && a.Outcome == notify.Accepted {
			all = append(all, string(a.Channel))
		}
	}
	return strings.Join(all, ",")
}

func (s *settler) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// clock stands still until told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
