package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/errs"
)

var ctx = context.Background()

func TestTxKeepsWhatSucceedsOnly(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, insert("kept")))
		sentinel := errors.New("changed my mind")
		err := d.Tx(ctx, func(tx *db.Tx) error {
			must(t, insert("failed")(tx))
			return sentinel
		})
		if !errors.Is(err, sentinel) {
			t.Fatalf("got %v", err)
		}
		err = d.Tx(ctx, func(tx *db.Tx) error {
			must(t, insert("panicked")(tx))
			panic("private words")
		})
		if errs.CodeOf(err) != errs.Internal || errs.ReasonOf(err) != "panic" {
			t.Fatalf("got %v", err)
		}
		must(t, d.Tx(ctx, insert("kept too")))
		if got := names(t, d); !slices.Equal(got, []string{"kept", "kept too"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestHooksRunInTheirTimeAndOnlyAfterSuccess(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		var order []string
		say := func(s string) { order = append(order, s) }
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(func() {
				say("after")
				if got := names(t, d); !slices.Equal(got, []string{"before", "in fn"}) {
					t.Errorf("not committed when AfterCommit ran: %q", got)
				}
			})
			tx.BeforeCommit(func() error { say("before"); return insert("before")(tx) })
			say("fn")
			return insert("in fn")(tx)
		}))
		if !slices.Equal(order, []string{"fn", "before", "after"}) {
			t.Fatalf("got %q", order)
		}
		for name, end := range map[string]func(*db.Tx) error{
			"fails":          func(*db.Tx) error { return errors.New("no") },
			"panics":         func(*db.Tx) error { panic("no") },
			"fails at last":  func(tx *db.Tx) error { tx.BeforeCommit(func() error { return errors.New("no") }); return nil },
			"fails to write": func(tx *db.Tx) error { return insert("in fn")(tx) },
		} {
			err := d.Tx(ctx, func(tx *db.Tx) error {
				tx.AfterCommit(func() { t.Errorf("AfterCommit ran although the function %s", name) })
				must(t, insert(name)(tx))
				return end(tx)
			})
			if err == nil {
				t.Errorf("no error although the function %s", name)
			}
		}
		if got := names(t, d); len(got) != 2 {
			t.Fatalf("got %q", got)
		}
	})
}

func TestTxHasOneTimeAndADeadline(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			if want := time.Date(2026, 3, 1, 14, 2, 3, 456_000_000, time.UTC); tx.Now != want {
				t.Errorf("got %v", tx.Now)
			}
			p.clock.advance(time.Minute)
			if tx.Gorm().NowFunc() != tx.Now {
				t.Error("gorm has another time than the transaction")
			}
			if _, ok := tx.Context().Deadline(); !ok {
				t.Error("no deadline")
			}
			if tx.Dialect() != d.Dialect() {
				t.Errorf("got %s", tx.Dialect())
			}
			return nil
		}))
	})
}

func TestAGoneCallerWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		gone, cancel := context.WithCancel(ctx)
		cancel()
		err := d.Tx(gone, func(*db.Tx) error { t.Error("ran"); return nil })
		if errs.CodeOf(err) != errs.Unavailable {
			t.Fatalf("got %v", err)
		}
		leaving, cancel := context.WithCancel(ctx)
		defer cancel()
		err = d.Tx(leaving, func(tx *db.Tx) error {
			must(t, insert("left in the middle")(tx))
			cancel()
			return nil
		})
		if errs.CodeOf(err) != errs.Unavailable || !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		must(t, d.Tx(ctx, insert("next")))
		if got := names(t, d); !slices.Equal(got, []string{"next"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestATransactionIsNotKeptNorNestedNorEndedFromInside(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		var kept *db.Tx
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			kept = tx
			for _, open := range []func(context.Context, func(*db.Tx) error) error{d.Tx, d.Read} {
				if err := open(tx.Context(), func(*db.Tx) error { return nil }); errs.CodeOf(err) != errs.Internal {
					t.Errorf("a transaction in a transaction: %v", err)
				}
			}
			if tx.Gorm().Session(&gorm.Session{}).Commit().Error == nil || tx.Gorm().Session(&gorm.Session{}).Rollback().Error == nil {
				t.Error("the function could end its transaction")
			}
			return insert("here")(tx)
		}))
		if err := insert("later")(kept); err == nil {
			t.Error("a kept transaction could still write")
		}
		if got := names(t, d); !slices.Equal(got, []string{"here"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestPartOfATransactionCanBeUndone(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			must(t, insert("one")(tx))
			err := tx.Gorm().Transaction(func(g *gorm.DB) error {
				must(t, g.Create(&thing{ID: db.NewID(), Name: "two"}).Error)
				return g.Create(&thing{ID: db.NewID(), Name: "one"}).Error
			})
			if !errors.Is(err, gorm.ErrDuplicatedKey) {
				t.Errorf("got %v", err)
			}
			return insert("three")(tx)
		}))
		if got := names(t, d); !slices.Equal(got, []string{"one", "three"}) {
			t.Fatalf("got %q", got)
		}
	})
}

