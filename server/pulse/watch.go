package pulse

import (
	"context"
	"time"

	"heard/server/db"
)

// State is how delivery is doing on the whole server.
type State string

// The states. Unknown is a server that has just started, or has no heartbeat.
const (
	OK      State = "ok"
	Stalled State = "stalled"
	Unknown State = "unknown"
)

// WatchOnce takes in what got through at any instance. A look that fails leaves
// what was known to grow old.
func (s *Service) WatchOnce(ctx context.Context) error {
	var rows []pulseRow
	err := s.c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = pulsesTx(tx)
		return err
	})
	if err == nil {
		s.mu.Lock()
		known := make(map[string]time.Time, len(rows))
		for _, row := range rows {
			// An organisation made while the server runs has the same grace as a fresh server.
			known[row.ID] = latest(s.through[row.ID], row.CreatedAt.Time())
			if row.ThroughAt != nil {
				known[row.ID] = latest(known[row.ID], row.ThroughAt.Time())
				s.arrived = s.arrived || !row.ThroughAt.Time().Before(s.started)
			}
		}
		s.through = known
		s.mu.Unlock()
	}
	s.look()
	return err
}

// look notices that delivery has stalled or is back.
func (s *Service) look() {
	s.mu.Lock()
	count, _ := s.countLocked()
	changed := count != s.stalled
	s.stalled = count
	s.mu.Unlock()
	if changed {
		s.c.Changed()
	}
}

// noteThrough takes in an arrival at this very instance, at once.
func (s *Service) noteThrough(orgID string, tapped time.Time) {
	s.mu.Lock()
	s.through[orgID] = latest(s.through[orgID], tapped)
	s.arrived = true
	s.mu.Unlock()
	s.look()
}

// StalledSince says since when nothing of an organisation gets through: the tap of
// the newest card that did. Nil: cards get through. An empty organisation asks for
// the whole server.
func (s *Service) StalledSince(orgID string) *time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started.IsZero() {
		return nil
	}
	if orgID == "" {
		_, since := s.countLocked()
		return since
	}
	return s.sinceLocked(s.through[orgID])
}

// sinceLocked gives a fresh server its grace: it counts from its own start.
func (s *Service) sinceLocked(through time.Time) *time.Time {
	last := latest(through, s.started)
	if s.c.Now().Truncate(time.Millisecond).Sub(last) <= StalledAfter {
		return nil
	}
	last = last.UTC().Truncate(time.Millisecond)
	return &last
}

func (s *Service) countLocked() (stalled int, since *time.Time) {
	for _, through := range s.through {
		if last := s.sinceLocked(through); last != nil {
			stalled++
			if since == nil || last.Before(*since) {
				since = last
			}
		}
	}
	return stalled, since
}

// Delivery says how delivery is doing on the whole server, and since when it has stalled.
func (s *Service) Delivery() (State, *time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, since := s.countLocked()
	switch {
	case s.started.IsZero():
		return Unknown, nil
	case since != nil:
		return Stalled, since
	case !s.arrived:
		return Unknown, nil
	default:
		return OK, nil
	}
}

// Age is how old the newest card that got through is, for the organisation where
// it is oldest, and how many organisations have stalled. False without a heartbeat.
func (s *Service) Age() (oldest time.Duration, stalled int, beating bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started.IsZero() {
		return 0, 0, false
	}
	now := s.c.Now()
	for _, through := range s.through {
		oldest = max(oldest, now.Sub(latest(through, s.started)))
	}
	stalled, _ = s.countLocked()
	return oldest, stalled, true
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
