package feelings

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// checkEvents are the answers to "is that right?".
var checkEvents = map[string]EventKind{"yes": EventCheckYes, "no": EventCheckNo, "not_yet": EventCheckNotYet}

// Check records the young person's answer after an adult said it is met. "No" and
// "not yet" put the card back to received, and its people are told again.
func (s *Service) Check(ctx context.Context, v viewer.Viewer, id string, version int, answer string) (View, error) {
	kind, ok := checkEvents[answer]
	if !ok {
		return View{}, errs.New(errs.Invalid, "Answer yes, no or not yet.").Field("answer", "Yes, no or not yet.")
	}
	return s.press(ctx, v, id, deed{
		act: ActCheck, version: version,
		do: func(tx *db.Tx, d *dossier) error {
			if err := s.recordTx(tx, d, Event{Kind: kind, ActorID: v.AccountID}); err != nil {
				return err
			}
			if kind == EventCheckYes {
				return s.sortedTx(tx, d)
			}
			return s.openAnewTx(tx, d)
		},
	})
}

// Close records that the young person marks it sorted, with whether it helped.
func (s *Service) Close(ctx context.Context, v viewer.Viewer, id string, version int, helped *bool) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActClose, version: version,
		done: func(d *dossier) bool { return d.Status.State == StateClosed },
		do: func(tx *db.Tx, d *dossier) error {
			e := Event{Kind: EventClosed, ActorID: v.AccountID, Helped: helped}
			if err := s.recordTx(tx, d, e); err != nil {
				return err
			}
			return s.sortedTx(tx, d)
		},
	})
}

// sortedTx does what follows when a young person has closed their card: people are
// told no more, and whoever was there had a contact with them.
func (s *Service) sortedTx(tx *db.Tx, d *dossier) error {
	if err := s.restTx(tx, d); err != nil {
		return err
	}
	return s.contactTx(tx, d)
}

// Reopen opens a closed card again: as when it first came, and its people are told.
func (s *Service) Reopen(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActReopen, version: version,
		do: func(tx *db.Tx, d *dossier) error {
			if err := s.recordTx(tx, d, Event{Kind: EventReopened, ActorID: v.AccountID}); err != nil {
				return err
			}
			return s.openAnewTx(tx, d)
		},
	})
}
