package web_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

// crowd has a session for every token, until they are all ended.
type crowd struct {
	looks, reads atomic.Int64
	ended        atomic.Bool
}

func (c *crowd) Authenticate(_ context.Context, place viewer.Place, token string, _ bool) (viewer.Viewer, error) {
	if c.ended.Load() {
		return viewer.Viewer{}, errs.New(errs.Unauthenticated, "Please sign in.")
	}
	return viewer.Viewer{AccountID: "everybody", SessionID: token, Place: place}, nil
}

func (c *crowd) Recheck(ctx context.Context, place viewer.Place, tokens []string) ([]web.Session, error) {
	c.reads.Add(1)
	c.looks.Add(int64(len(tokens)))
	time.Sleep(5 * time.Millisecond) // as a database does
	sessions := make([]web.Session, len(tokens))
	for i, token := range tokens {
		sessions[i].Viewer, sessions[i].Err = c.Authenticate(ctx, place, token, false)
	}
	return sessions, nil
}

// follow opens a stream, waits until it would hear of a change, and counts the next.
func follow(t *testing.T, f *fixture, token string, changed, over *sync.WaitGroup) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/api/young/live", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(&http.Cookie{Name: "heard_young", Value: token})
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	told := func() bool {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "event: changed") {
				return true
			}
		}
		return false
	}
	if !told() {
		t.Fatal("a stream says nothing")
	}
	changed.Add(1)
	over.Go(func() {
		seen := sync.OnceFunc(changed.Done)
		defer seen()
		for told() {
			seen()
		}
	})
}

// Many streams woken at once are looked at together, not one by one, and all of
// them end soon after their sessions, although no signal says so.
func TestManyStreamsCostFewReads(t *testing.T) {
	const streams = 300
	c := &crowd{}
	f := open(t, func(o *web.Options) { o.Auth, o.Heartbeat = c, time.Hour })
	var changed, over sync.WaitGroup
	for i := range streams {
		follow(t, f, "token-"+string(rune('0'+i%10))+strings.Repeat("x", i/10), &changed, &over)
	}
	if n := f.hub.Streams(); n != streams {
		t.Fatalf("%d streams are open", n)
	}
	reads, looks := c.reads.Load(), c.looks.Load()
	began := time.Now()
	f.hub.Wake("everybody")
	changed.Wait()
	reads, looks = c.reads.Load()-reads, c.looks.Load()-looks
	t.Logf("%d streams changed within %v, by %d reads of %d sessions", streams, time.Since(began), reads, looks)
	if looks < streams || reads > streams/10 {
		t.Errorf("%d reads for %d looks: they are not gathered", reads, looks)
	}
	c.ended.Store(true)
	over.Wait()
	if n := f.hub.Streams(); n != 0 {
		t.Errorf("%d streams are open", n)
	}
}
