package placements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

type (
	wish struct {
		Key, Wish, State, Reason string
		AskedAt                  time.Time
		By                       *placed
	}
	thing struct {
		ID, Name, Photo, FarPhoto                 string
		Mine, Packed, Arrived, Missing, NoBinBags bool
	}
)

// way is what everybody who may see a way reads of it.
type way struct {
	Journey *struct {
		How, CarriedIn, Food string
		Revision             int
		LeavesAt             *time.Time
		With                 []placed
		Escort               *placed
		MayStop              bool
		Stops                []struct {
			Name    string
			Minutes int
			Toilet  bool
		}
		Choices []wish
	}
	Escorts []placed
	Bag     []thing
	May     []string
}

func (h *house) way(p *testkit.Person, id string) way {
	h.t.Helper()
	var w way
	if p == h.Leo {
		p.Get("/next-place").Into(&w)
	} else {
		p.Get("/moves/" + id).Into(&w)
	}
	return w
}

func (h *house) wish(id, key string) wish {
	h.t.Helper()
	w := h.way(h.Sam, id)
	i := slices.IndexFunc(w.Journey.Choices, func(c wish) bool { return c.Key == key })
	if i < 0 {
		h.t.Fatalf("no wish %s among %+v", key, w.Journey.Choices)
	}
	return w.Journey.Choices[i]
}

func (h *house) thing(p *testkit.Person, move, id string) thing {
	h.t.Helper()
	for _, item := range h.way(p, move).Bag {
		if item.ID == id {
			return item
		}
	}
	return thing{}
}

func (h *house) plan(p *testkit.Person, id string, base int, more body) *testkit.Answer {
	b := body{
		"base": base, "how": "car", "minutes": 90, "mayStop": true, "escortId": h.Sam.ID, "with": []string{h.Jo.ID}, "carriedIn": "case",
		"leavesAt": h.k.Clock.Now().Add(6 * day).Format(time.RFC3339), "food": canary + " chips",
		"stops": []body{{"name": "Services", "minutes": 40, "toilet": true}},
	}
	for k, v := range more {
		b[k] = v
	}
	return p.Do(http.MethodPut, "/moves/"+id+"/journey", b)
}

// The way is planned by the young person's side with one of their people, read by all
// sides, and changed by nobody over somebody else's change.
func TestTheWayIsPlanned(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		if w := h.way(h.Leo, id); w.Journey != nil || w.Bag == nil || len(w.Bag) > 0 {
			t.Errorf("before anything is planned Leo reads %+v", w)
		}
		if h.lacks(h.Sam, id, "journey") == nil {
			t.Error("the board does not say that the way isn't planned")
		}
		refused(t, "an escort of another place", h.plan(h.Sam, id, 0, body{"escortId": h.ann.ID}), 422, "escort")
		refused(t, "a young person as escort", h.plan(h.Sam, id, 0, body{"escortId": h.Leo.ID}), 422, "escort")
		refused(t, "somebody else along", h.plan(h.Sam, id, 0, body{"with": []string{h.ann.ID}}), 422, "with")
		refused(t, "by sledge", h.plan(h.Sam, id, 0, body{"how": "sledge"}), 422, "")
		refused(t, "in a bin bag", h.plan(h.Sam, id, 0, body{"carriedIn": "bin_bag"}), 422, "")
		refused(t, "a stop without a name", h.plan(h.Sam, id, 0, body{"stops": []body{{"name": " "}}}), 422, "")
		refused(t, "three days", h.plan(h.Sam, id, 0, body{"minutes": 3 * 24 * 60}), 422, "")
		for _, p := range []*testkit.Person{h.ann, h.kay} {
			refused(t, p.Name, h.plan(p, id, 0, nil), 404, "")
		}
		h.plan(h.Sam, id, 0, nil).OK()
		refused(t, "over it", h.plan(h.Jo, id, 0, body{"how": "train"}), 409, "changed")
		w := h.way(h.Leo, id)
		if j := w.Journey; j == nil || j.How != "car" || j.Escort == nil || j.Escort.Name != "Sam" || len(j.With) != 1 || j.With[0].Name != "Jo" ||
			!j.MayStop || len(j.Stops) != 1 || !j.Stops[0].Toilet || j.LeavesAt == nil || j.Revision != 1 || j.CarriedIn != "case" {
			t.Fatalf("Leo reads %+v", j)
		}
		h.plan(h.Jo, id, 1, body{"how": "train", "carriedIn": ""}).OK()
		for _, p := range []*testkit.Person{h.Sam, h.ann, h.kay, h.Leo} {
			if j := h.way(p, id).Journey; j == nil || j.How != "train" || j.Food != canary+" chips" || j.Revision != 2 {
				t.Errorf("%s reads %+v", p.Name, j)
			}
		}
		may := func(p *testkit.Person) string { return strings.Join(h.way(p, id).May, " ") }
		if sam := h.way(h.Sam, id); !strings.Contains(may(h.Sam), "journey") || len(sam.Escorts) < 3 || slices.ContainsFunc(sam.Escorts, func(p placed) bool { return p.ID == h.ann.ID }) {
			t.Errorf("Sam may %v with %+v", sam.May, sam.Escorts)
		}
		if ann := h.way(h.ann, id); strings.Contains(may(h.ann), "journey") || !strings.Contains(may(h.ann), "bag") || len(ann.Escorts) > 0 {
			t.Errorf("the place may %v with %+v", ann.May, ann.Escorts)
		}

		h.change("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'keyworker_of'", db.At(k.Clock.Now()), h.Sam.ID)
		if j := h.way(h.Leo, id).Journey; j.Escort != nil {
			t.Errorf("an escort who has left is still shown: %+v", j.Escort)
		}
		if h.lacks(h.Jo, id, "escort") == nil {
			t.Error("the board does not say that the escort has left")
		}
		h.Jo.Post("/moves/"+id+"/arrived", body{}).OK()
		refused(t, "after it", h.plan(h.Jo, id, 2, body{"escortId": h.Jo.ID}), 409, "over")
		if n := h.one("SELECT count(*) FROM audit WHERE action = 'move.journey' AND object_id = ?", id); n != "2" {
			t.Errorf("planning is written down %s times", n)
		}
	})
}

