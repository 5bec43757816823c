// Long because a trial is planned here whole: each secret there is, and who hides it from month to month.

package main

import (
	"math/rand/v2"

	"heard/server/figures"
)

// kind is what one person may have done, or not.
type kind string

// The kinds of secret.
const (
	joining  kind = "one of nine, ten or eleven: answered or not"
	alone    kind = "all others low: the best face or a low one"
	facing   kind = "the best face or a low one"
	moving   kind = "changed service midway or not"
	inMonth  kind = "one of nine, ten or eleven in a month: answered or not"
	counted2 kind = "counted by the month and then by the quarter, or not at all"
	prompted kind = "asked or not"
	closing  kind = "a card had helped or not"
	relative kind = "the family answered or not"
	settling kind = "said how settled they feel or not"
	after    kind = "said how their move went or not"
)

// turns are the secrets of a young person of the large service; others are kept beside them, where they are counted
// elsewhere.
var (
	turns = []kind{joining, alone, facing, moving}
	kinds = append(turns[:len(turns):len(turns)], inMonth, counted2, prompted, closing, relative, settling, after)
	sizes = []int{8, 9, 10, 11, 12}
)

// bound is how often a guess between the two may be right at most: ε = 1 for each count that differs between them. Who
// goes from a service with months to one with quarters is in the counts of both.
func (k kind) bound() float64 {
	switch k {
	case joining, inMonth, prompted, relative, settling:
		return bound(1)
	}
	return bound(2)
}

// secret is one of two things that somebody did. Whoever attacks knows both, and what everybody else did, but not
// which of the two it was.
type secret struct {
	kind  kind
	ways  [2]world // what each adds to what is counted
	truth int
}

// trial is a quarter of an organisation, with a secret in several of its cells.
type trial struct {
	quarter figures.Period
	base    world // of all others
	really  world // of everybody
	secrets []*secret
	acts    [3][]act // by month, in order
}

// deed is a kind of act.
type deed int

const (
	answers    deed = iota
	moves           // to another service
	meets           // tells of a contact, which makes a prompt
	closes          // a card, and says whether it helped
	takesALink      // a contact is recorded, with a link for the family
	familySays      // by that link
	settles         // says how settled they feel, four weeks after a move
	travels         // to a new home
)

// eve says that an act comes before a month's answers. Adults may learn of some of these, but nothing from figures.
func (d deed) eve() bool { return d == meets || d == closes || d == takesALink || d == travels }

// act is what somebody does.
type act struct {
	deed         deed
	who          string
	service, to  int // where the young person is served; moves: and then
	face         int // closes: 5 for helped
	serious, say int
	seen         int // closes: 5 for in time, 1 for late
	trip         trip
}

// trip is what was so of a move to a new home.
type trip map[question]bool

// ofTrips are what is so of one or not so.
var ofTrips = []question{told, visited, opened, chose, buddied, after1, after7, after28}

// plan draws a quarter. Groups of nine, ten and eleven take turns, as the kinds of secret do.
func (o *organisation) plan(r *rand.Rand, i, quarter int) *trial {
	t := &trial{quarter: quarters[quarter], base: world{}, really: world{}}
	kind, size := turns[(i+quarter)%len(turns)], func(n int) int { return sizes[(i/n+quarter)%len(sizes)] }
	face := func() int { return 1 + r.IntN(5) }
	low := func() int { return 1 + r.IntN(3) }
	if kind != alone {
		low = face
	}
	t.answers(o, r, large, size(len(turns)), low)
	t.answers(o, r, other, 8+r.IntN(5), face)
	t.answers(o, r, small, r.IntN(o.roster(small)+1), face)
	t.answers(o, r, smaller, r.IntN(o.roster(smaller)+1), face)
	inMonths := t.months(o, r, size(3), face)
	t.young(o, r, kind, o.services[large].young[size(len(turns))+i/20%2])
	switch kind {
	case joining:
		t.families(o, r, size(5), face)
	case alone:
		t.closings(o, r, size(5))
	case facing:
		t.asked(o, r, size(5)+4) // more than answer, so that the share stays below all
	case moving:
		t.settled(o, r, size(5), face)
		t.trips(o, r, size(5))
	}
	if kind == joining || kind == facing { // the other service keeps no secret yet
		t.both(o, r, inMonths)
	} else {
		t.month(o, r, inMonths)
	}
	for c, is := range t.base {
		t.really.add(c, is)
	}
	for _, s := range t.secrets {
		for c, is := range s.ways[s.truth] {
			t.really.add(c, is)
		}
	}
	return t
}

func (t *trial) secret(r *rand.Rand, k kind, no, yes world) *secret {
	s := &secret{kind: k, ways: [2]world{no, yes}, truth: r.IntN(2)}
	t.secrets = append(t.secrets, s)
	return s
}

