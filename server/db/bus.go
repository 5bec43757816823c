package db

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// busChannel is the one channel of PostgreSQL's that instances share; it belongs to the database.
	busChannel = "heard"
	// busPayload is below the 8,000 bytes that PostgreSQL takes in one message.
	busPayload = 7900
	// busMost is how many ids of a kind wait at most while nothing can be sent. Beyond it
	// the others are told that they missed something, and look at everything.
	busMost = 20000

	busTimeout    = 2 * time.Second // of one message on the way
	busListenTime = 5 * time.Second // between two looks whether the listening connection lives
	busGoodbye    = 200 * time.Millisecond
	busRetryFirst = 50 * time.Millisecond
	busRetryLast  = 2 * time.Second
)

// Bus carries signals between the instances of Heard that share one PostgreSQL
// database: a kind and some ids, never what changed. On SQLite there is nobody
// else, and it does nothing.
//
// Signals are sent after the commit they tell of, by one goroutine on a connection
// of its own: a NOTIFY inside a transaction makes its commit take one lock of the
// whole server, and all cards would be committed one after the other (docs/decisions
// 0008). So a signal can be lost, with its instance; whoever acts on it has another
// way to the truth.
type Bus struct {
	config *pgx.ConnConfig // nil: nobody else
	log    *slog.Logger
	origin string // begins each message, so that an instance knows its own

	mu      sync.Mutex
	waiting map[string]map[string]struct{} // by kind
	dropped bool
	wake    chan struct{}
}

// Ears are what an instance hears the others with. Both are called from one
// goroutine and must not wait.
type Ears struct {
	Hear   func(kind string, ids []string)
	Missed func() // something may have been missed: at the beginning, and after a broken connection
}

// Bus makes this instance's end of the bus. It carries nothing until Run.
func (d *DB) Bus() *Bus {
	b := &Bus{log: d.log, origin: NewID(), waiting: map[string]map[string]struct{}{}, wake: make(chan struct{}, 1)}
	if e, ok := d.engine.(*postgresEngine); ok {
		b.config = e.config
	}
	return b
}

// Tell sends a signal to the other instances. It never waits: what comes close
// together goes in one message. Call it after the commit.
func (b *Bus) Tell(kind string, ids ...string) {
	if b.config == nil || len(ids) == 0 {
		return
	}
	b.mu.Lock()
	set := b.waiting[kind]
	if set == nil {
		set = map[string]struct{}{}
		b.waiting[kind] = set
	}
	for _, id := range ids {
		set[id] = struct{}{}
	}
	if len(set) > busMost {
		delete(b.waiting, kind)
		b.dropped = true
	}
	b.mu.Unlock()
	b.nudge()
}

func (b *Bus) nudge() {
	select {
	case b.wake <- struct{}{}:
	default: // the publisher is called already
	}
}

// Run sends and hears until ctx ends, and returns when both have stopped. What
// was told before is still sent.
func (b *Bus) Run(ctx context.Context, ears Ears) {
	if b.config == nil {
		<-ctx.Done()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { b.listen(ctx, ears) })
	both.Go(func() { b.publish(ctx) })
	both.Wait()
}

// take gives what waits, in messages that fit.
func (b *Bus) take() []string {
	b.mu.Lock()
	waiting, dropped := b.waiting, b.dropped
	b.waiting, b.dropped = map[string]map[string]struct{}{}, false
	b.mu.Unlock()
	var messages []string
	if dropped {
		messages = append(messages, b.origin+" ")
	}
	for kind, ids := range waiting {
		var m strings.Builder
		for id := range ids {
			if m.Len() > 0 && m.Len()+1+len(id) > busPayload {
				messages = append(messages, m.String())
				m.Reset()
			}
			if m.Len() == 0 {
				m.WriteString(b.origin + " " + kind)
			}
			m.WriteString(" " + id)
		}
		messages = append(messages, m.String())
	}
	return messages
}

