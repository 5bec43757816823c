package reports

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// allTogether is what files call the figures of all units.
const allTogether = "All services together"

// asked is what a file is asked for; an empty measure or unit means each of them.
type asked struct {
	measure, unit string
	scope         scope
}

// book reads what was asked for, as the pages show it. What the viewer may not read, or a
// token not reach, is not found.
func (e *Exports) book(ctx context.Context, v viewer.Viewer, a asked) (book, error) {
	overview, err := e.figures.Overview(ctx, v)
	if err != nil {
		return book{}, err
	}
	b := book{OrganisationID: v.OrganisationID, Address: e.address}
	err = e.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayReadTx(tx, v); err != nil {
			return err
		}
		org, err := people.OrganisationTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		b.Organisation = org.Name
		b.Zone, err = people.ZoneTx(tx, v.OrganisationID)
		return err
	})
	if err != nil {
		return book{}, err
	}
	published := make(map[int]time.Time, len(overview.Releases))
	for _, r := range overview.Releases {
		published[r.Number] = r.PublishedAt
	}
	units, err := unitsAsked(overview, a)
	if err != nil {
		return book{}, err
	}
	for _, m := range overview.Measures {
		if a.measure != "" && m.Key != a.measure {
			continue
		}
		for _, u := range units {
			s, err := e.figures.Series(ctx, v, m.Key, u.ID)
			if err != nil {
				return book{}, err
			}
			if section := sectionOf(s, u.Name, published); len(section.Lines) > 0 {
				section.Notes = notedOf(s.Notes, overview.Units)
				b.Sections = append(b.Sections, section)
			}
		}
	}
	if a.measure != "" && !slices.ContainsFunc(overview.Measures, func(m MeasureView) bool { return m.Key == a.measure }) {
		return book{}, errNoFigures
	}
	return b, nil
}

// unitsAsked gives the units a book holds: the one asked for, or all in scope and, for a
// scope without bounds, all of them together.
func unitsAsked(o Overview, a asked) ([]UnitView, error) {
	var units []UnitView
	for _, u := range o.Units {
		if (a.unit == "" || a.unit == u.ID) && a.scope.covers(u.ID) == nil {
			units = append(units, u)
		}
	}
	if a.unit != "" && len(units) == 0 {
		return nil, errNoFigures
	}
	if a.unit == "" && a.scope.covers("") == nil && len(units) > 1 {
		units = append(units, UnitView{Name: allTogether})
	}
	return units, nil
}

func sectionOf(s Series, unit string, published map[int]time.Time) section {
	out := section{Measure: wordsFor(s.Measure), UnitID: s.Unit, Unit: unit, Mean: s.Chart.Mean, Says: s.Says, Quarter: s.Cadence == cadenceWord(true)}
	if s.Chart.Target != nil {
		out.Target = new(float64(*s.Chart.Target) / 100)
	}
	for i, p := range s.Points {
		l := line{Period: p.Period, Label: p.Label, Release: p.Release, Published: published[p.Release], Hidden: p.Hidden}
		if period, err := figures.ParsePeriod(p.Period); err == nil {
			l.Starts, l.Ends = period.Start(time.UTC), period.End(time.UTC) // days, not moments
		}
		if !p.Hidden {
			l.N, l.Rate, l.Low, l.High = p.N, p.Rate, p.Low, p.High
			if p.Value != nil {
				l.Median, l.P90, l.P10 = p.Value.Median, p.Value.P90, p.Value.P10
				l.Keyworkers, l.Hours = p.Value.Keyworkers, p.Value.Hours
			}
		}
		if i < len(s.Response) && saysResponse(s.Measure) {
			l.Response = s.Response[i].Percent
		}
		if i < len(s.Chart.Points) {
			c := s.Chart.Points[i]
			l.Lower, l.Upper, l.Rule, l.Sense = c.Lower, c.Upper, c.Rule, c.Sense
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// saysResponse says whether how many of those asked answered belongs to a measure: to
// what young people are asked after a contact.
func saysResponse(measure string) bool {
	m, known := MeasureOf(measure)
	return known && m.Group == "listened" && m.Set != SetFamilyListened && slices.Contains(questions, m.Set)
}

func notedOf(notes []Note, units []UnitView) []noted {
	var list []noted
	for _, n := range notes {
		for _, u := range units {
			if u.ID == n.Unit {
				list = append(list, noted{u.Name, figures.Period(n.Period).Label(), n.Did, n.By})
			}
		}
	}
	return list
}
