package feelings_test

import (
	"testing"
	"time"
)

// TestWhoHasLeftLeavesNoCardBehind: a card does not rest on somebody who can no
// longer open it, whatever they had promised.
func TestWhoHasLeftLeavesNoCardBehind(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		there, promised := w.tap(sad()).ID, w.tap(sad()).ID
		_, err := w.cards.Here(t.Context(), w.sam, there, 1)
		must(t, err)
		w.promise(promised, w.sam, w.now().Add(8*time.Hour))
		left := func() {
			t.Helper()
			after, err := w.cards.LeftOnce(t.Context(), "")
			must(t, err)
			if after != "" {
				t.Fatalf("two cards are one page, not on after %q", after)
			}
		}
		left()
		w.stands(t, there, "here", 1, "Sam", "")
		w.stands(t, promised, "promised", 1, "Sam", "")
		w.endRelations(w.sam)
		w.told(there)
		left()
		w.stands(t, there, "overdue", 2, "Sam", "Kim")
		w.stands(t, promised, "overdue", 2, "Sam", "Kim")
		w.tells(t, there, w.jo, w.kim)
		left()
		w.tells(t, there)
	})
}
