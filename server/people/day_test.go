package people_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/people"
)

var testZones = []string{
	"Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "UTC",
	"Africa/Casablanca", "Pacific/Chatham", "America/Santiago",
}

func location(t rapid.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func day(t rapid.TB, text string) people.Day {
	d, err := people.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func wall(t rapid.TB, text string) people.Wall {
	w, err := people.ParseWall(text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestTheNightsTheClocksChange is the rule at the two nights, to the minute.
func TestTheNightsTheClocksChange(t *testing.T) {
	for _, c := range []struct{ zone, date, wall, want string }{
		{"Europe/London", "2026-03-28", "22:00", "2026-03-28T22:00:00Z"},
		{"Europe/London", "2026-03-29", "00:59", "2026-03-29T00:59:00Z"},
		{"Europe/London", "2026-03-29", "01:30", "2026-03-29T01:00:00Z"}, // never comes
		{"Europe/London", "2026-03-29", "02:00", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-03-29", "07:30", "2026-03-29T06:30:00Z"},
		{"Europe/London", "2026-10-24", "22:00", "2026-10-24T21:00:00Z"},
		{"Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"}, // the first of two
		{"Europe/London", "2026-10-25", "02:00", "2026-10-25T02:00:00Z"},
		{"Europe/London", "2026-10-25", "07:30", "2026-10-25T07:30:00Z"},
		{"America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"}, // goes back by half an hour
		{"Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"},        // a date that never was
	} {
		got := people.MomentOf(day(t, c.date), wall(t, c.wall), location(t, c.zone))
		if got.Format(time.RFC3339) != c.want {
			t.Errorf("%s %s in %s is %s, want %s", c.date, c.wall, c.zone, got.Format(time.RFC3339), c.want)
		}
	}
}

// TestMomentOf holds the rule against one that looks at every minute.
func TestMomentOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(testZones).Draw(t, "zone"))
		d := day(t, rapid.SampledFrom([]string{"2024-01-01", "2040-12-25"}).Draw(t, "from")) + people.Day(rapid.IntRange(0, 5*365).Draw(t, "day"))
		w := people.Wall(rapid.IntRange(0, 24*60-1).Draw(t, "wall"))
		got := people.MomentOf(d, w, loc)
		midnight, err := time.Parse(time.DateOnly, d.String())
		if err != nil {
			t.Fatal(err)
		}
		paper := midnight.Add(time.Duration(w) * time.Minute)
		shown := func(at time.Time) time.Time { // what the wall shows, as if it were UTC
			_, offset := at.In(loc).Zone()
			return at.Add(time.Duration(offset) * time.Second)
		}
		first := paper.Add(-16 * time.Hour)
		for shown(first).Before(paper) {
			first = first.Add(time.Minute)
		}
		if !got.Equal(first) {
			t.Fatalf("%s %s in %s: %s, want %s", d, w, loc, got, first)
		}
	})
}

// TestMomentOfEnds where Go's bounds of a zone lie in the past.
func TestMomentOfEnds(t *testing.T) {
	loc := location(t, "Europe/London")
	for _, date := range []string{"2040-12-30", "2040-12-31", "2041-01-01", "2041-01-02", "2044-12-31"} {
		if got := people.MomentOf(day(t, date), 0, loc).Format(time.RFC3339); got != date+"T00:00:00Z" {
			t.Errorf("%s begins at %s", date, got)
		}
	}
}

// TestAWallTimeNeverComesBeforeAnEarlierOne is why shifts that meet on paper meet
// that night too.
func TestAWallTimeNeverComesBeforeAnEarlierOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := location(t, rapid.SampledFrom(testZones).Draw(t, "zone"))
		d := day(t, rapid.SampledFrom([]string{"2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-06-15"}).Draw(t, "date"))
		a, b := rapid.IntRange(0, 24*60-1).Draw(t, "a"), rapid.IntRange(0, 24*60-1).Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		if people.MomentOf(d, people.Wall(b), loc).Before(people.MomentOf(d, people.Wall(a), loc)) {
			t.Fatalf("%s: %d comes after %d", d, a, b)
		}
	})
}

func TestDaysAndTimesAreReadAndWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := people.Day(rapid.IntRange(-30000, 60000).Draw(t, "day"))
		if day(t, d.String()) != d {
			t.Fatalf("%s is another day", d)
		}
		w := people.Wall(rapid.IntRange(0, 24*60-1).Draw(t, "wall"))
		if wall(t, w.String()) != w {
			t.Fatalf("%s is another time", w)
		}
	})
	for _, text := range []string{"", "7:30", "24:00", "07:60", "07:30:00", "0730", "٠٧:٣٠"} {
		if _, err := people.ParseWall(text); err == nil {
			t.Errorf("%q is no time of day", text)
		}
	}
	for _, text := range []string{"", "2026-02-30", "26-01-01", "2026-1-1", "2026-01-01T00:00:00Z"} {
		if _, err := people.ParseDay(text); err == nil {
			t.Errorf("%q is no date", text)
		}
	}
}
