package feelings_test

import (
	"testing"
	"time"

	"heard/server/db"
	"heard/server/feelings"
	"heard/server/viewer"
)

func (w *world) inbox(v viewer.Viewer) feelings.Inbox {
	w.t.Helper()
	box, err := w.cards.Inbox(w.t.Context(), v)
	must(w.t, err)
	return box
}

func TestTheInboxInItsOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		send := func(t feelings.Tap) string {
			w.forward(time.Minute)
			t.ID = db.NewID()
			return w.tap(t).ID
		}
		notSafe := send(feelings.Tap{Card: "not_safe", Kind: "not_safe"})
		sit := send(feelings.Tap{Card: "sad", Need: "sit_with_me"})
		old := send(feelings.Tap{Card: "sad"})
		newer := send(feelings.Tap{Card: "happy", Words: canary})
		coming := send(feelings.Tap{Card: "bored"})
		w.promise(coming, w.jo, w.now().Add(time.Hour))
		asked := send(feelings.Tap{Card: "tired"})
		_, err := w.cards.Met(t.Context(), w.jo, asked, 1)
		must(t, err)
		done := send(feelings.Tap{Card: "calm"})
		_, err = w.cards.Close(t.Context(), w.leo, done, 1, nil)
		must(t, err)
		send(feelings.Tap{Card: "calm", Kept: true})

		box := w.inbox(w.sam)
		var got []string
		for _, i := range box.Waiting {
			got = append(got, i.ID)
		}
		if len(got) != 4 || got[0] != notSafe || got[1] != sit || got[2] != newer || got[3] != old {
			t.Fatalf("waiting %v", got)
		}
		first := box.Waiting[0]
		if first.YoungPerson.Name != "Leo" || first.Home != "Willow House" {
			t.Fatalf("%+v", first)
		}
		if len(box.Coming) != 1 || box.Coming[0].ID != coming || box.Coming[0].Who.Name != "Jo" || box.Coming[0].Promise != "coming" {
			t.Fatalf("coming %+v", box.Coming)
		}
		if len(box.Check) != 1 || box.Check[0].ID != asked {
			t.Fatalf("check %+v", box.Check)
		}
		w.forward(24*time.Hour + time.Second)
		if box := w.inbox(w.sam); len(box.Check) != 0 {
			t.Fatalf("after a day %+v", box.Check)
		}
		if v := w.page(asked); v.State != feelings.StateCheck {
			t.Fatalf("the card's page keeps it: %+v", v)
		}
		if n := len(w.inbox(w.kit).Waiting) + len(w.inbox(w.otto).Waiting) + len(w.inbox(w.ann).Waiting); n != 0 {
			t.Fatalf("%d cards in other people's inboxes", n)
		}
	})
}

// TestNotSafeWaitsForTheLeadToo: somebody is coming, and still the safeguarding
// lead has it to look at.
func TestNotSafeWaitsForTheLeadToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(feelings.Tap{ID: db.NewID(), Card: "not_safe", Kind: "not_safe"})
		w.promise(r.ID, w.sam, w.now().Add(time.Hour))
		if box := w.inbox(w.sue); len(box.Waiting) != 1 || len(box.Coming) != 0 {
			t.Fatalf("%+v", box)
		}
		w.seen(w.sue, r.ID)
		if box := w.inbox(w.sue); len(box.Waiting) != 0 || len(box.Coming) != 1 {
			t.Fatalf("%+v", box)
		}
		if v := w.page(r.ID); v.State != feelings.StatePromised || v.Who.Name != "Sam" {
			t.Fatalf("looking took Sam's promise away: %+v", v)
		}
	})
}

func TestWhoWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tap(sad())
		answered := w.tap(sad())
		w.promise(answered.ID, w.sam, w.now().Add(time.Hour))
		waiting := func(v viewer.Viewer) (counts map[string]int) {
			w.tx(func(tx *db.Tx) (err error) {
				counts, err = w.cards.WaitingTx(tx, v, ids(w.leo, w.amy))
				return err
			})
			return counts
		}
		if got := waiting(w.sam); got[w.leo.AccountID] != 1 || got[w.amy.AccountID] != 0 {
			t.Fatalf("%v", got)
		}
		if got := waiting(w.lea); len(got) != 0 {
			t.Fatalf("the lead is not a recipient and counts %v", got)
		}
		w.endRelations(w.sam)
		if got := waiting(w.sam); len(got) != 0 {
			t.Fatalf("%v", got)
		}
	})
}

func TestTheYoungPersonsList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 3 {
			w.forward(time.Minute)
			w.tap(sad())
		}
		w.forward(time.Minute)
		last := w.tap(feelings.Tap{ID: db.NewID(), Card: "happy", Kept: true})
		list, err := w.cards.Mine(t.Context(), w.leo, 3)
		if err != nil || len(list) != 3 || list[0].ID != last.ID || list[1].Words != canary {
			t.Fatalf("%+v, %v", list, err)
		}
		if list, err := w.cards.Mine(t.Context(), w.amy, 50); err != nil || len(list) != 0 {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}
