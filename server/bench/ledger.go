// Long because a ledger is one thing: who is in it, and how its answers are written, published and read.

package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"heard/server/app"
	"heard/server/db"
	"heard/server/figures"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	periods       = 24
	firstPeriod   = figures.Period("2025-01")
	services      = 20
	sessionLasts  = time.Hour
	publishWithin = 5 * time.Minute
)

// questions, in the order of the primary key of answers.
var questions = []string{"listened", "say", "serious"}

// where is a database that a ledger can lie in.
type where struct {
	name string
	make func(ctx context.Context, s settings) (records, error)
}

// records is where a ledger's answers lie, and what only the database itself can do with them.
type records interface {
	address() string // of the database, for the app; empty for SQLite
	// fill writes answers in the order of their primary key, past the phones they would have come from.
	fill(ctx context.Context, a *app.App, b batch) error
	// naive counts the answers as one would without releases, to one question or to all ("%"), and gives how
	// many groups there are.
	naive(ctx context.Context, l *ledger, question string) (groups int, err error)
	// tidy does what the database does by itself when it has the time.
	tidy(ctx context.Context) error
	drop(ctx context.Context) error
}

// batch is answers to one question in one period. No two have the same number.
type batch struct {
	organisation, question string
	period                 figures.Period
	units                  []string
	from, to               int // numbers of the first and the last
}

// ledger is Heard with one made-up organisation of many services, each counted every month, and
// somebody who reads all of its figures.
type ledger struct {
	*app.App
	records   records
	base, dir string
	served    chan error
	clock     *atomic.Int64 // Unix milliseconds
	ring      *keys.Ring

	organisation, commissioner, young string
	services                          []string

	lastTook  time.Duration // publishing the newest period
	tapWaited time.Duration // the longest of a tap meanwhile
}

func openLedger(ctx context.Context, s settings, on where) (*ledger, error) {
	l := &ledger{clock: &atomic.Int64{}, served: make(chan error, 1)}
	err := l.open(ctx, s, on)
	if err == nil {
		err = l.settle(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, l.close(ctx))
	}
	return l, nil
}

func (l *ledger) open(ctx context.Context, s settings, on where) (err error) {
	if l.records, err = on.make(ctx, s); err != nil {
		return err
	}
	if l.dir, err = os.MkdirTemp("", "heard-bench"); err != nil {
		return err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	key := base64.StdEncoding.EncodeToString(raw[:])
	if l.ring, err = keys.Load("", key); err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	l.base = "http://localhost:" + port
	l.clock.Store(firstPeriod.Start(time.UTC).Add(time.Hour).UnixMilli())
	l.App, err = app.Open(ctx, app.Config{
		PublicURL: l.base, DatabaseURL: keys.Secret(l.records.address()), DataDir: l.dir, Key: keys.Secret(key),
		Now: func() time.Time { return time.UnixMilli(l.clock.Load()).UTC() }, PushContact: "bench@example.org",
		Log: slog.New(slog.DiscardHandler), HeartbeatEvery: -1, LeftEvery: -1, ReleasesEvery: -1,
	})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	go func() { l.served <- l.Web.Serve(ln) }()
	return nil
}

func (l *ledger) close(ctx context.Context) error {
	var errs []error
	if l.App != nil {
		errs = append(errs, l.Web.Shutdown(ctx), <-l.served, l.Close())
	}
	if l.records != nil {
		errs = append(errs, l.records.drop(ctx))
	}
	if l.dir != "" {
		errs = append(errs, os.RemoveAll(l.dir))
	}
	return errors.Join(errs...)
}

// settle makes the organisation, its services, a commissioner and a young person.
func (l *ledger) settle(ctx context.Context) error {
	return l.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if l.organisation, err = l.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Made up"}); err != nil {
			return err
		}
		if l.commissioner, err = l.Accounts.CreateTx(tx, l.organisation, viewer.NewAccount{Kind: viewer.KindStaff, Name: "Ro"}); err != nil {
			return err
		}
		if err := l.relate(tx, l.commissioner, people.CommissionerOf, people.ToOrganisation, l.organisation); err != nil {
			return err
		}
		for i := range services {
			id, now := db.NewID(), db.At(tx.Now)
			err := write(tx, "INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'camhs', ?, ?)",
				id, l.organisation, fmt.Sprintf("Service %d", i+1), now)
			for year := 2024; year <= 2026 && err == nil; year++ {
				err = people.KeepCadenceTx(tx, l.organisation, id, year, people.Unit{ID: id, Cadence: people.Monthly})
			}
			if err != nil {
				return err
			}
			l.services = append(l.services, id)
		}
		if l.young, err = l.Accounts.CreateTx(tx, l.organisation, viewer.NewAccount{Kind: viewer.KindYoungPerson, Name: "Kim"}); err != nil {
			return err
		}
		return l.relate(tx, l.young, people.ServedBy, people.ToService, l.services[0])
	})
}

