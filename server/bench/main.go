// Command bench measures Heard on this machine and prints "bench: NAME VALUE UNIT"
// lines. Figures of one run can be compared with one another; the machine's own
// speed cancels out. Nothing here passes or fails.
//
//	.ci/pg.sh go run ./server/bench -binary .cache/heard -seconds 6
//	.ci/pg.sh go run ./server/bench -only figures -answers 480000
//	.ci/pg.sh go run ./server/bench -only photos
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// connections is how many phones post at once.
const connections = 64

type settings struct {
	binary  string
	lasting time.Duration
	answers int    // how many are made up for the figures
	only    string // the one part to measure; empty for all
	server  string // PostgreSQL on which databases may be made
	admin   string // the same as a superuser
	photo   string // what this process does with one photo, as a child
}

func main() {
	s := settings{server: os.Getenv("HEARD_TEST_PG"), admin: os.Getenv("HEARD_TEST_PG_ADMIN")}
	flag.StringVar(&s.binary, "binary", ".cache/heard", "the built server, for start-up time and memory")
	seconds := flag.Int("seconds", 6, "how long each load lasts")
	flag.IntVar(&s.answers, "answers", 10_000_000, "how many answers the figures are measured with")
	flag.StringVar(&s.only, "only", "", "measure only this part, such as figures")
	flag.StringVar(&s.photo, "photo", "", "be the child that does this with a photo")
	flag.Parse()
	s.lasting = time.Duration(*seconds) * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Minute)
	defer cancel()
	do := run
	if s.photo != "" {
		do = func(ctx context.Context, s settings) error { return onePhoto(ctx, s.photo, flag.Arg(0)) }
	}
	if err := do(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	if s.server == "" || s.admin == "" {
		return errors.New("HEARD_TEST_PG and HEARD_TEST_PG_ADMIN are not set; make bench sets them")
	}
	parts := []struct {
		name    string
		measure func(context.Context, settings) error
	}{
		{"postgres", measurePostgres}, {"sqlite", measureSQLite}, {"process", measureProcess}, {"route", measureFirstRoute},
		{"photos", measurePhotos}, {"pushes", measurePushes}, {"tap", measureTapToPush}, {"fanout", measureFanout}, {"figures", measureFigures},
	}
	for _, part := range parts {
		if s.only != "" && s.only != part.name {
			continue
		}
		if err := part.measure(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func line(name string, value float64, unit string) {
	if value >= 100 {
		fmt.Printf("bench: %s %.0f %s\n", name, value, unit)
		return
	}
	fmt.Printf("bench: %s %.3g %s\n", name, value, unit)
}
