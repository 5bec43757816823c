package main

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/google/uuid"

	"heard/server/figures"
)

// naive is a publisher as it is built when nobody thinks of this: each kind makes one mistake, and the attacks must
// find it.
type naive struct {
	hides bool   // what is under ten, but not from totals
	live  reader // for whom figures are there before a period closes
	draws bool   // noise is drawn each time it publishes
	blurs bool   // noise is drawn once, but for a quarter apart from its months
	tells bool   // a worker is told how many of theirs have answered

	published []figures.Period
	epoch     uint64
	orgs      map[string]*naiveOrganisation
}

type naiveOrganisation struct {
	said map[naiveKey]naiveAnswer
	sums world
}

type naiveKey struct {
	who      string
	question question
	period   figures.Period
}

type naiveAnswer struct {
	unit string
	face int
}

// naives are the mistakes, at how many organisations, and what must be found of each.
var naives = []struct {
	name          string
	organisations int
	open          func(context.Context, options) (publisher, error)
	missed        func(*verdict) string
}{
	{"exact counts", 160, openNaive(naive{}), func(v *verdict) string {
		for _, k := range kinds {
			if !v.guessed(k).beyond(k.bound()) {
				return string(k)
			}
		}
		return missing(map[string]bool{"counts": v.counts.beyond(exactly(5) * shownLuck), "zeros": v.zeros.beyond(exactly(0) * shownLuck)})
	}},
	{"small places hidden, but not from totals", 100, openNaive(naive{hides: true}), func(v *verdict) string {
		for _, m := range slices.Concat(measures, values) {
			if v.rest(m).right == 0 {
				return "total minus parts of " + m
			}
		}
		return missing(map[string]bool{"year minus quarters": v.years.right > 0,
			"quarter minus months": v.hiddenMonths.right > 0, "a total and a part": v.pairs.beyond(exactly(5) * shownLuck)})
	}},
	{"a quarter with noise of its own beside its months", 20, openNaive(naive{blurs: true}), redrawn},
	{"noise drawn at each publishing", 20, openNaive(naive{draws: true}), redrawn},
	{"figures before the end", 20, openNaive(naive{live: commissioner}), changedFor(commissioner)},
	{"a program's figures before the end", 20, openNaive(naive{live: program}), changedFor(program)},
	{"a unit's program's figures before the end", 20, openNaive(naive{live: narrow}), changedFor(narrow)},
	{"young people's figures before the end", 20, openNaive(naive{live: bystander}), changedFor(bystander)},
	{"workers told who answered", 20, openNaive(naive{tells: true}), changedFor(keyworker)},
}

func redrawn(v *verdict) string { return missing(map[string]bool{"redraws": v.redraws > 0}) }

func changedFor(by reader) func(*verdict) string {
	return func(v *verdict) string {
		if len(v.changed) > 1 {
			return "who else"
		}
		return missing(map[string]bool{"changed bytes": v.changed[by] > 0})
	}
}

func missing(found map[string]bool) string {
	for what, was := range found {
		if !was {
			return what
		}
	}
	return ""
}

func openNaive(n naive) func(context.Context, options) (publisher, error) {
	return func(context.Context, options) (publisher, error) {
		fresh := n
		fresh.orgs = map[string]*naiveOrganisation{}
		return &fresh, nil
	}
}

func (n *naive) settle(_ context.Context, o *organisation) error {
	o.id = uuid.NewString()
	n.orgs[o.id] = &naiveOrganisation{map[naiveKey]naiveAnswer{}, world{}}
	for i := range rosters {
		o.services[i].id = uuid.NewString()
		for range o.roster(i) {
			o.services[i].young = append(o.services[i].young, uuid.NewString())
		}
	}
	return nil
}

func (n *naive) begin(context.Context, figures.Period) error { return nil }

func (n *naive) passes() {}

func (n *naive) act(_ context.Context, o *organisation, month figures.Period, a act) error {
	period := quarterOf(month)
	if a.service == monthly {
		period = month
	}
	keep := func(q question, face int) {
		if face > 0 {
			n.orgs[o.id].keep(naiveKey{a.who, q, period}, naiveAnswer{o.unit(a.service), face})
		}
	}
	switch a.deed {
	case answers:
		keep(listened, a.face)
		keep(serious, a.serious)
		keep(say, a.say)
	case familySays:
		keep(family, a.face)
	case settles:
		keep(settled, a.face)
	case closes:
		keep(helped, a.face)
		keep(timely, a.seen)
	case meets:
		keep(asked, 5)
	case travels:
		for _, q := range ofTrips {
			keep(q, map[bool]int{true: 5, false: 1}[a.trip[q]])
		}
	}
	return nil
}

// keep counts an answer in place of the one before.
func (o *naiveOrganisation) keep(by naiveKey, said naiveAnswer) {
	if was, before := o.said[by]; before {
		c := cell{was.unit, by.question, by.period}
		o.sums[c] = o.sums[c].minus(one(was.face))
	}
	o.said[by] = said
	o.sums.add(cell{said.unit, by.question, by.period}, one(said.face))
}

func (n *naive) publish(_ context.Context, month figures.Period, _ bool) error {
	n.epoch++
	for _, p := range []figures.Period{month, quarterOf(month)} {
		if p.End(london).Equal(month.End(london)) && !slices.Contains(n.published, p) {
			n.published = append(n.published, p)
		}
	}
	return nil
}

func (n *naive) close() error { return nil }

// within says whether what was said in one period is of another: it, its quarter or its year.
func within(p, of figures.Period) bool { return p == of || quarterOf(p) == of || p[:4] == of }

// counted counts what was said to a question in a unit in a month, a quarter or a year, as somebody is given it.
func (n *naive) counted(o *organisation, by reader, q question, unit string, period figures.Period) counts {
	is := counts{}
	for c, some := range n.orgs[o.id].sums {
		if c.question == q && c.unit == unit && within(c.period, period) && (n.live == by || slices.Contains(n.published, c.period)) {
			is = is.plus(some)
		}
	}
	if !n.draws && !n.blurs {
		return is
	}
	seed := fnv.New64()
	_, _ = seed.Write([]byte(o.id + unit + string(q) + string(period)))
	again := uint64(0)
	if n.draws {
		again = n.epoch
	}
	r := rand.New(rand.NewPCG(seed.Sum64(), again))
	for i := range is {
		is[i] = max(is[i]+r.IntN(5)-2, 0)
	}
	return is
}
