// Package demo fills an empty database with a made-up organisation and opens its
// doors without any secret. It has a flag of its own and never stands in one
// database with a real organisation. Its month of history goes through the same
// code as real cards, on a clock that is turned back while it is written. Its year and
// a half of figures is published period by period through the code that publishes real ones.
package demo

import (
	"context"
	"io/fs"
	"slices"
	"sync"
	"time"

	"heard/server/accounts"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/files"
	"heard/server/listening"
	"heard/server/people"
	"heard/server/placements"
	"heard/server/reports"
	"heard/server/viewer"
)

// Clock is the program's clock with a hand of its own: while the made-up past is
// written it shows that past, before and afterwards the time it was made from.
type Clock struct {
	base func() time.Time
	mu   sync.Mutex
	at   time.Time
}

// NewClock makes a clock on top of another; nil is the system's.
func NewClock(base func() time.Time) *Clock {
	if base == nil {
		base = time.Now
	}
	return &Clock{base: base}
}

// Now gives the time as the clock shows it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return c.base()
	}
	return c.at
}

// set turns the clock; the zero time lets it go again.
func (c *Clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Config is what the demo is made with. The Clock must be the one the database
// was opened with.
type Config struct {
	DB        *db.DB
	Accounts  *accounts.Service
	People    *people.Service
	Feelings  *feelings.Service
	Listening *listening.Service
	Reports   *reports.Service
	Clock     *Clock

	Placements *placements.Service
	Files      *files.Service
	Photos     fs.FS // demo/*.jpg
}

// Door is one way into the demo, by one tap.
type Door struct {
	Key       string       `json:"key"`
	Place     viewer.Place `json:"place"`
	Name      string       `json:"name"`
	What      string       `json:"what"`
	accountID string
}

// Service opens the demo's doors.
type Service struct {
	c     Config
	doors []Door
}

// New makes the service.
func New(c Config) (*Service, error) {
	if c.DB == nil || c.Accounts == nil || c.People == nil || c.Feelings == nil || c.Listening == nil || c.Reports == nil || c.Clock == nil || c.Placements == nil || c.Files == nil || c.Photos == nil {
		return nil, errs.New(errs.Internal, "The demo lacks a part it is made with.")
	}
	return &Service{c: c}, nil
}

// Open finds the made-up organisation, or makes it in an empty database. It must
// be done before anything else runs, since it turns the clock back. One that was
// left half made is passed over and another one made.
func (s *Service) Open(ctx context.Context) error {
	found := map[string]string{}
	err := s.c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if err = people.NoRealOrganisationTx(tx); err != nil {
			return err
		}
		found, err = doorsTx(tx)
		return err
	})
	if err != nil {
		return err
	}
	if len(found) < len(doors) {
		if found, err = s.fill(ctx); err != nil {
			return err
		}
	}
	s.doors = slices.Clone(doors)
	for i := range s.doors {
		s.doors[i].accountID = found[s.doors[i].Key]
	}
	return nil
}

// Doors lists the ways in.
func (s *Service) Doors() []Door { return slices.Clone(s.doors) }

// Enter opens a door.
func (s *Service) Enter(ctx context.Context, key string) (accounts.Opened, error) {
	for _, d := range s.doors {
		if d.Key == key {
			return s.c.Accounts.EnterDemo(ctx, d.accountID, d.Place)
		}
	}
	return accounts.Opened{}, errs.New(errs.NotFound, "There is no such door in the demo.")
}

// fill writes the organisation, its people, their month and the figures of the time before it, and marks it whole
// at the very end.
func (s *Service) fill(ctx context.Context) (map[string]string, error) {
	now := s.c.Clock.Now().UTC().Truncate(time.Millisecond)
	defer s.c.Clock.set(time.Time{})
	s.c.Clock.set(now.Add(-history))
	cast, err := s.raise(ctx)
	if err != nil {
		return nil, err
	}
	past, err := s.past(ctx, cast, now)
	if err != nil {
		return nil, err
	}
	if err := s.publish(ctx, past, now.Add(-history)); err != nil {
		return nil, err
	}
	if err := s.play(ctx, cast, script(cast, now)); err != nil {
		return nil, err
	}
	if err := s.listen(ctx, cast, now); err != nil {
		return nil, err
	}
	if err := s.publish(ctx, past, now); err != nil {
		return nil, err
	}
	s.c.Clock.set(time.Time{})
	if err := s.planRota(ctx, cast); err != nil {
		return nil, err
	}
	return cast.doors(), s.c.DB.Tx(ctx, func(tx *db.Tx) error {
		return markDoors(tx, cast.admin, cast.doors())
	})
}
