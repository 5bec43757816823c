package people

import (
	"context"
	"time"

	"heard/server/db"
)

// rotaBatch is how many rows the rota's job takes at once.
const rotaBatch = 50

// sweepEvery is how often those on duty are looked through for one who no longer is.
const sweepEvery = 5 * time.Second

// Run looks after the rota until ctx ends: concrete times and notices roll on,
// test pushes go out, duty begins and ends. Several instances may run: each row
// is leased, and a worker that dies is taken over when its lease ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.poll)
	defer ticker.Stop()
	var swept time.Time
	for {
		for {
			n, err := s.RotaOnce(ctx)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "the rota could not be looked at", "error", err.Error())
			}
			if err != nil || n < rotaBatch {
				break
			}
		}
		if time.Since(swept) >= sweepEvery {
			swept = time.Now()
			if _, err := s.SweepDuty(ctx); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "those on duty could not be looked at", "error", err.Error())
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// RotaOnce takes what is due of the rota now and says how many rows it took.
func (s *Service) RotaOnce(ctx context.Context) (int, error) {
	plans, err := s.each(ctx, "rota_plans", func(tx *db.Tx, id string) error {
		orgID, mine, err := leasedPlanTx(tx, id, s.worker)
		if err != nil || !mine {
			return err
		}
		return s.planServiceTx(tx, orgID, id, "")
	})
	if err != nil {
		return plans, err
	}
	times, err := s.each(ctx, "rota_times", s.keepTimeTx)
	return plans + times, err
}

// each leases what is due of a table and does it row by row: one that fails must
// not hold up the others; its lease ends and it is tried again.
func (s *Service) each(ctx context.Context, table string, do func(tx *db.Tx, id string) error) (int, error) {
	waiting := false
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = anyDueTx(tx, table)
		return err
	})
	if err != nil || !waiting {
		return 0, err
	}
	var ids []string
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		ids, err = db.Lease(tx, db.LeaseSpec{Table: table, Worker: s.worker, For: s.lease, Limit: rotaBatch})
		return err
	})
	for _, id := range ids {
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return do(tx, id) }); err != nil {
			s.log.ErrorContext(ctx, "a row of the rota could not be done", "table", table, "id", id, "error", err.Error())
		}
	}
	return len(ids), err
}

// SweepDuty ends the duty of those who are marked as on duty and no longer are,
// whatever the cause, and says how many there were.
func (s *Service) SweepDuty(ctx context.Context) (int, error) {
	var rows []timeRow
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = lapsedTx(tx, rotaBatch)
		return err
	})
	for _, row := range rows {
		err := s.db.Tx(ctx, func(tx *db.Tx) error {
			if err := lookAgain(tx, row.ID); err != nil {
				return err
			}
			return s.settleDutyTx(tx, row.OrganisationID, row.AccountID, false)
		})
		if err != nil {
			s.log.ErrorContext(ctx, "duty could not be ended", "time", row.ID, "error", err.Error())
		}
	}
	return len(rows), err
}

// keepTimeTx does what is due of one concrete time: asks for the test push,
// begins and ends duty, and ends access two hours after the shift. It goes by the
// time it is, so what a dead server missed is made up for.
func (s *Service) keepTimeTx(tx *db.Tx, id string) error {
	row, mine, err := leasedTimeTx(tx, id, s.worker)
	if err != nil || !mine {
		return err
	}
	starts, ends := row.StartsAt.Time(), row.EndsAt.Time()
	away, err := awayTx(tx, row.OrganisationID, row.AccountID)
	if err != nil {
		return err
	}
	off := away[row.AccountID] || !tx.Now.Before(ends)
	if err := s.settleDutyTx(tx, row.OrganisationID, row.AccountID, off && !row.told()); err != nil {
		return err
	}
	due := starts.Add(-askBefore)
	switch {
	case !tx.Now.Before(ends.Add(afterShift)):
		row.DueAt = nil
		tx.AfterCommit(func() { s.wake(row.AccountID) })
		if err := endOverShift(tx, row.RelationID); err != nil {
			return err
		}
		if err := s.leaveTx(tx, row.OrganisationID, row.AccountID); err != nil {
			return err
		}
		return settleTime(tx, row)
	case !tx.Now.Before(ends):
		due = ends.Add(afterShift)
	case off:
		due = ends // suspended: nothing is asked of them, until they are let in again
	case !tx.Now.Before(due):
		if due, err = s.askTx(tx, &row); err != nil {
			return err
		}
		if tx.Now.Before(starts) {
			due = earlier(due, starts)
		}
		due = earlier(due, ends)
	}
	at := db.At(due)
	row.DueAt = &at
	return settleTime(tx, row)
}

// told says that the end of the time was seen to: only its access is still to end.
func (r timeRow) told() bool {
	return r.DueAt != nil && !r.DueAt.Time().Before(r.EndsAt.Time().Add(afterShift))
}

// askTx sends the test push if it is time for it, and says when to look again.
func (s *Service) askTx(tx *db.Tx, row *timeRow) (next time.Time, err error) {
	last, err := lastAnswerTx(tx, row.OrganisationID, row.AccountID)
	if err != nil {
		return next, err
	}
	good := last != nil && !last.Before(row.StartsAt.Time().Add(-answerBefore)) && tx.Now.Before(last.Add(answerHolds+answerGrace))
	switch {
	case good && tx.Now.Before(last.Add(answerHolds)):
		row.Asks = 0
		return last.Add(answerHolds), nil
	case row.Asks >= maxAsks:
		return row.EndsAt.Time(), nil
	}
	if wait := row.asksAgain(); tx.Now.Before(wait) {
		return wait, nil // looked at early, at the start of the shift
	}
	if err := s.sendTestsTx(tx, row); err != nil {
		return next, err
	}
	next = row.asksAgain()
	if good {
		next = earlier(next, last.Add(answerHolds+answerGrace))
	}
	return next, nil
}

// asksAgain is when the next test push goes out while none is answered.
func (r timeRow) asksAgain() time.Time {
	switch {
	case r.Asks == 0 || r.AskedAt == nil:
		return time.Time{}
	case r.Asks == 1:
		return r.AskedAt.Time().Add(askAgain)
	}
	return r.AskedAt.Time().Add(askAgainLate)
}

func (s *Service) sendTestsTx(tx *db.Tx, row *timeRow) error {
	row.Asks++
	row.AskedAt = db.AtPtr(&tx.Now)
	if s.tester == nil {
		return nil
	}
	_, err := s.tester.SendTestsTx(tx, row.OrganisationID, row.AccountID)
	return err
}
