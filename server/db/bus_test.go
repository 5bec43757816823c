package db_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heard/server/db"
)

// ear collects what one instance hears.
type ear struct {
	mu     sync.Mutex
	heard  map[string][]string
	missed int
}

func (e *ear) Hear(kind string, ids []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard[kind] = append(e.heard[kind], ids...)
}

func (e *ear) Missed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.missed++
}

func (e *ear) has(kind string, ids ...string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range ids {
		if !slices.Contains(e.heard[kind], id) {
			return false
		}
	}
	return true
}

func (e *ear) begun(n int) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.missed >= n
}

// onBus runs an instance's end of the bus until the test ends.
func onBus(t *testing.T, d *db.DB) (*db.Bus, *ear) {
	t.Helper()
	b, e := d.Bus(), &ear{heard: map[string][]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); b.Run(ctx, db.Ears{Hear: e.Hear, Missed: e.Missed}) }()
	t.Cleanup(func() { cancel(); <-ended })
	return b, e
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func postgresOnly(t *testing.T, test func(t *testing.T, p *place)) {
	t.Helper()
	server := os.Getenv("HEARD_TEST_PG")
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("HEARD_TEST_PG is not set")
		}
		t.Log("HEARD_TEST_PG is not set: instances share PostgreSQL only; make test has one")
		return
	}
	test(t, postgresPlace(t, server))
}

func TestInstancesHearOneAnotherAndNotThemselves(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		first, own := onBus(t, p.open(t))
		second, other := onBus(t, p.open(t))
		eventually(t, "both listen", func() bool { return own.begun(1) && other.begun(1) })

		first.Tell("wake", "a", "b")
		first.Tell("end", "c")
		eventually(t, "the other hears", func() bool { return other.has("wake", "a", "b") && other.has("end", "c") })
		second.Tell("wake", "back")
		eventually(t, "and is heard", func() bool { return own.has("wake", "back") })
		if own.has("wake", "a") || other.has("wake", "back") {
			t.Error("an instance heard itself")
		}
	})
}

// More ids than one message holds arrive all, each once.
func TestManySignalsTravelInChunks(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		first, own := onBus(t, p.open(t))
		_, other := onBus(t, p.open(t))
		eventually(t, "both listen", func() bool { return own.begun(1) && other.begun(1) })
		ids := make([]string, 3000)
		for i := range ids {
			ids[i] = fmt.Sprintf("019505a0-0000-7000-8000-%012d", i)
		}
		first.Tell("wake", ids...)
		first.Tell("wake", ids[:10]...) // gathered with the others, or a second time; never lost
		eventually(t, "all arrive", func() bool { return other.has("wake", ids...) })
	})
}

// A listener whose connection is cut comes back and says that something may have
// been missed; what is told meanwhile is sent when the publisher is back.
func TestALostConnectionComesBack(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		first, own := onBus(t, p.open(t))
		_, other := onBus(t, p.open(t))
		eventually(t, "both listen", func() bool { return own.begun(1) && other.begun(1) })
		first.Tell("wake", "before")
		eventually(t, "the publisher has its connection", func() bool { return other.has("wake", "before") })

		conn, err := pgx.Connect(t.Context(), p.config.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		const cut = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name IN ('heard listener', 'heard publisher')`
		var killed int
		if err := conn.QueryRow(t.Context(), cut).Scan(&killed); err != nil || killed != 3 {
			t.Fatalf("%d connections were cut, %v", killed, err)
		}
		first.Tell("wake", "meanwhile")
		eventually(t, "both say that they missed something", func() bool { return own.begun(2) && other.begun(2) })
		first.Tell("wake", "after")
		eventually(t, "the other hears again", func() bool { return other.has("wake", "after") })
	})
}

func TestOnSQLiteThereIsNobodyToTell(t *testing.T) {
	b, e := onBus(t, sqlitePlace(t).open(t))
	b.Tell("wake", "a")
	if e.begun(1) || e.has("wake", "a") {
		t.Error("something was heard")
	}
}