// What fails aside, by a statement, an error or a panic, is undone with what it put
// off, and costs the rest nothing.
func TestWhatFailsAsideCostsTheRestNothing(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		var ran []string
		hook := func(tx *db.Tx, name string) {
			tx.BeforeCommit(func() error { ran = append(ran, "before "+name); return nil })
			tx.AfterCommit(func() { ran = append(ran, "after "+name) })
		}
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			must(t, insert("one")(tx))
			hook(tx, "one")
			for _, fails := range []func() error{
				func() error { must(t, insert("two")(tx)); return insert("one")(tx) },
				func() error { hook(tx, "two"); return errors.New("no") },
				func() error { must(t, insert("three")(tx)); panic("no") },
			} {
				must(t, tx.Aside("a test", fails))
			}
			must(t, tx.Aside("a test", func() error { return insert("four")(tx) }))
			return insert("five")(tx)
		}))
		if got := names(t, d); !slices.Equal(got, []string{"five", "four", "one"}) {
			t.Fatalf("got %q", got)
		}
		if want := []string{"before one", "after one"}; !slices.Equal(ran, want) {
			t.Fatalf("ran %q", ran)
		}
	})
}

func TestReadSeesOneMomentAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		must(t, d.Tx(ctx, insert("first")))
		must(t, d.Read(ctx, func(tx *db.Tx) error {
			count := func() (n int64) {
				must(t, tx.Gorm().Model(&thing{}).Count(&n).Error)
				return n
			}
			if count() != 1 {
				t.Error("the first is missing")
			}
			must(t, d.Tx(ctx, insert("second")))
			if count() != 1 {
				t.Error("the snapshot moved")
			}
			return nil
		}))
		if err := d.Read(ctx, insert("third")); err == nil {
			t.Error("a read could write")
		}
		must(t, d.Read(ctx, func(*db.Tx) error { return nil }))
		if got := names(t, d); len(got) != 2 {
			t.Fatalf("got %q", got)
		}
	})
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d, err := db.Open(ctx, p.config)
		must(t, err)
		must(t, d.Ping(ctx))
		must(t, d.Close())
		must(t, d.Close())
		for _, open := range []func(context.Context, func(*db.Tx) error) error{d.Tx, d.Read} {
			if err := open(ctx, func(*db.Tx) error { return nil }); err == nil {
				t.Error("a closed database answered")
			}
		}
	})
}

func TestTimesAreStoredAsMilliseconds(t *testing.T) {
	at := time.Date(2026, 3, 1, 14, 2, 3, 456_789_000, time.FixedZone("", 3600))
	m := db.At(at)
	if !m.Time().Equal(at.Truncate(time.Millisecond)) || m.Time().Location() != time.UTC {
		t.Fatalf("got %v", m.Time())
	}
	if db.AtPtr(nil) != nil || db.TimePtr(nil) != nil || *db.AtPtr(&at) != m || !db.TimePtr(&m).Equal(m.Time()) {
		t.Fatal("a missing time must stay missing")
	}
	if a, b := db.NewID(), db.NewID(); len(a) != 36 || a[14] != '7' || a >= b {
		t.Fatalf("got %s, %s", a, b)
	}
}
