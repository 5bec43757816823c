package people

import (
	"slices"
	"time"

	"heard/server/errs"
)

// ShiftRole is what somebody is there for on a shift.
type ShiftRole string

// The roles of a shift: the levels of a card go through them in the order cover,
// team, on call.
const (
	OnTeam  ShiftRole = "team"
	OnCover ShiftRole = "cover"
	OnCall  ShiftRole = "on_call"
)

// Repeat is how often a shift comes round.
type Repeat string

// The repeats.
const (
	Once        Repeat = "none"
	Daily       Repeat = "daily"
	Weekdays    Repeat = "weekdays"
	Weekly      Repeat = "weekly"
	Fortnightly Repeat = "fortnightly"
)

// Bounds of what a rota may hold.
const (
	maxShifts     = 500    // a service, that are not over
	maxShiftsEver = 10_000 // with those of the past, which a rota keeps
	maxExceptions = 400    // a shift
	maxRotaDays   = 42     // in one answer
	maxAhead      = 366    // days until a shift's first date
)

// afterShift is how long the access of a shift outlasts it, to finish what was begun.
const afterShift = 2 * time.Hour

// Hours is from when to when, by the clock on the wall.
type Hours struct {
	From, To    Wall
	EndsNextDay bool
}

// on gives the moments of the hours on a date.
func (h Hours) on(d Day, loc *time.Location) (from, to time.Time) {
	last := d
	if h.EndsNextDay {
		last++
	}
	return MomentOf(d, h.From, loc), MomentOf(last, h.To, loc)
}

func (h Hours) validate() error {
	const (
		reversed = "A shift has to end after it begins. Does it end the next day?"
		tooLong  = "A shift can last 24 hours at most."
	)
	switch {
	case h.From < 0 || h.From >= minutesADay || h.To < 0 || h.To >= minutesADay:
		return errs.New(errs.Invalid, "There is no such time of day.").Field("from", "There is no such time of day.")
	case !h.EndsNextDay && h.To <= h.From:
		return errs.New(errs.Invalid, reversed).With("reversed").Field("to", reversed)
	case h.EndsNextDay && h.To > h.From:
		return errs.New(errs.Invalid, tooLong).With("too_long").Field("to", tooLong)
	}
	return nil
}

// Exception is what one date of a shift is instead.
type Exception struct {
	Off       bool
	Hours     Hours
	AccountID string // somebody else that day; empty: whose shift it is
}

// Shift is one line of the plan: who is there for what, when, and how often.
type Shift struct {
	ID             string
	OrganisationID string
	ServiceID      string
	TeamID         string
	AccountID      string
	Role           ShiftRole
	First          Day
	Hours          Hours
	Repeat         Repeat
	Until          *Day // the last date it may fall on
	Exceptions     map[Day]Exception
	ChangedBy      string
}

// validate checks the shift by itself. Today is the organisation's.
func (s Shift) validate(today Day) error {
	wrong := func(field, sentence string) error {
		return errs.New(errs.Invalid, sentence).Field(field, sentence)
	}
	if err := s.Hours.validate(); err != nil {
		return err
	}
	switch {
	case !slices.Contains([]ShiftRole{OnTeam, OnCover, OnCall}, s.Role):
		return wrong("role", "There is no such role.")
	case !slices.Contains([]Repeat{Once, Daily, Weekdays, Weekly, Fortnightly}, s.Repeat):
		return wrong("repeat", "There is no such repeat.")
	case s.First > today+maxAhead:
		return wrong("date", "A shift can begin a year from now at the latest.")
	case s.First < today-maxAhead:
		return wrong("date", "This date is more than a year ago.")
	case s.Until != nil && s.Repeat == Once:
		return wrong("until", "A shift that doesn't repeat has no last date.")
	case s.Until != nil && *s.Until < s.First:
		const sentence = "The last date has to come after the first."
		return errs.New(errs.Invalid, sentence).With("reversed").Field("until", sentence)
	}
	return nil
}

// falls says whether the pattern comes to a date, exceptions aside.
func (s Shift) falls(d Day) bool {
	if d < s.First || s.Until != nil && d > *s.Until {
		return false
	}
	switch s.Repeat {
	case Daily:
		return true
	case Weekdays:
		return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	case Weekly:
		return (d-s.First)%7 == 0
	case Fortnightly:
		return (d-s.First)%14 == 0
	}
	return d == s.First
}

