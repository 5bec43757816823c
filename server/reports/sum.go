package reports

import (
	"slices"
	"strings"
	"time"

	"heard/server/figures"
)

// sum is cells of one set brought together: of months to a quarter, of units to all.
// Only what is shown is added, so that nothing hidden follows from what is not.
type sum struct {
	cells int // that are shown
	a, b  int
	c, n  int
	asked float64 // response: how many were asked, as far as the published percentages tell
	last  Cell    // of the newest period: what does not add up over time is taken from it
}

func (s *sum) add(c Cell, answered int) {
	if c.Hidden {
		return
	}
	s.cells++
	s.a, s.b, s.c, s.n = s.a+c.A, s.b+c.B, s.c+c.C, s.n+c.N
	if c.Set == SetResponse && c.A > 0 {
		s.a += answered - c.A
		s.asked += float64(answered) * 100 / float64(c.A)
	}
	s.last = c
}

// figure says what is known of a measure from the sum.
func (s *sum) figure(m Measure) Figure {
	if s == nil || s.cells == 0 || (m.Kind == Times && s.cells > 1) {
		return Figure{Hidden: true}
	}
	switch m.Kind {
	case Times:
		median, kept := float64(s.a), float64(s.b)
		if m.Direction == figures.Up {
			return Figure{N: &s.n, Value: &Value{Median: &median, P10: &kept}}
		}
		return Figure{N: &s.n, Value: &Value{Median: &median, P90: &kept}}
	case Count:
		workers, hours := float64(s.a)/float64(s.n), float64(s.b)/float64(s.n)
		return Figure{N: &s.n, Value: &Value{Keyworkers: &workers, Hours: &hours}}
	}
	if m.Set == SetResponse {
		if s.asked == 0 {
			return Figure{Hidden: true}
		}
		rate := min(float64(s.a)/s.asked, 1)
		return Figure{Rate: &rate}
	}
	i := s.interval(m)
	return Figure{N: &s.n, Rate: &i.Rate, Low: &i.Low, High: &i.High}
}

func (s *sum) interval(m Measure) figures.Interval {
	x := m.over(Cell{A: s.a, B: s.b})
	if m.Noisy() {
		return figures.NoisyWilson(x, s.n, m.Inside*s.cells, m.Outside*s.cells)
	}
	return figures.Wilson(float64(x), float64(s.n), figures.Z95)
}

// table is the cells of one measure by period, each period as one series shows it.
type table struct {
	measure   Measure
	quarterly bool
	periods   []figures.Period // oldest first
	release   map[figures.Period]int
	sums      map[figures.Period]*sum
	response  map[figures.Period]*sum
}

// tabulate brings cells to one line of periods: months as long as every unit has
// them, otherwise quarters, which months add up to. A quarter is there once its own
// release is, or that of its last month. Cells are of some units and come with those
// of the listened and response sets.
func tabulate(m Measure, cells []Cell, releases map[figures.Period]Release, loc *time.Location) table {
	quarterly := slices.ContainsFunc(cells, func(c Cell) bool { return c.Period.Quarterly() })
	return tabulateAs(m, cells, releases, loc, quarterly)
}

// tabulateAs is tabulate by quarters, or by the cells' own months.
func tabulateAs(m Measure, cells []Cell, releases map[figures.Period]Release, loc *time.Location, quarterly bool) table {
	t := table{
		measure: m, quarterly: quarterly, release: map[figures.Period]int{}, sums: map[figures.Period]*sum{}, response: map[figures.Period]*sum{},
	}
	answered := map[Cell]int{}
	for _, c := range cells {
		if c.Set == SetListened && !c.Hidden {
			answered[Cell{Unit: c.Unit, Period: c.Period}] = c.N
		}
	}
	whole := map[figures.Period]bool{}
	for _, c := range cells {
		p := t.periodOf(c.Period, loc)
		whole[p] = whole[p] || c.Period == p || c.Period.Next().Start(loc).Equal(p.End(loc))
		t.release[p] = max(t.release[p], releases[c.Period].Number)
		n := answered[Cell{Unit: c.Unit, Period: c.Period}]
		if c.Set == m.Set {
			into(t.sums, p).addOver(c, n, m)
		}
		if c.Set == SetResponse {
			into(t.response, p).add(c, n)
		}
	}
	for p := range t.sums {
		if whole[p] {
			t.periods = append(t.periods, p)
		}
	}
	slices.Sort(t.periods) // they are all months or all quarters
	return t
}

// addOver adds a cell, or takes its place where months do not add up: twelve months
// before the end of a quarter are those before the end of its last month.
func (s *sum) addOver(c Cell, answered int, m Measure) {
	if m.Kind == Count && !c.Hidden && s.last.Unit == c.Unit {
		s.a, s.b, s.n, s.cells = s.a-s.last.A, s.b-s.last.B, s.n-s.last.N, s.cells-1
	}
	s.add(c, answered)
}

func (t table) periodOf(p figures.Period, loc *time.Location) figures.Period {
	if t.quarterly && !p.Quarterly() {
		return figures.QuarterOf(p.Start(loc), loc)
	}
	return p
}

func into(sums map[figures.Period]*sum, p figures.Period) *sum {
	if sums[p] == nil {
		sums[p] = &sum{}
	}
	return sums[p]
}

func compareNames(a, b UnitView) int {
	if a.Pool != b.Pool {
		if b.Pool {
			return -1
		}
		return 1
	}
	if c := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}
