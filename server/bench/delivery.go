package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"heard/server/testkit/push"
)

const (
	tapsPerSecond = 50
	liveStreams   = 2000
	perSession    = 6 // streams that one session may hold
	fanouts       = 5
)

// inHouse is the fake push service in this process.
type inHouse struct{ *push.Service }

func (s inHouse) subscribe(serverKey string) (push.Subscription, error) {
	return s.Subscribe(serverKey), nil
}

// measureTapToPush posts cards at a steady pace and takes the time from the tap to the push at the push service.
func measureTapToPush(ctx context.Context, s settings) error {
	service, err := push.Listen(push.Options{})
	if err != nil {
		return err
	}
	defer service.Close()
	return withServer(ctx, s, service.URL, func(p *process, client *fasthttp.Client) error {
		sam, err := open(client, p.base, "sam", "work")
		if err != nil {
			return err
		}
		if err := sam.subscribeAt(client, inHouse{service}); err != nil {
			return err
		}
		leo, err := enter(client, p.base)
		if err != nil {
			return err
		}
		tapped, err := leo.steadily(client, s.lasting)
		if err != nil {
			return err
		}
		took, err := arrived(ctx, client, sam, service, tapped)
		if err != nil {
			return err
		}
		line("tap_to_push_p99_ms", took, "ms")
		return nil
	})
}

// steadily taps so many cards a second, whatever the answers take, and gives when each was tapped, by the server's id.
func (p phone) steadily(client *fasthttp.Client, lasting time.Duration) (map[string]time.Time, error) {
	var mu sync.Mutex
	tapped := map[string]time.Time{}
	var failed error
	var all sync.WaitGroup
	for range time.Duration(tapsPerSecond) * lasting / time.Second {
		all.Go(func() {
			began := time.Now()
			var receipt struct {
				ID string `json:"id"`
			}
			_, err := p.ask(client, fasthttp.MethodPost, "/api/young/cards", p.card(), &receipt)
			mu.Lock()
			defer mu.Unlock()
			tapped[receipt.ID], failed = began, errors.Join(failed, err)
		})
		time.Sleep(time.Second / tapsPerSecond)
	}
	all.Wait()
	return tapped, failed
}

func (p phone) card() string {
	return fmt.Sprintf(`{"id":%q,"card":"sad","kind":"feeling","intensity":"quite","need":"talk","audience":%s,"kept":false,"tappedAt":%q}`,
		uuid.Must(uuid.NewV7()), p.audience, time.Now().UTC().Format(time.RFC3339))
}

// arrived waits for a push for every card and gives the slowest but one in a hundred, in milliseconds.
func arrived(ctx context.Context, client *fasthttp.Client, sam phone, service *push.Service, tapped map[string]time.Time) (float64, error) {
	wait, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	requests, err := service.Wait(wait, "", len(tapped))
	if err != nil {
		return 0, fmt.Errorf("%d of %d pushes arrived: %w", len(requests), len(tapped), err)
	}
	var took []time.Duration
	for _, r := range requests {
		var told struct{ N string }
		if err := json.Unmarshal([]byte(r.Plain), &told); err != nil {
			return 0, err
		}
		var target struct {
			CardID string `json:"cardId"`
		}
		if _, err := sam.ask(client, fasthttp.MethodGet, "/api/work/open/"+told.N, "", &target); err != nil {
			return 0, err
		}
		if at, ok := tapped[target.CardID]; ok {
			took = append(took, r.At.Sub(at))
		}
	}
	if len(took) < len(tapped) {
		return 0, fmt.Errorf("%d of %d cards were told", len(took), len(tapped))
	}
	return milliseconds(took), nil
}

// milliseconds gives the time that all but one in a hundred kept.
func milliseconds(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)*99/100].Microseconds()) / 1000
}

// measureFanout opens many live streams of one young person and takes the time from a card to the event on each.
func measureFanout(ctx context.Context, s settings) error {
	return withServer(ctx, s, "", func(p *process, client *fasthttp.Client) error {
		heard := make(chan time.Time, liveStreams*4)
		var leo phone
		for opened := 0; opened < liveStreams; opened += perSession {
			var err error
			if leo, err = open(client, p.base, "leo", "young"); err != nil {
				return err
			}
			for range min(perSession, liveStreams-opened) {
				conn, err := leo.stream(heard)
				if err != nil {
					return err
				}
				defer conn.Close()
			}
		}
		if err := drain(heard, liveStreams); err != nil { // each says "changed" when it opens
			return err
		}
		leo.audience = "[]"
		var took []time.Duration
		for range fanouts {
			began := time.Now()
			if _, err := leo.ask(client, fasthttp.MethodPost, "/api/young/cards", leo.card(), nil); err != nil {
				return err
			}
			late := time.After(20 * time.Second)
			for range liveStreams {
				select {
				case at := <-heard:
					took = append(took, at.Sub(began))
				case <-late:
					return fmt.Errorf("%d events did not come", fanouts*liveStreams-len(took))
				}
			}
			quiet(heard)
		}
		line("sse_fanout_p99_ms", milliseconds(took), "ms")
		return nil
	})
}

// stream opens a live stream on a connection of its own and gives the moment of each "changed".
func (p phone) stream(heard chan<- time.Time) (net.Conn, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(p.base, "localhost", "127.0.0.1", 1), "http://"))
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "GET /api/young/live HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", strings.TrimPrefix(p.base, "http://"), p.cookie); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go func() {
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			if lines.Text() == "event: changed" {
				heard <- time.Now()
			}
		}
	}()
	return conn, nil
}

func drain(heard <-chan time.Time, n int) error {
	late := time.After(time.Minute)
	for i := range n {
		select {
		case <-heard:
		case <-late:
			return fmt.Errorf("%d of %d streams opened", i, n)
		}
	}
	quiet(heard)
	return nil
}

// quiet waits until nothing more comes: one card can wake a stream twice.
func quiet(heard <-chan time.Time) {
	for {
		select {
		case <-heard:
		case <-time.After(500 * time.Millisecond):
			return
		}
	}
}

// withServer runs the built binary on a demo of its own.
func withServer(ctx context.Context, s settings, pushOrigin string, measure func(*process, *fasthttp.Client) error) error {
	dir, err := os.MkdirTemp("", "heard-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := launch(ctx, s.binary, dir, pushOrigin)
	if err != nil {
		return err
	}
	client := newClient()
	defer client.CloseIdleConnections()
	return errors.Join(measure(p, client), p.stop())
}