func (t *trial) does(month int, a act) { t.acts[month] = append(t.acts[month], a) }

// answers has the first n of a service answer, in one month or another.
func (t *trial) answers(o *organisation, r *rand.Rand, of, n int, face func() int) {
	for _, who := range o.services[of].young[:n] {
		a := act{who: who, service: of, face: face(), serious: face()}
		t.base.add(cell{o.unit(of), listened, t.quarter}, one(a.face))
		t.base.add(cell{o.unit(of), serious, t.quarter}, one(a.serious))
		if of != large {
			a.say = face()
			t.base.add(cell{o.unit(of), say, t.quarter}, one(a.say))
		}
		t.does(r.IntN(2), a) // the third month is the secret's
	}
}

// someone is who has a secret in a month.
type someone struct {
	who   string
	month int
}

// months has the monthly service answer in each of its months; in one of them somebody may have answered besides.
func (t *trial) months(o *organisation, r *rand.Rand, size int, face func() int) someone {
	in := someone{month: r.IntN(3)}
	for m := range 3 {
		n := 6 + r.IntN(6)
		if m == in.month {
			n = size
			in.who = o.services[monthly].young[n]
		}
		for _, who := range o.services[monthly].young[:n] {
			a := act{who: who, service: monthly, face: face()}
			t.base.add(o.cell(monthly, listened, t.quarter, m), one(a.face))
			t.does(m, a)
		}
	}
	return in
}

// month is a secret of one month.
func (t *trial) month(o *organisation, r *rand.Rand, in someone) {
	c := o.cell(monthly, listened, t.quarter, in.month)
	if s := t.secret(r, inMonth, world{c: {}}, world{c: one(5)}); s.truth == 1 {
		t.does(in.month, act{who: in.who, service: monthly, face: 5})
	}
}

// both is somebody who answers in a service with months, and then in one with quarters: two periods, two tags.
func (t *trial) both(o *organisation, r *rand.Rand, in someone) {
	c, d := o.cell(monthly, listened, t.quarter, in.month), cell{o.unit(other), listened, t.quarter}
	if s := t.secret(r, counted2, world{c: {}, d: {}}, world{c: one(5), d: one(5)}); s.truth == 1 {
		t.does(in.month, act{who: in.who, service: monthly, face: 5})
		t.does(2, act{deed: moves, who: in.who, service: monthly, to: other})
		t.does(2, act{who: in.who, service: other, face: 5})
		o.moved(in.who, monthly, other)
	}
}

// young is the secret of one of the large service.
func (t *trial) young(o *organisation, r *rand.Rand, k kind, who string) {
	c, d := cell{o.unit(large), listened, t.quarter}, cell{o.unit(other), listened, t.quarter}
	first := act{who: who, service: large, face: 5}
	switch k {
	case joining:
		if t.secret(r, k, world{c: {}}, world{c: one(5)}).truth == 1 {
			t.does(2, first)
		}
	case moving:
		// Who moves answers before and after: the last one counts, where they are then.
		moved := t.secret(r, k, world{c: one(5), d: {}}, world{c: {}, d: one(5)}).truth == 1
		t.does(2, first)
		if moved {
			t.does(2, act{deed: moves, who: who, service: large, to: other})
			t.does(2, act{who: who, service: other, face: 5})
			o.moved(who, large, other)
		}
	default:
		first.face = []int{2, 5}[t.secret(r, k, world{c: one(2)}, world{c: one(5)}).truth]
		t.does(2, first)
	}
}

// families has the families of the first n of the large service answer; one more is the secret. A few of the other
// service do, too few to be shown.
func (t *trial) families(o *organisation, r *rand.Rand, n int, face func() int) {
	c := cell{o.unit(large), family, t.quarter}
	some := t.secret(r, relative, world{c: {}}, world{c: one(5)}).truth
	for i, who := range o.services[large].young[:n+some] {
		is, m := 5, r.IntN(3)
		if i < n {
			is = face()
			t.base.add(c, one(is))
		}
		t.does(m, act{deed: takesALink, who: who, service: large})
		t.does(m, act{deed: familySays, who: who, service: large, face: is})
	}
	for _, who := range o.services[other].young[:3+r.IntN(4)] {
		is, m := face(), r.IntN(3)
		t.base.add(cell{o.unit(other), family, t.quarter}, one(is))
		t.does(m, act{deed: takesALink, who: who, service: other})
		t.does(m, act{deed: familySays, who: who, service: other, face: is})
	}
}

