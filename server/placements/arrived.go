package placements

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var errTooLateToAmend = errs.New(errs.Conflict, "This was written down more than a day ago, and stays.").With("too_late")

// errToldReview keeps what somebody was told of how it went from going unread.
var errToldReview = errs.New(errs.Conflict, "They have told somebody how it went. Set another time instead.").With("review_told")

// Arrived writes down that the young person is there.
func (s *Service) Arrived(ctx context.Context, v viewer.Viewer, id string, at *time.Time) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide, Shift, Place}, "move.arrived", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		if m.MovedAt != nil {
			return nil, nil // twice is once
		}
		then := tx.Now
		if at != nil {
			then = at.UTC().Truncate(time.Millisecond)
		}
		if err := wasThen(*m, then, tx.Now); err != nil {
			return nil, err
		}
		if err := mayArriveTx(tx, v, *m, then); err != nil {
			return nil, err
		}
		m.MovedAt = &then
		if err := buddyArrivedTx(tx, *m); err != nil {
			return nil, err
		}
		return map[string]any{"moved_at": db.At(then), "moved_by": v.AccountID, "arrived_said_at": db.At(tx.Now)}, nil
	})
}

func mayArriveTx(tx *db.Tx, v viewer.Viewer, m Move, at time.Time) error {
	held, err := sidesTx(tx, v, m)
	if err != nil {
		return err
	}
	loc, err := people.ZoneTx(tx, m.OrganisationID)
	if err == nil && !arrives(m, held, at, loc) {
		err = errNotTheDay
	}
	return err
}

// wasThen says whether somebody can have arrived at a moment.
func wasThen(m Move, then, now time.Time) error {
	switch {
	case then.After(now.Add(clockSlack)):
		return errFuture
	case then.Before(m.MadeAt.Add(-arrivedBefore)):
		return errLongAgo
	}
	return nil
}

// AmendArrival sets another moment for an arrival that was written down wrongly.
func (s *Service) AmendArrival(ctx context.Context, v viewer.Viewer, id string, at time.Time) error {
	return s.amendAs(ctx, v, id, "move.arrival_amended", func(tx *db.Tx, m *Move) (map[string]any, error) {
		then := at.UTC().Truncate(time.Millisecond)
		if err := wasThen(*m, then, tx.Now); err != nil {
			return nil, err
		}
		m.MovedAt = &then
		return map[string]any{"moved_at": db.At(then), "moved_by": v.AccountID}, buddyArrivedTx(tx, *m)
	})
}

// TakeBackArrival says that the young person isn't there yet after all: the road, their
// page and who sees them are as they were before somebody pressed.
func (s *Service) TakeBackArrival(ctx context.Context, v viewer.Viewer, id string) error {
	err := s.amendAs(ctx, v, id, "move.arrival_taken_back", func(tx *db.Tx, m *Move) (map[string]any, error) {
		m.MovedAt = nil
		if err := buddyArrivedTx(tx, *m); err != nil {
			return nil, err
		}
		// How it went is asked again once they are there. What was counted can't be taken back
		// (decision 12), so that is not asked twice.
		if err := toldNobodyTx(tx, *m); err != nil {
			return nil, err
		}
		if err := dropReviewsTx(tx, *m, settledDay); err != nil {
			return nil, err
		}
		return map[string]any{"moved_at": nil, "moved_by": nil, "arrived_said_at": nil}, nil
	})
	if errs.ReasonOf(err) == "duplicate" {
		err = errOneOpen // they are on the way to another place by now
	}
	return err
}

// toldNobodyTx refuses while there is something that the young person told to people they
// named: their side may be among whom it is about.
func toldNobodyTx(tx *db.Tx, m Move) error {
	rows, err := reviewsTx(tx, m)
	if err == nil && slices.ContainsFunc(rows, func(r reviewRow) bool { return r.Told }) {
		err = errToldReview
	}
	return err
}

func (s *Service) amendAs(
	ctx context.Context, v viewer.Viewer, id, action string, change func(tx *db.Tx, m *Move) (map[string]any, error),
) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, action, func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.MovedAt == nil {
			return nil, errNotOpen
		}
		if !amends(*m, tx.Now) {
			return nil, errTooLateToAmend
		}
		return change(tx, m)
	})
}
