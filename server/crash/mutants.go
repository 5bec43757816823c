package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// careless is the fault that is the phone's own.
const careless = "outbox_removed_early"

// early is the fault of the door that asks for a session, so phones do not use the other.
const early = "reply_before_commit"

// A run with a fault is short, but for faults that show only in what is under way when something is killed.
const (
	mutantTaps  = 400
	mutantKills = 6
)

// mutant is one fault, where it shows, and the counter that must show it.
type mutant struct {
	fault, on string
	counter   string
	means     string
	passing   bool // shows only in what is under way at a kill
}

var mutants = []mutant{
	{early, "postgres", lost, "the reply goes out before the commit", true},
	{careless, "sqlite", lost, "the phone lets go of a card before the receipt", false},
	{"double_store", "sqlite", doubled, "the same id is stored twice", false},
	{"seen_on_open", "sqlite", falselySeen, "opening a card counts as seen", false},
	{"accepted_is_seen", "sqlite", falselySeen, "a push service's 2xx counts as seen", false},
	{"cursor_by_id", "postgres", stuck, "alerts are read by a cursor instead of claimed", false},
	{"deadline_in_memory", "sqlite", stuck, "deadlines are kept in memory", false},
	{"escalation_lost_at_restart", "sqlite", stuck, "an escalation is lost at a restart", true},
}

// runMutants switches on each fault and expects the harness to fail, and for the right reason.
func runMutants(ctx context.Context, o options) error {
	survived := 0
	for _, m := range mutants {
		o.fault, o.taps, o.kills = m.fault, mutantTaps, mutantKills
		if m.passing {
			o.taps, o.kills = 3*mutantTaps, 2*mutantKills
		}
		v, err := runOne(ctx, o, m.on)
		if err != nil {
			return fmt.Errorf("%s: %w", m.fault, err)
		}
		if v.counts[m.counter] == 0 {
			survived++
			v.explain(os.Stdout, m.on)
			fmt.Printf("mutant %s SURVIVED (%s): %s\n", m.fault, m.means, v)
			continue
		}
		fmt.Printf("mutant %s caught in %.0f s (%s): %s=%d, such as %s\n", m.fault, v.took.Seconds(), m.means, m.counter, v.counts[m.counter], v.wrongs[m.counter][0])
	}
	fmt.Printf("crash-mutants: faults=%d caught=%d\n", len(mutants), len(mutants)-survived)
	if survived > 0 {
		return errors.New("a fault was not noticed")
	}
	return nil
}
