// Command bench measures Heard on this machine and prints "bench: NAME VALUE UNIT"
// lines. Figures of one run can be compared with one another; the machine's own
// speed cancels out. Nothing here passes or fails.
//
//	.ci/pg.sh go run ./server/bench -binary .cache/heard -seconds 6
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
	server  string // PostgreSQL on which databases may be made
	admin   string // the same as a superuser
}

func main() {
	s := settings{server: os.Getenv("HEARD_TEST_PG"), admin: os.Getenv("HEARD_TEST_PG_ADMIN")}
	flag.StringVar(&s.binary, "binary", ".cache/heard", "the built server, for start-up time and memory")
	seconds := flag.Int("seconds", 6, "how long each load lasts")
	flag.Parse()
	s.lasting = time.Duration(*seconds) * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	if s.server == "" || s.admin == "" {
		return errors.New("HEARD_TEST_PG and HEARD_TEST_PG_ADMIN are not set; make bench sets them")
	}
	parts := []func(context.Context, settings) error{measurePostgres, measureSQLite, measureProcess, measureFirstRoute, measurePushes, measureTapToPush, measureFanout}
	for _, part := range parts {
		if err := part(ctx, s); err != nil {
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
