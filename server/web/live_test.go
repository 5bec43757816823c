package web_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

// changes says "changed" once it would hear of a wake, and after each.
func changes(hub *web.Hub) web.Stream {
	return func(ctx context.Context, v viewer.Viewer, send func(string, any) error) error {
		wakes, stop := hub.Subscribe(ctx, v)
		defer stop()
		for open := true; open; {
			if err := send("changed", struct{}{}); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case _, open = <-wakes:
			}
		}
		return nil
	}
}

type liveStream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (f *fixture) live(t *testing.T) *liveStream {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	req, err := http.NewRequestWithContext(ctx, "GET", f.url+"/api/young/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "heard_young", Value: "good"})
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return &liveStream{t: t, lines: bufio.NewScanner(res.Body)}
}

// next gives the next event's name, or "" when the stream has ended.
func (s *liveStream) next() string {
	for s.lines.Scan() {
		if name, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			return name
		}
	}
	return ""
}

func (s *liveStream) until(want string) {
	s.t.Helper()
	for {
		switch got := s.next(); got {
		case want:
			return
		case "":
			s.t.Fatalf("the stream ended before %q", want)
		}
	}
}

// end reads to the end; no wake may come before it.
func (s *liveStream) end() {
	s.t.Helper()
	for got := s.next(); got != ""; got = s.next() {
		if got != "ping" {
			s.t.Fatalf("got %q", got)
		}
	}
	if err := s.lines.Err(); err != nil {
		s.t.Fatalf("the server did not end the stream: %v", err)
	}
}

func TestAStreamFlushesBeatsAndWakes(t *testing.T) {
	f := open(t, nil)
	s := f.live(t)
	s.until("ping")
	if !f.hub.Watching("child") || f.hub.Watching("other") {
		t.Fatal("the hub does not know who watches")
	}
	s.until("changed")
	s.until("ping") // a second one: the heartbeat, flushed while the stream stays open
	f.hub.Wake("other", "child")
	s.until("changed")
	if f.book.acts[0] {
		t.Fatal("opening a stream counted as an act of the person")
	}
}

func TestAStreamEndsWithItsSessionAccountAgeAndServer(t *testing.T) {
	for name, end := range map[string]func(*fixture){
		"session": func(f *fixture) { f.hub.EndSession("s1") },
		"account": func(f *fixture) { f.hub.EndAccount("child") },
		"server": func(f *fixture) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := f.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, nil)
			s := f.live(t)
			s.until("changed")
			end(f)
			s.end()
		})
	}
	t.Run("age", func(t *testing.T) {
		f := open(t, func(o *web.Options) { o.StreamMaxAge = 100 * time.Millisecond })
		s := f.live(t)
		s.until("changed")
		s.end()
	})
	t.Run("another session's end", func(t *testing.T) {
		f := open(t, nil)
		s := f.live(t)
		s.until("changed")
		f.hub.EndSession("s2")
		f.hub.EndAccount("other")
		f.hub.Wake("child")
		s.until("changed")
	})
}

func TestASessionKeepsItsNewestStreams(t *testing.T) {
	f := open(t, nil)
	var streams []*liveStream
	for range 7 {
		s := f.live(t)
		s.until("changed")
		streams = append(streams, s)
	}
	streams[0].end()
	f.hub.Wake("child")
	for _, s := range streams[1:] {
		s.until("changed")
	}
}

func TestAStreamNeedsASession(t *testing.T) {
	f := open(t, nil)
	f.problem(t, call{method: "GET", path: "/api/young/live"}, 401, errs.Unauthenticated, "")
}

func TestASubscriptionGathersWakesAndClosesAtTheEnd(t *testing.T) {
	h := web.NewHub()
	v := viewer.Viewer{AccountID: "a", SessionID: "s"}
	wakes, stop := h.Subscribe(context.Background(), v)
	defer stop()
	h.Wake("a")
	h.Wake("a")
	<-wakes
	select {
	case <-wakes:
		t.Fatal("two wakes must become one")
	default:
	}
	h.EndSession("s")
	if _, open := <-wakes; open {
		t.Fatal("the end must close the channel")
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, stop = h.Subscribe(ctx, v)
	cancel()
	stop()
	h.Wake("a") // nobody is left; must not block or panic
}
