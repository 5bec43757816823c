package reports

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/viewer"
)

// funnelSteps is how many sizes a funnel's lines are reckoned for.
const funnelSteps = 24

// Compare gives a measure of one period, unit by unit.
func (s *Service) Compare(ctx context.Context, v viewer.Viewer, measure, period string) (Compare, error) {
	m, known := MeasureOf(measure)
	p, err := figures.ParsePeriod(period)
	if !known || err != nil {
		return Compare{}, errNotFound
	}
	out := Compare{Measure: measure, Period: period, Rows: []Row{}}
	err = s.read(ctx, func(tx, published *db.Tx) error {
		h, err := shelfTx(tx, published, v)
		if err != nil {
			return err
		}
		cells, err := cellsTx(published, v.OrganisationID, h.ids(), m.Set, SetListened, SetResponse)
		if err != nil {
			return err
		}
		byUnit, total := map[string]*sum{}, &sum{}
		for _, u := range h.units {
			own := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool {
				return c.Unit != u.ID || !within(c.Period, p, h)
			})
			if sum := summed(m, own, h, p); sum != nil {
				byUnit[u.ID] = sum
				total.join(sum)
				out.Rows = append(out.Rows, Row{Unit: u.ID, Figure: sum.figure(m)})
			}
		}
		if len(out.Rows) == 0 {
			return errNotFound
		}
		out.Total = total.figure(m)
		out.Funnel = funnel(m, total, byUnit)
		return nil
	})
	return out, err
}

// within says whether a cell's period is the one asked for, or a month of it.
func within(p, of figures.Period, h shelf) bool {
	return p == of || of.Quarterly() && !p.Quarterly() && figures.QuarterOf(p.Start(h.loc), h.loc) == of
}

// summed brings a unit's cells of one period together; nil where it has none, or not
// yet all of its months.
func summed(m Measure, cells []Cell, h shelf, p figures.Period) *sum {
	t := tabulateAs(m, cells, h.releases, h.loc, p.Quarterly())
	if !slices.Contains(t.periods, p) {
		return nil
	}
	return t.sums[p]
}

// join adds what is shown of a unit to what is shown of all.
func (s *sum) join(other *sum) {
	s.cells += other.cells
	s.a, s.b, s.c, s.n = s.a+other.a, s.b+other.b, s.c+other.c, s.n+other.n
	s.asked += other.asked
}

// funnel reckons what chance does to a share around that of all, by size.
func funnel(m Measure, total *sum, units map[string]*sum) *Funnel {
	if m.Kind != Rate || m.Set == SetResponse || total.n == 0 {
		return nil
	}
	low, high, cells := hideBelow, hideBelow, 1 // from the least that is shown on: over a few alike it is no funnel
	for _, u := range units {
		if u.n > 0 {
			high, cells = max(high, u.n), max(cells, u.cells)
		}
	}
	f := &Funnel{Centre: float64(m.over(Cell{A: total.a, B: total.b})) / float64(total.n)}
	for i := range funnelSteps + 1 {
		n := low + (high-low)*i/funnelSteps
		if len(f.Lines) > 0 && f.Lines[len(f.Lines)-1].N == n {
			continue
		}
		lines := figures.FunnelLimits(f.Centre, n)
		if m.Noisy() {
			lines = figures.NoisyFunnel(f.Centre, n, m.Inside*cells, m.Outside*cells)
		}
		f.Lines = append(f.Lines, FunnelLine{n, lines.Low95, lines.High95, lines.Low998, lines.High998})
	}
	return f
}
