// Package pulse proves, each minute and for each organisation, that a card still
// gets through: a machine taps one, the alert takes the way of every other alert,
// and the push arrives at this server itself, encrypted and signed. When none has
// got through for 90 seconds, delivery has stalled, and every screen says so.
//
// What stalls must not be what tells of it: the newest arrival is kept in memory
// with its time and grows old there, whatever hangs.
package pulse

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/viewer"
)

const (
	// Every is how often a card is tapped for each organisation.
	Every = time.Minute
	// StalledAfter is how old the newest card that got through may be.
	StalledAfter = 90 * time.Second

	leaseFor = 10 * time.Second
	batch    = 20
	// keepCards is how long a heartbeat's card stays before it is erased.
	keepCards = 5 * time.Minute
	// subscribeEvery keeps the subscription from being ended as one nobody uses.
	subscribeEvery = 24 * time.Hour
)

// Ring seals the server's own secrets.
type Ring interface {
	Seal(plain []byte, ad keys.AD) (keys.Sealed, error)
	Open(s keys.Sealed, ad keys.AD) ([]byte, error)
}

// Book makes accounts.
type Book interface {
	CreateTx(tx *db.Tx, orgID string, a viewer.NewAccount) (string, error)
}

// Relations joins the two machines.
type Relations interface {
	RelateMachinesTx(tx *db.Tx, orgID, workerID, youngPersonID string) error
}

// Cards taps as a young person does, and erases what was tapped.
type Cards interface {
	Tap(ctx context.Context, v viewer.Viewer, t feelings.Tap) (feelings.Receipt, error)
	EraseCardsTx(tx *db.Tx, orgID, youngPersonID string, before time.Time) (int, error)
}

// Pusher keeps subscriptions whose pushes this server receives itself.
type Pusher interface {
	SubscribeInside(ctx context.Context, v viewer.Viewer, n notify.NewSubscription) error
}

// Config is what the service is made of. All but Changed are needed.
type Config struct {
	DB        *db.DB
	Ring      Ring
	Book      Book
	Relations Relations
	Cards     Cards
	Push      Pusher
	VAPID     string // the public key pushes are signed with
	Log       *slog.Logger
	Now       func() time.Time
	Every     time.Duration // 0: Every; below 0: no heartbeat
	Poll      time.Duration // how often due heartbeats are looked for
	Changed   func()        // delivery has stalled, or is back
}

// Service is the heartbeat of one instance. Several share the work and the result.
type Service struct {
	c      Config
	worker string
	ready  readyCheck

	mu      sync.Mutex
	started time.Time            // zero: not running
	through map[string]time.Time // organisation → when the newest card that got through was tapped
	arrived bool                 // one has got through since the start
	stalled int                  // organisations at the last look
}

// New makes the service.
func New(c Config) (*Service, error) {
	if c.DB == nil || c.Ring == nil || c.Book == nil || c.Relations == nil || c.Cards == nil || c.Push == nil || c.Now == nil || c.Log == nil {
		return nil, errs.New(errs.Internal, "The heartbeat lacks a part it is made of.")
	}
	if c.Every == 0 {
		c.Every = Every
	}
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Service{c: c, worker: db.NewID(), through: map[string]time.Time{}}, nil
}

// Run beats and watches until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	if s.c.Every < 0 {
		<-ctx.Done()
		return nil
	}
	s.mu.Lock()
	s.started = s.c.Now().Truncate(time.Millisecond) // as times are stored
	s.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { s.each(ctx, "the heartbeat failed", s.BeatOnce) })
	both.Go(func() { s.each(ctx, "the heartbeat can't be watched", s.WatchOnce) })
	both.Wait()
	return nil
}

// each calls f again and again; its failure says that the heartbeat is late, no more.
func (s *Service) each(ctx context.Context, failed string, f func(context.Context) error) {
	ticker := time.NewTicker(s.c.Poll)
	defer ticker.Stop()
	for {
		if err := f(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.LogAttrs(ctx, slog.LevelWarn, "heartbeat", slog.String("problem", failed), slog.String("error", err.Error()))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
