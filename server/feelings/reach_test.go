package feelings_test

import (
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
)

// TestWhatAShiftOpens: whoever was told on a shift reads and presses what is open.
// What is done is closed to them, and so is what came to them as a keyworker, once
// they are none.
func TestWhatAShiftOpens(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		old, id := w.tap(sad()).ID, w.tap(sad()).ID
		reads := func(v viewer.Viewer, id string, want errs.Code) {
			t.Helper()
			if _, err := w.cards.StaffPage(t.Context(), v, id); errs.CodeOf(err) != want {
				t.Fatalf("reading: %v, want %q", err, want)
			}
		}
		w.after(30 * time.Minute)
		reads(w.kim, id, "")
		w.seen(w.kim, id)
		_, err := w.cards.Close(t.Context(), w.leo, id, w.page(id).Version, nil)
		must(t, err)
		reads(w.kim, id, errs.NotFound)
		reads(w.jo, id, "")
		reads(w.sam, old, "")
		w.exec(`UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'keyworker_of'`, w.now().UnixMilli(), w.sam.AccountID)
		reads(w.sam, old, errs.NotFound)
		if _, err := w.cards.Seen(t.Context(), w.sam, old, w.page(old).Version); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("pressing: %v", err)
		}
	})
}
