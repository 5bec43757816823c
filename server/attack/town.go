package main

import (
	"slices"
	"time"

	"heard/server/figures"
	"heard/server/people"
)

// The services of every made-up organisation. Large and other are counted alone each quarter, small and smaller
// together each quarter, monthly alone each month.
const (
	large = iota
	other
	small
	smaller
	monthly
)

// rosters are how many young people each service has.
var rosters = [...]int{large: 18, other: 14, small: 7, smaller: 7, monthly: 16}

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

// months are those of each quarter; holding is the quarter that holds each of them.
var months, holding = calendar()

func calendar() (map[figures.Period][3]figures.Period, map[figures.Period]figures.Period) {
	of, in := map[figures.Period][3]figures.Period{}, map[figures.Period]figures.Period{}
	for _, q := range quarters {
		first := figures.MonthOf(q.Start(london), london)
		of[q] = [3]figures.Period{first, first.Next(), first.Next().Next()}
		in[q] = q
		for _, month := range of[q] {
			in[month] = q
		}
	}
	return of, in
}

func monthsOf(quarter figures.Period) []figures.Period {
	three := months[quarter]
	return three[:]
}

func quarterOf(p figures.Period) figures.Period {
	if q, known := holding[p]; known {
		return q
	}
	return figures.QuarterOf(p.Start(london), london)
}

// organisation is a made-up one.
type organisation struct {
	id, commissioner, keyworker string
	bystander                   string // a young person of the large service who never answers
	few                         bool   // so few are pooled that process figures of them are hidden
	services                    [len(rosters)]service
	trials                      []*trial
}

type service struct {
	id    string
	young []string
}

func (o *organisation) unit(of int) string {
	if of == small || of == smaller {
		return people.PoolOf(o.id)
	}
	return o.services[of].id
}

// roster is how many young people a service has.
func (o *organisation) roster(of int) int {
	if of == smaller && o.few {
		return 2
	}
	return rosters[of]
}

func (o *organisation) units() []string {
	return []string{o.unit(large), o.unit(other), o.unit(small), o.unit(monthly)}
}

// moved has somebody stand among the young people of another service.
func (o *organisation) moved(who string, from, to int) {
	left := &o.services[from]
	left.young = slices.DeleteFunc(slices.Clone(left.young), func(id string) bool { return id == who })
	o.services[to].young = append(o.services[to].young, who)
}

// counts are the top face, the second, and the lower three.
type counts [3]int

func (c counts) n() int { return c[0] + c[1] + c[2] }

func (c counts) plus(d counts) counts { return counts{c[0] + d[0], c[1] + d[1], c[2] + d[2]} }

func (c counts) minus(d counts) counts { return counts{c[0] - d[0], c[1] - d[1], c[2] - d[2]} }

func one(face int) (c counts) {
	c[2-min(max(face-3, 0), 2)]++
	return c
}

// question is what is counted.
type question string

// The questions. What was said of a card that closed has two counts, the first and the last, and so have cards in time
// and late, and whatever is so or not so of a move; how many were asked has the first only.
const (
	listened question = "listened"
	serious  question = "serious"
	say      question = "say"
	family   question = "family"
	settled  question = "settled"
	helped   question = "helped"
	asked    question = "asked"
	timely   question = "timely"

	told    question = "told"
	visited question = "visited"
	opened  question = "opened"
	chose   question = "chose"
	buddied question = "buddied"
	after1  question = "after 1"
	after7  question = "after 7"
	after28 question = "after 28"
)

// judged are those of two counts with noise, each a young person's own to say or to leave.
var judged = []question{helped, after1, after7, after28}

// cell is where something is counted.
type cell struct {
	unit     string
	question question
	period   figures.Period
}

func (o *organisation) cell(of int, q question, quarter figures.Period, month int) cell {
	if of == monthly {
		return cell{o.unit(of), q, monthsOf(quarter)[month]}
	}
	return cell{o.unit(of), q, quarter}
}

// world is what is to be counted.
type world map[cell]counts

func (w world) add(c cell, is counts) { w[c] = w[c].plus(is) }

// in is what a unit has to one question in a month, or in a quarter.
func (w world) in(unit string, q question, period figures.Period) counts {
	if period.Quarterly() {
		return w.of(unit, q, period)
	}
	return w[cell{unit, q, period}]
}

// of is what a unit has to one question in a quarter, month by month together.
func (w world) of(unit string, q question, quarter figures.Period) (sum counts) {
	for c, is := range w {
		if c.unit == unit && c.question == q && quarterOf(c.period) == quarter {
			sum = sum.plus(is)
		}
	}
	return sum
}
