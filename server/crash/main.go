// Command crash proves that no card is lost, doubled, falsely shown as seen or stuck, by breaking everything a card
// passes through: it kills servers and databases, cuts wires and the push service, sets clocks wrong, then heals
// all of it and compares what people were told with what the server holds and whom it told.
//
//	make crash TAPS=600 KILLS=6 SEED=7
//
// Its last line is the sum of all runs:
//
//	crash: taps=… kills=… lost=0 doubled=0 falsely_seen=0 stuck=0
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

type options struct {
	taps, kills int
	seed        uint64
	on          string
	binary      string
	fault       string
	mutants     bool
	bench       bool
	calm        bool // kills only: no bad wires, clocks or push services
}

func main() {
	var o options
	flag.IntVar(&o.taps, "taps", 400, "cards to tap in each run")
	flag.IntVar(&o.kills, "kills", 6, "kills in each run")
	flag.Uint64Var(&o.seed, "seed", 0, "seed of all that happens; 0 takes one from the clock")
	flag.StringVar(&o.on, "on", "sqlite,postgres,two", "the runs: sqlite, postgres, two (processes on one PostgreSQL)")
	flag.StringVar(&o.binary, "binary", ".cache/heard-mutants", "the server, built with -tags mutants")
	flag.StringVar(&o.fault, "fault", "", "a fault of the build with faults, to see it noticed")
	flag.BoolVar(&o.mutants, "mutants", false, "switch on one fault after the other and expect each to be noticed")
	flag.BoolVar(&o.bench, "bench", false, "measure instead of judging")
	flag.Parse()
	if o.seed == 0 {
		o.seed = uint64(time.Now().UnixNano() % 1_000_000)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	act := run
	switch {
	case o.mutants:
		act = runMutants
	case o.bench:
		act = runBench
	}
	if err := act(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		stop()
		os.Exit(1)
	}
}

var errFound = errors.New("the promise was broken")

func run(ctx context.Context, o options) error {
	var sum verdict
	for _, on := range strings.Split(o.on, ",") {
		v, err := runOne(ctx, o, on)
		if err != nil {
			return fmt.Errorf("%s: %w", on, err)
		}
		v.explain(os.Stdout, on)
		sum.add(v)
	}
	fmt.Println(sum)
	if sum.broken() {
		return errFound
	}
	return nil
}

// runOne makes a folder for a run and keeps it when something was wrong.
func runOne(ctx context.Context, o options, on string) (verdict, error) {
	a, err := newArena(o, on)
	if err != nil {
		return verdict{}, err
	}
	v, err := a.run(ctx)
	if err != nil || (v.broken() && o.fault == "") {
		fmt.Printf("crash: %s: what is left lies in %s\n", on, a.folder)
		return v, err
	}
	return v, os.RemoveAll(a.folder)
}

func newArena(o options, on string) (*arena, error) {
	folder, err := os.MkdirTemp("", "heard-crash-"+on+"-")
	if err != nil {
		return nil, err
	}
	// PostgreSQL runs as another user.
	if err := os.Chmod(folder, 0o711); err != nil {
		return nil, err
	}
	o.binary, err = filepath.Abs(o.binary)
	return &arena{options: o, on: on, folder: folder, launch: newLauncher(), ledger: newLedger()}, err
}

// verdict is what a run showed.
type verdict struct {
	seed        uint64
	taps, kills int
	counts      map[string]int
	wrongs      map[string][]string
	story       string
	took        time.Duration
}

var counters = []string{lost, doubled, falselySeen, stuck}

func (v verdict) broken() bool {
	for _, c := range counters {
		if v.counts[c] > 0 {
			return true
		}
	}
	return false
}

func (v *verdict) add(o verdict) {
	if v.counts == nil {
		v.counts = map[string]int{}
	}
	v.taps += o.taps
	v.kills += o.kills
	for _, c := range counters {
		v.counts[c] += o.counts[c]
	}
}

// String is the line that stands for a run.
func (v verdict) String() string {
	text := fmt.Sprintf("crash: taps=%d kills=%d", v.taps, v.kills)
	for _, c := range counters {
		text += fmt.Sprintf(" %s=%d", c, v.counts[c])
	}
	return text
}

// mostSaid is how many cards are named for each counter.
const mostSaid = 12

// explain tells what happened in a run and, by ids only, what was wrong.
func (v verdict) explain(out *os.File, on string) {
	_, _ = fmt.Fprintf(out, "crash: %s: seed=%d, %.0f s%s\n", on, v.seed, v.took.Seconds(), v.story)
	for _, c := range counters {
		for i, what := range v.wrongs[c] {
			if i == mostSaid {
				_, _ = fmt.Fprintf(out, "crash: %s: %s: and %d more\n", on, c, len(v.wrongs[c])-mostSaid)
				break
			}
			_, _ = fmt.Fprintf(out, "crash: %s: %s: %s\n", on, c, what)
		}
	}
}
