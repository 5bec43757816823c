package figures

import (
	"errors"
	"fmt"
	"sort"
	"time"
)

// Period is a month (2026-11) or a quarter of the calendar year (2026-Q4). It has no zone of its own: where it
// begins and ends is asked with the organisation's.
type Period string

// ErrPeriod says that a text names no period.
var ErrPeriod = errors.New("figures: not a period")

// daysOpen is how long after its end a period still takes answers.
const daysOpen = 14

const firstYear, lastYear = 1970, 9998

// ParsePeriod reads 2026-11 or 2026-Q4, from 1970 on, and nothing that only looks like one.
func ParsePeriod(s string) (Period, error) {
	p := Period(s)
	if year, month, months := p.parts(); year == 0 || p != build(year, month, months) {
		return "", fmt.Errorf("%w: %q", ErrPeriod, s)
	}
	return p, nil
}

// MonthOf gives the month a moment falls in, somewhere.
func MonthOf(t time.Time, loc *time.Location) Period {
	return containing(t, loc, 1)
}

// QuarterOf gives the quarter a moment falls in, somewhere.
func QuarterOf(t time.Time, loc *time.Location) Period {
	return containing(t, loc, 3)
}

func containing(t time.Time, loc *time.Location, months int) Period {
	local := t.In(loc)
	month := int(local.Month()) - 1
	p := build(local.Year(), month-month%months+1, months)
	// Clocks that go back over midnight show the first minutes of a month before the last of the one before.
	if t.Before(p.Start(loc)) {
		return p.Prev()
	}
	return p
}

// Quarterly says whether it is a quarter.
func (p Period) Quarterly() bool {
	_, _, months := p.parts()
	return months == 3
}

// Start is its first moment: when the clocks there first show midnight of its first day, or a later time.
func (p Period) Start(loc *time.Location) time.Time {
	year, month, _ := p.parts()
	return midnight(year, month, 1, loc)
}

// End is the first moment after it, which is the Start of the Next.
func (p Period) End(loc *time.Location) time.Time {
	return p.Next().Start(loc)
}

// Closes is when it takes no more answers: midnight, fourteen days by the calendar after its end.
func (p Period) Closes(loc *time.Location) time.Time {
	year, month, _ := p.Next().parts()
	return midnight(year, month, 1+daysOpen, loc)
}

// Next is the period of the same length after it.
func (p Period) Next() Period { return p.shift(1) }

// Prev is the period of the same length before it.
func (p Period) Prev() Period { return p.shift(-1) }

func (p Period) shift(by int) Period {
	year, month, months := p.parts()
	if year == 0 {
		return ""
	}
	n := year*12 + month - 1 + by*months
	return build(n/12, n%12+1, months)
}

// Label says it in English: November 2026, October to December 2026. Screens word it in their own language.
func (p Period) Label() string {
	year, month, months := p.parts()
	switch {
	case year == 0:
		return string(p)
	case months == 1:
		return fmt.Sprintf("%s %d", time.Month(month), year)
	}
	return fmt.Sprintf("%s to %s %d", time.Month(month), time.Month(month+2), year)
}

func build(year, month, months int) Period {
	if months == 3 {
		return Period(fmt.Sprintf("%04d-Q%d", year, (month+2)/3))
	}
	return Period(fmt.Sprintf("%04d-%02d", year, month))
}

// parts gives the year, the first month and the number of months; the year is 0 when p is no period.
func (p Period) parts() (year, month, months int) {
	if len(p) != len("2026-11") || p[4] != '-' {
		return 0, 0, 0
	}
	year, whole := digits(string(p[:4]))
	if !whole || year < firstYear || year > lastYear {
		return 0, 0, 0
	}
	if quarter, whole := digits(string(p[6:])); whole && p[5] == 'Q' && quarter >= 1 && quarter <= 4 {
		return year, quarter*3 - 2, 3
	}
	if month, whole := digits(string(p[5:])); whole && month >= 1 && month <= 12 {
		return year, month, 1
	}
	return 0, 0, 0
}

// digits reads a number without a sign.
func digits(s string) (n int, whole bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// midnight is the first moment at which the clocks there show the day, or a later one. It asks for offsets only: from
// 2040 on Go's ZoneBounds ends a leap year's last zone before its start.
func midnight(year, month, day int, loc *time.Location) time.Time {
	if year == 0 {
		return time.Time{}
	}
	const farthest = 15 * time.Hour // no zone is that far from UTC
	wall := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	var first time.Time
	for at := wall.Add(-farthest); !at.After(wall.Add(farthest)); at = at.Add(time.Hour) {
		t := wall.Add(-offset(at, loc))
		if offset(t, loc) == wall.Sub(t) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if !first.IsZero() {
		return first
	}
	// The clocks leap over midnight: the moment they do.
	seconds := sort.Search(int(2*farthest/time.Second), func(i int) bool {
		t := wall.Add(time.Duration(i)*time.Second - farthest)
		return !t.Add(offset(t, loc)).Before(wall)
	})
	return wall.Add(time.Duration(seconds)*time.Second - farthest)
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}
