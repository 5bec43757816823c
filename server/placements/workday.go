package placements

import (
	"time"

	"heard/server/people"
)

// answerWithin and writtenWithin are how many working days a place has for an answer,
// and whoever moves a young person in an emergency for telling them in writing.
const (
	answerWithin  = 2
	writtenWithin = 5
)

// closing is when a working day is over, by the organisation's clock.
const closing people.Wall = 17 * 60

// dueAfter gives the end of the nth working day after a day.
func dueAfter(d people.Day, n int, loc *time.Location) time.Time {
	for n > 0 {
		d++
		if isWorkday(d) {
			n--
		}
	}
	return people.MomentOf(d, closing, loc)
}

// isWorkday says whether offices are open in England: Monday to Friday, bank holidays
// aside. Those proclaimed once, as for a coronation, follow no rule and are not known.
func isWorkday(d people.Day) bool {
	switch d.Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	return !isBankHoliday(d)
}

// isBankHoliday knows England's bank holidays by their rules.
func isBankHoliday(d people.Day) bool {
	year := yearOf(d)
	easter := easterOf(year)
	newYear, christmas, boxing := dayIn(year, time.January, 1), dayIn(year, time.December, 25), dayIn(year, time.December, 26)
	switch d {
	case onWeekday(newYear), easter - 2, easter + 1,
		mondayFrom(dayIn(year, time.May, 1)), mondayFrom(dayIn(year, time.May, 25)), mondayFrom(dayIn(year, time.August, 25)):
		return true
	}
	// A Christmas or Boxing Day at the weekend is made up for on the next days that are
	// neither.
	first := onWeekday(christmas)
	second := onWeekday(boxing)
	if second == first {
		second = onWeekday(first + 1)
	}
	return d == first || d == second
}

// onWeekday gives the day itself, or the Monday after one at the weekend.
func onWeekday(d people.Day) people.Day {
	switch d.Weekday() {
	case time.Saturday:
		return d + 2
	case time.Sunday:
		return d + 1
	}
	return d
}

// mondayFrom gives the first Monday from a day on. The last one of May or August is the
// first from the 25th on.
func mondayFrom(d people.Day) people.Day {
	for d.Weekday() != time.Monday {
		d++
	}
	return d
}

// easterOf gives Easter Sunday by the Gregorian reckoning (Meeus, Jones and Butcher).
func easterOf(year int) people.Day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	return dayIn(year, time.Month(month), (h+l-7*m+114)%31+1)
}

func dayIn(year int, month time.Month, day int) people.Day {
	return people.DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

func yearOf(d people.Day) int { return people.MomentOf(d, 0, time.UTC).Year() }
