package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"heard/server/db"
	"heard/server/errs"
)

// gathered runs the functions so that all of them wait behind the first, which is
// let go once they do, and gives what each caller heard.
func gathered(d *db.DB, fns []func(*db.Tx) error) []error {
	heard := make([]error, len(fns))
	var all sync.WaitGroup
	hold := make(chan struct{})
	all.Go(func() {
		heard[0] = d.Tx(ctx, func(tx *db.Tx) error {
			<-hold
			return fns[0](tx)
		})
	})
	synctest.Wait()
	for i := 1; i < len(fns); i++ {
		all.Go(func() { heard[i] = d.Tx(ctx, fns[i]) })
		synctest.Wait() // they wait in this order
	}
	close(hold)
	all.Wait()
	return heard
}

// inBubble gives a test a database whose goroutines synctest can wait for.
func inBubble(t *testing.T, groupMax int, test func(t *testing.T, d *db.DB)) {
	synctest.Test(t, func(t *testing.T) {
		p := sqlitePlace(t)
		p.config.GroupMax = groupMax
		test(t, p.ready(t))
	})
}

func TestWaitingTransactionsShareOneCommit(t *testing.T) {
	for max, want := range map[int]int{64: 1, 16: 4, 1: 64} {
		t.Run(fmt.Sprint("up to ", max), func(t *testing.T) {
			inBubble(t, max, func(t *testing.T, d *db.DB) {
				commits := 0
				must(t, d.OnCommit(func() bool { commits++; return true }))
				fns := make([]func(*db.Tx) error, 64)
				for i := range fns {
					fns[i] = insert(fmt.Sprint(i))
				}
				for i, err := range gathered(d, fns) {
					if err != nil {
						t.Errorf("%d: %v", i, err)
					}
				}
				if got := names(t, d); len(got) != 64 || commits != want {
					t.Fatalf("%d rows in %d commits, want 64 in %d", len(got), commits, want)
				}
			})
		})
	}
}

func TestOneOfAGroupFailsAlone(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		commits := 0
		must(t, d.OnCommit(func() bool { commits++; return true }))
		sentinel := errors.New("no")
		fns := make([]func(*db.Tx) error, 64)
		want := []string{}
		for i := range fns {
			name := fmt.Sprintf("%02d", i)
			fns[i] = func(tx *db.Tx) error {
				must(t, insert(name)(tx))
				switch i % 4 {
				case 1:
					return sentinel
				case 2:
					panic("private words")
				case 3:
					// Refused by a deferred key, which SQLite looks at in the commit.
					gone := "nobody"
					return tx.Gorm().Create(&thing{ID: db.NewID(), Name: name + " child", ParentID: &gone}).Error
				}
				return nil
			}
			if i%4 == 0 {
				want = append(want, name)
			}
		}
		for i, err := range gathered(d, fns) {
			ok := map[int]bool{0: err == nil, 1: errors.Is(err, sentinel), 2: errs.ReasonOf(err) == "panic", 3: errs.ReasonOf(err) == "foreign_key"}
			if !ok[i%4] {
				t.Errorf("%d heard %v", i, err)
			}
		}
		if got := names(t, d); !slices.Equal(got, want) || commits != 1 {
			t.Fatalf("got %q in %d commits", got, commits)
		}
	})
}

func TestAFailedCommitIsToldToEverybody(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		must(t, d.OnCommit(func() bool { return false }))
		fns := make([]func(*db.Tx) error, 8)
		for i := range fns {
			fns[i] = func(tx *db.Tx) error {
				tx.AfterCommit(func() { t.Error("AfterCommit ran without a commit") })
				return insert(fmt.Sprint(i))(tx)
			}
		}
		for i, err := range gathered(d, fns) {
			if err == nil {
				t.Errorf("%d was told that it is saved", i)
			}
		}
		must(t, d.OnCommit(nil))
		must(t, d.Tx(ctx, insert("next")))
		if got := names(t, d); !slices.Equal(got, []string{"next"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestALostTransactionIsToldToThoseInIt(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		heard := gathered(d, []func(*db.Tx) error{
			insert("in the group"),
			insert("in the group too"),
			// As SQLite does by itself when a write is interrupted or a disk is full.
			func(tx *db.Tx) error { return tx.Gorm().Exec("ROLLBACK").Error },
			insert("in the next group"),
		})
		for i, err := range heard[:3] {
			if errs.CodeOf(err) != errs.Unavailable {
				t.Errorf("%d heard %v", i, err)
			}
		}
		if heard[3] != nil {
			t.Error(heard[3])
		}
		if got := names(t, d); !slices.Equal(got, []string{"in the next group"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestATransactionEndsBeforeTheGroupDoes(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		var kept *db.Tx
		gathered(d, []func(*db.Tx) error{
			func(tx *db.Tx) error { kept = tx; return nil },
			func(*db.Tx) error {
				// The first waits for the commit; its connection is ours now.
				if err := insert("in the name of another")(kept); err == nil {
					t.Error("a transaction that ended could write")
				}
				return nil
			},
		})
		if got := names(t, d); len(got) != 0 {
			t.Fatalf("got %q", got)
		}
	})
}

func TestACallerThatLeavesItsPlaceIsSkipped(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		impatient, leave := context.WithCancel(ctx)
		var all sync.WaitGroup
		hold := make(chan struct{})
		all.Go(func() { must(t, d.Tx(ctx, func(tx *db.Tx) error { <-hold; return insert("first")(tx) })) })
		synctest.Wait()
		all.Go(func() {
			err := d.Tx(impatient, func(*db.Tx) error { t.Error("ran"); return nil })
			if errs.CodeOf(err) != errs.Unavailable {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait()
		close(hold)
		all.Wait()
	})
}

func TestAGoroutineThatEndsInsideGivesTheWriterBack(t *testing.T) {
	inBubble(t, 64, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		all.Go(func() {
			_ = d.Tx(ctx, func(tx *db.Tx) error {
				must(t, insert("gone")(tx))
				runtime.Goexit()
				return nil
			})
		})
		all.Wait()
		must(t, d.Tx(ctx, insert("next")))
		if got := names(t, d); !slices.Equal(got, []string{"next"}) {
			t.Fatalf("got %q", got)
		}
	})
}

func TestManyWritersAndReadersAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		var all sync.WaitGroup
		for w := range 64 {
			all.Go(func() {
				for i := range 10 {
					err := d.Tx(ctx, func(tx *db.Tx) error {
						if err := insert(fmt.Sprintf("%02d-%d", w, i))(tx); err != nil {
							return err
						}
						if i%5 == 4 {
							return errors.New("no")
						}
						return nil
					})
					if (err != nil) != (i%5 == 4) {
						t.Errorf("%d-%d: %v", w, i, err)
					}
					if i == 0 {
						names(t, d)
					}
				}
			})
		}
		all.Wait()
		if got := names(t, d); len(got) != 64*8 {
			t.Fatalf("got %d rows", len(got))
		}
	})
}
