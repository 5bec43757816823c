package placements

import (
	"slices"
	"time"

	"heard/server/people"
	"heard/server/viewer"
)

// Side is what somebody is to a move.
type Side int

// The sides, nearest first.
const (
	NoSide    Side = iota
	Young          // whose move it is
	TheirSide      // the adults around the young person for longer than a shift, and whoever places them
	Shift          // who covers or is on shift around its day: helps on the way, and reads no words
	Place          // where they go
	Escort         // who goes with them
	PlaceLeft      // where they leave
)

// How long a move is there for whom after it is done.
const (
	youngAfter = (28 + 14) * 24 * time.Hour
	placeAfter = 42 * 24 * time.Hour
	placeEnded = 14 * 24 * time.Hour
	leftAfter  = 24 * time.Hour
	youngEnded = 14 * 24 * time.Hour // in which a young person reads that it is off
	// amendsFor is how long whoever stands near somebody can mend that they have arrived.
	amendsFor   = 24 * time.Hour
	aroundAMove = 1 // days before and after it in which those on shift help with it
)

// always are the relations that make an adult one of the young person's side.
var always = []people.Kind{people.PlacingFor, people.KeyworkerOf, people.LeadOf, people.SafeguardingOf}

// escorting are the relations an escort needs on the way: who has left goes with nobody.
var escorting = []people.Kind{people.KeyworkerOf, people.CoverFor, people.LeadOf, people.SafeguardingOf, people.OnShift}

// Ground is what decides who somebody is to a move.
type Ground struct {
	Move     Move
	Standing people.Standing // towards the young person, now
	Works    map[string]bool // places whose placement staff they are, now
	Now      time.Time
	Zone     *time.Location
}

// Sides says what the viewer is to a move, nearest first. None: it is not there.
func Sides(v viewer.Viewer, g Ground) []Side {
	m := g.Move
	if v.AccountID == "" || v.OrganisationID != m.OrganisationID {
		return nil
	}
	if viewer.AsYoung(v) == nil {
		if v.AccountID == m.YoungPersonID && shown(m, g.Now) {
			return []Side{Young}
		}
		return nil
	}
	if viewer.AsStaff(v) != nil || g.Standing.YoungPersonID != m.YoungPersonID {
		return nil
	}
	var sides []Side
	switch {
	case g.Standing.Has(always...):
		sides = append(sides, TheirSide)
	case g.Standing.Has(people.CoverFor, people.OnShift) && near(m, g.Now, g.Zone):
		sides = append(sides, Shift)
	}
	if m.ToldAt != nil && m.ToServiceID != "" && g.Works[m.ToServiceID] && within(m.EndedAt, placeEnded, g.Now) && within(doneAt(m), placeAfter, g.Now) {
		sides = append(sides, Place)
	}
	if v.AccountID == m.EscortID && m.ToldAt != nil && m.open() && g.Standing.Has(escorting...) {
		sides = append(sides, Escort)
	}
	if m.ToldAt != nil && m.EndedAt == nil && m.FromServiceID != "" && g.Works[m.FromServiceID] && within(m.MovedAt, leftAfter, g.Now) {
		sides = append(sides, PlaceLeft)
	}
	return sides
}

// shown says whether a young person has their move before them.
func shown(m Move, now time.Time) bool {
	return m.ToldAt != nil && m.EndedAt == nil && within(doneAt(m), youngAfter, now)
}

// doneAt is when a move was done for whoever reads of it: an emergency that was told only
// after they had arrived begins with the telling.
func doneAt(m Move) *time.Time {
	if m.MovedAt != nil && m.ToldAt != nil && m.ToldAt.After(*m.MovedAt) {
		return m.ToldAt
	}
	return m.MovedAt
}

// hides says whether the young person's page goes on showing this move once another one
// is told: it shows one, that ahead, else the last that was done.
func (m Move) hides(other Move, now time.Time) bool {
	if m.ID == other.ID || other.open() || !shown(m, now) {
		return false
	}
	return m.open() || !m.MovedAt.Before(*other.MovedAt)
}

// within says whether something that may have happened is not yet so long ago.
func within(at *time.Time, d time.Duration, now time.Time) bool {
	return at == nil || now.Before(at.Add(d))
}

// near says whether it is the day of the move, the one before or the one after.
func near(m Move, now time.Time, loc *time.Location) bool {
	if loc == nil {
		return false
	}
	today := people.DayOf(now, loc)
	if day, err := people.ParseDay(m.Day); err == nil && today >= day-aroundAMove && today <= day+aroundAMove {
		return true
	}
	return m.MovedAt != nil && today <= people.DayOf(*m.MovedAt, loc)+aroundAMove
}

// readsPack says whether somebody with these sides may read what the place tells of
// itself: its own people while the move is there for them; the young person's side, who
// keep the move, only until it is off or long done. Whatever the place says of itself
// later is not for them.
func readsPack(m Move, held []Side, now time.Time) bool {
	if slices.Contains(held, Place) {
		return true
	}
	return slices.Contains(held, TheirSide) && m.EndedAt == nil && within(doneAt(m), placeAfter, now)
}

// arrives says whether somebody with these sides may write down that the young person was
// there at a moment. The place and those on shift may only from the day on: one slip of
// theirs days before would end the road for everybody.
func arrives(m Move, held []Side, at time.Time, loc *time.Location) bool {
	if slices.Contains(held, TheirSide) {
		return true
	}
	day, err := people.ParseDay(m.Day)
	return err == nil && first(held, []Side{Shift, Place}) != NoSide && people.DayOf(at, loc) >= day
}

// amends says whether an arrival can still be mended: a day from when it was written down,
// whenever it is said to have been. Only their side may.
func amends(m Move, now time.Time) bool {
	return m.MovedAt != nil && m.EndedAt == nil && m.ArrivedSaidAt != nil && now.Before(m.ArrivedSaidAt.Add(amendsFor))
}

// MayMake says whether the viewer may make a move for a young person: whoever places
// them, or stands near them for longer than a shift. Broken glass is for reading.
func MayMake(v viewer.Viewer, s people.Standing) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	if !s.Has(always...) {
		return errNotFound
	}
	return nil
}

// first gives the first of some sides that somebody holds.
func first(held, may []Side) Side {
	for _, side := range may {
		if slices.Contains(held, side) {
			return side
		}
	}
	return NoSide
}
