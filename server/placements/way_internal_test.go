package placements

import (
	"slices"
	"testing"
	"time"
)

// TestWayMissing: what the board says of a way, and since when it is late.
func TestWayMissing(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, time.November, day, hour, 0, 0, 0, time.UTC) }
	ptr := func(x time.Time) *time.Time { return &x }
	friday := Move{Day: "2026-11-27"}
	whole := wayFacts{Planned: true, Goes: true, Things: 2}
	for _, c := range []struct {
		name string
		m    Move
		f    wayFacts
		now  time.Time
		want []string // with ! when it is late
	}{
		{"nothing yet", friday, wayFacts{}, at(23, 12), []string{"journey", "bag"}},
		{"nothing, the evening before", friday, wayFacts{}, at(26, 18), []string{"journey!", "bag!"}},
		{"nothing, no day", Move{}, wayFacts{}, at(26, 18), []string{"journey", "bag"}},
		{"all", friday, whole, at(26, 18), nil},
		{"nobody goes along", friday, wayFacts{Planned: true, Things: 1}, at(26, 16), []string{"escort"}},
		{"not all is packed", friday, wayFacts{Planned: true, Goes: true, Things: 2, Unpacked: 1}, at(26, 18), []string{"bag!"}},
		{"a wish waits", friday, wayFacts{Planned: true, Goes: true, Things: 1, Asked: ptr(at(20, 9))}, at(24, 16), []string{"choices"}},
		{"a wish waits long", friday, wayFacts{Planned: true, Goes: true, Things: 1, Asked: ptr(at(20, 9))}, at(24, 18), []string{"choices!"}},
		{"arrived, all came", Move{MovedAt: ptr(at(27, 15))}, wayFacts{}, at(28, 16), nil},
		{"arrived, something did not", Move{MovedAt: ptr(at(27, 15))}, wayFacts{Things: 2, Unpacked: 2, Away: 1}, at(28, 14), []string{"bag"}},
		{"arrived, something is lost", Move{MovedAt: ptr(at(27, 15))}, wayFacts{Things: 2, Away: 1}, at(28, 16), []string{"bag!"}},
		{"not going there", Move{EndedAt: ptr(at(24, 9))}, wayFacts{}, at(28, 16), nil},
	} {
		c.f.Zone = time.UTC
		var got []string
		for _, lack := range wayMissing(c.m, c.f, c.now) {
			if lack.Overdue {
				lack.What += "!"
			}
			got = append(got, lack.What)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