// A wish is answered once, with a reason for a no; a new wish asks again.
func TestAWishIsAnswered(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		f := h.phone(h.Leo)
		f.refused("another key", id, "wish", body{"key": "driver", "words": canary}, "key")
		f.refused("no words", id, "wish", body{"key": "seat", "words": "  "}, "words_empty")
		f.refused("301 characters", id, "wish", body{"key": "seat", "words": strings.Repeat("ب", 301)}, "words_too_long")
		f.refused("of another's move", nobody, "wish", body{"key": "seat", "words": canary}, "move")
		sealed := f.seal(id, "wish", body{"key": "seat", "words": canary + " in front"})
		if first, again := h.send(sealed), h.send(sealed); first.Status != http.StatusOK || first.Duplicate || !again.Duplicate {
			t.Fatalf("sent twice: %s and %s", first.Text, again.Text)
		}
		first := h.wish(id, "seat")
		if first.State != "asked" || first.Wish != canary+" in front" || h.lacks(h.Sam, id, "choices") == nil {
			t.Fatalf("Sam reads %+v", first)
		}
		settle := func(p *testkit.Person, asked time.Time, agreed bool, reason string) *testkit.Answer {
			return p.Post("/moves/"+id+"/choices/seat", body{"askedAt": asked, "agreed": agreed, "reason": reason})
		}
		refused(t, "a no without a reason", settle(h.Sam, first.AskedAt, false, " "), 422, "reason")
		refused(t, "the place", settle(h.ann, first.AskedAt, true, ""), 404, "")
		settle(h.Sam, first.AskedAt, false, canary+" the law").OK()
		refused(t, "twice", settle(h.Jo, first.AskedAt, true, ""), 409, "changed")
		refused(t, "what was not wished", h.Sam.Post("/moves/"+id+"/choices/music", body{"askedAt": first.AskedAt, "agreed": true}), 409, "changed")
		if w := h.way(h.Leo, id).Journey; len(w.Choices) != 1 || w.How != "" || w.Choices[0].State != "no" || w.Choices[0].Reason != canary+" the law" || w.Choices[0].By.Name != "Sam" {
			t.Errorf("Leo reads %+v", w)
		}

		k.Clock.Forward(time.Minute)
		f.act(id, "wish", body{"key": "seat", "words": "by the window"})
		next := h.wish(id, "seat")
		if next.State != "asked" || next.Reason != "" || next.By != nil {
			t.Errorf("the new wish stands with what was said to the old one: %+v", next)
		}
		refused(t, "an answer to the old wish", settle(h.Sam, first.AskedAt, true, ""), 409, "changed")
		settle(h.Sam, next.AskedAt, true, "").OK()
		if w := h.wish(id, "seat"); w.State != "agreed" || h.lacks(h.Sam, id, "choices") != nil {
			t.Errorf("agreed, it is %+v", w)
		}
		for _, p := range []*testkit.Person{h.ann, h.kay, h.Sam} {
			if text := string(p.Get("/moves").Body); strings.Contains(text, "window") {
				t.Errorf("%s's board holds the words of a wish", p.Name)
			}
		}
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		f.refused("after arriving", id, "wish", body{"key": "food", "words": "x"}, "over")
	})
}

