package placements

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/people"
)

// The bank holidays of England and Wales as they were announced.
var bankHolidays = `
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
2029-01-01 2029-03-30 2029-04-02 2029-05-07 2029-05-28 2029-08-27 2029-12-25 2029-12-26
2030-01-01 2030-04-19 2030-04-22 2030-05-06 2030-05-27 2030-08-26 2030-12-25 2030-12-26
2033-01-03 2033-12-26 2033-12-27`

func TestBankHolidays(t *testing.T) {
	known := strings.Fields(bankHolidays)
	for year := 2026; year <= 2030; year++ {
		for d := dayIn(year, time.January, 1); d <= dayIn(year, time.December, 31); d++ {
			if isBankHoliday(d) != slices.Contains(known, d.String()) {
				t.Errorf("%s is a bank holiday: %v", d, isBankHoliday(d))
			}
		}
	}
	for _, text := range known {
		d, err := people.ParseDay(text)
		if err != nil || !isBankHoliday(d) || isWorkday(d) {
			t.Errorf("%s is a working day (%v)", text, err)
		}
	}
}

func TestDueAfter(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from string
		n    int
		due  string
	}{
		{"2026-11-23", 2, "2026-11-25T17:00:00Z"}, // Monday
		{"2026-11-26", 2, "2026-11-30T17:00:00Z"}, // Thursday, over a weekend
		{"2026-11-28", 2, "2026-12-01T17:00:00Z"}, // Saturday
		{"2026-12-24", 2, "2026-12-30T17:00:00Z"}, // Christmas, and Boxing Day on a Saturday
		{"2026-11-27", 5, "2026-12-04T17:00:00Z"}, // an emergency on a Friday
		{"2026-04-02", 5, "2026-04-13T16:00:00Z"}, // over Easter
		{"2026-03-27", 2, "2026-03-31T16:00:00Z"}, // the clocks go forward
		{"2026-10-23", 2, "2026-10-27T17:00:00Z"}, // and back
	} {
		from, err := people.ParseDay(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if due := dueAfter(from, c.n, london).Format(time.RFC3339); due != c.due {
			t.Errorf("%d working days after %s: %s, want %s", c.n, c.from, due, c.due)
		}
	}
}
