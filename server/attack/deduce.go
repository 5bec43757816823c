package main

import (
	"context"
	"slices"

	"heard/server/figures"
	"heard/server/reports"
)

// reason draws every conclusion about an organisation that can be drawn.
func (c *campaign) reason(ctx context.Context, _ int, o *organisation, v *verdict) error {
	year := map[spot]share{} // what was served of the quarters, together
	for _, t := range o.trials {
		s, err := readQuarter(ctx, c.p, o, t.quarter)
		if err != nil {
			return err
		}
		for _, secret := range t.secrets {
			v.guessed(secret.kind).say(t.guess(s, secret) == secret.truth)
		}
		v.counted(s, t)
		v.parts(s, t, o)
		v.months(s, t, o)
		for at, row := range s.shares {
			if at.unit != "" && at.period == t.quarter {
				all := spot{measure: at.measure}
				year[all] = year[all].plus(row)
			}
		}
	}
	if err := c.series(ctx, o, v); err != nil {
		return err
	}
	return c.year(ctx, o, year, v)
}

// measures are those of answers whose totals and parts are taken apart.
var measures = []string{"felt_listened", "felt_fully", "taken_seriously", "had_a_say"}

func questionOf(measure string) question {
	for q, names := range words {
		if slices.Contains(names[:], measure) {
			return q
		}
	}
	return ""
}

func over(measure string, is counts) share {
	if measure == "felt_fully" {
		return share{is[0], is.n()}
	}
	return share{is[0] + is[1], is.n()}
}

// counted takes every published count for the true one.
func (v *verdict) counted(s served, t *trial) {
	for c, is := range t.really {
		seen, shown := s.counts(c)
		if c.question != listened || !shown {
			continue
		}
		for i := range is {
			if is[i] == 0 {
				v.zeros.say(seen[i] == 0)
			} else {
				v.counts.say(seen[i] == is[i])
			}
		}
	}
}

// parts takes each total without its parts for what is not shown, and each pair of a total and a part for the others.
func (v *verdict) parts(s served, t *trial, o *organisation) {
	for _, m := range measures {
		total, shown := s.shares[spot{m, "", t.quarter}]
		if !shown {
			continue
		}
		left, all, unseen := total, share{}, share{}
		for _, unit := range o.units() {
			is := over(m, t.really.of(unit, questionOf(m), t.quarter))
			all = all.plus(is)
			if row, there := s.shares[spot{m, unit, t.quarter}]; there {
				left = left.minus(row)
			} else {
				unseen = unseen.plus(is)
			}
		}
		if left != (share{}) {
			v.left.say(left == unseen)
		}
		for _, unit := range o.units() {
			if row, there := s.shares[spot{m, unit, t.quarter}]; there {
				v.pairs.say(total.minus(row) == all.minus(over(m, t.really.of(unit, questionOf(m), t.quarter))))
			}
		}
	}
}

// months takes a quarter without its months for the months that are not shown. With all of them shown nothing may be
// left: what is left then is a second draw for the same answers.
func (v *verdict) months(s served, t *trial, o *organisation) {
	for _, m := range words[listened] {
		unit := o.unit(monthly)
		left, shown := s.shares[spot{m, unit, t.quarter}]
		if !shown {
			continue
		}
		unseen, hidden := share{}, 0
		for _, month := range monthsOf(t.quarter) {
			if is, there := s.shares[spot{m, unit, month}]; there {
				left = left.minus(is)
			} else {
				hidden++
				unseen = unseen.plus(over(m, t.really[cell{unit, listened, month}]))
			}
		}
		switch {
		case left == share{}:
		case hidden == 0:
			v.redraws++
		default:
			v.hiddenMonths.say(left == unseen)
		}
	}
}

// series looks whether the whole's line says more than its units' lines together.
func (c *campaign) series(ctx context.Context, o *organisation, v *verdict) error {
	for _, m := range measures {
		left := map[figures.Period]share{}
		for _, unit := range append([]string{""}, o.units()...) {
			doc, there, err := read[reports.Series](ctx, c.p, o, seriesPath(m, unit))
			if err != nil {
				return err
			}
			if !there {
				continue
			}
			for _, point := range doc.Points {
				is, shown := shareOf(point.Figure)
				if !shown {
					continue
				}
				q := quarterOf(figures.Period(point.Period))
				if unit == "" {
					left[q] = left[q].plus(is)
				} else {
					left[q] = left[q].minus(is)
				}
			}
		}
		for _, t := range o.trials {
			if rest := left[t.quarter]; rest != (share{}) {
				v.left.say(t.explains(o, m, rest.n))
			}
		}
	}
	return nil
}

// explains says whether some unit, or some of them together, have just so many answers.
func (t *trial) explains(o *organisation, measure string, n int) bool {
	sums := []int{0}
	for _, unit := range o.units() {
		is := t.really.of(unit, questionOf(measure), t.quarter).n()
		for _, s := range sums {
			sums = append(sums, s+is)
		}
	}
	return slices.Contains(sums[1:], n)
}

// year asks for figures of a whole year, and takes away what was served of its quarters.
func (c *campaign) year(ctx context.Context, o *organisation, parts map[spot]share, v *verdict) error {
	for _, m := range measures {
		doc, there, err := read[reports.Compare](ctx, c.p, o, comparePath(m, quarters[0][:4]))
		if err != nil {
			return err
		}
		total, shown := shareOf(doc.Total)
		if !there || !shown || total.n == parts[spot{measure: m}].n {
			continue
		}
		all := share{}
		for _, t := range o.trials {
			for _, unit := range o.units() {
				all = all.plus(over(m, t.really.of(unit, questionOf(m), t.quarter)))
			}
		}
		v.years.say(total == all)
	}
	return nil
}
