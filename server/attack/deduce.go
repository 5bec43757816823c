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
		for _, period := range append([]figures.Period{t.quarter}, monthsOf(t.quarter)...) {
			v.parts(s, t, o, period)
			v.exactParts(s, o, period)
		}
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

// measures are the shares whose totals and parts are taken apart. Those of exact are published without noise, and those
// of values are neither shares.
var (
	measures = []string{
		"felt_listened", "felt_fully", "taken_seriously", "had_a_say", "family_listened", "it_helped", "cards_in_time", "told_before", "visit_made",
		"pack_opened", "choices_made", "buddy_week", "review_1", "review_7", "review_28", "settled",
	}
	exact  = []string{"cards_in_time", "told_before", "visit_made", "pack_opened", "choices_made", "buddy_week"}
	values = []string{"until_here", "continuity", "notice"}
)

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
func (v *verdict) parts(s served, t *trial, o *organisation, period figures.Period) {
	for _, m := range measures {
		total, shown := s.shares[spot{m, "", period}]
		if !shown {
			continue
		}
		left, all, unseen := total, share{}, share{}
		for _, unit := range o.units() {
			is := over(m, t.really.in(unit, questionOf(m), period))
			all = all.plus(is)
			if row, there := s.shares[spot{m, unit, period}]; there {
				left = left.minus(row)
			} else {
				unseen = unseen.plus(is)
			}
		}
		if left != (share{}) {
			v.rest(m).say(left == unseen)
		}
		if slices.Contains(exact, m) {
			continue // what is shown is the truth: of the others alone it must say nothing
		}
		for _, unit := range o.units() {
			// With one part alone in it a total says nothing of others.
			if row, there := s.shares[spot{m, unit, period}]; there && row != total {
				v.pairs.say(total.minus(row) == all.minus(over(m, t.really.in(unit, questionOf(m), period))))
			}
		}
	}
}

// exactParts takes a total without its parts where there is no noise: whatever is left is that of hidden parts.
func (v *verdict) exactParts(s served, o *organisation, period figures.Period) {
	for _, m := range values {
		left, shown := s.values[spot{m, "", period}]
		if !shown {
			continue
		}
		for _, unit := range o.units() {
			left = left.minus(s.values[spot{m, unit, period}])
		}
		if left != (value{}) {
			v.rest(m).say(true)
		}
	}
}

// months takes a quarter without its months for the months that are not shown. With all of them shown nothing may be
// left: what is left then is a second draw for the same answers.
func (v *verdict) months(s served, t *trial, o *organisation) {
	for _, m := range measures {
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
				unseen = unseen.plus(over(m, t.really[cell{unit, questionOf(m), month}]))
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
				v.rest(m).say(t.explains(o, m, rest.n))
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
