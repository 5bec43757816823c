package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"heard/server/app"
	"heard/server/figures"
	"heard/server/keys"
)

const (
	keyVar      = "HEARD_ATTACK_KEY"
	databaseVar = "HEARD_ATTACK_DATABASE"
	address     = "http://localhost:8080" // nothing listens: requests are handed to the app
	running     = "publishing"
	killWithin  = 150 * time.Millisecond
)

// real is Heard itself, on an embedded database in a folder of its own or on one of its own in PostgreSQL. Publishing
// is another process.
type real struct {
	*app.App
	folder, database string
	key              string
	ring             *keys.Ring
	r                *mathrand.Rand
	clock            *atomic.Int64 // Unix milliseconds

	mu    sync.Mutex
	doors map[string]door   // organisation and reader → the way in
	links map[string]string // young person → the token of a family's link
}

func openReal(ctx context.Context, o options) (publisher, error) {
	folder, err := os.MkdirTemp("", "heard-attack-")
	if err != nil {
		return nil, err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	p := &real{
		folder: folder, key: base64.StdEncoding.EncodeToString(raw[:]), r: mathrand.New(mathrand.NewPCG(o.seed, 2)),
		clock: &atomic.Int64{}, doors: map[string]door{}, links: map[string]string{},
	}
	p.clock.Store(made.UnixMilli())
	if p.ring, err = keys.Load("", p.key); err != nil {
		return nil, err
	}
	if o.on == postgres {
		if p.database, err = createDatabase(ctx); err != nil {
			return nil, err
		}
	}
	return p, p.open(ctx)
}

// open starts Heard as it is shipped, but for its clock and the jobs that nobody waits for here.
func (p *real) open(ctx context.Context) error {
	opened, err := openApp(ctx, p.folder, p.database, p.key, p.clock.Load)
	p.App = opened
	return err
}

// failures shows what no attack should meet.
var failures = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))

func openApp(ctx context.Context, folder, database, key string, clock func() int64) (*app.App, error) {
	return app.Open(ctx, app.Config{
		Listen: "127.0.0.1:0", PublicURL: address, DataDir: folder, DatabaseURL: keys.Secret(database), Key: keys.Secret(key),
		PushContact: "heard@example.org", Now: func() time.Time { return time.UnixMilli(clock()).UTC() }, Log: failures,
		HeartbeatEvery: -1, LeftEvery: -1, ReleasesEvery: -1,
	})
}

func (p *real) close() error {
	err := errors.Join(p.Close(), os.RemoveAll(p.folder))
	if p.database != "" {
		err = errors.Join(err, dropDatabase(p.database))
	}
	return err
}

// begin moves the clock into a month, when the one before has closed.
func (p *real) begin(_ context.Context, month figures.Period) error {
	p.moveTo(month.Start(london).AddDate(0, 0, 19).Add(9 * time.Hour))
	return nil
}

// passes lets a minute go by.
func (p *real) passes() { p.clock.Add(time.Minute.Milliseconds()) }

func (p *real) moveTo(t time.Time) {
	p.clock.Store(t.UnixMilli())
	for key, d := range p.doors {
		if d.cookie != "" { // it would be locked by now
			delete(p.doors, key)
		}
	}
}

// publish lets a month close and has a process publish what is due, which is killed in the middle if so wanted.
func (p *real) publish(ctx context.Context, month figures.Period, kill bool) error {
	p.moveTo(month.Closes(london).Add(time.Minute))
	if err := p.Close(); err != nil {
		return err
	}
	if err := p.child(ctx, kill); err != nil {
		return err
	}
	return p.open(ctx)
}

func (p *real) child(ctx context.Context, kill bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "-publish", p.folder, "-at", strconv.FormatInt(p.clock.Load(), 10))
	child.Env = append(os.Environ(), keyVar+"="+p.key, databaseVar+"="+p.database)
	child.Stderr = os.Stderr
	said, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	if kill {
		// It says when it begins; from then on at any moment, most often soon.
		if _, err := bufio.NewReader(said).ReadString('\n'); err != nil {
			return errors.Join(err, child.Wait())
		}
		time.Sleep(time.Duration(p.r.ExpFloat64() * float64(killWithin)))
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		_ = child.Wait() // killed, or done before
		return nil
	}
	if _, err := io.Copy(io.Discard, said); err != nil {
		return err
	}
	return child.Wait()
}

// publishUntilKilled is the child: it publishes everything that is due.
func publishUntilKilled(ctx context.Context, o options) error {
	a, err := openApp(ctx, o.publish, os.Getenv(databaseVar), os.Getenv(keyVar), func() int64 { return o.at })
	if err != nil {
		return err
	}
	fmt.Println(running)
	_, err = a.Reports.Publish(ctx)
	return errors.Join(err, a.Close())
}
