package app_test

import (
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// While a push's result is being kept, its alert's row is referred to by the new
// row; a press on the card, which cancels the alert, must not wait for that: the
// one who keeps results waits for the card, and both would wait for ever.
func TestPressDoesNotWaitForAPushesResult(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		if k.App.DB.Dialect() != db.Postgres {
			return // one writer at a time: nothing can wait crosswise
		}
		w := k.World()
		card := k.NewCard(w.Sam)
		card.Need = "quiet"
		var r receipt
		w.Leo.Post("/cards", card).Into(&r)
		census(k)
		alert := texts(k, "SELECT id FROM alerts WHERE subject_id = ?", r.ID)[0]
		inTx(k, func(tx txOf) error {
			err := tx.Gorm().Exec(`INSERT INTO alert_pushes (alert_id, subscription_id, organisation_id, status, attempts, last_at)
 SELECT id, 'made up', organisation_id, 'accepted', 1, 1 FROM alerts WHERE id = ?`, alert).Error
			w.Leo.Post("/cards/"+r.ID+"/withdraw", map[string]any{"version": 1}).OK()
			return err
		})
	})
}
