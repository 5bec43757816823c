package people

import (
	"fmt"
	"sort"
	"sync"
	"time"
	_ "time/tzdata" // the rules of every zone, where the machine has none
)

// Day is a date on the calendar, counted from 1970-01-01. It belongs to no time
// zone, so a day is never 23 or 25 hours long.
type Day int

// Wall is a time as a clock on the wall shows it: minutes after midnight.
type Wall int

const minutesADay = 24 * 60

// ParseDay reads 2026-03-28.
func ParseDay(text string) (Day, error) {
	t, err := time.ParseInLocation(time.DateOnly, text, time.UTC)
	if err != nil {
		return 0, err
	}
	return Day(t.Unix() / (24 * 60 * 60)), nil
}

// DayOf gives the date it is somewhere at a moment.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String writes 2026-03-28.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// Weekday gives the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// ParseWall reads 07:30.
func ParseWall(text string) (Wall, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("not a time of day: %q", text)
	}
	return Wall(t.Hour()*60 + t.Minute()), nil
}

// String writes 07:30.
func (w Wall) String() string { return fmt.Sprintf("%02d:%02d", w/60, w%60) }

// MomentOf gives the first moment of the day at which the clocks there show the
// wall time or a later one. So a time that comes twice, when clocks go back, is
// the first of the two; one that never comes, when they go forward, is the moment
// they change. A later wall time never comes before an earlier one, so two shifts
// that meet on paper meet that night too.
//
// It asks for offsets only: from 2040 on Go's ZoneBounds ends a leap year's last zone
// before its start.
func MomentOf(d Day, w Wall, loc *time.Location) time.Time {
	const farthest = 15 * time.Hour // no zone is that far from UTC
	wall := d.utc().Add(time.Duration(w) * time.Minute)
	var first time.Time
	for at := wall.Add(-farthest); !at.After(wall.Add(farthest)); at = at.Add(time.Hour) {
		shown := wall.Add(-offset(at, loc))
		if offset(shown, loc) == wall.Sub(shown) && (first.IsZero() || shown.Before(first)) {
			first = shown
		}
	}
	if !first.IsZero() {
		return first
	}
	// The clocks go forward over it: the moment they do.
	second := func(i int) time.Time { return wall.Add(time.Duration(i)*time.Second - farthest) }
	return second(sort.Search(int(2*farthest/time.Second), func(i int) bool {
		at := second(i)
		return !at.Add(offset(at, loc)).Before(wall)
	}))
}

// offset is how far the clocks there are ahead of UTC at a moment.
func offset(at time.Time, loc *time.Location) time.Duration {
	_, seconds := at.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

var zones sync.Map // name → *time.Location

// zone finds a time zone by its name. An organisation's is checked when it is
// set; one that is unknown to this build is read as UTC rather than stopping the
// rota.
func zone(name string) *time.Location {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		loc = time.UTC
	}
	zones.Store(name, loc)
	return loc
}
