package feelings

import (
	"context"

	"heard/server/db"
	"heard/server/viewer"
)

// deed is one press: what it is, which version it was made on, when it has been
// done already, and what it does.
type deed struct {
	act     Act
	version int
	done    func(d *dossier) bool // pressed before: the answer is the card as it is
	do      func(tx *db.Tx, d *dossier) error
}

// press runs one press in one transaction: the right to it, the relation it
// rests on and what it changes are read and written together.
func (s *Service) press(ctx context.Context, v viewer.Viewer, id string, p deed) (View, error) {
	var view View
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		d, err := openTx(tx, v, id, true, func(g Ground) error { return MayTouch(v, g, p.act) })
		if err != nil {
			return err
		}
		if p.done == nil || !p.done(d) {
			if err := current(d.Status, p.version); err != nil {
				return err
			}
			if err := s.guardTx(tx, v, d); err != nil {
				return err
			}
			if err := fits(d.Ground, p.act); err != nil {
				return err
			}
			if err := p.do(tx, d); err != nil {
				return err
			}
			s.wakeTx(tx, d)
		}
		view, err = s.viewTx(tx, v, d)
		return err
	})
	return view, err
}

// current refuses a press made on a card that someone else has pressed since.
// The server's own events (alerting, overdue) make nothing stale.
func current(s Status, version int) error {
	if version < s.PressedAt || version > s.Version {
		return errStale
	}
	return nil
}

// evidence names the relation by which staff press; it is stored with the event.
func evidence(g Ground) string {
	for _, kind := range pressing {
		for _, h := range g.Standing.Held {
			if h.Kind == kind {
				return "relation:" + h.RelationID
			}
		}
	}
	return ""
}

// seenFirst puts the press "I've seen this" before an answer of somebody who has
// not pressed it: whoever answers has seen.
func seenFirst(v viewer.Viewer, d *dossier, events ...Event) []Event {
	for i := range events {
		events[i].ActorID, events[i].Evidence = v.AccountID, evidence(d.Ground)
	}
	if d.Status.SeenByPerson(v.AccountID) || !d.Status.Can(EventSeen) {
		return events
	}
	seen := Event{Kind: EventSeen, ActorID: v.AccountID, Evidence: evidence(d.Ground)}
	return append([]Event{seen}, events...)
}
