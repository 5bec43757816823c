// Command attack tries to learn from published figures what somebody answered. It publishes made-up organisations
// through the release code that ships, reads everything the API serves as a commissioner does, and reasons as somebody
// who knows all answers but one. Publishing is killed again and again with SIGKILL, and must never draw twice.
//
//	make attack ORGANISATIONS=200 SEED=7
//
// Its last line is what it found:
//
//	attack: organisations=… certain=0 changed_bytes=0 redraws=0
//
// Publishers that are deliberately naive go through the same attacks first, and each must be found out: an attack that
// finds nothing there shows nothing here.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// The databases.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

type options struct {
	organisations, kills int
	seed                 uint64
	on                   string // which database
	publish              string // the folder a child publishes in, until it is killed
	at                   int64
}

func main() {
	var o options
	flag.IntVar(&o.organisations, "organisations", 200, "made-up organisations to publish")
	flag.IntVar(&o.kills, "kills", 4, "kills while each quarter is published")
	flag.StringVar(&o.on, "on", sqlite, "the database: sqlite, or postgres on the server of "+serverVar)
	flag.Uint64Var(&o.seed, "seed", 0, "seed of all that happens but the noise; 0 takes one from the clock")
	flag.StringVar(&o.publish, "publish", "", "be the child that publishes in this folder")
	flag.Int64Var(&o.at, "at", 0, "the child's clock, in Unix milliseconds")
	flag.Parse()
	if o.seed == 0 {
		o.seed = uint64(time.Now().UnixNano() % 1_000_000)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	act := run
	if o.publish != "" {
		act = publishUntilKilled
	}
	if err := act(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		stop()
		os.Exit(1)
	}
}

var (
	errFound = errors.New("something can be learnt from what is published")
	errBlind = errors.New("a naive publisher was not found out: this attack shows nothing")
	errIdle  = errors.New("somebody was given nothing to read while people answered, or no kill came midway: this attack shows nothing")
)

func run(ctx context.Context, o options) error {
	began := time.Now()
	fmt.Printf("attack: seed=%d on %s\n", o.seed, o.on)
	if o.on == sqlite { // the naive ones have no database: once is enough
		if err := blind(ctx, o); err != nil {
			return err
		}
	}
	found, err := live(ctx, o, rand.New(rand.NewPCG(o.seed, 1)), openReal)
	if err != nil {
		return err
	}
	fmt.Printf("attack: %s\nattack: %.0f s on %s\n", found.story(), time.Since(began).Seconds(), o.on)
	fmt.Println("attack:", found)
	switch {
	case found.any():
		return errFound
	case found.idle():
		return errIdle
	}
	return nil
}

// blind has every naive publisher found out.
func blind(ctx context.Context, o options) error {
	for _, n := range naives {
		o.organisations = n.organisations
		found, err := live(ctx, o, rand.New(rand.NewPCG(o.seed, 1)), n.open)
		if err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
		fmt.Printf("attack: naive (%s): %s\n", n.name, found)
		if missed := n.missed(found); missed != "" {
			return fmt.Errorf("%w (%s: %s)", errBlind, n.name, missed)
		}
	}
	return nil
}
