package pulse

import (
	"context"
	"sync"
	"time"

	"heard/server/web"
)

const (
	readyWithin = 2 * time.Second
	readyFor    = time.Second // how long an answer is good
)

// readyCheck is the last look whether the database can be written, shared by all
// who ask: a check that anybody may call must not become a load of its own.
type readyCheck struct {
	mu      sync.Mutex
	running chan struct{} // closed at the end of the look under way
	at      time.Time
	err     error
}

// Ready says whether this instance can take a card, and how delivery is doing. A
// stall doesn't make it unready (docs/decisions/0009).
func (s *Service) Ready(ctx context.Context) web.Readiness {
	r := web.Readiness{Status: web.Ready, Database: "ok"}
	if s.writable(ctx) != nil {
		r.Status, r.Database = web.NotReady, "unavailable"
	}
	state, since := s.Delivery()
	r.Delivery, r.Since = string(state), since
	return r
}

// writable writes a little: a full disk can be read from all day long. It waits
// for the answer for a short time only; whoever asks next has the late one.
func (s *Service) writable(ctx context.Context) error {
	c := &s.ready
	c.mu.Lock()
	if time.Since(c.at) < readyFor {
		defer c.mu.Unlock()
		return c.err
	}
	if c.running == nil {
		c.running = make(chan struct{})
		go s.write(context.WithoutCancel(ctx), c.running)
	}
	running := c.running
	c.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	select {
	case <-running:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) write(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	err := s.c.DB.Tx(ctx, writeTx)
	c := &s.ready
	c.mu.Lock()
	c.err, c.at, c.running = err, time.Now(), nil
	c.mu.Unlock()
	close(done)
}
