package figures_test

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the rules of every zone, where the machine has none

	"pgregory.net/rapid"

	"heard/server/figures"
)

// zones holds places with all that clocks do: half hours, changes at midnight, at both ends of the world.
var zones = []string{
	"Europe/London", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "America/St_Johns", "Asia/Beirut",
	"Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestWhatIsAPeriod(t *testing.T) {
	for _, s := range []string{"2026-01", "2026-12", "2026-Q1", "2026-Q4", "1970-01", "9998-12"} {
		if p, err := figures.ParsePeriod(s); err != nil || string(p) != s {
			t.Errorf("%s: %q, %v", s, p, err)
		}
	}
	for _, s := range []string{
		"", "2026", "2026-00", "2026-13", "2026-1", "2026-1 ", "2026- 1", "2026-+1", "2026-Q0", "2026-Q5", "2026-q1", "2026-QQ",
		"2026-011", "2026/01", "0000-01", "1969-12", "9999-01", "+202-01", "２０２６-01", "2026-01\n", "x026-01",
	} {
		p, err := figures.ParsePeriod(s)
		if !errors.Is(err, figures.ErrPeriod) || p != "" {
			t.Errorf("%q taken for %q, %v", s, p, err)
		}
		if !figures.Period(s).Start(time.UTC).IsZero() || figures.Period(s).Next() != "" {
			t.Errorf("%q begins or is followed by something", s)
		}
	}
}

func TestPeriodsInLondon(t *testing.T) {
	london := zone(t, "Europe/London")
	for p, want := range map[figures.Period]struct{ start, end, closes, label string }{
		// Summer time begins on 29 March 2026 and ends on 25 October.
		"2026-03": {"2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z", "2026-04-14T23:00:00Z", "March 2026"},
		"2026-10": {"2026-09-30T23:00:00Z", "2026-11-01T00:00:00Z", "2026-11-15T00:00:00Z", "October 2026"},
		"2026-Q1": {"2026-01-01T00:00:00Z", "2026-03-31T23:00:00Z", "2026-04-14T23:00:00Z", "January to March 2026"},
		"2026-Q3": {"2026-06-30T23:00:00Z", "2026-09-30T23:00:00Z", "2026-10-14T23:00:00Z", "July to September 2026"},
		"2026-Q4": {"2026-09-30T23:00:00Z", "2027-01-01T00:00:00Z", "2027-01-15T00:00:00Z", "October to December 2026"},
		"2026-12": {"2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-15T00:00:00Z", "December 2026"},
		"2028-02": {"2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", "2028-03-15T00:00:00Z", "February 2028"},
	} {
		got := []string{p.Start(london).Format(time.RFC3339), p.End(london).Format(time.RFC3339), p.Closes(london).Format(time.RFC3339), p.Label()}
		if got[0] != want.start || got[1] != want.end || got[2] != want.closes || got[3] != want.label {
			t.Errorf("%s: %v, not %v", p, got, want)
		}
	}
}

// TestFourteenDaysAcrossAChange: closing is a date, not a number of hours.
func TestFourteenDaysAcrossAChange(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	// Nothing in Europe changes in the two weeks after a month's end; Lord Howe does, on the first Sunday of April.
	howe := zone(t, "Australia/Lord_Howe")
	p := figures.Period("2026-03")
	if d := p.Closes(howe).Sub(p.End(howe)); d != 14*24*time.Hour+30*time.Minute {
		t.Errorf("across the change: %v", d)
	}
	if d := p.Closes(berlin).Sub(p.End(berlin)); d != 14*24*time.Hour {
		t.Errorf("without a change: %v", d)
	}
}

// TestMidnightsThatAreMissingOrDouble: a month begins when the clocks first show it.
func TestMidnightsThatAreMissingOrDouble(t *testing.T) {
	for _, c := range []struct {
		zone, start string
		period      figures.Period
	}{
		{"America/Havana", "2026-11-01T04:00:00Z", "2026-11"},   // 00:00 to 01:00 comes twice that night
		{"Pacific/Apia", "2011-12-31T10:00:00Z", "2012-01"},     // 30 December was left out
		{"America/St_Johns", "2009-11-01T02:30:00Z", "2009-11"}, // at 00:01 back to 23:01 of the day before
		{"America/Asuncion", "2017-10-01T04:00:00Z", "2017-10"}, // there was no midnight
		{"America/Asuncion", "2017-10-01T04:00:00Z", "2017-Q4"},
	} {
		loc := zone(t, c.zone)
		if got := c.period.Start(loc).Format(time.RFC3339); got != c.start {
			t.Errorf("%s in %s begins %s, not %s", c.period, c.zone, got, c.start)
		}
	}
}

func TestEveryMomentHasItsPeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(100_000_000, 4_000_000_000).Draw(t, "at"), 0)
		if rapid.Bool().Draw(t, "near a beginning") {
			at = figures.MonthOf(at, loc).Start(loc).Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "seconds")) * time.Second)
		}
		month, quarter := figures.MonthOf(at, loc), figures.QuarterOf(at, loc)
		for _, p := range []figures.Period{month, quarter} {
			if again, err := figures.ParsePeriod(string(p)); err != nil || again != p {
				t.Fatalf("%q: %v", p, err)
			}
			if at.Before(p.Start(loc)) || !at.Before(p.End(loc)) {
				t.Fatalf("%v is not within %s: %v to %v", at, p, p.Start(loc), p.End(loc))
			}
			if p.Next().Prev() != p || !p.Next().Start(loc).Equal(p.End(loc)) || p.Next() <= p {
				t.Fatalf("%s, then %s", p, p.Next())
			}
			if closed := p.Closes(loc).Sub(p.End(loc)); closed < 13*24*time.Hour || closed > 15*24*time.Hour {
				t.Fatalf("%s closes %v after its end", p, closed)
			}
		}
		if month.Quarterly() || !quarter.Quarterly() {
			t.Fatalf("%s, %s", month, quarter)
		}
		if month.Start(loc).Before(quarter.Start(loc)) || month.End(loc).After(quarter.End(loc)) {
			t.Fatalf("%s is not within %s", month, quarter)
		}
		year := figures.Period("2026-Q1")
		for range 4 {
			year = year.Next()
		}
		if year != "2027-Q1" {
			t.Fatalf("four quarters later: %s", year)
		}
	})
}
