package reports

import (
	"testing"
	"time"

	"heard/server/figures"
)

// What comes next is the first of what the viewer's own units have next, by the month or
// by the quarter; a unit that has ended, and a period that is out already, are none.
func TestWhatComesNext(t *testing.T) {
	published := func(day string) Release {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return Release{PublishedAt: at}
	}
	for _, c := range []struct {
		name   string
		newest []figures.Period // of each unit
		on     string
		want   string
	}{
		{"months and quarters", []figures.Period{"2026-06", "2026-Q2"}, "2026-07-15", "2026-07"},
		{"a month is out and the quarter of its end is not", []figures.Period{"2026-06", "2026-Q1"}, "2026-07-15", "2026-07"},
		{"quarters only", []figures.Period{"2026-Q2"}, "2026-07-15", "2026-Q3"},
		{"a unit that ended in March", []figures.Period{"2026-Q2", "2026-03"}, "2026-07-15", "2026-Q3"},
		{"only what has ended", []figures.Period{"2025-Q4"}, "2026-07-15", ""},
	} {
		h := shelf{loc: time.UTC, releases: map[figures.Period]Release{}, order: []Release{published(c.on)}}
		for _, p := range c.newest {
			h.units = append(h.units, unitShelf{newest: p})
			h.releases[p] = h.order[0]
		}
		got := ""
		if next := h.next(); next != nil {
			got = next.Period
		}
		if got != c.want {
			t.Errorf("%s: %q comes next, want %q", c.name, got, c.want)
		}
	}
}
