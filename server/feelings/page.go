package feelings

import (
	"context"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/fault"
	"heard/server/notify"
	"heard/server/viewer"
)

// maxCards is how many cards a list gives at most.
const maxCards = 50

// Mine lists the young person's own cards, newest first.
func (s *Service) Mine(ctx context.Context, v viewer.Viewer, limit int) ([]View, error) {
	if limit <= 0 || limit > maxCards {
		limit = maxCards
	}
	if err := viewer.AsYoungReading(v); err != nil {
		return nil, err
	}
	var views []View
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := ownTx(tx, v, limit)
		if err != nil {
			return err
		}
		views, err = s.viewsTx(tx, v, all)
		return err
	})
	return views, err
}

// Page gives one card to its young person.
func (s *Service) Page(ctx context.Context, v viewer.Viewer, id string) (View, error) {
	var view View
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		d, err := openTx(tx, v, id, false, func(g Ground) error { return MayRead(v, g) })
		if err != nil {
			return err
		}
		view, err = s.viewTx(tx, v, d)
		return err
	})
	return view, err
}

// StaffPage gives one card to an adult and writes down that they looked: the
// young person can see who did. Looking is not seeing: the state stays.
func (s *Service) StaffPage(ctx context.Context, v viewer.Viewer, id string) (View, error) {
	var view View
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		d, err := openTx(tx, v, id, false, func(g Ground) error { return MayRead(v, g) })
		if err != nil {
			return err
		}
		if fault.SeenOnOpen && d.Status.Can(EventSeen) {
			if err := s.recordTx(tx, d, Event{Kind: EventSeen, ActorID: v.AccountID, Evidence: evidence(d.Ground)}); err != nil {
				return err
			}
		}
		if view, err = s.viewTx(tx, v, d); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{
			OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: "card.looked",
			ObjectKind: subjectCard, ObjectID: d.Card.ID, SubjectID: d.Card.YoungPersonID,
		})
	})
	return view, err
}

// Status says where a card stands: all a locked phone may know of a card it sent.
func (s *Service) Status(ctx context.Context, v viewer.Viewer, id string) (StatusView, error) {
	var view StatusView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		d, err := openTx(tx, v, id, false, func(g Ground) error { return MayStatus(v, g) })
		if err != nil {
			return err
		}
		if err := s.foreseeTx(tx, []*dossier{d}); err != nil {
			return err
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, d.mentioned())
		view = d.status(names)
		return err
	})
	return view, err
}

// Target is what a notification points at.
type Target struct {
	CardID string `json:"cardId,omitempty"`
	TestID string `json:"testId,omitempty"`
}

// Open says what a notification points at, to whoever it was sent to and may
// still read it. Opening is not seeing.
func (s *Service) Open(ctx context.Context, v viewer.Viewer, alertID string) (Target, error) {
	var t Target
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		kind, id, err := s.alerts.SubjectOfTx(tx, v, alertID)
		if err != nil {
			return hidden(err)
		}
		switch kind {
		case subjectCard:
			t.CardID = id
			_, err = openTx(tx, v, id, false, func(g Ground) error { return MayRead(v, g) })
			return err
		case notify.SubjectTest:
			t.TestID = alertID
			return nil
		default:
			return errNotFound
		}
	})
	if err != nil {
		return Target{}, err
	}
	return t, nil
}
