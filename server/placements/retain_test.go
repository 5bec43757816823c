package placements_test

import (
	"strings"
	"testing"
	"time"

	"heard/server/testkit"
)

// Three years after a move its words are gone, also from the key's owner; that it was, and
// what was done for it, stays for the figures.
func TestWordsOfAMoveGoInTheirTime(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		f := h.phone(h.Leo)
		f.act(id, "question", body{"words": canary})
		f.act(id, "visit", body{"kind": "visit", "words": canary})
		f.act(id, "about", body{"words": canary})
		f.act(id, "bag", body{"name": canary})
		f.act(id, "wish", body{"key": "music", "words": canary})
		h.Sam.Post("/moves/"+id+"/choices/music", body{"askedAt": k.Clock.Now(), "agreed": false, "reason": canary})
		h.Sam.Do("PUT", "/moves/"+id+"/journey", body{"base": 0, "how": "car", "mayStop": true, "words": canary}).OK()
		h.pass(6 * day)
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		h.pass(day)
		h.phone(h.Leo).act(id, "review", body{"day": 1, "face": 4, "words": canary, "longer": true, "tell": true, "readers": []string{h.Sam.ID}})
		h.Sam.Post("/moves/"+id+"/reviews/1/longer", body{"at": k.Clock.Now().Add(day), "words": canary}).OK()
		sealed := func() (n string) {
			return h.one(`SELECT CAST((SELECT count(*) FROM moves WHERE length(sealed) > 0) + (SELECT count(*) FROM move_questions) + (SELECT count(*) FROM move_about)
 + (SELECT count(*) FROM belongings) + (SELECT count(*) FROM move_visits WHERE sealed IS NOT NULL) + (SELECT count(*) FROM move_reviews WHERE length(sealed) > 0)
 + (SELECT count(*) FROM move_reviews WHERE longer_reply IS NOT NULL) + (SELECT count(*) FROM journeys WHERE length(sealed) > 0)
 + (SELECT count(*) FROM journey_choices WHERE length(wish) > 0) AS TEXT)`)
		}
		figures := func() string {
			return h.one(`SELECT CAST(told_at AS TEXT) || ' ' || CAST(moved_at AS TEXT) || ' ' || (SELECT CAST(count(*) AS TEXT) FROM move_reviews WHERE NOT skipped)
 || ' ' || (SELECT CAST(count(*) AS TEXT) FROM journey_choices) || ' ' || (SELECT CAST(count(*) AS TEXT) FROM move_visits) FROM moves WHERE id = ?`, id)
		}
		before := figures()
		again := func(left time.Duration, toldToo int64) {
			t.Helper()
			ago := (3*365*day - day - left).Milliseconds()
			h.change("UPDATE moves SET moved_at = moved_at - ?, told_at = told_at - ?", ago, toldToo*ago)
			must(t, k.App.Placements.WorkOnce(t.Context()))
			h.change("UPDATE moves SET moved_at = moved_at + ?, told_at = told_at + ?", ago, toldToo*ago)
		}
		again(time.Hour, 1)
		if n := sealed(); n != "9" {
			t.Errorf("an hour before it is time %s kinds of words are there, want 9", n)
		}
		again(-time.Hour, 0)
		if n := sealed(); n != "9" {
			t.Errorf("of a move that was told since, %s kinds of words are there, want 9", n)
		}
		again(-time.Hour, 1)
		if n := sealed(); n != "0" {
			t.Errorf("after three years %s kinds of words are there", n)
		}
		if after := figures(); after != before {
			t.Errorf("what figures are made of was %s and is %s", before, after)
		}
		if page := string(h.Sam.Get("/moves/" + id).OK().Body); strings.Contains(page, canary) {
			t.Errorf("Sam reads %s", page)
		}
		h.Sam.Get("/moves").OK()
		must(t, k.App.Placements.WorkOnce(t.Context()))
	})
}

// A move that nobody ever said anything more of keeps its words no longer than others; a
// row of the same organisation that can't be opened keeps nobody's.
func TestWordsOfAForgottenMoveGo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		h.change("UPDATE moves SET told_at = told_at - ?", (4 * 365 * day).Milliseconds())
		has := func() bool { return h.one("SELECT count(*) FROM moves WHERE id = ? AND length(sealed) > 0", id) == "1" }
		h.change("UPDATE moves SET day = ?", k.Clock.Now().Add(-3*365*day+day).Format(time.DateOnly))
		must(t, k.App.Placements.WorkOnce(t.Context()))
		if !has() {
			t.Error("a day before it is time its words are gone")
		}
		h.change("UPDATE moves SET day = ?", k.Clock.Now().Add(-3*365*day-2*day).Format(time.DateOnly))
		h.save(h.kay, 0, pack(h.file("photo", "place", h.Home))).OK()
		h.change("UPDATE files SET made_at = 1")
		h.change("UPDATE packs SET sealed = ?", []byte("x"))
		if k.App.Placements.WorkOnce(t.Context()) == nil {
			t.Error("what can't be opened is not told of")
		}
		if has() {
			t.Error("three years after its day its words are there")
		}
	})
}
