package app_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"heard/server/app"
	"heard/server/keys"
	"heard/server/testkit"
)

// cuttable leads Heard to its database over a wire that the test can cut.
func cuttable(t *testing.T, databaseURL string) (throughWire string, wire *toxiproxy.Proxy) {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	wire = toxiproxy.NewProxy(server, "database", "127.0.0.1:0", u.Host)
	if err := wire.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(wire.Stop)
	u.Host = wire.Listen
	return u.String(), wire
}

// A database that goes and comes back: requests are refused at once and plainly
// while it is away, and afterwards everything goes on by itself.
func TestHeardOutlivesItsDatabase(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL == "" {
			return // the embedded database does not go away
		}
		throughWire, wire := cuttable(t, databaseURL)
		k := testkit.OpenWith(t, databaseURL, func(c *app.Config) { c.DatabaseURL = keys.Secret(throughWire) })
		w := k.World()
		_, phone := w.Sam.Subscribe()
		inbox := listenAt(t, k.URL, w.Sam)
		inbox.changed()

		wire.Stop()
		began := time.Now()
		var together sync.WaitGroup
		for range 10 {
			together.Go(func() {
				if a := w.Leo.Post("/cards", k.NewCard(w.Sam)); a.Status != http.StatusServiceUnavailable {
					t.Errorf("a card while the database is away: status %d", a.Status)
				} else if code, _ := a.Problem(); code != "unavailable" {
					t.Errorf("the code is %s", code)
				}
			})
		}
		together.Wait()
		t.Logf("ten cards were refused within %v", time.Since(began))
		ready := func() int {
			answer, err := http.Get(k.URL + "/readyz")
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			return answer.StatusCode
		}
		k.Eventually("it says that it is not ready", func() bool { return ready() == http.StatusServiceUnavailable })
		inbox.quiet()

		if err := wire.Start(); err != nil {
			t.Fatal(err)
		}
		t.Logf("the inbox is told to look again after %v", inbox.changed())
		var r receipt
		w.Leo.Post("/cards", k.NewCard(w.Sam)).Into(&r)
		if _, err := k.Push.Wait(t.Context(), phone.ID, 1); err != nil {
			t.Errorf("the alert of a card after the outage: %v", err)
		}
		k.Clock.Forward(6 * time.Minute) // the deadline passes
		k.Eventually("deadlines are acted on", func() bool {
			return count(k, "SELECT count(*) FROM card_events WHERE card_id = ? AND kind = 'overdue'", r.ID) > 0
		})
		k.Eventually("it says that it is ready", func() bool { return ready() == http.StatusOK })
		if n := count(k, "SELECT count(*) FROM cards"); n != 1 {
			t.Errorf("%d cards", n)
		}
	})
}
