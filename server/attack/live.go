package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"heard/server/figures"
	"heard/server/reports"
)

// campaign is one publisher under attack.
type campaign struct {
	options
	r     *rand.Rand
	p     publisher
	all   []*organisation
	found *verdict
	seen  map[string]answer // path of each organisation → what was first served of a published quarter
}

// live lets the made-up organisations live for three quarters at a publisher, and attacks it all the while.
func live(ctx context.Context, o options, r *rand.Rand, open func(context.Context, options) (publisher, error)) (found *verdict, err error) {
	p, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	c := &campaign{options: o, r: r, p: p, found: newVerdict(o.organisations), seen: map[string]answer{}}
	for range o.organisations {
		made := &organisation{}
		if err := p.settle(ctx, made); err != nil {
			return nil, err
		}
		c.all = append(c.all, made)
	}
	for _, q := range quarters {
		if err := c.quarter(ctx, q); err != nil {
			return nil, err
		}
	}
	for _, o := range c.all {
		if err := c.reason(ctx, o); err != nil {
			return nil, err
		}
	}
	return c.found, nil
}

// quarter has everybody answer, while the API is polled, and publishes.
func (c *campaign) quarter(ctx context.Context, q figures.Period) error {
	if err := c.p.begin(ctx, q); err != nil {
		return err
	}
	for i, o := range c.all {
		t := o.plan(c.r, i+len(c.all)*slices.Index(quarters, q), q)
		o.trials = append(o.trials, t)
		// Each organisation is polled in one quarter, when something has been published already: after its first answers
		// and its last.
		polled := 1+i%(len(quarters)-1) == slices.Index(quarters, q)
		if err := c.answers(ctx, o, t, polled); err != nil {
			return err
		}
	}
	return c.publishing(ctx, q)
}

func (c *campaign) answers(ctx context.Context, o *organisation, t *trial, polled bool) error {
	var before map[string]answer
	var err error
	if polled {
		if before, err = c.poll(ctx, o); err != nil {
			return err
		}
	}
	for i, a := range t.acts {
		if err := c.p.act(ctx, o, t.quarter, a); err != nil {
			return err
		}
		c.found.answers++
		if !polled || i > 1 && i < len(t.acts)-1 {
			continue
		}
		after, err := c.poll(ctx, o)
		if err != nil {
			return err
		}
		for path, is := range after {
			c.found.polls++
			if is.status == 200 {
				c.found.figures++
			}
			if !is.same(before[path]) {
				c.found.changedBytes++
			}
		}
		before = after
	}
	return nil
}

func (c *campaign) poll(ctx context.Context, o *organisation) (map[string]answer, error) {
	all := map[string]answer{}
	for _, path := range paths(o) {
		is, err := c.p.get(ctx, o, path)
		if err != nil {
			return nil, err
		}
		all[path] = is
	}
	return all, nil
}

// publishing publishes a quarter, killed again and again, and at last to the end and once more. What was served once
// must be served for ever.
func (c *campaign) publishing(ctx context.Context, q figures.Period) error {
	for i := range c.kills + 2 {
		if err := c.p.publish(ctx, q, i < c.kills); err != nil {
			return err
		}
		served := 0
		for _, o := range c.all {
			for _, earlier := range quarters[:slices.Index(quarters, q)+1] {
				path := comparePath("felt_listened", string(earlier))
				is, err := c.p.get(ctx, o, path)
				if err != nil {
					return err
				}
				was, known := c.seen[o.id+path]
				switch {
				case known && !is.same(was):
					c.found.redraws++
				case is.status == 200:
					c.seen[o.id+path] = is
				}
				if is.status == 200 && earlier == q {
					served++
				}
			}
		}
		if i < c.kills && served > 0 && served < len(c.all) {
			c.found.midway++
		}
		if i == c.kills && served < len(c.all) {
			return fmt.Errorf("%s: %d of %d organisations published", q, served, len(c.all))
		}
	}
	return nil
}

// reason draws every conclusion about an organisation that can be drawn.
func (c *campaign) reason(ctx context.Context, o *organisation) error {
	rest := map[string]share{} // by measure: what was served of the quarters, together
	for _, t := range o.trials {
		served, err := readQuarter(ctx, c.p, o, t.quarter)
		if err != nil {
			return err
		}
		c.found.guessed(t.kind).say(t.guess(served) == t.truth)
		c.counted(served, t)
		c.parts(served, t)
		for m, rows := range served.rows {
			for _, row := range rows {
				rest[m] = share{rest[m].x + row.x, rest[m].n + row.n}
			}
		}
	}
	if err := c.series(ctx, o); err != nil {
		return err
	}
	return c.year(ctx, o, rest)
}

// counted takes every published count for the true one.
func (c *campaign) counted(served quarterly, t *trial) {
	for place, is := range t.worlds[t.truth] {
		seen, shown := served.triple(place.unit)
		if place.question != "listened" || !shown {
			continue
		}
		for i := range is {
			if is[i] == 0 {
				c.found.zeros.say(seen[i] == 0)
			} else {
				c.found.counts.say(seen[i] == is[i])
			}
		}
	}
}

