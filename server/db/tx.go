package db

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"gorm.io/gorm"

	"heard/server/errs"
)

// Tx is one transaction with one time. It belongs to the function it was given
// to: using it afterwards, or from another goroutine, is an error.
type Tx struct {
	// Now is the time of everything that happens in this transaction, in UTC
	// and whole milliseconds, as it is stored.
	Now time.Time

	ctx     context.Context
	gorm    *gorm.DB
	dialect string
	log     *slog.Logger
	before  []func() error
	after   []func()
}

type insideKey struct{}

func newTx(ctx context.Context, d *DB, base *gorm.DB, pool gorm.ConnPool) *Tx {
	now := d.now().UTC().Truncate(time.Millisecond)
	ctx = context.WithValue(ctx, insideKey{}, true)
	g := base.Session(&gorm.Session{
		NewDB: true, Context: ctx,
		NowFunc: func() time.Time { return now },
	})
	g.Statement.ConnPool = pool
	return &Tx{Now: now, ctx: ctx, gorm: g, dialect: d.dialect, log: d.log}
}

// Gorm gives the handle for queries. Only stores use it.
func (t *Tx) Gorm() *gorm.DB { return t.gorm }

// Context gives the context the transaction runs under; it has a deadline.
func (t *Tx) Context() context.Context { return t.ctx }

// Dialect says which database it is: "sqlite" or "postgres".
func (t *Tx) Dialect() string { return t.dialect }

// AfterCommit runs f once the transaction is durable, in the order given, before
// Tx returns. Nothing is run when the transaction fails. In Read, f runs at the end.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// BeforeCommit runs f in the transaction after everything else in it. It is for
// what takes a lock shared by many, such as the audit chain: taken last, it is
// held shortest and cannot deadlock with the rows locked before.
func (t *Tx) BeforeCommit(f func() error) { t.before = append(t.before, f) }

// Aside runs fn behind a savepoint: what fails in it is undone and logged, and the
// rest of the transaction stands. It is for what must never cost the rest. Its own
// error means that the transaction itself is lost.
func (t *Tx) Aside(what string, fn func() error) error {
	before, after := len(t.before), len(t.after)
	if err := t.gorm.SavePoint("aside").Error; err != nil {
		return Translate(err)
	}
	failed := t.guarded(fn)
	if failed == nil {
		return nil
	}
	t.log.Error("left out of a transaction", "what", what, "error", failed)
	t.before, t.after = t.before[:before], t.after[:after]
	return Translate(t.gorm.RollbackTo("aside").Error)
}

func (t *Tx) guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.log.Error("panic in a transaction", "panic", panicText(p), "stack", string(debug.Stack()))
			err = errs.New(errs.Internal, "Something went wrong.").With("panic")
		}
	}()
	return fn()
}

// run calls fn and what it put off to the end. A panic ends this transaction
// only: it becomes an internal error, because on SQLite others share the commit.
func (t *Tx) run(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.log.Error("panic in a transaction", "panic", panicText(p), "stack", string(debug.Stack()))
			err = errs.New(errs.Internal, "Something went wrong.").With("panic")
		}
	}()
	if err := t.ctx.Err(); err != nil {
		return Translate(err)
	}
	if err := fn(t); err != nil {
		return translateKnown(err)
	}
	for i := 0; i < len(t.before); i++ {
		if err := t.before[i](); err != nil {
			return translateKnown(err)
		}
	}
	// Whoever asked has gone or given up: nobody would hear of the success.
	return Translate(t.ctx.Err())
}

func (t *Tx) committed() {
	for _, f := range t.after {
		f()
	}
}

// panicText says what panicked without printing values, which may be private.
func panicText(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}
