package feelings_test

import (
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
)

// TestAPressThatComesTooLate is answered plainly, and the card is as it was.
func TestAPressThatComesTooLate(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(sad()).ID
		w.after(30 * time.Minute) // Kim has been told
		before := w.page(id)
		w.exec("UPDATE relations SET ended_at = ? WHERE subject_id = ?", db.At(w.now()), w.kim.AccountID)
		_, err := w.cards.Seen(t.Context(), w.kim, id, before.Version)
		want(t, err, errs.NotFound, "")
		_, err = w.cards.Here(t.Context(), w.dan, id, before.Version)
		want(t, err, errs.NotFound, "")
		_, err = w.cards.Seen(t.Context(), w.sam, id, before.Version+1)
		want(t, err, errs.Conflict, "stale")
		if after := w.page(id); after.Version != before.Version {
			t.Fatalf("the card moved: %s", kinds(after))
		}
		seen := w.seen(w.sam, id)
		again, err := w.cards.Seen(t.Context(), w.sam, id, seen.Version)
		if err != nil || again.Version != seen.Version {
			t.Fatalf("pressing twice: %v", err)
		}
		_, err = w.cards.Withdraw(t.Context(), w.leo, id, seen.Version)
		must(t, err)
		_, err = w.cards.Here(t.Context(), w.sam, id, w.page(id).Version)
		want(t, err, errs.Conflict, "not_now")
	})
}
