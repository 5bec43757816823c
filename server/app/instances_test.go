package app_test

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/db"
	"heard/server/testkit"
)

// another starts a second instance on the database of the first and gives its address.
func another(t *testing.T, k *testkit.Kit) string {
	t.Helper()
	c := k.App.Config
	c.Log, c.DataDir = slog.New(slog.DiscardHandler), t.TempDir()
	second, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- second.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the second instance stopped with: %v", err)
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// listening is a person's live stream on an instance of the test's choice.
type listening struct {
	t      *testing.T
	events chan string
	done   chan struct{}
}

func listenAt(t *testing.T, address string, p *testkit.Person) *listening {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/"+string(p.Place)+"/live", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: "heard_" + string(p.Place), Value: p.Token()})
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the stream: status %d", answer.StatusCode)
	}
	l := &listening{t: t, events: make(chan string, 100), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				l.events <- name
			}
		}
	}()
	return l
}

// changed waits for the next change and says how long it took.
func (l *listening) changed() time.Duration {
	l.t.Helper()
	began := time.Now()
	for {
		select {
		case event := <-l.events:
			if event == "changed" {
				return time.Since(began)
			}
		case <-l.done:
			l.t.Fatal("the stream ended")
		case <-time.After(20 * time.Second):
			l.t.Fatal("the change never came")
		}
	}
}

// quiet takes what has come so far.
func (l *listening) quiet() {
	for {
		select {
		case <-l.events:
		case <-time.After(300 * time.Millisecond):
			return
		}
	}
}

// ended waits for the stream's end and says how long it took.
func (l *listening) ended() time.Duration {
	l.t.Helper()
	began := time.Now()
	for {
		select {
		case <-l.done:
			return time.Since(began)
		case <-l.events:
		case <-time.After(20 * time.Second):
			l.t.Fatal("the stream goes on")
		}
	}
}

// Two instances on one PostgreSQL are one Heard: what is done at the first shows on
// the streams of the second, and ends them.
func TestInstancesAreOneHeard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		if k.App.DB.Dialect() == db.SQLite {
			return // one process only
		}
		second := another(t, k)
		w := k.World()
		inbox, phone := listenAt(t, second, w.Sam), listenAt(t, second, w.Leo)
		inbox.changed()
		phone.changed()
		phone.quiet()
		inbox.quiet()

		var r receipt
		w.Leo.Post("/cards", k.NewCard(w.Sam)).Into(&r)
		t.Logf("a card reached the other instance's inbox %v after its receipt", inbox.changed())
		phone.quiet()
		var page card
		w.Sam.Get("/cards/" + r.ID).Into(&page)
		w.Sam.Post("/cards/"+r.ID+"/seen", map[string]any{"version": page.Version}).OK()
		t.Logf("a press reached the other instance's phone after %v", phone.changed())

		id := texts(k, "SELECT id FROM relations WHERE subject_id = ? AND kind = 'keyworker_of'", w.Sam.ID)[0]
		k.Admin().Post("/relations/"+id+"/end", map[string]any{"reason": "made up"}).OK()
		t.Logf("the last relation's end ended the stream after %v", inbox.ended())
		w.Leo.Post("/sign-out", nil).OK()
		t.Logf("signing out ended the stream after %v", phone.ended())
	})
}
