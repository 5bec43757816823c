package feelings

import (
	"context"

	"heard/server/db"
	"heard/server/viewer"
)

// Withdraw takes a card back. Before anyone has seen it the words are erased;
// afterwards adults keep what they saw. Alerts stop, unless the card is urgent:
// then an adult still checks.
func (s *Service) Withdraw(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActWithdraw, version: version,
		done: func(d *dossier) bool { return d.Status.State == StateWithdrawn },
		do: func(tx *db.Tx, d *dossier) error {
			erase := !d.Status.EverSeen
			if err := s.recordTx(tx, d, Event{Kind: EventWithdrawn, ActorID: v.AccountID}); err != nil {
				return err
			}
			if erase {
				if err := eraseWordsTx(tx, d); err != nil {
					return err
				}
			}
			if d.Card.Urgent() {
				return nil
			}
			return s.alerts.CancelTx(tx, d.Card.ID)
		},
	})
}
