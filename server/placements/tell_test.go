package placements_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// What the young person's page would not show is not written down as told: of two moves it
// shows the one ahead.
func TestTellingWhatThePhoneWouldNotShow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		emergency := h.move()
		h.Sam.Post("/moves/"+emergency+"/arrived", body{}).OK()
		ahead := h.move()
		h.Sam.Post("/moves/"+ahead+"/tell", body{"base": 1, "withoutPack": true}).OK()
		press := body{"base": 1, "withoutPack": true}
		refused(t, "the one before, while another is shown", h.Sam.Post("/moves/"+emergency+"/tell", press), http.StatusConflict, "not_shown")
		if h.lacks(h.Sam, emergency, "told") == nil || h.next().Move.ID != ahead {
			t.Errorf("it counts as told, and Leo reads %+v", h.next().Move)
		}
		h.Sam.Post("/moves/"+ahead+"/end", body{"reason": "off"}).OK()
		h.Sam.Post("/moves/"+emergency+"/tell", press).OK()
		if h.next().Move.ID != emergency {
			t.Errorf("told, and Leo reads %+v", h.next().Move)
		}
	})
}

// A move that was done later and told earlier is gone first: the other one is shown then.
func TestOfTwoMovesTheOneThatIsStillTheirs(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		first := h.move()
		h.Sam.Post("/moves/"+first+"/arrived", body{}).OK()
		second := h.told()
		k.Clock.Forward(time.Minute)
		h.Sam.Post("/moves/"+second+"/arrived", body{}).OK()
		refused(t, "the first", h.Sam.Post("/moves/"+first+"/tell", body{"base": 1, "withoutPack": true}), http.StatusConflict, "not_shown")
		h.pass(43 * day)
		h.Sam.Post("/moves/"+first+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if h.next().Move.ID != first {
			t.Errorf("told, and Leo reads %+v", h.next().Move)
		}
	})
}

// What is told is what was read, and a form that was opened before it changes nothing
// after it.
func TestTellingWhatWasRead(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.move()
		h.Jo.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 1, "reason": "another reason"})).OK()
		refused(t, "what was changed meanwhile", h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}), http.StatusConflict, "changed")
		if a := h.Leo.Get("/next-place"); a.Status != http.StatusNotFound {
			t.Errorf("Leo is told all the same: %s", a.Body)
		}
		h.Sam.Post("/moves/"+id+"/tell", body{"base": 2, "withoutPack": true}).OK()
		refused(t, "a form from before it", h.Lead.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 2, "reason": "a third"})), http.StatusConflict, "changed")
		if n := h.next(); n.Move.Reason != "another reason" {
			t.Errorf("Leo reads %q", n.Move.Reason)
		}
	})
}

// Telling of a move ends the buddies of those before it, and of none that comes after.
func TestTellingLeavesTheBuddyOfTheMoveThatIsTheirs(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPair(t, k)
		p.agreed()
		p.Sam.Post("/moves/"+p.move+"/arrived", body{}).OK()
		p.pass(45 * day)
		old := db.NewID()
		p.Sam.Post("/moves", p.words(body{"id": old, "youngPersonId": p.Leo.ID, "emergency": true, "day": p.dayIn(-1)})).OK()
		p.change("UPDATE moves SET moved_at = (SELECT m.moved_at - 1000 FROM moves m WHERE m.id = ?) WHERE id = ?", p.move, old)
		p.Sam.Post("/moves/"+old+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if n := p.one("SELECT CAST(count(*) AS TEXT) FROM buddies WHERE ended_at IS NULL"); n != "1" {
			t.Error("a move before it ends the buddy of the last one")
		}
	})
}

// A buddy can only come from a place that is in Heard: the phone is told which one is.
func TestAPlaceThatIsNotInHeardHasNoID(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := db.NewID()
		h.Sam.Post("/moves", h.words(body{"id": id, "youngPersonId": h.Leo.ID, "toServiceId": "", "toName": "Gran's"})).OK()
		h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if to := h.next().Move.To; to != (placed{Name: "Gran's"}) {
			t.Errorf("Gran's is %+v", to)
		}
		h.Sam.Post("/moves/"+id+"/end", body{"reason": "Another home"}).OK()
		h.told()
		if to := h.next().Move.To; to.ID != h.other {
			t.Errorf("a place of Heard's is %+v", to)
		}
	})
}
