package placements_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/testkit"
)

type afterView struct {
	Again *struct {
		Day     int
		Readers []placed
	}
	Longer *struct {
		Day   int
		At    time.Time
		Words string
		Who   *placed
	}
}

func (h *house) after() afterView {
	h.t.Helper()
	var a afterView
	h.Leo.Get("/next-place").Into(&a)
	return a
}

// moved is a move of Leo's that was a day ago.
func (h *house) moved() string {
	h.t.Helper()
	id := h.told()
	h.pass(6 * day)
	h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
	h.pass(day)
	return id
}

// They named who reads it. When none of those is there any more nobody else comes in:
// the young person is told, and chooses again.
func TestWhoeverToldPeopleWhoLeftChoosesAgain(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		gone := k.Staff("Marta")
		relation := k.RelateAndConfirm(h.Lead, gone.ID, "keyworker_of", h.Leo.ID)
		id := h.moved()
		f := h.phone(h.Leo)
		f.refused("nothing told", id, "read_by", body{"day": 1, "readers": []string{h.Sam.ID}}, "day")
		f.act(id, "review", body{"day": 1, "face": 2, "words": canary, "longer": true, "tell": true, "readers": []string{gone.ID}})
		if h.after().Again != nil {
			t.Error("somebody is there to read it")
		}
		f.refused("somebody is there", id, "read_by", body{"day": 1, "readers": []string{h.Sam.ID}}, "day")
		h.change("UPDATE relations SET ended_at = 1 WHERE id = ?", relation)
		for _, p := range []*testkit.Person{h.Sam, h.Jo, h.Lead} {
			if page := h.page(p, id); len(page.Reviews) > 0 || h.lacks(p, id, "review") != nil {
				t.Errorf("%s, who was not named, reads %+v", p.Name, page.Reviews)
			}
		}
		again := h.after().Again
		if again == nil || again.Day != 1 || !slices.ContainsFunc(again.Readers, func(p placed) bool { return p.ID == h.Sam.ID }) ||
			slices.ContainsFunc(again.Readers, func(p placed) bool { return p.ID == gone.ID }) {
			t.Fatalf("Leo is asked %+v", again)
		}
		f.act(id, "read_by", body{"day": 1, "readers": []string{h.Sam.ID, h.ann.ID}})
		if page := h.page(h.Sam, id); len(page.Reviews) != 1 || page.Reviews[0].Words != canary || h.lacks(h.Sam, id, "review") == nil {
			t.Errorf("Sam, chosen now, reads %+v", page.Reviews)
		}
		if h.after().Again != nil || len(h.page(h.Jo, id).Reviews) > 0 {
			t.Error("it is asked again, or others read it")
		}
		h.change("UPDATE relations SET ended_at = 1 WHERE subject_id = ?", h.Sam.ID)
		f.act(id, "read_by", body{"day": 1, "readers": []string{}})
		if n := h.one("SELECT CAST(count(*) AS TEXT) FROM move_reviews WHERE told OR longer"); n != "0" {
			t.Error("kept to oneself it is still told")
		}
	})
}

// Whoever wants more time with somebody hears when, from those they told.
func TestMoreTimeWithSomebody(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.moved()
		f := h.phone(h.Leo)
		f.act(id, "review", body{"day": 1, "face": 2, "longer": true, "tell": true, "readers": []string{h.Sam.ID}})
		at := k.Clock.Now().Add(day)
		say := func(p *testkit.Person, b body) *testkit.Answer { return p.Post("/moves/"+id+"/reviews/1/longer", b) }
		for name, p := range map[string]*testkit.Person{"Jo, who was not told": h.Jo, "the place": h.ann, "the place left": h.kay} {
			refused(t, name, say(p, body{"at": at}), 404, "")
		}
		refused(t, "a time that was", say(h.Sam, body{"at": k.Clock.Now().Add(-day)}), 422, "")
		h.Sam.Post("/moves/"+id+"/reviews/1/read", nil).OK()
		if h.lacks(h.Sam, id, "longer") == nil || h.lacks(h.Sam, id, "review") != nil || h.lacks(h.Jo, id, "longer") != nil {
			t.Error("read and not answered, the board does not say so to Sam alone")
		}
		say(h.Sam, body{"at": at, "words": canary + " with me, at the pool"}).OK()
		longer := h.after().Longer
		if longer == nil || longer.Day != 1 || !longer.At.Equal(at.Truncate(time.Millisecond)) || longer.Words != canary+" with me, at the pool" || longer.Who.Name != "Sam" {
			t.Errorf("Leo reads %+v", longer)
		}
		if h.lacks(h.Sam, id, "longer") != nil {
			t.Error("it is still missing")
		}
		say(h.Sam, body{"at": at.Add(day)}).OK()
		if longer := h.after().Longer; longer == nil || !longer.At.Equal(at.Add(day).Truncate(time.Millisecond)) || longer.Words != "" {
			t.Errorf("another time: Leo reads %+v", longer)
		}
		h.pass(6 * day)
		f = h.phone(h.Leo)
		f.act(id, "review", body{"day": 7, "face": 4, "longer": false, "tell": true, "readers": []string{h.Sam.ID}})
		refused(t, "not asked for", h.Sam.Post("/moves/"+id+"/reviews/7/longer", body{"at": k.Clock.Now().Add(day)}), 409, "not_asked")
		if n := h.one("SELECT CAST(count(*) AS TEXT) FROM move_reviews WHERE length(longer_reply) > 0"); n != "1" {
			t.Error("it is kept for another day")
		}
	})
}
