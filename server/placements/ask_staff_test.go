package placements_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// Of two who say what becomes of a visit the second reads what the first said before
// anything of theirs is taken.
func TestAVisitIsSettledByWhoReadIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		visit := h.phone(h.Leo).act(id, "visit", body{"kind": "visit", "words": "Can I see my room?"})
		put := func(p *testkit.Person, b body) *testkit.Answer {
			return p.Do(http.MethodPut, "/moves/"+id+"/visits/"+visit, b)
		}
		three, five := k.Clock.Now().Add(3*time.Hour), k.Clock.Now().Add(5*time.Hour)
		put(h.ann, body{"state": "agreed", "at": three, "words": "At three"}).OK()
		k.Clock.Forward(time.Second)
		refused(t, "a no to what nobody had answered", put(h.Sam, body{"state": "declined", "words": "No"}), http.StatusConflict, "changed")
		refused(t, "another time, unread", put(h.Sam, body{"state": "agreed", "at": five}), http.StatusConflict, "changed")
		read := h.page(h.Sam, id).Asks.Visits[0]
		if read.State != "agreed" || read.Reply != "At three" || read.SettledAt == nil || !read.When.Equal(three) {
			t.Fatalf("Sam reads %+v", read)
		}
		put(h.Sam, body{"state": "agreed", "at": five, "was": read.SettledAt}).OK()
		refused(t, "gone, says who read the first", put(h.ann, body{"state": "gone", "was": read.SettledAt}), http.StatusConflict, "changed")
		if v := h.next().Asks.Visits[0]; v.State != "agreed" || !v.When.Equal(five) {
			t.Errorf("Leo reads %+v", v)
		}
	})
}

// Pages that are shown later are opened by a press of their own, whatever was said of
// looking while there were none.
func TestWhatIsShownLaterIsOpenedAnew(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		photo := h.file("photo", "place", h.Home)
		id := db.NewID()
		h.Sam.Post("/moves", h.words(body{"id": id, "youngPersonId": h.Leo.ID, "toServiceId": h.Home, "fromServiceId": h.other})).OK()
		h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "opened"}).OK()
		h.save(h.kay, 0, pack(photo)).OK()
		h.ready(h.kay, 1).OK()
		h.publish(h.ben, 1).OK()
		h.Sam.Post("/moves/"+id+"/show", body{}).OK()
		if m := h.page(h.Sam, id); m.Choice != "" || m.OpenedAt != nil || h.lacks(h.Sam, id, "opened") == nil {
			t.Errorf("before any press Sam reads %q, opened %v", m.Choice, m.OpenedAt)
		}
		refused(t, "the pages without a press", h.Leo.Get("/next-place/pack"), http.StatusConflict, "not_opened")
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "opened"}).OK()
		h.Leo.Get("/next-place/pack").OK()
		if m := h.page(h.Sam, id); m.OpenedAt == nil {
			t.Error("nobody reads that they are open")
		}
	})
}
