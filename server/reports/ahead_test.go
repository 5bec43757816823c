package reports_test

import (
	"testing"

	"heard/server/db"
	"heard/server/people"
)

// A crash after a period was closed to answers leaves nothing half done: it comes out with
// all that had come in.
func TestAPeriodClosedBeforeACrashComesOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		w.answer(w.Home, "2026-Q1", "listened", 5, 12)
		w.moveTo(afterClose)
		w.tx(func(tx *db.Tx) error {
			_, err := people.ClosePeriodTx(tx, w.org, "2026-Q1")
			return err
		})
		w.publish(1)
		if c := w.cell("2026-Q1", w.Home, "listened"); c.Hidden || *c.N != 12 || *c.A != 12 {
			t.Errorf("twelve who answered are %+v", c)
		}
		w.publish(0)
	})
}
