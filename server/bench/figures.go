package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	fewAnswers  = 100_000
	lastAnswers = 500_000 // of the newest period, by which the release job is measured
	readings    = 101     // of each report; the median is printed
	reportPath  = "/api/insight/series?measure=felt_listened"
)

// figuresTook is what one database took, in milliseconds but for release, in seconds.
type figuresTook struct {
	name                                     string
	few, many, naive, one, release, tapWaits float64
}

// measureFigures publishes two years of made-up answers, few and many, with the code that
// publishes in earnest, and reads a report of every period and service through the API. Counting
// the answers themselves is measured beside it, and how long a tap waits for the release job.
func measureFigures(ctx context.Context, s settings) error {
	lines := []struct {
		name, unit string
		worse      func(a, b float64) float64
		of         func(figuresTook) float64
	}{
		{"kpi_report_ms_" + short(fewAnswers), "ms", higher, func(t figuresTook) float64 { return t.few }},
		{"kpi_report_ms_" + short(s.answers), "ms", higher, func(t figuresTook) float64 { return t.many }},
		{"kpi_report_ratio", "x", higher, func(t figuresTook) float64 { return t.many / t.few }},
		{"kpi_naive_ms_" + short(s.answers), "ms", higher, func(t figuresTook) float64 { return t.naive }},
		{"kpi_naive_ratio", "x", lower, func(t figuresTook) float64 { return t.naive / t.many }},
		// What the report says, no more: one question of the three.
		{"kpi_naive_one_question_ms_" + short(s.answers), "ms", higher, func(t figuresTook) float64 { return t.one }},
		{"release_job_s", "s", higher, func(t figuresTook) float64 { return t.release }},
		{"release_tap_wait_ms", "ms", higher, func(t figuresTook) float64 { return t.tapWaits }},
	}
	var all []figuresTook
	for _, on := range []where{onPostgres, onSQLite} {
		took, err := measureFiguresOn(ctx, s, on)
		if err != nil {
			return fmt.Errorf("%s: %w", on.name, err)
		}
		for _, l := range lines {
			line(l.name+"_"+on.name, l.of(took), l.unit)
		}
		all = append(all, took)
	}
	for _, l := range lines {
		worst := l.of(all[0])
		for _, t := range all {
			worst = l.worse(worst, l.of(t))
		}
		line(l.name, worst, l.unit)
	}
	return nil
}

func higher(a, b float64) float64 { return max(a, b) }
func lower(a, b float64) float64  { return min(a, b) }

// short writes a round number as it is spoken: 10m, 100k.
func short(n int) string {
	switch {
	case n%1_000_000 == 0:
		return fmt.Sprintf("%dm", n/1_000_000)
	case n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}

func measureFiguresOn(ctx context.Context, s settings, on where) (took figuresTook, err error) {
	took.name = on.name
	few, err := openLedger(ctx, s, on)
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, few.close(ctx)) }()
	if err = few.publishAll(ctx, fewAnswers); err != nil {
		return took, err
	}
	many, err := openLedger(ctx, s, on)
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, many.close(ctx)) }()
	if err = many.publishAll(ctx, s.answers); err != nil {
		return took, err
	}
	took.release, took.tapWaits = many.lastTook.Seconds(), float64(many.tapWaited.Microseconds())/1000
	if took.few, took.many, err = readByTurns(ctx, few, many); err != nil {
		return took, err
	}
	if took.naive, err = many.countByHand(ctx, "%", len(questions)); err != nil {
		return took, err
	}
	took.one, err = many.countByHand(ctx, questions[0], 1)
	return took, err
}

// countByHand counts the answers to as many questions as match, and gives the milliseconds.
func (l *ledger) countByHand(ctx context.Context, question string, matching int) (float64, error) {
	began := time.Now()
	groups, err := l.records.naive(ctx, l, question)
	if err != nil {
		return 0, err
	}
	if want := periods * len(l.services) * matching; groups != want {
		return 0, fmt.Errorf("the answers fall into %d groups, not %d", groups, want)
	}
	return float64(time.Since(began).Microseconds()) / 1000, nil
}

// readByTurns reads both reports in turn, so that what else the machine does falls on both
// alike, and gives the median of each in milliseconds.
func readByTurns(ctx context.Context, few, many *ledger) (ofFew, ofMany float64, err error) {
	client := newClient()
	defer client.CloseIdleConnections()
	took := map[*ledger][]float64{}
	readers := map[*ledger]phone{}
	for _, l := range []*ledger{few, many} {
		if readers[l], err = l.reader(ctx); err != nil {
			return 0, 0, err
		}
		if err := whole(client, readers[l]); err != nil {
			return 0, 0, err
		}
	}
	for range readings {
		for _, l := range []*ledger{few, many} {
			began := time.Now()
			if _, err := readers[l].ask(client, fasthttp.MethodGet, reportPath, "", nil); err != nil {
				return 0, 0, err
			}
			took[l] = append(took[l], float64(time.Since(began).Microseconds())/1000)
		}
	}
	return median(took[few]), median(took[many]), nil
}

// whole says whether the report has every period and hides none: otherwise nothing was measured.
func whole(client *fasthttp.Client, reader phone) error {
	var report struct {
		Points []struct{ Hidden bool }
	}
	if _, err := reader.ask(client, fasthttp.MethodGet, reportPath, "", &report); err != nil {
		return err
	}
	shown := 0
	for _, p := range report.Points {
		if !p.Hidden {
			shown++
		}
	}
	if shown != periods {
		return fmt.Errorf("the report shows %d periods, not %d", shown, periods)
	}
	return nil
}