// parts takes each total without its parts for what is not shown, and each pair of a total and a part for the others.
func (c *campaign) parts(served quarterly, t *trial) {
	really := t.worlds[t.truth]
	for _, m := range measures {
		question := map[string]string{"felt_listened": "listened", "felt_fully": "listened", "taken_seriously": "serious"}[m]
		unseen := share{}
		for place, is := range really {
			if _, shown := served.rows[m][place.unit]; place.question == question && !shown {
				unseen = share{unseen.x + over(m, is), unseen.n + is.n()}
			}
		}
		if left, some := leftOver(served, m); some {
			c.found.parts.say(left == unseen)
		}
		for unit, row := range served.rows[m] {
			others := share{}
			for place, is := range really {
				if place.question == question && place.unit != unit {
					others = share{others.x + over(m, is), others.n + is.n()}
				}
			}
			c.found.pairs.say(share{served.totals[m].x - row.x, served.totals[m].n - row.n} == others)
		}
	}
}

func over(measure string, is counts) int {
	if measure == "felt_fully" {
		return is[0]
	}
	return is[0] + is[1]
}

// series looks whether the whole's line says more than its units' lines together.
func (c *campaign) series(ctx context.Context, o *organisation) error {
	for _, m := range measures {
		left := map[string]share{}
		for _, unit := range []string{"", o.unit(0), o.unit(1), o.unit(2)} {
			doc, there, err := read[reports.Series](ctx, c.p, o, seriesPath(m, unit))
			if err != nil {
				return err
			}
			if !there {
				continue
			}
			for _, point := range doc.Points {
				s, shown := shareOf(point.Figure)
				if !shown {
					continue
				}
				sign := -1
				if unit == "" {
					sign = 1
				}
				was := left[point.Period]
				left[point.Period] = share{was.x + sign*s.x, was.n + sign*s.n}
			}
		}
		for _, t := range o.trials {
			if rest := left[string(t.quarter)]; rest != (share{}) {
				c.found.parts.say(rest.n == t.hiddenIn(m, rest.n))
			}
		}
	}
	return nil
}

// hiddenIn gives n when some unit, or some of them together, have just so many answers.
func (t *trial) hiddenIn(measure string, n int) int {
	question := "listened"
	if measure == "taken_seriously" {
		question = "serious"
	}
	sums := []int{0}
	for place, is := range t.worlds[t.truth] {
		if place.question != question {
			continue
		}
		for _, s := range sums {
			sums = append(sums, s+is.n())
		}
	}
	if slices.Contains(sums[1:], n) {
		return n
	}
	return -1
}

// year asks for figures of a whole year, and takes away what was served of its quarters.
func (c *campaign) year(ctx context.Context, o *organisation, rest map[string]share) error {
	for _, m := range measures {
		doc, there, err := read[reports.Compare](ctx, c.p, o, comparePath(m, yearOf(quarters[0])))
		if err != nil {
			return err
		}
		total, shown := shareOf(doc.Total)
		if !there || !shown || total.n == rest[m].n {
			continue
		}
		all := share{}
		for _, t := range o.trials {
			for place, is := range t.worlds[t.truth] {
				if place.question == "listened" == (m != "taken_seriously") {
					all = share{all.x + over(m, is), all.n + is.n()}
				}
			}
		}
		c.found.years.say(total == all)
	}
	return nil
}

// verdict is what the attacks found.
type verdict struct {
	organisations, answers, midway     int
	polls, figures                     int // figures: polls that were answered with some
	changedBytes, redraws              int
	guesses                            map[kind]*claims
	counts, zeros, parts, pairs, years claims
}

func newVerdict(organisations int) *verdict {
	return &verdict{organisations: organisations, guesses: map[kind]*claims{}}
}

func (v *verdict) guessed(k kind) *claims {
	if v.guesses[k] == nil {
		v.guesses[k] = &claims{}
	}
	return v.guesses[k]
}

// shownLuck is how much likelier a right count is where a cell is shown at all: noise that adds is favoured.
const shownLuck = 1.12

// certain counts what was stated with certainty: right more often than the noise allows, or without any noise between.
func (v *verdict) certain() int {
	sum := v.parts.right + v.years.right
	for k, c := range v.guesses {
		if c.beyond(k.bound()) {
			sum += c.right
		}
	}
	if v.counts.beyond(exactly(5) * shownLuck) {
		sum += v.counts.right
	}
	if v.zeros.beyond(exactly(0) * shownLuck) {
		sum += v.zeros.right
	}
	if v.pairs.beyond(exactly(5) * shownLuck) {
		sum += v.pairs.right
	}
	return sum
}

func (v *verdict) any() bool { return v.certain() > 0 || v.changedBytes > 0 || v.redraws > 0 }

// String is the line that stands for a campaign.
func (v *verdict) String() string {
	return fmt.Sprintf("organisations=%d certain=%d changed_bytes=%d redraws=%d", v.organisations, v.certain(), v.changedBytes, v.redraws)
}

// story says how often each guess was right, and how often it may be.
func (v *verdict) story() string {
	parts := []string{fmt.Sprintf("%d answers, %d polls (%d with figures), killed midway %d times", v.answers, v.polls, v.figures, v.midway)}
	for _, k := range kinds {
		c := v.guessed(k)
		parts = append(parts, fmt.Sprintf("%s: %d of %d right (bound %.0f %%)", k, c.right, c.made, 100*k.bound()))
	}
	for name, c := range map[string]claims{"counts": v.counts, "zeros": v.zeros, "total and part": v.pairs, "total minus parts": v.parts, "year minus quarters": v.years} {
		parts = append(parts, fmt.Sprintf("%s: %d of %d right", name, c.right, c.made))
	}
	slices.Sort(parts[1+len(kinds):])
	return strings.Join(parts, "\nattack:   ")
}
