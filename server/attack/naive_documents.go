package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"heard/server/figures"
	"heard/server/reports"
)

func (n *naive) get(_ context.Context, o *organisation, about asking) (answer, error) {
	u, err := url.Parse(about.path)
	if err != nil {
		return answer{}, err
	}
	doc := n.document(o, about.by, u.Path, u.Query())
	if doc == nil {
		return answer{status: 404}, nil
	}
	body, err := json.Marshal(doc)
	return answer{status: 200, etag: fmt.Sprintf("%x", sha256.Sum256(body)), length: strconv.Itoa(len(body)), body: body}, err
}

// document gives what somebody reads; nil: there is no such thing.
func (n *naive) document(o *organisation, by reader, path string, about url.Values) any {
	measure, unit, period := about.Get("measure"), about.Get("unit"), figures.Period(about.Get("period"))
	switch {
	case by == keyworker:
		if n.tells {
			return len(n.orgs[o.id].said)
		}
		return 0
	case by == bystander:
		return n.counted(o, by, listened, o.unit(large), quarters[len(quarters)-1])
	case measure == "":
		return nil
	case path == "/series":
		return n.series(o, by, measure, unit)
	case path == "/compare" && (n.live == by || slices.ContainsFunc(n.published, func(p figures.Period) bool { return within(p, period) })):
		return n.compare(o, by, measure, period)
	}
	return nil
}

func (n *naive) compare(o *organisation, by reader, measure string, period figures.Period) reports.Compare {
	doc := reports.Compare{Measure: measure, Period: string(period)}
	for _, unit := range o.units() {
		doc.Rows = append(doc.Rows, reports.Row{Unit: unit, Figure: n.figure(o, by, measure, unit, period)})
	}
	doc.Total = n.total(o, by, measure, period)
	return doc
}

func (n *naive) series(o *organisation, by reader, measure, unit string) reports.Series {
	doc := reports.Series{Measure: measure, Unit: unit}
	for _, q := range quarters {
		periods := []figures.Period{q}
		if unit == o.unit(monthly) {
			periods = monthsOf(q)
		}
		for _, p := range periods {
			is := n.total(o, by, measure, p)
			if unit != "" {
				is = n.figure(o, by, measure, unit, p)
			}
			doc.Points = append(doc.Points, reports.Point{Period: string(p), Figure: is})
		}
	}
	return doc
}

func (n *naive) figure(o *organisation, by reader, measure, unit string, period figures.Period) reports.Figure {
	if measure == "response_rate" {
		answered := n.counted(o, by, listened, unit, period).n()
		return n.rate(share{answered, n.counted(o, by, asked, unit, period).n()}, true)
	}
	if slices.Contains(values, measure) {
		return n.value(n.behind(o, by, measure, unit, period))
	}
	return n.rate(over(measure, n.counted(o, by, questionOf(measure), unit, period)), false)
}

// behind is how many cards or young people a figure without noise is of.
func (n *naive) behind(o *organisation, by reader, measure, unit string, period figures.Period) (sum int) {
	switch measure {
	case "until_here":
		return n.counted(o, by, timely, unit, period).n()
	case "notice":
		return n.counted(o, by, told, unit, period).n()
	}
	for i := range o.services {
		if o.unit(i) == unit && (n.live == by || slices.Contains(n.published, period)) {
			sum += o.roster(i)
		}
	}
	return sum
}

func (n *naive) value(is int) reports.Figure {
	if is == 0 || n.hides && is < 10 {
		return reports.Figure{Hidden: true}
	}
	return reports.Figure{N: &is, Value: &reports.Value{}}
}

// total brings units together, as they are or, where noise is drawn once, as they are published.
func (n *naive) total(o *organisation, by reader, measure string, period figures.Period) reports.Figure {
	if measure == "response_rate" {
		return reports.Figure{Hidden: true}
	}
	sum, all := share{}, 0
	for _, unit := range o.units() {
		if slices.Contains(values, measure) {
			all += n.behind(o, by, measure, unit, period)
			continue
		}
		sum = sum.plus(over(measure, n.counted(o, by, questionOf(measure), unit, period)))
	}
	if slices.Contains(values, measure) {
		return n.value(all)
	}
	return n.rate(sum, false)
}

func (n *naive) rate(is share, percent bool) reports.Figure {
	if is.n == 0 || n.hides && is.n < 10 {
		return reports.Figure{Hidden: true}
	}
	rate := float64(is.x) / float64(is.n)
	if percent {
		rate = min(float64((200*is.x+is.n)/(2*is.n)), 100) / 100
		return reports.Figure{Rate: &rate}
	}
	return reports.Figure{N: &is.n, Rate: &rate}
}