// publish is the one goroutine that sends.
func (b *Bus) publish(ctx context.Context) {
	var conn *pgx.Conn
	defer func() { b.drop(conn) }()
	for {
		select {
		case <-ctx.Done():
			b.last(conn)
			return
		case <-b.wake:
		}
		messages := b.take()
		for wait := busRetryFirst; len(messages) > 0; wait = min(2*wait, busRetryLast) {
			var err error
			if conn, err = b.send(ctx, conn, messages); err == nil {
				break
			}
			if !pause(ctx, wait) {
				return
			}
			// What is told meanwhile waits, each id once and bounded, for the next round.
		}
	}
}

// last sends what was told just before the end.
func (b *Bus) last(conn *pgx.Conn) {
	messages := b.take()
	if len(messages) == 0 || conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), busTimeout)
	defer cancel()
	_, _ = conn.Exec(ctx, publishSQL, busChannel, messages) // the others find out by themselves
}

const publishSQL = `SELECT pg_notify($1, m) FROM unnest($2::text[]) m`

// send sends the messages in one transaction and gives the connection to go on with.
func (b *Bus) send(ctx context.Context, conn *pgx.Conn, messages []string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, busTimeout)
	defer cancel()
	if conn == nil {
		var err error
		// A signal that is lost in a crash is no loss, so its commit need not wait for the disk.
		if conn, err = b.connect(ctx, "heard publisher", map[string]string{"synchronous_commit": "off"}); err != nil {
			return nil, err
		}
	}
	if _, err := conn.Exec(ctx, publishSQL, busChannel, messages); err != nil {
		b.drop(conn)
		return nil, err
	}
	return conn, nil
}

// listen is the one goroutine that hears.
func (b *Bus) listen(ctx context.Context, ears Ears) {
	wait := busRetryFirst
	for {
		began := time.Now()
		err := b.hear(ctx, ears)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > busListenTime {
			wait = busRetryFirst
		}
		text, _, _ := classify(err)
		b.log.WarnContext(ctx, "other instances are not heard for now", "error", text)
		if !pause(ctx, wait) {
			return
		}
		wait = min(2*wait, busRetryLast)
	}
}

// hear listens on one connection until it breaks.
func (b *Bus) hear(ctx context.Context, ears Ears) error {
	conn, err := b.connectInTime(ctx)
	if err != nil {
		return err
	}
	defer b.drop(conn)
	ears.Missed() // from here on nothing is missed
	for {
		waiting, cancel := context.WithTimeout(ctx, busListenTime)
		n, err := conn.WaitForNotification(waiting)
		quiet := err != nil && waiting.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case err == nil:
			b.heard(n.Payload, ears)
		case quiet && !conn.IsClosed():
			// A connection that was cut without a word looks like a quiet one.
			if err := ping(ctx, conn); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (b *Bus) heard(message string, ears Ears) {
	parts := strings.Split(message, " ")
	switch {
	case parts[0] == b.origin:
	case len(parts) < 3:
		ears.Missed()
	default:
		ears.Hear(parts[1], parts[2:])
	}
}

func (b *Bus) connectInTime(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, busListenTime)
	defer cancel()
	conn, err := b.connect(ctx, "heard listener", nil)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+busChannel); err != nil {
		b.drop(conn)
		return nil, err
	}
	return conn, nil
}

func (b *Bus) connect(ctx context.Context, name string, params map[string]string) (*pgx.Conn, error) {
	config := b.config.Copy()
	config.RuntimeParams["application_name"] = name
	for k, v := range params {
		config.RuntimeParams[k] = v
	}
	return pgx.ConnectConfig(ctx, config)
}

func ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, busTimeout)
	defer cancel()
	return conn.Ping(ctx)
}

func (b *Bus) drop(conn *pgx.Conn) {
	if conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), busGoodbye)
	defer cancel()
	_ = conn.Close(ctx) // it may be broken already
}

// pause waits; false when ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
