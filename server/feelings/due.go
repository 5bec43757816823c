package feelings

import (
	"context"
	"sync"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/fault"
	"heard/server/trace"
)

const (
	// dueBatch is how many cards a worker takes at once: few enough that all are done
	// well before the lease ends, and that few wait for it when the worker is killed.
	dueBatch = 64
	// dueHands is how many of them it looks at side by side: they share commits.
	dueHands = 8
)

// Run looks after deadlines until ctx ends. Several instances may run: each row
// is leased, and a worker that dies is taken over when its lease ends.
func (s *Service) Run(ctx context.Context) error {
	var left sync.WaitGroup
	defer left.Wait()
	left.Go(func() { s.sweep(ctx) })
	ticker := time.NewTicker(s.poll)
	defer ticker.Stop()
	for {
		for {
			n, err := s.DueOnce(ctx)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "deadlines could not be looked at", "error", err.Error())
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
		lease := s.lease
		if fault.EscalationLostAtRestart {
			lease = 24 * time.Hour
		}
		ids, err = leaseDueTx(tx, s.worker, lease, dueBatch)
		return err
	}); err != nil {
		return 0, err
	}
	if fault.EscalationLostAtRestart {
		fault.Dawdle()
	}
	var hands sync.WaitGroup
	next := make(chan string)
	for range min(dueHands, len(ids)) {
		hands.Go(func() {
			for id := range next {
				s.look(ctx, id)
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	hands.Wait()
	return len(ids), nil
}

// look looks at one card. One that fails must not hold up the others; its lease
// ends and it is tried again.
func (s *Service) look(ctx context.Context, id string) {
	ctx, span := trace.Start(ctx, trace.Deadline)
	err := s.db.Tx(ctx, func(tx *db.Tx) error { return s.lookTx(tx, id) })
	span.End(err)
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a deadline could not be looked at", "card", id, "error", err.Error())
	}
}

// lookTx looks at one card whose time has come. What is to be done is asked of the
// card as it now stands, under its lock: a row that another worker has seen to
// meanwhile, or that comes twice, does nothing a second time.
func (s *Service) lookTx(tx *db.Tx, id string) error {
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
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	// Read under the card's lock: a press that came first has written it anew.
	if err := duesTx(tx, []*dossier{d}); err != nil {
		return err
	}
	out, due := facts.Look(d.dueAs())
	if !due {
		return s.dueTx(tx, d)
	}
	if len(out.Events) == 0 {
		// Nobody new to tell: the card comes round again.
		return putDueTx(tx, d.Card, Plan{Kind: DueAgain, At: tx.Now.Add(facts.again())})
	}
	if err := s.applyTx(tx, d, out); err != nil {
		return err
	}
	s.wakeTx(tx, d)
	return nil
}