// ShiftTime is one concrete time a shift comes to.
type ShiftTime struct {
	Shift     *Shift
	On        Day
	AccountID string
	StartsAt  time.Time
	EndsAt    time.Time
	Changed   bool // an exception made it so
}

// timeOn gives the shift's time on a date, if it comes to it. A time that falls
// wholly into an hour the clocks leap over doesn't come.
func (s *Shift) timeOn(d Day, loc *time.Location) (ShiftTime, bool) {
	if !s.falls(d) {
		return ShiftTime{}, false
	}
	t, hours := ShiftTime{Shift: s, On: d, AccountID: s.AccountID}, s.Hours
	if e, ok := s.Exceptions[d]; ok {
		if e.Off {
			return ShiftTime{}, false
		}
		t.Changed, hours = true, e.Hours
		if e.AccountID != "" {
			t.AccountID = e.AccountID
		}
	}
	t.StartsAt, t.EndsAt = hours.on(d, loc)
	return t, t.StartsAt.Before(t.EndsAt)
}

// Between gives the times of the shift that touch a span, oldest first.
func (s *Shift) Between(from, to time.Time, loc *time.Location) []ShiftTime {
	var times []ShiftTime
	last := DayOf(to, loc) + 1
	if s.Until != nil {
		last = min(last, *s.Until)
	}
	if s.Repeat == Once {
		last = min(last, s.First)
	}
	for d := max(DayOf(from, loc)-2, s.First); d <= last; d++ {
		if t, ok := s.timeOn(d, loc); ok && t.StartsAt.Before(to) && t.EndsAt.After(from) {
			times = append(times, t)
		}
	}
	return times
}

// begins is the moment the shift is on for the first time; false: never.
func (s *Shift) begins(loc *time.Location) (time.Time, bool) {
	last := s.First + maxExceptions + 14 // whatever the exceptions take away
	for d := s.First; d <= last; d++ {
		if t, ok := s.timeOn(d, loc); ok {
			return t.StartsAt, true
		}
	}
	return time.Time{}, false
}

// timesBetween gives the times of several shifts that touch a span, oldest first.
func timesBetween(shifts []Shift, from, to time.Time, loc *time.Location) []ShiftTime {
	var times []ShiftTime
	for i := range shifts {
		times = append(times, shifts[i].Between(from, to, loc)...)
	}
	slices.SortStableFunc(times, func(a, b ShiftTime) int { return a.StartsAt.Compare(b.StartsAt) })
	return times
}

// staffOf gives everybody whom the shifts put on a time.
func staffOf(shifts []Shift) []string {
	var ids []string
	for _, s := range shifts {
		ids = append(ids, s.AccountID)
		for _, e := range s.Exceptions {
			if e.AccountID != "" {
				ids = append(ids, e.AccountID)
			}
		}
	}
	return unique(ids)
}

// without leaves out the times of those who don't come to them.
func without(away map[string]bool, times []ShiftTime) []ShiftTime {
	return slices.DeleteFunc(times, func(t ShiftTime) bool { return away[t.AccountID] })
}

// Span is a stretch of time.
type Span struct{ From, To time.Time }

// gaps gives the stretches of a span in which nobody is on, oldest first. The
// times come oldest first.
func gaps(times []ShiftTime, from, to time.Time) []Span {
	var found []Span
	covered := from
	for _, t := range times {
		if t.StartsAt.After(covered) && covered.Before(to) {
			found = append(found, Span{covered, earlier(t.StartsAt, to)})
		}
		covered = later(covered, t.EndsAt)
	}
	if covered.Before(to) {
		found = append(found, Span{covered, to})
	}
	return found
}

// newGap gives the first stretch that is a gap after a change and was none before.
func newGap(before, after []Span) (Span, bool) {
	for _, gap := range after {
		open := gap.From
		for _, b := range before {
			if !b.From.After(open) && b.To.After(open) {
				open = b.To
			}
		}
		if open.Before(gap.To) {
			return Span{open, gap.To}, true
		}
	}
	return Span{}, false
}

// overlap gives the first two times that run at once. The times are one person's.
func overlap(times []ShiftTime) (a, b ShiftTime, found bool) {
	times = slices.Clone(times)
	slices.SortStableFunc(times, func(a, b ShiftTime) int { return a.StartsAt.Compare(b.StartsAt) })
	for i := 1; i < len(times); i++ {
		if times[i].StartsAt.Before(times[i-1].EndsAt) {
			return times[i-1], times[i], true
		}
	}
	return a, b, false
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
