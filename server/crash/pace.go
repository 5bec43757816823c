package main

import (
	"context"
	"time"
)

// How fast a machine is must not decide what is proven on it: the young people stop for a moment while more than
// this waits on their phones or with the server. What the faults themselves hold up comes on top.
const (
	backlog       = 8 * phones
	untoldBacklog = 150
	gaugeEvery    = 250 * time.Millisecond
	// Alerts that never get fewer are stuck, and no reason to wait: that is what the run is there to find.
	paceFor = 90 * time.Second
)

// dispense hands out the taps evenly, as long as the phones and the server keep up.
func (a *arena) dispense(ctx context.Context, taps chan<- struct{}) {
	defer close(taps)
	every, next := a.lasting()/time.Duration(a.taps), time.Now()
	for i := 0; i < a.taps && ctx.Err() == nil; {
		// Phones that let go of their cards too early never seem to be done with them.
		if a.fault != careless && a.ledger.onPhones() > backlog || len(taps) > phones || a.untold.Load() > untoldBacklog {
			pause(ctx, 5*time.Millisecond)
			next = time.Now()
			continue
		}
		pause(ctx, time.Until(next))
		next = next.Add(every)
		taps <- struct{}{}
		i++
		a.handed.Add(1)
	}
}

// gauge keeps the count of waiting alerts up to date. A fault switched on gets no such patience.
func (a *arena) gauge(ctx context.Context) {
	if a.fault != "" {
		return
	}
	low := time.Now() // when the count was last low enough
	for ctx.Err() == nil {
		// While the database is down, the last count stands.
		if n, err := a.books.untold(ctx); err == nil {
			a.untold.Store(int64(n))
		}
		if a.untold.Load() <= untoldBacklog {
			low = time.Now()
		}
		if time.Since(low) > paceFor {
			a.untold.Store(0)
			return
		}
		pause(ctx, gaugeEvery)
	}
}
