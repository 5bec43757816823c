package reports

import (
	"context"
	"math"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/viewer"
)

// ChartKind is which chart is drawn over rates.
type ChartKind string

// The charts.
const (
	XmRChart ChartKind = "xmr"
	PChart   ChartKind = "p"
	NoChart  ChartKind = "none"
)

// Series gives a measure over time, of one unit or of all that the viewer may read.
func (s *Service) Series(ctx context.Context, v viewer.Viewer, measure, unit string) (Series, error) {
	return s.SeriesAs(ctx, v, measure, unit, XmRChart)
}

// SeriesAs is Series with a chart of choice.
func (s *Service) SeriesAs(ctx context.Context, v viewer.Viewer, measure, unit string, kind ChartKind) (Series, error) {
	m, known := MeasureOf(measure)
	if !known {
		return Series{}, errNotFound
	}
	var out Series
	err := s.read(ctx, func(tx, published *db.Tx) error {
		h, err := shelfTx(tx, published, v)
		if err != nil {
			return err
		}
		units := h.ids()
		if unit != "" {
			u, err := h.find(unit)
			if err != nil {
				return err
			}
			units = []string{u.ID}
		}
		if len(units) == 0 {
			return errNotFound
		}
		cells, err := cellsTx(published, v.OrganisationID, units, m.Set, SetListened, SetResponse)
		if err != nil {
			return err
		}
		targets, err := targetsTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		t := tabulate(m, cells, h.releases, h.loc)
		out = t.series(kind, targetOf(targets, m.Key), len(units))
		out.Unit = unit
		out.Notes, err = s.notesTx(tx, v, units)
		return err
	})
	return out, err
}

func targetOf(targets map[string]int, key string) *int {
	if target, set := targets[key]; set {
		return &target
	}
	return nil
}

// series writes a table as it is read. of is how many units it is of.
func (t table) series(kind ChartKind, target *int, of int) Series {
	out := Series{
		Measure: t.measure.Key, Cadence: cadenceWord(t.quarterly),
		Points: []Point{}, Chart: Chart{Kind: string(NoChart), Points: []ChartPoint{}, Target: target}, Response: []ResponsePoint{}, Notes: []Note{},
	}
	if t.measure.Kind == Times && of > 1 {
		out.Says.Kind = "by_unit" // medians of several do not add up to one
		return out
	}
	for _, p := range t.periods {
		out.Points = append(out.Points, Point{
			Period: string(p), Label: p.Label(), Release: t.release[p], Figure: t.sums[p].figure(t.measure),
		})
		out.Response = append(out.Response, t.responseAt(p))
	}
	out.headline()
	out.draw(t, kind)
	return out
}

func (t table) responseAt(p figures.Period) ResponsePoint {
	m, _ := MeasureOf("response_rate")
	point := ResponsePoint{Period: string(p), Hidden: true}
	if f := t.response[p].figure(m); !f.Hidden {
		percent := int(math.Round(100 * *f.Rate))
		point.Hidden, point.Percent = false, &percent
	}
	return point
}

func (out *Series) headline() {
	for _, p := range out.Points {
		if p.Hidden {
			continue
		}
		next := &Headline{Period: p.Period, Figure: p.Figure}
		if out.Headline != nil {
			next.Before = out.Headline.Rate
		}
		out.Headline = next
	}
}

// plotted is the number of a figure that a chart follows.
func (f Figure) plotted() *float64 {
	switch {
	case f.Hidden:
		return nil
	case f.Rate != nil:
		return f.Rate
	case f.Value.Median != nil:
		return f.Value.Median
	}
	return f.Value.Keyworkers
}

// draw reckons the chart and what it says.
func (out *Series) draw(t table, kind ChartKind) {
	m := t.measure
	var target *float64
	if out.Chart.Target != nil && m.Kind == Rate {
		share := float64(*out.Chart.Target) / 100
		target = &share
	}
	var points []figures.Point
	var assurance figures.Assurance
	if kind == PChart && m.Kind == Rate && m.Set != SetResponse {
		x, n := t.counts()
		chart := figures.PChart(x, n, figures.POptions{Direction: m.Direction, Target: target, Need: figures.LimitsFrom})
		points, assurance = chart.Points, chart.Assurance
	} else {
		kind = XmRChart
		values := make([]*float64, len(out.Points))
		for i, p := range out.Points {
			values[i] = p.plotted()
		}
		chart := figures.NewXmR(values, figures.XmROptions{Direction: m.Direction, Target: target, Need: figures.LimitsFrom})
		points, assurance = chart.Points, chart.Assurance
	}
	if len(points) > 0 {
		out.Chart.Kind = string(kind)
	}
	out.Chart.Assurance = string(assurance)
	for _, p := range points {
		out.Chart.Points = append(out.Chart.Points, chartPoint(p, m.Kind == Rate))
		if !p.Hidden && p.Mean != nil {
			out.Chart.Mean = p.Mean
		}
	}
	out.Says = says(points, assurance)
}

// counts gives the numerators and denominators of a share; 0 of 0 where it is hidden.
func (t table) counts() (x, n []int) {
	for _, p := range t.periods {
		s := t.sums[p]
		x, n = append(x, t.measure.over(Cell{A: s.a, B: s.b})), append(n, s.n)
	}
	return x, n
}

// chartPoint leaves out what lies where no share can.
func chartPoint(p figures.Point, share bool) ChartPoint {
	if p.Hidden {
		return ChartPoint{}
	}
	c := ChartPoint{Lower: p.Lower, Upper: p.Upper, Rule: string(p.Rule), Sense: string(p.Sense)}
	if share && c.Lower != nil && c.Upper != nil {
		lower, upper := max(*c.Lower, 0), min(*c.Upper, 1)
		c.Lower, c.Upper = &lower, &upper
	}
	return c
}

// says puts the chart in a sentence: the change that reaches the newest point shown,
// or none.
func says(points []figures.Point, assurance figures.Assurance) Says {
	var shown []figures.Point
	for _, p := range points {
		if !p.Hidden {
			shown = append(shown, p)
		}
	}
	switch {
	case len(shown) == 0:
		return Says{Kind: "none"}
	case len(shown) < figures.LimitsFrom:
		return Says{Kind: "few", Points: len(shown), Needed: figures.LimitsFrom}
	}
	last := shown[len(shown)-1]
	said := Says{Kind: "usual", Target: string(assurance)}
	if last.Rule == figures.NoRule {
		return said
	}
	said.Kind, said.Rule, said.Sense, said.Up = "change", string(last.Rule), string(last.Sense), last.Towards > 0
	for i := len(shown) - 1; i >= 0 && shown[i].Rule == last.Rule && shown[i].Towards == last.Towards; i-- {
		said.Count++
	}
	return said
}
