package listening_test

import (
	"testing"
	"time"
)

func (w *world) asks() int { return w.count("SELECT count(*) FROM asks") }

// At most one prompt a day and three a week, by the calendar where the young
// person lives; never about what did not happen or is long ago.
func TestTheLimitsOnAsking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.record(contact{Outcome: "missed", At: w.now()})
		if w.asks() != 0 {
			t.Fatal("asked about what did not happen")
		}
		w.met()
		w.met()
		if w.asks() != 1 {
			t.Fatalf("%d prompts in one day", w.asks())
		}
		for i := range 6 { // the rest of the week
			w.pass(day)
			w.met()
			if want := min(i+2, 3); w.asks() != want {
				t.Fatalf("day %d: %d prompts", i+2, w.asks())
			}
		}
		w.pass(day) // the first has left the week
		w.met()
		if w.asks() != 4 {
			t.Fatalf("a week later: %d prompts", w.asks())
		}
		w.pass(8 * day)
		w.record(contact{Outcome: "happened", At: w.now().Add(-7*day - time.Minute)})
		if w.asks() != 4 {
			t.Fatal("asked about a contact of more than a week ago")
		}
	})
}

// The day is the organisation's: in British Summer Time it begins at 23:00 UTC.
func TestTheDayIsTheOrganisations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		summer := time.Date(2026, 6, 10, 22, 30, 0, 0, time.UTC)
		w.pass(summer.Sub(w.now()))
		w.met()
		w.pass(40 * time.Minute)
		w.met()
		if w.asks() != 2 {
			t.Errorf("%d prompts on either side of a midnight", w.asks())
		}
	})
}

// One prompt is open at most: the newest takes the place of the one before, and
// the one before does not come back. After seven days it is gone.
func TestOnePromptAtMost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.phone(w.Leo)
		w.met()
		w.pass(day)
		newest := w.met()
		ask := w.listened(w.Leo).Ask
		if ask == nil || ask.Contact.ID != newest {
			t.Fatalf("the prompt is %+v", ask)
		}
		f.answer(said{"ask": ask.ID, "listened": "skip", "tell": false})
		if again := w.listened(w.Leo).Ask; again != nil {
			t.Errorf("after a skip the prompt is %+v", again)
		}
		w.pass(day)
		w.met()
		w.pass(7*day - time.Minute)
		if w.listened(w.Leo).Ask == nil {
			t.Error("gone too early")
		}
		w.pass(time.Minute)
		if w.listened(w.Leo).Ask != nil {
			t.Error("open after seven days")
		}
	})
}

// Whether somebody answers changes nothing about whether they are asked.
func TestAnswersChangeNothingAboutAsking(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mia := w.k.YoungPerson("Mia", w.Home)
		w.k.RelateAndConfirm(w.Lead, w.Sam.ID, "keyworker_of", mia.ID)
		f := w.phone(w.Leo)
		asked := func(id string) int { return w.count("SELECT count(*) FROM asks WHERE young_person_id = ?", id) }
		for range 5 {
			w.pass(day)
			id := w.met()
			w.Sam.Post("/contacts", contact{ID: id[:35] + "0", YoungPersonID: mia.ID, Kind: "visit", At: w.now(), Outcome: "happened"}).OK()
			if ask := w.listened(w.Leo).Ask; ask != nil {
				f.answer(said{"ask": ask.ID, "contact": ask.Contact.ID, "listened": 1, "tell": false})
			}
			if asked(w.Leo.ID) != asked(mia.ID) {
				t.Fatalf("Leo, who answers, was asked %d times, Mia %d", asked(w.Leo.ID), asked(mia.ID))
			}
		}
	})
}

// The order of the faces is drawn once for each person, and both orders come up.
func TestTheOrderOfFacesIsDrawnOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.listened(w.Leo).Order
		for range 3 {
			if again := w.listened(w.Leo).Order; again != first || first == "" {
				t.Fatalf("the order was %q and is %q", first, again)
			}
		}
		w.phone(w.Leo).answer(said{"listened": 4, "tell": false})
		if n := w.count("SELECT count(*) FROM answers WHERE face_order = ?", first); n != 1 {
			t.Error("the answer is stored with another order")
		}
		seen := map[string]bool{first: true}
		for range 30 {
			seen[w.listened(w.k.YoungPerson("Mia", w.Home)).Order] = true
			if len(seen) == 2 {
				return
			}
		}
		t.Errorf("31 people and %v", seen)
	})
}
