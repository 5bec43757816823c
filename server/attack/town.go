package main

import (
	"math/rand/v2"
	"slices"
	"time"

	"heard/server/figures"
	"heard/server/people"
)

// The sizes of the three kinds of service: counted alone each quarter, and two that are counted together.
const (
	largeRoster, otherRoster = 18, 14
	pooledRoster             = 7
)

var (
	london   = zone("Europe/London")
	made     = time.Date(2026, time.March, 20, 9, 0, 0, 0, london)
	quarters = []figures.Period{"2026-Q2", "2026-Q3", "2026-Q4"}
)

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // people brings the rules of every zone along
	}
	return loc
}

// organisation is a made-up one with four services: large and other stand alone, the last two are pooled.
type organisation struct {
	id, commissioner string
	services         [4]service
	trials           []*trial
}

type service struct {
	id    string
	young []string
}

func (o *organisation) unit(of int) string {
	if of >= 2 {
		return people.PoolOf(o.id)
	}
	return o.services[of].id
}

func rosters() [4]int { return [4]int{largeRoster, otherRoster, pooledRoster, pooledRoster} }

// counts are the top face, the second, and the lower three.
type counts [3]int

func (c counts) n() int { return c[0] + c[1] + c[2] }

func (c *counts) add(face, by int) { c[2-min(max(face-3, 0), 2)] += by }

// cell is where something is counted.
type cell struct {
	unit, question string
	period         figures.Period
}

// world is one way that everybody may have answered in a quarter.
type world map[cell]counts

func (w world) with(c cell, face, by int) {
	is := w[c]
	is.add(face, by)
	w[c] = is
}

// trial is a quarter of an organisation in which one young person does one of two things. Whoever attacks knows both,
// and everybody else's answers, but not which of the two it was.
type trial struct {
	quarter figures.Period
	kind    kind
	truth   int // which of the worlds is true
	worlds  [2]world
	acts    []act // what is done, in order
}

// kind is what the young person may have done otherwise.
type kind string

const (
	joining kind = "one of nine, ten or eleven: answered or not"
	alone   kind = "all others low: the best face or a low one"
	facing  kind = "the best face or a low one"
	moving  kind = "changed service midway or not"
)

var kinds = []kind{joining, alone, facing, moving}

// bound is how often a guess between the two may be right at most: ε = 1 for each count that differs between them.
func (k kind) bound() float64 {
	if k == joining {
		return bound(1)
	}
	return bound(2)
}

// act is an answer, or a change of service.
type act struct {
	service int // where the young person is served when they answer
	who     string
	face    int
	serious int
	move    bool // to the other service
}

// plan draws a quarter. The large service is where the secret lies; groups of nine, ten and eleven take turns.
func (o *organisation) plan(r *rand.Rand, turn int, quarter figures.Period) *trial {
	t := &trial{quarter: quarter, kind: kinds[turn%len(kinds)], truth: r.IntN(2), worlds: [2]world{{}, {}}}
	sizes := []int{8, 9, 10, 11, 12}
	others := sizes[(turn/len(kinds))%len(sizes)]
	t.answers(o, 0, others, func() int {
		if t.kind == alone {
			return 1 + r.IntN(3)
		}
		return 1 + r.IntN(5)
	})
	t.answers(o, 1, 8+r.IntN(5), func() int { return 1 + r.IntN(5) })
	t.answers(o, 2, r.IntN(pooledRoster+1), func() int { return 1 + r.IntN(5) })
	t.answers(o, 3, r.IntN(pooledRoster+1), func() int { return 1 + r.IntN(5) })
	r.Shuffle(len(t.acts), func(i, j int) { t.acts[i], t.acts[j] = t.acts[j], t.acts[i] })
	t.decide(o, o.services[0].young[others+turn/len(kinds)/len(sizes)%2])
	return t
}

// moved has somebody of the large service stand among the young people of the other one.
func (o *organisation) moved(who string) {
	large, other := &o.services[0], &o.services[1]
	large.young = slices.DeleteFunc(large.young, func(id string) bool { return id == who })
	other.young = append(other.young, who)
}

// answers has the first n of a service answer.
func (t *trial) answers(o *organisation, of, n int, face func() int) {
	for _, who := range o.services[of].young[:n] {
		is, serious := face(), face()
		t.acts = append(t.acts, act{service: of, who: who, face: is, serious: serious})
		for _, w := range t.worlds {
			w.with(cell{o.unit(of), "listened", t.quarter}, is, 1)
			w.with(cell{o.unit(of), "serious", t.quarter}, serious, 1)
		}
	}
}

// decide adds what the one young person did, and what they may have done.
func (t *trial) decide(o *organisation, who string) {
	large, other := cell{o.unit(0), "listened", t.quarter}, cell{o.unit(1), "listened", t.quarter}
	first := act{service: 0, who: who, face: 5}
	switch t.kind {
	case joining:
		t.worlds[1].with(large, 5, 1)
		if t.truth == 1 {
			t.acts = append(t.acts, first)
		}
	case alone, facing:
		t.worlds[0].with(large, 2, 1)
		t.worlds[1].with(large, 5, 1)
		first.face = []int{2, 5}[t.truth]
		t.acts = append(t.acts, first)
	case moving:
		// Who moves answers before and after: the last one counts, where they are then.
		t.worlds[0].with(large, 5, 1)
		t.worlds[1].with(other, 5, 1)
		t.acts = append(t.acts, first)
		if t.truth == 1 {
			t.acts = append(t.acts, act{who: who, move: true}, act{service: 1, who: who, face: 5})
			o.moved(who)
		}
	}
}
