package feelings

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

// Subscriber opens a viewer's part of the live streams.
type Subscriber interface {
	Subscribe(ctx context.Context, v viewer.Viewer) (<-chan struct{}, func())
	SubscribePrivate(ctx context.Context, v viewer.Viewer) (<-chan struct{}, func())
}

// Live is the stream of both places: "changed" at the start and after each wake;
// the page then fetches. Nothing private is in it, and a device that may not read is
// not told that something private changed.
func (s *Service) Live(hub Subscriber) web.Stream {
	return func(ctx context.Context, v viewer.Viewer, send func(string, any) error) error {
		wakes, stop := hub.Subscribe(ctx, v)
		defer stop()
		private, stopPrivate := hub.SubscribePrivate(ctx, v)
		defer stopPrivate()
		for {
			if err := send("changed", web.Moment{At: s.now().UTC()}); err != nil {
				return err
			}
			if v.Place == viewer.Work {
				// A stream that has ended meanwhile is no failure. A database that is away
				// for now costs the proof, not the stream.
				if err := s.InboxOpen(ctx, v); err != nil && ctx.Err() == nil && errs.CodeOf(err) != errs.Unavailable {
					return err
				}
			}
			if !woken(ctx, wakes, private) {
				return nil
			}
		}
	}
}

// woken waits for something that the stream may tell; false: the stream has ended.
func woken(ctx context.Context, wakes, private <-chan struct{}) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case _, open := <-wakes:
			return open
		case _, open := <-private:
			if !open || web.MayRead(ctx) {
				return open
			}
		}
	}
}

// InboxOpen takes a written live stream as the proof that a member of staff is
// being told: their cards that nobody was told of become alerting, never seen.
func (s *Service) InboxOpen(ctx context.Context, v viewer.Viewer) error {
	if !atWork(v) {
		return nil
	}
	var ids []string
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = tellableTx(tx, v)
		return err
	}); err != nil || len(ids) == 0 {
		return err
	}
	for _, id := range ids {
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return s.toldTx(tx, v, id) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) toldTx(tx *db.Tx, v viewer.Viewer, id string) error {
	d, err := openTx(tx, v, id, true, func(g Ground) error { return MayAct(v, g, ActSeen) })
	if gone(err) {
		return nil // not theirs any more, or moved on
	}
	if err != nil || !d.Status.Can(EventAlerting) {
		return err
	}
	if err := alertedTx(tx, d, []string{v.AccountID}, alertedInbox); err != nil {
		return err
	}
	e := Event{Kind: EventAlerting, AboutID: v.AccountID, Evidence: "inbox:" + v.SessionID}
	if err := s.recordTx(tx, d, e); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.waker.Wake(d.Card.YoungPersonID) })
	return nil
}

func gone(err error) bool {
	code := errs.CodeOf(err)
	return code == errs.NotFound || code == errs.Forbidden || code == errs.Conflict
}
