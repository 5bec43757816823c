package feelings

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
)

// dueBatch is how many promises a worker takes at once: few enough that all are
// done well before the lease ends.
const dueBatch = 50

// Run looks after promises until ctx ends. Several instances may run: each row
// is leased, and a worker that dies is taken over when its lease ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.poll)
	defer ticker.Stop()
	for {
		for {
			n, err := s.DueOnce(ctx)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "promises could not be looked at", "error", err.Error())
			}
			if err != nil || n < dueBatch {
				break
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// DueOnce takes what is due now and says how many rows it took.
func (s *Service) DueOnce(ctx context.Context) (int, error) {
	var waiting bool
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = anyDueTx(tx)
		return err
	}); err != nil || !waiting {
		return 0, err
	}
	var ids []string
	if err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		ids, err = leaseDueTx(tx, s.worker, s.lease, dueBatch)
		return err
	}); err != nil {
		return 0, err
	}
	for _, id := range ids {
		// One card that fails must not hold up the others; its lease ends and it
		// is tried again.
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return s.overdueTx(tx, id) }); err != nil {
			s.log.ErrorContext(ctx, "a promise could not be looked at", "card", id, "error", err.Error())
		}
	}
	return len(ids), nil
}

// overdueTx says that a promise has passed and tells the card's people again.
// The due row goes in the same transaction, so it happens once.
func (s *Service) overdueTx(tx *db.Tx, id string) error {
	orgID, mine, err := leasedTx(tx, id, s.worker)
	if err != nil || !mine {
		return err
	}
	d, err := serverTx(tx, orgID, id)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	due, promised := d.Status.Due()
	if !promised || due.After(tx.Now) {
		return nil // answered anew in the meantime
	}
	if err := s.recordTx(tx, d, Event{Kind: EventOverdue, AboutID: d.Status.WhoID}); err != nil {
		return err
	}
	if err := s.tellAgainTx(tx, d); err != nil {
		return err
	}
	s.wakeTx(tx, d)
	return nil
}
