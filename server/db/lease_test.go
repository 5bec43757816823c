package db_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
)

func spec(worker string, limit int) db.LeaseSpec {
	return db.LeaseSpec{Table: "jobs", Worker: worker, For: 10 * time.Second, Limit: limit}
}

// addJobs adds jobs named 00, 01 … each due a second before the one in front of it.
func addJobs(t *testing.T, d *db.DB, n int) {
	t.Helper()
	must(t, d.Tx(ctx, func(tx *db.Tx) error {
		for i := range n {
			due := db.At(tx.Now.Add(-time.Duration(i) * time.Second))
			kind := "even"
			if i%2 == 1 {
				kind = "odd"
			}
			must(t, tx.Gorm().Create(&job{ID: fmt.Sprintf("%02d", i), Kind: kind, DueAt: &due}).Error)
		}
		return nil
	}))
}

func lease(t *testing.T, d *db.DB, s db.LeaseSpec) (ids []string) {
	t.Helper()
	must(t, d.Tx(ctx, func(tx *db.Tx) (err error) {
		ids, err = db.Lease(tx, s)
		return err
	}))
	return ids
}

func TestLeaseTakesWhatIsDueOldestFirst(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		addJobs(t, d, 6)
		must(t, d.Tx(ctx, func(tx *db.Tx) error {
			later := db.At(tx.Now.Add(time.Minute))
			must(t, tx.Gorm().Create(&job{ID: "later", DueAt: &later}).Error)
			return tx.Gorm().Create(&job{ID: "never"}).Error
		}))
		if got := lease(t, d, spec("a", 2)); !slices.Equal(got, []string{"05", "04"}) {
			t.Fatalf("got %q", got)
		}
		odd := spec("b", 10)
		odd.Where = "kind = 'odd' OR kind = 'other'"
		if got := lease(t, d, odd); !slices.Equal(got, []string{"03", "01"}) {
			t.Fatalf("got %q", got)
		}
		if got := lease(t, d, spec("c", 10)); !slices.Equal(got, []string{"02", "00"}) {
			t.Fatalf("got %q", got)
		}
		if got := lease(t, d, spec("d", 10)); len(got) != 0 {
			t.Fatalf("taken twice: %q", got)
		}
		p.clock.advance(time.Minute)
		if got := lease(t, d, spec("e", 1)); !slices.Equal(got, []string{"05"}) {
			t.Fatalf("got %q", got)
		}
		var taken job
		must(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Gorm().Take(&taken, "id = '05'").Error }))
		until := db.At(p.clock.Now().Add(10 * time.Second))
		if taken.Attempts != 2 || *taken.LeaseBy != "e" || *taken.LeaseUntil != until {
			t.Fatalf("got %+v", taken)
		}
	})
}

func TestADeadWorkersLeaseIsTakenOverAndNotBefore(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		addJobs(t, d, 1)
		lease(t, d, spec("dead", 1))
		p.clock.advance(10 * time.Second)
		if got := lease(t, d, spec("alive", 1)); len(got) != 0 {
			t.Fatalf("taken while the lease still held: %q", got)
		}
		p.clock.advance(time.Millisecond)
		if got := lease(t, d, spec("alive", 1)); len(got) != 1 {
			t.Fatal("the dead worker's row was never taken over")
		}
		renew := func(worker string) error {
			return d.Tx(ctx, func(tx *db.Tx) error { return db.Renew(tx, spec(worker, 1), []string{"00"}) })
		}
		if err := renew("dead"); errs.CodeOf(err) != errs.Conflict || errs.ReasonOf(err) != "lease_lost" {
			t.Fatalf("a lost lease was renewed: %v", err)
		}
		p.clock.advance(9 * time.Second)
		must(t, renew("alive"))
		p.clock.advance(9 * time.Second)
		if got := lease(t, d, spec("third", 1)); len(got) != 0 {
			t.Fatalf("taken although it was renewed: %q", got)
		}
	})
}

func TestNoRowIsLeasedTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		d := p.ready(t)
		const rows = 90
		addJobs(t, d, rows)
		var all sync.WaitGroup
		var mu sync.Mutex
		taken := map[string]int{}
		for w := range 16 {
			all.Go(func() {
				for {
					ids := []string(nil)
					err := d.Tx(ctx, func(tx *db.Tx) (err error) {
						ids, err = db.Lease(tx, spec(fmt.Sprint(w), 4))
						return err
					})
					if err != nil || len(ids) > 4 {
						t.Errorf("%d rows, %v", len(ids), err)
						return
					}
					mu.Lock()
					for _, id := range ids {
						taken[id]++
					}
					left := rows - len(taken)
					mu.Unlock()
					// Nothing may come back while others hold the rows locked.
					if len(ids) == 0 && left == 0 {
						return
					}
				}
			})
		}
		all.Wait()
		for id, n := range taken {
			if n != 1 {
				t.Errorf("%s was leased %d times", id, n)
			}
		}
	})
}

func TestALeaseMustBeDescribed(t *testing.T) {
	p := sqlitePlace(t)
	d := p.ready(t)
	bad := []db.LeaseSpec{{}, spec("", 1), spec("a", 0), {Table: "jobs", Worker: "a", Limit: 1},
		{Table: "jobs; DROP TABLE jobs", Worker: "a", For: time.Second, Limit: 1}}
	for _, s := range bad {
		err := d.Tx(ctx, func(tx *db.Tx) error { _, err := db.Lease(tx, s); return err })
		if errs.CodeOf(err) != errs.Internal {
			t.Errorf("%+v: %v", s, err)
		}
	}
	must(t, d.Tx(ctx, func(tx *db.Tx) error { return db.Renew(tx, spec("a", 1), nil) }))
}