// relate puts a confirmed relation in force.
func (l *ledger) relate(tx *db.Tx, subjectID string, kind people.Kind, to people.ObjectKind, objectID string) error {
	now := db.At(tx.Now)
	return write(tx, `INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, created_at, confirmed_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, db.NewID(), l.organisation, subjectID, string(kind), string(to), objectID, now, now, now)
}

func write(tx *db.Tx, statement string, args ...any) error {
	return db.Translate(tx.Gorm().Exec(statement, args...).Error)
}

// publishAll fills one period after the other and has each published when it has closed. The
// newest has the answers that the release job is measured by.
func (l *ledger) publishAll(ctx context.Context, answers int) error {
	last := answers / periods
	if answers >= 2*lastAnswers {
		last = lastAnswers
	}
	period, number := firstPeriod, 0
	for i := range periods {
		n := (answers - last) / (periods - 1)
		if i == periods-1 {
			n = answers - number
		}
		if err := l.fill(ctx, period, number, n); err != nil {
			return err
		}
		number += n
		l.clock.Store(period.Closes(time.UTC).Add(24 * time.Hour).UnixMilli())
		if err := l.publish(ctx, i == periods-1); err != nil {
			return err
		}
		if i%6 == 5 {
			if err := l.records.tidy(ctx); err != nil {
				return err
			}
		}
		period = period.Next()
	}
	return nil
}

// fill writes n answers of a period, and the key that says that there are some.
func (l *ledger) fill(ctx context.Context, period figures.Period, from, n int) error {
	for i, question := range questions {
		b := batch{
			organisation: l.organisation, question: question, period: period, units: l.services,
			from: from + n*i/len(questions), to: from + n*(i+1)/len(questions) - 1,
		}
		if err := l.records.fill(ctx, l.App, b); err != nil {
			return err
		}
	}
	return l.DB.Tx(ctx, func(tx *db.Tx) error {
		return write(tx, "INSERT INTO period_keys (organisation_id, period, wrapped) VALUES (?, ?, ?)", l.organisation, string(period), []byte("made up"))
	})
}

// publish has the release job publish what is due: one period. For the last one it is timed,
// and a phone taps all the while.
func (l *ledger) publish(ctx context.Context, last bool) error {
	ctx, cancel := context.WithTimeout(ctx, publishWithin)
	defer cancel()
	tapping, stop := context.WithCancel(ctx)
	defer stop()
	tapped := make(chan error, 1)
	if last {
		p, err := l.phone(ctx)
		if err != nil {
			return err
		}
		go func() { tapped <- l.tapUntil(tapping, p) }()
	} else {
		tapped <- nil
	}
	began := time.Now()
	published, err := l.Reports.Publish(ctx)
	l.lastTook = time.Since(began)
	stop()
	if err == nil && published != 1 {
		err = fmt.Errorf("%d periods were published, not one", published)
	}
	return errors.Join(err, <-tapped)
}

// tapUntil taps one card after the other and keeps what the slowest took.
func (l *ledger) tapUntil(ctx context.Context, p phone) error {
	client := newClient()
	defer client.CloseIdleConnections()
	tap := p.tap(client)
	for ctx.Err() == nil {
		began := time.Now()
		if err := tap(ctx); err != nil {
			return err
		}
		l.tapWaited = max(l.tapWaited, time.Since(began))
	}
	return nil
}

// phone signs the young person in, and reader the commissioner.
func (l *ledger) phone(ctx context.Context) (phone, error) {
	p, err := l.signIn(ctx, l.young, viewer.Young)
	if err != nil {
		return p, err
	}
	client := newClient()
	defer client.CloseIdleConnections()
	var session struct {
		CSRF string `json:"csrf"`
	}
	_, err = p.ask(client, fasthttp.MethodGet, "/api/young/session", "", &session)
	p.csrf = session.CSRF
	return p, err
}

func (l *ledger) reader(ctx context.Context) (phone, error) {
	return l.signIn(ctx, l.commissioner, viewer.Insight)
}

// signIn opens a session past the code or the passkey that this program does not have.
func (l *ledger) signIn(ctx context.Context, accountID string, place viewer.Place) (phone, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never fails: it ends the program instead
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	p := phone{base: l.base, cookie: "heard_" + string(place) + "=" + token, audience: "[]"}
	return p, l.DB.Tx(ctx, func(tx *db.Tx) error {
		device, now := db.NewID(), db.At(tx.Now)
		err := write(tx, `INSERT INTO devices (id, organisation_id, account_id, name, history_open, created_at, last_seen_at)
 VALUES (?, ?, ?, 'Bench', TRUE, ?, ?)`, device, l.organisation, accountID, now, now)
		if err != nil {
			return err
		}
		return write(tx, `INSERT INTO sessions (id, organisation_id, account_id, device_id, place, token_hash, created_at, last_active_at, unlocked, expires_at)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE, ?)`, db.NewID(), l.organisation, accountID, device, string(place),
			l.ring.MAC("session", []byte(string(place)+":"+token)), now, now, db.At(tx.Now.Add(sessionLasts)))
	})
}
