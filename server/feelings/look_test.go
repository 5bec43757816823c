package feelings_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/people"
	"heard/server/viewer"
)

// breakGlass opens Leo's cards to somebody for an hour.
func (w *world) breakGlass(v viewer.Viewer) {
	w.relate(v, "break_glass", "young_person", w.leo.AccountID)
	w.exec("UPDATE relations SET valid_to = ? WHERE id = ?", db.At(w.now().Add(people.GlassTime)), w.relations[v.AccountID])
}

// askLook asks for the list of Leo's cards: it holds what can be opened, no more.
func (w *world) askLook(t *testing.T, r role, id string) {
	t.Helper()
	list, err := w.cards.Look(t.Context(), r.who, w.leo.AccountID)
	if code := errs.CodeOf(err); err != nil && code != errs.NotFound && code != errs.Forbidden {
		t.Errorf("list: %v", err)
	}
	if err != nil && list.YoungPerson.Name != "" {
		t.Error("a refused list names the young person")
	}
	listed := slices.ContainsFunc(list.Cards, func(i feelings.Item) bool { return i.ID == id })
	if want := r.reads && r.who.Kind == viewer.KindStaff; listed != want {
		t.Errorf("the list holds it: %v (%v), want %v", listed, err, want)
	}
}

func TestLookingIsWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		for _, v := range []viewer.Viewer{w.sam, w.kit} {
			_, _ = w.cards.StaffPage(t.Context(), v, r.ID)
		}
		if n := w.count("SELECT count(*) FROM audit WHERE action = 'card.looked' AND actor_id = ? AND subject_id = ? AND object_id = ?", w.sam.AccountID, w.leo.AccountID, r.ID); n != 1 {
			t.Fatalf("%d rows", n)
		}
		if n := w.count("SELECT count(*) FROM audit"); n != 1 {
			t.Fatalf("%d rows in all", n)
		}
	})
}

// TestTheListBehindTheGlass: what may not be opened takes no place in it either.
func TestTheListBehindTheGlass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const most = 50
		var sent []string
		send := func(t feelings.Tap) string {
			w.forward(time.Second)
			t.ID, t.Card, t.Audience, t.Chosen = db.NewID(), "sad", ids(w.sam), true
			return w.tap(t).ID
		}
		for range most + 1 {
			sent = append(sent, send(feelings.Tap{}))
		}
		for range most {
			send(feelings.Tap{SwitchedOff: ids(w.lea)})
		}
		send(feelings.Tap{Kept: true})
		_, err := w.cards.Withdraw(t.Context(), w.leo, send(feelings.Tap{}), 1)
		must(t, err)
		look := func() feelings.CardList {
			list, err := w.cards.Look(t.Context(), w.lea, w.leo.AccountID)
			must(t, err)
			return list
		}
		if list := look(); len(list.Cards) != 0 || list.Until != nil || w.count("SELECT count(*) FROM audit") != 0 {
			t.Fatalf("before: %+v", list)
		}
		w.breakGlass(w.lea)
		list := look()
		slices.Reverse(sent)
		var got []string
		for _, i := range list.Cards {
			got = append(got, i.ID)
		}
		if !slices.Equal(got, sent[:most]) {
			t.Fatalf("%d cards: %v", len(got), got)
		}
		if list.YoungPerson.Name != "Leo" || list.Until == nil || !list.Until.Equal(w.now().Add(people.GlassTime)) {
			t.Fatalf("%+v, %v", list.YoungPerson, list.Until)
		}
		if n := w.count("SELECT count(*) FROM audit WHERE action = 'cards.looked' AND actor_id = ? AND subject_id = ?", w.lea.AccountID, w.leo.AccountID); n != 1 {
			t.Fatalf("%d rows", n)
		}
		w.forward(people.GlassTime)
		if list := look(); len(list.Cards) != 0 || list.Until != nil {
			t.Fatalf("after the hour: %+v", list)
		}
	})
}