// What goes along is written down by both, ticked by whoever packs or unpacks, and its
// photo is one of this move.
func TestWhatGoesAlong(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		f := h.phone(h.Leo)
		f.refused("no name", id, "bag", body{"name": ""}, "words_empty")
		f.refused("a long name", id, "bag", body{"name": strings.Repeat("x", 81)}, "words_too_long")
		bear := f.act(id, "bag", body{"name": canary + " bear"})
		f.act(id, "bag_packed", body{"item": bear, "packed": true})
		tick := func(p *testkit.Person, item string, b body) *testkit.Answer {
			return p.Do(http.MethodPut, "/moves/"+id+"/bag/"+item, b)
		}
		if got := h.thing(h.Leo, id, bear); !got.Mine || !got.Packed || got.Name != canary+" bear" {
			t.Errorf("Leo's bear is %+v", got)
		}
		tick(h.kay, bear, body{"packed": false, "noBinBags": true}).OK()
		if got := h.thing(h.Leo, id, bear); got.Packed || !got.NoBinBags {
			t.Errorf("the last tick does not hold: %+v", got)
		}
		f.act(id, "bag_packed", body{"item": bear, "packed": true})
		h.Sam.Post("/moves/"+id+"/bag", body{"name": "Passport"}).OK()
		passport := h.way(h.Sam, id).Bag[1].ID
		f.act(id, "bag_packed", body{"item": passport, "packed": true})
		f.refused("taking off what others wrote", id, "bag_gone", body{"item": passport}, "item")
		f.refused("what is not there", id, "bag_packed", body{"item": nobody, "packed": true}, "item")
		f.refused("an id that is taken", id, "bag", body{"id": passport, "name": "x"}, "item")

		mine := h.file("photo", "move", id)
		for what, file := range map[string]string{
			"a photo of a place": h.file("photo", "place", h.Home), "of another move": h.file("photo", "move", nobody),
			"a paper": h.file("guide", "move", id), "of nothing": nobody,
		} {
			refused(t, what, tick(h.Sam, bear, body{"photo": file}), 404, "")
		}
		tick(h.Sam, bear, body{"photo": mine}).OK()
		if got := h.thing(h.Leo, id, bear); got.Photo != mine {
			t.Errorf("the bear has the photo %q", got.Photo)
		}
		far := h.file("photo", "move", id)
		tick(h.Sam, bear, body{"farPhoto": far}).OK()
		if got := h.thing(h.Leo, id, bear); got.Photo != mine || got.FarPhoto != far || h.gone(mine) {
			t.Errorf("at both ends the bear has %+v", got)
		}
		refused(t, "a photo of another move at the far end", tick(h.Sam, bear, body{"farPhoto": h.file("photo", "move", nobody)}), 404, "")
		for what, photo := range map[string]string{"farPhoto": mine, "photo": far} {
			refused(t, "one photo at both ends", tick(h.Sam, bear, body{what: photo}), 409, "photo_used")
			refused(t, "one photo beside two things", tick(h.Sam, passport, body{what: photo}), 409, "photo_used")
		}
		fresh := h.file("photo", "move", id)
		refused(t, "one photo at both ends at once", tick(h.Sam, passport, body{"photo": fresh, "farPhoto": fresh}), 409, "photo_used")
		tick(h.Sam, bear, body{"photo": mine}).OK() // the answer was lost on the way
		tick(h.Sam, bear, body{"farPhoto": ""}).OK()
		if !h.gone(far) {
			t.Error("the photo of the far end that was taken off stays")
		}
		tick(h.Sam, bear, body{"photo": ""}).OK()
		if h.one("SELECT count(*) FROM files WHERE id = ? AND gone_at IS NOT NULL", mine) != "1" {
			t.Error("the photo that was taken off stays")
		}

		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		tick(h.ann, passport, body{"missing": true}).OK()
		if got := h.thing(h.Leo, id, passport); !got.Missing || got.Arrived || h.lacks(h.Sam, id, "bag") == nil {
			t.Errorf("what is missing is %+v", got)
		}
		tick(h.ann, passport, body{"arrived": true}).OK()
		tick(h.ann, bear, body{"arrived": true}).OK()
		if got := h.thing(h.Leo, id, passport); got.Missing || !got.Arrived || h.lacks(h.Sam, id, "bag") != nil {
			t.Errorf("what came is %+v", got)
		}
		f.act(id, "bag_gone", body{"item": bear})
		if got := h.thing(h.Leo, id, bear); got.ID != "" {
			t.Errorf("taken off, it is %+v", got)
		}
		refused(t, "ticking what was taken off", tick(h.ann, bear, body{"arrived": true}), 404, "")
		refused(t, "a stranger", k.Staff("Stranger").Do(http.MethodPut, "/moves/"+id+"/bag/"+passport, body{"packed": true}), 404, "")
	})
}

// The list has an end.
func TestTheListIsNotEndless(t *testing.T) {
	h := newHouse(t, testkit.New(t))
	id := h.told()
	for range 100 {
		h.change(`INSERT INTO belongings (id, organisation_id, move_id, sealed, by_young, made_at) VALUES (?, ?, ?, ?, ?, 1)`, db.NewID(), h.org, id, []byte("x"), true)
	}
	h.phone(h.Leo).refused("the 101st thing", id, "bag", body{"name": "x"}, "words_many")
	refused(t, "by staff", h.Sam.Post("/moves/"+id+"/bag", body{"name": "x"}), 422, "words_many")
}
