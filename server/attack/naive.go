package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"heard/server/figures"
	"heard/server/reports"
)

// naive is a publisher as it is built when nobody thinks of this: each kind makes one mistake, and the attacks must
// find it.
type naive struct {
	hides bool // what is under ten, but not from the total
	live  bool // figures are there before the quarter closes
	draws bool // noise is drawn each time it publishes

	published []figures.Period
	epoch     uint64
	answers   map[string]map[naiveKey]naiveAnswer // organisation → who, to what → where, which face
}

type naiveKey struct {
	who, question string
	quarter       figures.Period
}

type naiveAnswer struct {
	unit string
	face int
}

// naives are the mistakes, and what must be found of each.
var naives = []struct {
	name   string
	open   func(context.Context, options) (publisher, error)
	missed func(*verdict) string
}{
	{"exact counts", openNaive(naive{}), func(v *verdict) string {
		for _, k := range kinds {
			if !v.guessed(k).beyond(k.bound()) {
				return string(k)
			}
		}
		return missing(map[string]bool{"counts": v.counts.beyond(exactly(5) * shownLuck), "zeros": v.zeros.beyond(exactly(0) * shownLuck)})
	}},
	{"small places hidden, but not from totals", openNaive(naive{hides: true}), func(v *verdict) string {
		return missing(map[string]bool{"total minus parts": v.parts.right > 0, "year minus quarters": v.years.right > 0,
			"a total and a part": v.pairs.beyond(exactly(5) * shownLuck)})
	}},
	{"figures before the end", openNaive(naive{live: true}), func(v *verdict) string {
		return missing(map[string]bool{"changed bytes": v.changedBytes > 0})
	}},
	{"noise drawn at each publishing", openNaive(naive{draws: true}), func(v *verdict) string {
		return missing(map[string]bool{"redraws": v.redraws > 0})
	}},
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
		fresh.answers = map[string]map[naiveKey]naiveAnswer{}
		return &fresh, nil
	}
}

func (n *naive) settle(_ context.Context, o *organisation) error {
	o.id = uuid.NewString()
	n.answers[o.id] = map[naiveKey]naiveAnswer{}
	for i, roster := range rosters() {
		o.services[i].id = uuid.NewString()
		for range roster {
			o.services[i].young = append(o.services[i].young, uuid.NewString())
		}
	}
	return nil
}

func (n *naive) begin(context.Context, figures.Period) error { return nil }

func (n *naive) act(_ context.Context, o *organisation, q figures.Period, a act) error {
	if a.move {
		return nil
	}
	n.answers[o.id][naiveKey{a.who, "listened", q}] = naiveAnswer{o.unit(a.service), a.face}
	if a.serious > 0 {
		n.answers[o.id][naiveKey{a.who, "serious", q}] = naiveAnswer{o.unit(a.service), a.serious}
	}
	return nil
}

func (n *naive) publish(_ context.Context, q figures.Period, _ bool) error {
	n.epoch++
	if !slices.Contains(n.published, q) {
		n.published = append(n.published, q)
	}
	return nil
}

func (n *naive) close() error { return nil }

func (n *naive) get(_ context.Context, o *organisation, path string) (answer, error) {
	u, err := url.Parse(path)
	if err != nil {
		return answer{}, err
	}
	measure, period, unit := u.Query().Get("measure"), u.Query().Get("period"), u.Query().Get("unit")
	var doc any
	switch {
	case !slices.Contains(measures, measure):
		return answer{status: 404}, nil
	case u.Path == "/compare":
		doc = n.compare(o, measure, period)
	case u.Path == "/series":
		doc = n.series(o, measure, unit)
	}
	body, err := json.Marshal(doc)
	return answer{status: 200, etag: fmt.Sprintf("%x", sha256.Sum256(body)), length: strconv.Itoa(len(body)), body: body}, err
}

func (n *naive) compare(o *organisation, measure, period string) reports.Compare {
	doc := reports.Compare{Measure: measure, Period: period}
	total := counts{}
	for _, unit := range []string{o.unit(0), o.unit(1), o.unit(2)} {
		is := n.counted(o, measure, unit, period)
		for i := range total {
			total[i] += is[i]
		}
		doc.Rows = append(doc.Rows, reports.Row{Unit: unit, Figure: n.figure(measure, is)})
	}
	doc.Total = n.figure(measure, total)
	return doc
}

func (n *naive) series(o *organisation, measure, unit string) reports.Series {
	doc := reports.Series{Measure: measure, Unit: unit}
	for _, q := range quarters {
		units := []string{unit}
		if unit == "" {
			units = []string{o.unit(0), o.unit(1), o.unit(2)}
		}
		total := counts{}
		for _, u := range units {
			is := n.counted(o, measure, u, string(q))
			for i := range total {
				total[i] += is[i]
			}
		}
		doc.Points = append(doc.Points, reports.Point{Period: string(q), Figure: n.figure(measure, total)})
	}
	return doc
}

// counted counts a unit's answers of a quarter, or of a year.
func (n *naive) counted(o *organisation, measure, unit, period string) counts {
	question := "listened"
	if measure == "taken_seriously" {
		question = "serious"
	}
	is := counts{}
	for key, a := range n.answers[o.id] {
		within := string(key.quarter) == period || yearOf(key.quarter) == period
		if key.question == question && a.unit == unit && within && (n.live || slices.Contains(n.published, key.quarter)) {
			is.add(a.face, 1)
		}
	}
	if n.draws {
		r := rand.New(rand.NewPCG(n.epoch, uint64(len(unit))+uint64(unit[0])))
		for i := range is {
			is[i] = max(is[i]+r.IntN(5)-2, 0)
		}
	}
	return is
}

func (n *naive) figure(measure string, is counts) reports.Figure {
	all := is.n()
	if all == 0 || n.hides && all < 10 {
		return reports.Figure{Hidden: true}
	}
	rate := float64(over(measure, is)) / float64(all)
	return reports.Figure{N: &all, Rate: &rate}
}
