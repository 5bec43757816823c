// Package reports publishes how it went, and reads what was published. A release is
// the fixed cells of one closed period: counts with noise, drawn once and stored.
// Everything that is read here is reckoned from those cells. Only the job that
// publishes reads what people answered, in store_answers.go; nothing else of this
// package, and no page, ever does.
package reports

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/viewer"
)

// hideBelow is the number under which a cell is not shown.
const hideBelow = 10

// Release is one publication.
type Release struct {
	Number      int // 1, 2, 3 … an organisation
	Period      figures.Period
	PublishedAt time.Time
}

// Cell is one row of a release. A hidden one holds no numbers.
type Cell struct {
	Unit       string
	Period     figures.Period
	Set        Set
	Hidden     bool
	A, B, C, N int
}

// Names gives names and pictures of accounts of one organisation.
type Names interface {
	PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error)
}

// Hearer hears of a release in the transaction that makes it.
type Hearer func(tx *db.Tx, orgID string, r Release) error

// Config says what the service works with.
type Config struct {
	DB *db.DB
	// Published is where published figures are read, DB when nil: the same database, by a
	// login that has no right on anything else.
	Published *db.DB
	Names     Names
	Log       *slog.Logger
	Every     time.Duration // how often it is looked whether something is to be published; 1 min when 0, never when less
}

// Service publishes and reads.
type Service struct {
	db        *db.DB
	published *db.DB
	names     Names
	log       *slog.Logger
	every     time.Duration
	noise     io.Reader
	hears     []Hearer
}

// New makes the service.
func New(c Config) *Service {
	s := &Service{db: c.DB, published: c.Published, names: c.Names, log: c.Log, every: c.Every, noise: rand.Reader}
	if s.published == nil {
		s.published = c.DB
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.every == 0 {
		s.every = time.Minute
	}
	return s
}

// read gives two transactions: one for who may read, names, notes and targets, and one for
// what was published. They may see two moments, which does no harm: a release never changes,
// and one that only the second sees is read as it is.
func (s *Service) read(ctx context.Context, fn func(tx, published *db.Tx) error) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		if s.published == s.db {
			return fn(tx, tx)
		}
		return s.published.Read(ctx, func(published *db.Tx) error { return fn(tx, published) })
	})
}

// OnPublished names who hears of each release. It is called before Run.
func (s *Service) OnPublished(f Hearer) { s.hears = append(s.hears, f) }

// Run publishes what is due until ctx ends. Any number of instances may run.
func (s *Service) Run(ctx context.Context) error {
	if s.every < 0 {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		_, _ = s.Publish(ctx) // what failed is logged, and tried again
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// errNotFound is the one answer for what is not there and what may not be seen.
var errNotFound = errs.New(errs.NotFound, "")
