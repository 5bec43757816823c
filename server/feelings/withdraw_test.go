package feelings_test

import (
	"slices"
	"testing"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
)

func TestTakingBackBeforeAnyoneHasSeen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		v, err := w.cards.Withdraw(t.Context(), w.leo, r.ID, 1)
		if err != nil || v.State != feelings.StateWithdrawn || v.Words != "" || len(v.Can) != 0 {
			t.Fatalf("%+v, %v", v, err)
		}
		if w.count("SELECT count(*) FROM cards WHERE words IS NOT NULL") != 0 {
			t.Fatal("the words are still there")
		}
		if got := w.alertsOf(r.ID, "waiting"); len(got) != 0 {
			t.Fatalf("%v will still be told", got)
		}
		if _, err = w.cards.StaffPage(t.Context(), w.sam, r.ID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("Sam got %v", err)
		}
		if again, err := w.cards.Withdraw(t.Context(), w.leo, r.ID, 1); err != nil || again.Version != v.Version {
			t.Fatalf("taking back twice: %v", err)
		}
		_, err = w.cards.Seen(t.Context(), w.sam, r.ID, v.Version)
		want(t, err, errs.NotFound, "")
	})
}

func TestTakingBackAfterwards(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		seen := w.seen(w.sam, r.ID)
		_, err := w.cards.Withdraw(t.Context(), w.leo, r.ID, seen.Version)
		must(t, err)
		v, err := w.cards.StaffPage(t.Context(), w.sam, r.ID)
		if err != nil || v.Words != canary || v.State != feelings.StateWithdrawn || len(v.Can) != 0 {
			t.Fatalf("staff keep what they saw: %+v, %v", v, err)
		}
		box, err := w.cards.Inbox(t.Context(), w.sam)
		if err != nil || len(box.Waiting) != 0 {
			t.Fatalf("%+v, %v", box, err)
		}
	})
}

func TestAnAdultStillChecksOnAnUrgentCard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, card := range []feelings.Tap{
			{ID: db.NewID(), Card: "not_safe", Kind: "not_safe", Words: canary},
			{ID: db.NewID(), Card: "sad", Kind: "feeling", Need: "sit_with_me", Words: canary},
		} {
			r := w.tap(card)
			_, err := w.cards.Withdraw(t.Context(), w.leo, r.ID, 1)
			must(t, err)
			if got := w.alertsOf(r.ID, "waiting"); !slices.Contains(got, w.sam.AccountID) {
				t.Fatal("nobody will be told to check")
			}
			box, err := w.cards.Inbox(t.Context(), w.sam)
			if err != nil || len(box.Waiting) != 1 || !box.Waiting[0].CheckOn {
				t.Fatalf("%+v, %v", box, err)
			}
			v, err := w.cards.StaffPage(t.Context(), w.sam, r.ID)
			if err != nil || v.Words != "" || !slices.Equal(v.Can, []feelings.Act{feelings.ActCheckedOn}) {
				t.Fatalf("%+v, %v", v, err)
			}
			v, err = w.cards.CheckedOn(t.Context(), w.sam, r.ID, v.Version)
			if err != nil || v.State != feelings.StateWithdrawn || v.CheckOn {
				t.Fatalf("%+v, %v", v, err)
			}
			if again, err := w.cards.CheckedOn(t.Context(), w.jo, r.ID, v.Version); err != nil || again.Version != v.Version {
				t.Fatalf("a second check: %v", err)
			}
			box, err = w.cards.Inbox(t.Context(), w.sam)
			if err != nil || len(box.Waiting) != 0 {
				t.Fatalf("%+v, %v", box, err)
			}
		}
	})
}

// TestAnUrgentCardIsNotClosedInSilence: before an adult has pressed it can be taken
// back, which still asks for a check; closing it would ask nobody.
func TestAnUrgentCardIsNotClosedInSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, card := range []feelings.Tap{
			{ID: db.NewID(), Card: "not_safe", Kind: "not_safe"},
			{ID: db.NewID(), Card: "sad", Kind: "feeling", Need: "sit_with_me"},
		} {
			r := w.tap(card)
			v := w.page(r.ID)
			if !slices.Equal(v.Can, []feelings.Act{feelings.ActWithdraw}) {
				t.Fatalf("may press %v", v.Can)
			}
			_, err := w.cards.Close(t.Context(), w.leo, r.ID, v.Version, nil)
			want(t, err, errs.Conflict, "not_now")
			if w.count("SELECT count(*) FROM card_dues WHERE id = ?", r.ID) != 1 || len(w.alertsOf(r.ID, "waiting")) == 0 {
				t.Fatal("it rests all the same")
			}
			w.seen(w.sam, r.ID)
			_, err = w.cards.Close(t.Context(), w.leo, r.ID, w.page(r.ID).Version, nil)
			must(t, err)
			v, err = w.cards.Reopen(t.Context(), w.leo, r.ID, w.page(r.ID).Version)
			if err != nil || slices.Contains(v.Can, feelings.ActClose) {
				t.Fatalf("opened again and not pressed, may press %v, %v", v.Can, err)
			}
		}
	})
}

// TestALockedPhone: it takes back what it sent itself, and reads nothing.
func TestALockedPhone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		locked := w.leo
		locked.Reading, locked.SessionID = false, "rotated"
		other := locked
		other.DeviceID = "another phone"

		_, err := w.cards.Page(t.Context(), locked, r.ID)
		want(t, err, errs.Forbidden, "locked")
		_, err = w.cards.Mine(t.Context(), locked, 10)
		want(t, err, errs.Forbidden, "locked")
		st, err := w.cards.Status(t.Context(), locked, r.ID)
		if err != nil || st.State != feelings.StateReceived || st.ID != r.ID {
			t.Fatalf("%+v, %v", st, err)
		}
		_, err = w.cards.Status(t.Context(), other, r.ID)
		want(t, err, errs.NotFound, "")
		_, err = w.cards.Withdraw(t.Context(), other, r.ID, 1)
		want(t, err, errs.NotFound, "")
		w.seen(w.sam, r.ID)
		v, err := w.cards.Withdraw(t.Context(), locked, r.ID, 2)
		if err != nil || v.Words != "" || v.State != feelings.StateWithdrawn {
			t.Fatalf("%+v, %v", v, err)
		}
	})
}
