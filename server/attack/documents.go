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

// reader is who asks.
type reader string

// The readers of each organisation.
const (
	commissioner reader = "insight" // of everything that is published
	keyworker    reader = "work"    // of everybody who answers, and leads their service
	bystander    reader = "young"   // of the same service, who does not
	program      reader = "token"   // with a token for everything
	narrow       reader = "token of one unit"
)

// asking is one request.
type asking struct {
	by   reader
	path string
}

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
	begin(ctx context.Context, month figures.Period) error
	passes() // time, so that no document may tell it
	act(ctx context.Context, o *organisation, month figures.Period, a act) error
	publish(ctx context.Context, month figures.Period, kill bool) error
	get(ctx context.Context, o *organisation, a asking) (answer, error)
	close() error
}

// words are the measures from which a question's counts follow: the top two faces, and the top one.
var words = map[question][2]string{
	listened: {"felt_listened", "felt_fully"}, serious: {"taken_seriously"}, say: {"had_a_say"}, family: {"family_listened"},
	helped: {"it_helped"}, timely: {"cards_in_time"}, settled: {"settled"},
	told: {"told_before"}, visited: {"visit_made"}, opened: {"pack_opened"}, chose: {"choices_made"}, buddied: {"buddy_week"},
	after1: {"review_1"}, after7: {"review_7"}, after28: {"review_28"},
}

// paths is what there is to read of an organisation: everything, or everything of one unit and one quarter beside the
// headline of all.
func paths(o *organisation, everything bool, turn int) []asking {
	var list []asking
	add := func(by reader, path string) { list = append(list, asking{by, path}) }
	units, some := o.units(), quarters
	if !everything {
		units, some = units[turn%len(units):][:1], quarters[turn%len(quarters):][:1]
	}
	add(commissioner, "/overview")
	for _, m := range reports.Measures {
		for _, unit := range append([]string{""}, units...) {
			add(commissioner, seriesPath(m.Key, unit))
			if everything {
				add(commissioner, seriesPath(m.Key, unit)+"&chart=p")
			}
		}
		for _, q := range some {
			add(commissioner, comparePath(m.Key, q))
		}
	}
	for _, q := range some {
		for _, month := range monthsOf(q) {
			add(commissioner, comparePath("felt_listened", month))
		}
	}
	for _, unit := range append([]string{""}, units...) {
		about := "?" + url.Values{"measure": {"felt_listened"}, "unit": {unit}}.Encode()
		for _, file := range []string{"/export.csv", "/export.xlsx", "/report.html", "/measure-report.json"} {
			add(commissioner, file+about)
		}
	}
	for _, by := range []reader{program, narrow} {
		add(by, "/overview")
		add(by, comparePath("felt_fully", some[0]))
		for _, unit := range append([]string{"", o.unit(monthly)}, units...) {
			add(by, seriesPath("felt_listened", unit))
			add(by, "/measure-report?"+url.Values{"measure": {"felt_listened"}, "unit": {unit}}.Encode())
		}
	}
	for _, path := range []string{"/tokens", "/webhooks", "/subscription"} { // after their use
		add(commissioner, path)
	}
	for _, path := range []string{"/you-said", "/listened", "/feedback"} { // before a worker is told that they have a phone
		add(bystander, path)
	}
	for _, path := range []string{"/contacts", "/told", "/told/waiting", "/answered", "/inbox", "/young-people", "/session-feedback"} {
		add(keyworker, path)
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

func comparePath(measure string, p figures.Period) string {
	return "/compare?" + url.Values{"measure": {measure}, "period": {string(p)}}.Encode()
}

// read gives a document that the commissioner reads, and whether there is one.
func read[T any](ctx context.Context, p publisher, o *organisation, path string) (doc T, there bool, err error) {
	a, err := p.get(ctx, o, asking{commissioner, path})
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

func (s share) plus(d share) share { return share{s.x + d.x, s.n + d.n} }

func (s share) minus(d share) share { return share{s.x - d.x, s.n - d.n} }

func shareOf(f reports.Figure) (share, bool) {
	if f.Hidden || f.N == nil || f.Rate == nil {
		return share{}, false
	}
	return share{int(math.Round(*f.Rate * float64(*f.N))), *f.N}, true
}

// spot is a figure: a unit's, or that of all of them.
type spot struct {
	measure, unit string
	period        figures.Period
}

// served is what the commissioner read of a quarter side by side.
type served struct {
	shares  map[spot]share
	percent map[spot]int
	hidden  map[spot]bool
	values  map[spot]value // of measures that are no share
}

// value is what a figure that is no share adds up to: how many there are, keyworkers and hours.
type value [3]int

func (a value) minus(b value) value { return value{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func valueOf(f reports.Figure) (value, bool) {
	if f.Hidden || f.N == nil || f.Value == nil {
		return value{}, false
	}
	is, n := value{*f.N}, float64(*f.N)
	if f.Value.Keyworkers != nil && f.Value.Hours != nil {
		is[1], is[2] = int(math.Round(*f.Value.Keyworkers*n)), int(math.Round(*f.Value.Hours*n))
	}
	return is, true
}

// readQuarter reads every measure of a quarter and of its months.
func readQuarter(ctx context.Context, p publisher, o *organisation, quarter figures.Period) (served, error) {
	out := served{map[spot]share{}, map[spot]int{}, map[spot]bool{}, map[spot]value{}}
	for _, m := range reports.Measures {
		for _, period := range append([]figures.Period{quarter}, monthsOf(quarter)...) {
			if err := out.compare(ctx, p, o, m.Key, period); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (s served) compare(ctx context.Context, p publisher, o *organisation, measure string, period figures.Period) error {
	doc, there, err := read[reports.Compare](ctx, p, o, comparePath(measure, period))
	if err != nil || !there {
		return err
	}
	for _, row := range append(doc.Rows, reports.Row{Figure: doc.Total}) {
		at := spot{measure, row.Unit, period}
		is, shown := shareOf(row.Figure)
		if value, counted := valueOf(row.Figure); counted {
			s.values[at] = value
		}
		switch {
		case shown:
			s.shares[at] = is
		case row.Hidden:
			s.hidden[at] = true
		case measure == "response_rate" && row.Rate != nil:
			s.percent[at] = int(math.Round(100 * *row.Rate))
		}
	}
	return nil
}

// counts is the three counts of a cell as published, from two measures of the same answers.
func (s served) counts(c cell) (counts, bool) {
	most, shown := s.shares[spot{words[c.question][0], c.unit, c.period}]
	top, both := s.shares[spot{words[c.question][1], c.unit, c.period}]
	return counts{top.x, most.x - top.x, most.n - most.x}, shown && both
}
