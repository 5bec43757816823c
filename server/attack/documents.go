package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"

	"heard/server/figures"
	"heard/server/reports"
)

// answer is what the API served.
type answer struct {
	status            int
	etag, length, age string // of the headers; age is Last-Modified and the like
	body              []byte
}

func (a answer) same(b answer) bool {
	return a.status == b.status && a.etag == b.etag && a.length == b.length && a.age == b.age && bytes.Equal(a.body, b.body)
}

// publisher is what is attacked.
type publisher interface {
	settle(ctx context.Context, o *organisation) error
	begin(ctx context.Context, quarter figures.Period) error
	act(ctx context.Context, o *organisation, quarter figures.Period, a act) error
	publish(ctx context.Context, quarter figures.Period, kill bool) error
	get(ctx context.Context, o *organisation, path string) (answer, error)
	close() error
}

var measures = []string{"felt_listened", "felt_fully", "taken_seriously"}

// paths is everything there is to read of an organisation.
func paths(o *organisation) []string {
	list := []string{"/overview"}
	for _, m := range []string{"felt_listened", "felt_fully", "taken_seriously", "response_rate", "cards_in_time", "until_here", "it_helped", "continuity"} {
		for _, unit := range []string{"", o.unit(0), o.unit(1), o.unit(2)} {
			list = append(list, seriesPath(m, unit))
		}
		for _, q := range quarters {
			list = append(list, comparePath(m, string(q)))
		}
	}
	for _, file := range []string{"/export.csv", "/export.xlsx", "/measure-report.json"} {
		list = append(list, file+"?measure=felt_listened")
	}
	return list
}

func seriesPath(measure, unit string) string {
	q := url.Values{"measure": {measure}}
	if unit != "" {
		q.Set("unit", unit)
	}
	return "/series?" + q.Encode()
}

func comparePath(measure, period string) string {
	return "/compare?" + url.Values{"measure": {measure}, "period": {period}}.Encode()
}

// read gives a document, and whether there is one.
func read[T any](ctx context.Context, p publisher, o *organisation, path string) (doc T, there bool, err error) {
	a, err := p.get(ctx, o, path)
	if err != nil || a.status == 404 || a.status == 422 {
		return doc, false, err
	}
	if a.status != 200 {
		return doc, false, fmt.Errorf("%s answers %d: %s", path, a.status, a.body)
	}
	return doc, true, json.Unmarshal(a.body, &doc)
}

// share is a numerator and a denominator, taken back from a published rate.
type share struct{ x, n int }

func shareOf(f reports.Figure) (share, bool) {
	if f.Hidden || f.N == nil || f.Rate == nil {
		return share{}, false
	}
	return share{int(math.Round(*f.Rate * float64(*f.N))), *f.N}, true
}

// quarterly is what was served of one quarter: shares by measure, of the whole and of each unit.
type quarterly struct {
	totals map[string]share
	rows   map[string]map[string]share // measure → unit
	hidden map[string]bool             // units without a figure
}

// readQuarter reads a quarter side by side and as part of every series: the two must say the same.
func readQuarter(ctx context.Context, p publisher, o *organisation, q figures.Period) (quarterly, error) {
	out := quarterly{totals: map[string]share{}, rows: map[string]map[string]share{}, hidden: map[string]bool{}}
	for _, m := range measures {
		doc, there, err := read[reports.Compare](ctx, p, o, comparePath(m, string(q)))
		if err != nil {
			return out, err
		}
		out.rows[m] = map[string]share{}
		if !there {
			continue
		}
		if s, shown := shareOf(doc.Total); shown {
			out.totals[m] = s
		}
		for _, row := range doc.Rows {
			if s, shown := shareOf(row.Figure); shown {
				out.rows[m][row.Unit] = s
			} else if m == "felt_listened" {
				out.hidden[row.Unit] = true
			}
		}
	}
	return out, nil
}

// triple is the three counts of a unit as published, from two measures of the same answers.
func (q quarterly) triple(unit string) (counts, bool) {
	most, shown := q.rows["felt_listened"][unit]
	top, both := q.rows["felt_fully"][unit]
	return counts{top.x, most.x - top.x, most.n - most.x}, shown && both
}
