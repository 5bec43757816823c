//go:build !mutants

// Package fault names the faults that the crash harness must notice. In the program as it is shipped every one
// of them is the constant false, so the compiler leaves nothing of it behind; only a build with the tag mutants
// can be told, by HEARD_FAULT, to have one (make crash-mutants). Such a build also takes its clock from outside.
package fault

import (
	"context"
	"time"
)

// The faults. Each stands as one line where the code could go wrong in just that way.
const (
	// ReplyBeforeCommit answers a card's receipt before its transaction is durable.
	ReplyBeforeCommit = false
	// DoubleStore stores a card again that comes a second time.
	DoubleStore = false
	// SeenOnOpen takes opening a card for the press "I've seen this".
	SeenOnOpen = false
	// DeadlineInMemory keeps deadlines in a timer instead of a row.
	DeadlineInMemory = false
	// AcceptedIsSeen takes a push service's 2xx for a person's look.
	AcceptedIsSeen = false
	// CursorByID reads leased tables by a cursor on the id instead of claiming rows.
	CursorByID = false
	// EscalationLostAtRestart takes the due row away before the escalation is durable.
	EscalationLostAtRestart = false
)

// Now is the machine's clock.
func Now() time.Time { return time.Now() }

// The functions below are of use in the build with faults only.

// Early returns before what it runs has ended.
func Early(run func(done func(error)) error) error { return run(func(error) {}) }

// After is a cursor's condition on a table.
func After(string) string { return "" }

// Passed moves a table's cursor.
func Passed(string, string) {}

// Later does something after a while, unless the process ends before.
func Later(time.Duration, func(context.Context)) {}

// Dawdle waits, so that a kill finds much under way.
func Dawdle() {}
