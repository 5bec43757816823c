package notify

import (
	"context"
	"time"

	"heard/server/db"
)

// renew keeps the leases of alerts in hand until ctx ends. An alert whose lease is lost is broken off: another
// sender has it, or soon will, and two must not send it.
func (w *sender) renew(ctx context.Context) {
	every := time.NewTicker(w.renewals)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			w.renewOnce(ctx)
		}
	}
}

func (w *sender) renewOnce(ctx context.Context) {
	w.mu.Lock()
	ids := make([]string, 0, len(w.held))
	for id := range w.held {
		ids = append(ids, id)
	}
	w.mu.Unlock()
	began := time.Now()
	var held []string
	var err error
	if len(ids) > 0 {
		// Its own bound: one that comes too late is worth nothing.
		bounded, cancel := context.WithTimeout(ctx, w.leaseFor/3)
		defer cancel()
		err = w.db.Tx(bounded, func(tx *db.Tx) (err error) {
			if held, err = heldBy(tx, w.worker, ids); err != nil {
				return err
			}
			return db.Renew(tx, w.spec(len(ids)), held)
		})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.alive = began
		w.dropOthers(ids, held)
		return
	}
	w.log.ErrorContext(ctx, "leases of alerts cannot be renewed", "error", err)
	if time.Since(w.alive) > w.leaseFor*2/3 {
		w.dropOthers(ids, nil)
	}
}

// dropOthers breaks off the pushes of alerts that are no longer held; called with the lock held.
func (w *sender) dropOthers(ids, held []string) {
	mine := make(map[string]bool, len(held))
	for _, id := range held {
		mine[id] = true
	}
	for _, id := range ids {
		if cancel := w.held[id]; cancel != nil && !mine[id] {
			cancel()
		}
	}
}
