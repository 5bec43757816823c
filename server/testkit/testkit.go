// Package testkit opens a running Heard for tests: the App that main runs, on a
// real database, with a push service that decrypts and a clock that stands still.
// Only tests import it.
package testkit

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/keys"
	"heard/server/testkit/push"
)

// start is the time at which every test's clock stands at first: a weekday
// afternoon, so that "within 24 hours" crosses a midnight.
var start = time.Date(2026, 3, 4, 14, 4, 0, 0, time.UTC)

// Kit is a running Heard.
type Kit struct {
	T     testing.TB
	App   *app.App
	URL   string
	Clock *Clock
	Push  *push.Service
	Logs  *Logs

	admin *Person
}

// Each runs a test on SQLite and on PostgreSQL. Without a PostgreSQL server the
// second is left out, unless CI is set: then its absence fails the test.
func Each(t *testing.T, f func(t *testing.T, k *Kit)) {
	t.Helper()
	EachDatabase(t, func(t *testing.T, databaseURL string) { f(t, Open(t, databaseURL)) })
}

// EachDatabase is Each for tests that start Heard themselves: an empty address
// stands for SQLite, any other for a migrated database of the test's own.
func EachDatabase(t *testing.T, f func(t *testing.T, databaseURL string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, "") })
	if os.Getenv(pgVar) == "" && os.Getenv("CI") == "" {
		t.Logf("%s is not set: PostgreSQL is not tested here; make test does", pgVar)
		return
	}
	t.Run("postgres", func(t *testing.T) { f(t, postgresURL(t)) })
}

// New is Open on SQLite.
func New(t testing.TB) *Kit { return Open(t, "") }

// Open starts Heard on the database and stops it at the test's end.
func Open(t testing.TB, databaseURL string) *Kit {
	t.Helper()
	return OpenWith(t, databaseURL, func(*app.Config) {})
}

// OpenWith is Open with some settings of the test's own.
func OpenWith(t testing.TB, databaseURL string, set func(*app.Config)) *Kit {
	t.Helper()
	clock := NewClock(start)
	service, err := push.Listen(push.Options{}) // by the machine's clock: so does the library that signs
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &Kit{T: t, Clock: clock, Push: service, Logs: &Logs{}}
	// The host is a name, because a passkey belongs to a name, never to an address.
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	k.URL = "http://localhost:" + port
	config := app.Config{
		Listen: ln.Addr().String(), PublicURL: k.URL, DatabaseURL: keys.Secret(databaseURL), DataDir: t.TempDir(),
		Key: newKey(), PushContact: "heard@example.org", TestPushOrigin: service.URL,
		Now: k.Clock.Now, Log: slog.New(slog.NewJSONHandler(k.Logs, nil)), PollEvery: 20 * time.Millisecond, HeartbeatEvery: -1, LeftEvery: -1, ReleasesEvery: -1, SharingEvery: -1, FilesEvery: -1, PlacesEvery: -1,
	}
	set(&config)
	k.App, err = app.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	k.serve(ln)
	return k
}

// serve runs the App until the test ends. The test's own context ends too early:
// clean-up functions still talk to the server.
func (k *Kit) serve(ln net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- k.App.Serve(ctx, ln) }()
	k.T.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			k.T.Errorf("the server stopped with: %v", err)
		}
		if err := k.App.Close(); err != nil {
			k.T.Errorf("close: %v", err)
		}
	})
}

func newKey() keys.Secret {
	var key [32]byte
	_, _ = rand.Read(key[:])
	return keys.Secret(base64.StdEncoding.EncodeToString(key[:]))
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Eventually waits until f is true; work that jobs do has no other sign of its end.
func (k *Kit) Eventually(what string, f func() bool) {
	k.T.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for !f() {
		if time.Now().After(deadline) {
			k.T.Fatalf("never happened: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
