package placements_test

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"heard/server/testkit"
)

// What was written down of an arrival by mistake can be mended for a day, by the young
// person's own side alone; the road and their page are then as they were.
func TestAnArrivalIsMended(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		h.pass(6 * day)
		amend := func(p *testkit.Person, at time.Time) *testkit.Answer {
			return p.Do(http.MethodPut, "/moves/"+id+"/arrived", body{"at": at})
		}
		back := func(p *testkit.Person) *testkit.Answer { return p.Do(http.MethodDelete, "/moves/"+id+"/arrived", nil) }
		refused(t, "before it was said", back(h.Sam), 409, "over")
		h.ann.Post("/moves/"+id+"/arrived", body{}).OK() // a slip of the place's finger
		if p := h.page(h.Sam, id); !slices.Contains(p.May, "amend") || slices.Contains(h.page(h.ann, id).May, "amend") {
			t.Errorf("Sam may press %v", p.May)
		}
		for name, p := range map[string]*testkit.Person{"the place": h.ann, "the place left": h.kay} {
			refused(t, name+" mends", amend(p, k.Clock.Now()), 404, "")
			refused(t, name+" takes back", back(p), 404, "")
		}
		refused(t, "ahead", amend(h.Sam, k.Clock.Now().Add(time.Hour)), 422, "")
		refused(t, "long before", amend(h.Sam, k.Clock.Now().Add(-60*day)), 422, "")
		then := k.Clock.Now().Add(-2 * time.Hour)
		amend(h.Sam, then).OK()
		if n := h.one("SELECT moved_at FROM moves WHERE id = ?", id); n != strconv.FormatInt(then.UnixMilli(), 10) {
			t.Errorf("it was at %s", n)
		}
		if n := h.next(); n.Move.State != "moved" {
			t.Errorf("mended, it is %s", n.Move.State)
		}
		h.pass(23 * time.Hour)
		f := h.phone(h.Leo)
		f.act(id, "review", body{"day": 1, "face": 4, "tell": false})
		h.change("UPDATE move_reviews SET told = TRUE")
		refused(t, "what Leo told somebody would go unread", back(h.Sam), 409, "review_told")
		if n := h.one("SELECT count(*) FROM move_reviews"); n != "1" || h.next().Move.State != "moved" {
			t.Error("what Leo told is gone")
		}
		amend(h.Sam, then).OK()
		h.change("UPDATE move_reviews SET told = FALSE")
		back(h.Sam).OK()
		if n := h.next(); n.Move.State != "told" || n.Review != nil || !h.sees(h.kay, id) {
			t.Errorf("taken back, Leo reads %+v", n.Move)
		}
		if n := h.one("SELECT count(*) FROM move_reviews"); n != "0" {
			t.Error("what was said of an arrival that was none is still there")
		}
		if p := h.page(h.Sam, id); p.State != "told" || slices.Contains(p.May, "amend") || !slices.Contains(p.May, "arrived") {
			t.Errorf("taken back, Sam may press %v", p.May)
		}
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		h.pass(day)
		refused(t, "a day later", amend(h.Sam, k.Clock.Now()), 409, "too_late")
		refused(t, "a day later", back(h.Sam), 409, "too_late")
		if n := h.next(); n.Review == nil || n.Review.Day != 1 {
			t.Errorf("day 1 after the arrival that was one asks %+v", n.Review)
		}
		if h.Sam.Get("/moves/" + id).OK(); slices.Contains(h.page(h.Sam, id).May, "amend") {
			t.Error("it may still be mended")
		}
	})
}

// Taken back, a move is ahead again; nobody is on the way to two places.
func TestNoArrivalIsTakenBackOverAnotherMove(t *testing.T) {
	h := newHouse(t, testkit.New(t))
	first := h.told()
	h.Sam.Post("/moves/"+first+"/arrived", body{}).OK()
	h.move()
	refused(t, "with another move ahead", h.Sam.Do(http.MethodDelete, "/moves/"+first+"/arrived", nil), 409, "one_open")
	if h.page(h.Sam, first).State != "moved" {
		t.Error("it was taken back")
	}
}

// What has been counted of day 28 can't be taken back, so it is not asked a second time.
func TestWhatWasCountedIsAskedOnce(t *testing.T) {
	h := newHouse(t, testkit.New(t))
	id := h.told()
	h.pass(29 * day)
	h.Sam.Post("/moves/"+id+"/arrived", body{"at": h.k.Clock.Now().Add(-29 * day)}).OK()
	h.phone(h.Leo).act(id, "review", body{"day": 28, "face": 4, "settled": 5, "tell": false})
	h.Sam.Do(http.MethodDelete, "/moves/"+id+"/arrived", nil).OK()
	if n := h.one("SELECT count(*) FROM move_reviews WHERE day = 28"); n != "1" {
		t.Error("day 28 would be asked, and counted, twice")
	}
}
