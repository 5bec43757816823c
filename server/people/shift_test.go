package people_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/people"
)

// night is the shift from 22:00 to 07:30 of the next day.
func night(t rapid.TB, first string) people.Shift {
	return people.Shift{
		ID: "night", AccountID: "sam", Role: people.OnTeam, First: day(t, first), Repeat: people.Daily,
		Hours: people.Hours{From: wall(t, "22:00"), To: wall(t, "07:30"), EndsNextDay: true},
	}
}

func TestANightIsShorterInSpringAndLongerInAutumn(t *testing.T) {
	london := location(t, "Europe/London")
	shift := night(t, "2026-01-01")
	for date, want := range map[string]time.Duration{
		"2026-03-27": 9*time.Hour + 30*time.Minute, "2026-03-28": 8*time.Hour + 30*time.Minute, "2026-03-29": 9*time.Hour + 30*time.Minute,
		"2026-10-23": 9*time.Hour + 30*time.Minute, "2026-10-24": 10*time.Hour + 30*time.Minute, "2026-10-25": 9*time.Hour + 30*time.Minute,
	} {
		noon := people.MomentOf(day(t, date), wall(t, "12:00"), london)
		times := shift.Between(noon, noon.Add(12*time.Hour), london)
		if len(times) != 1 || times[0].EndsAt.Sub(times[0].StartsAt) != want {
			t.Errorf("the night of %s: %+v, want %v", date, times, want)
		}
	}
}

var repeats = []people.Repeat{people.Once, people.Daily, people.Weekdays, people.Weekly, people.Fortnightly}

func drawShift(t *rapid.T, first people.Day) people.Shift {
	from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
	length := rapid.IntRange(1, 24*60).Draw(t, "length")
	to := (from + length) % (24 * 60)
	s := people.Shift{
		ID: "s", AccountID: "sam", Role: people.OnTeam, First: first, Repeat: rapid.SampledFrom(repeats).Draw(t, "repeat"),
		Hours:      people.Hours{From: people.Wall(from), To: people.Wall(to), EndsNextDay: from+length >= 24*60},
		Exceptions: map[people.Day]people.Exception{},
	}
	if s.Repeat != people.Once && rapid.Bool().Draw(t, "ends") {
		until := first + people.Day(rapid.IntRange(0, 60).Draw(t, "until"))
		s.Until = &until
	}
	for range rapid.IntRange(0, 3).Draw(t, "exceptions") {
		d := first + people.Day(rapid.IntRange(0, 40).Draw(t, "exception"))
		s.Exceptions[d] = people.Exception{
			Off: rapid.Bool().Draw(t, "off"), AccountID: rapid.SampledFrom([]string{"", "jo"}).Draw(t, "who"),
			Hours: people.Hours{From: 8 * 60, To: 9 * 60},
		}
	}
	return s
}

// TestAWindowShowsWhatAWiderOneShows: the rolling window must not miss or make up
// a time at its edges, whatever the clocks do.
func TestAWindowShowsWhatAWiderOneShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(testZones).Draw(t, "zone"))
		s := drawShift(t, day(t, "2026-03-01")+people.Day(rapid.IntRange(0, 240).Draw(t, "first")))
		start := people.MomentOf(s.First-3, 0, loc)
		wide := s.Between(start, start.Add(90*24*time.Hour), loc)
		from := start.Add(time.Duration(rapid.IntRange(0, 60*24*60).Draw(t, "window")) * time.Minute)
		to := from.Add(time.Duration(rapid.IntRange(1, 14*24*60).Draw(t, "span")) * time.Minute)
		narrow := s.Between(from, to, loc)
		var want []people.ShiftTime
		for _, o := range wide {
			if o.StartsAt.Before(to) && o.EndsAt.After(from) {
				want = append(want, o)
			}
		}
		if !slices.Equal(narrow, want) {
			t.Fatalf("%v to %v: %+v, want %+v", from, to, narrow, want)
		}
		for _, o := range wide {
			if length := o.EndsAt.Sub(o.StartsAt); length <= 0 || length > 26*time.Hour {
				t.Fatalf("%+v lasts %v", o, length)
			}
			if e, changed := s.Exceptions[o.On]; changed != o.Changed || changed && e.Off {
				t.Fatalf("%+v is not as its exception %+v says", o, e)
			}
		}
	})
}

// TestShiftsThatMeetLeaveNoGapAndDoNotOverlap: three shifts that share out the day
// on paper share out every night too.
func TestShiftsThatMeetLeaveNoGapAndDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(testZones).Draw(t, "zone"))
		cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 24*60-1), 3, 3, rapid.ID[int]).Draw(t, "cuts")
		slices.Sort(cuts)
		first := day(t, "2026-01-10")
		var shifts []people.Shift
		for i, from := range cuts {
			to := cuts[(i+1)%3]
			shifts = append(shifts, people.Shift{
				ID: string(rune('a' + i)), AccountID: "sam", Role: people.OnTeam, First: first, Repeat: people.Daily,
				Hours: people.Hours{From: people.Wall(from), To: people.Wall(to), EndsNextDay: to <= from},
			})
		}
		from := people.MomentOf(first+2, 0, loc)
		to := from.Add(300 * 24 * time.Hour)
		if found := people.Gaps(shifts, from, to, loc); len(found) > 0 {
			t.Fatalf("gaps %v", found)
		}
		if a, b, twice := people.Overlap(shifts, from, to, loc); twice {
			t.Fatalf("%+v and %+v overlap", a, b)
		}
	})
}

// TestGaps holds the gaps against every minute looked at by itself.
func TestGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, "Europe/London")
		first := day(t, "2026-03-25")
		var shifts []people.Shift
		for range rapid.IntRange(0, 4).Draw(t, "shifts") {
			shifts = append(shifts, drawShift(t, first+people.Day(rapid.IntRange(0, 3).Draw(t, "first"))))
		}
		from := people.MomentOf(first, 0, loc)
		to := from.Add(6 * 24 * time.Hour)
		found := people.Gaps(shifts, from, to, loc)
		for at := from; at.Before(to); at = at.Add(7 * time.Minute) {
			on := false
			for i := range shifts {
				on = on || len(shifts[i].Between(at, at.Add(time.Nanosecond), loc)) > 0
			}
			gap := slices.ContainsFunc(found, func(g people.Span) bool { return !at.Before(g.From) && at.Before(g.To) })
			if on == gap {
				t.Fatalf("%v: on %v, gap %v", at, on, gap)
			}
		}
	})
}
