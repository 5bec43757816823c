package listening_test

import (
	"testing"

	"heard/server/db"
)

// A face given elsewhere counts like any other: once a young person and period, the last
// one, under its own question, waking nobody and writing nothing down.
func TestAFaceGivenElsewhereCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		org := w.rows("SELECT organisation_id AS id FROM accounts WHERE machine = FALSE")[0][len("id="):]
		org = org[:36]
		count := func(question string, face int) error {
			return w.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
				return w.k.App.Listening.CountTx(tx, org, w.Leo.ID, w.Home, question, w.now(), face)
			})
		}
		before := w.written()
		must(t, count("settled", 2))
		must(t, count("settled", 5))
		if w.counted("settled", 5) != 1 || w.counted("settled", 2) != 0 || w.count("SELECT count(*) FROM answers") != 1 {
			t.Errorf("counted: %v", w.rows("SELECT question, value FROM answers"))
		}
		if n := w.count("SELECT count(*) FROM answer_copies") + w.count("SELECT count(*) FROM asks"); n != 0 {
			t.Errorf("%d rows besides", n)
		}
		w.same("a face given elsewhere", before, w.written())
		for question, face := range map[string]int{"listened": 3, "settled": 6, "": 3} {
			if count(question, face) == nil {
				t.Errorf("%q %d is counted", question, face)
			}
		}
	})
}
