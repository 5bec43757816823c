//go:build mutants

// Package fault names the faults that the crash harness must notice, and in this build has the one that
// HEARD_FAULT names. The program that is shipped is built without the tag and holds none of this.
package fault

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var name = os.Getenv("HEARD_FAULT")

// The faults; see the build without the tag.
var (
	ReplyBeforeCommit       = name == "reply_before_commit"
	DoubleStore             = name == "double_store"
	SeenOnOpen              = name == "seen_on_open"
	DeadlineInMemory        = name == "deadline_in_memory"
	AcceptedIsSeen          = name == "accepted_is_seen"
	CursorByID              = name == "cursor_by_id"
	EscalationLostAtRestart = name == "escalation_lost_at_restart"
)

// offset is how far the clock is wrong. The file HEARD_CLOCK names holds it in milliseconds.
var offset atomic.Int64

func init() {
	path := os.Getenv("HEARD_CLOCK")
	if path == "" {
		return
	}
	read := func() {
		text, err := os.ReadFile(path) // #nosec G304,G703 -- the harness's own file
		if err != nil {
			return
		}
		if ms, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			offset.Store(ms)
		}
	}
	read()
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			read()
		}
	}()
}

// Now is the machine's clock, wrong by as much as the harness says.
func Now() time.Time {
	return time.Now().Add(time.Duration(offset.Load()) * time.Millisecond)
}

// Early returns as soon as run says what came of it, and leaves run going.
func Early(run func(done func(error)) error) error {
	first := make(chan error, 2)
	go func() { first <- run(func(err error) { first <- err }) }()
	return <-first
}

var cursors struct {
	sync.Mutex
	at map[string]string
}

// After is a cursor's condition on a table: only rows with a greater id than the last that was taken.
func After(table string) string {
	cursors.Lock()
	defer cursors.Unlock()
	if cursors.at[table] == "" {
		return ""
	}
	return "id > '" + cursors.at[table] + "'"
}

// Later does something after a while, unless the process ends before.
func Later(after time.Duration, do func(context.Context)) {
	time.AfterFunc(max(0, after), func() { do(context.Background()) })
}

// Dawdle waits, so that a kill finds much under way.
func Dawdle() { time.Sleep(1500 * time.Millisecond) }

// Passed moves a table's cursor.
func Passed(table, id string) {
	cursors.Lock()
	defer cursors.Unlock()
	if cursors.at == nil {
		cursors.at = map[string]string{}
	}
	cursors.at[table] = max(cursors.at[table], id)
}