// settled has the first n of the other service say how settled they feel; one more is the secret. A few of the large
// service do, too few to be shown.
func (t *trial) settled(o *organisation, r *rand.Rand, n int, face func() int) {
	c := cell{o.unit(other), settled, t.quarter}
	some := t.secret(r, settling, world{c: {}}, world{c: one(5)}).truth
	for i, who := range o.services[other].young[:n+some] {
		is := 5
		if i < n {
			is = face()
			t.base.add(c, one(is))
		}
		t.does(r.IntN(3), act{deed: settles, who: who, service: other, face: is})
	}
	for _, who := range o.services[large].young[:3+r.IntN(4)] {
		is := face()
		t.base.add(cell{o.unit(large), settled, t.quarter}, one(is))
		t.does(r.IntN(3), act{deed: settles, who: who, service: large, face: is})
	}
}

// closings has the first n of the large service close a card; what one more says is the secret. In the other service
// too few do to be shown, in that with months enough in one of them only.
func (t *trial) closings(o *organisation, r *rand.Rand, n int) {
	c := cell{o.unit(large), helped, t.quarter}
	said := t.secret(r, closing, world{c: one(1)}, world{c: one(5)}).truth
	for i, who := range o.services[large].young[:n+1] {
		is := []int{1, 5}[said]
		if i < n {
			is = oneOrFive(r)
			t.base.add(c, one(is))
		}
		t.closes(r.IntN(3), c, act{who: who, service: large, face: is, seen: oneOrFive(r)})
	}
	for _, who := range o.services[other].young[:3+r.IntN(4)] {
		a := act{who: who, service: other, face: oneOrFive(r), seen: oneOrFive(r)}
		c := cell{o.unit(other), helped, t.quarter}
		t.base.add(c, one(a.face))
		t.closes(r.IntN(3), c, a)
	}
	for m, n := range [3]int{10 + r.IntN(3), 3 + r.IntN(4), 3 + r.IntN(4)} {
		for _, who := range o.services[monthly].young[:n] {
			a := act{who: who, service: monthly, face: oneOrFive(r), seen: oneOrFive(r)}
			c := o.cell(monthly, helped, t.quarter, m)
			t.base.add(c, one(a.face))
			t.closes(m, c, a)
		}
	}
}

// closes has a card close, and counts whether somebody came in time.
func (t *trial) closes(month int, c cell, a act) {
	a.deed = closes
	t.base.add(cell{c.unit, timely, c.period}, one(a.seen))
	t.does(month, a)
}

// trips has the first n of the large service, and one more, move to a new home; whether the last one says how that went
// is the secret. Of the other service too few do to be shown, of that with months enough in one of them only.
func (t *trial) trips(o *organisation, r *rand.Rand, n int) {
	c := cell{o.unit(large), after1, t.quarter}
	said := t.secret(r, after, world{c: one(1)}, world{c: one(5)}).truth
	for i, who := range o.services[large].young[:n+1] {
		a := newTrip(r, who, large)
		if i == n {
			a.trip[after1] = said == 1
		}
		t.travels(r.IntN(2), o.cell(large, "", t.quarter, 0), a, i == n)
	}
	for _, who := range o.services[other].young[:3+r.IntN(4)] {
		t.travels(r.IntN(2), o.cell(other, "", t.quarter, 0), newTrip(r, who, other), false)
	}
	for m, n := range [3]int{10 + r.IntN(3), 3 + r.IntN(4), 3 + r.IntN(4)} {
		for _, who := range o.services[monthly].young[:n] {
			t.travels(m, o.cell(monthly, "", t.quarter, m), newTrip(r, who, monthly), false)
		}
	}
}

func newTrip(r *rand.Rand, who string, service int) act {
	is := trip{}
	for _, q := range ofTrips {
		is[q] = r.IntN(2) == 1
	}
	return act{deed: travels, who: who, service: service, trip: is}
}

// travels has somebody move, and counts what is so of it, but for what may be the secret.
func (t *trial) travels(month int, c cell, a act, secret bool) {
	for _, c.question = range ofTrips {
		if !secret || c.question != after1 {
			t.base.add(c, a.trip.says(c.question))
		}
	}
	t.does(month, a)
}

func (is trip) says(q question) counts {
	if is[q] {
		return one(5)
	}
	return one(1)
}

func oneOrFive(r *rand.Rand) int { return []int{1, 5}[r.IntN(2)] }

// asked has the first n of the large service asked; whether one more was is the secret.
func (t *trial) asked(o *organisation, r *rand.Rand, n int) {
	c := cell{o.unit(large), asked, t.quarter}
	t.base.add(c, counts{n})
	some := t.secret(r, prompted, world{c: {}}, world{c: {1}}).truth
	for _, who := range o.services[large].young[:n+some] {
		t.does(r.IntN(3), act{deed: meets, who: who, service: large})
	}
}
