package placements_test

import (
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// Whoever goes along stays in the plan while they are out of reach, as between two shifts:
// nobody who changes something else takes them out unseen, and nobody puts them in.
func TestAPlanKeepsWhoIsAwayJustNow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		noa := k.Staff("Noa")
		k.RelateAndConfirm(h.Lead, noa.ID, "keyworker_of", h.Leo.ID)
		h.plan(h.Sam, id, 0, body{"escortId": noa.ID}).OK()
		h.change("UPDATE relations SET ended_at = ? WHERE subject_id = ?", db.At(k.Clock.Now()), noa.ID)
		var read struct {
			Journey struct{ Escort, Away *placed }
		}
		h.Sam.Get("/moves/" + id).Into(&read)
		if j := read.Journey; j.Escort != nil || j.Away == nil || j.Away.ID != noa.ID {
			t.Errorf("Sam reads %+v", j)
		}
		if j := h.way(h.Leo, id).Journey; j == nil || j.Escort != nil {
			t.Errorf("Leo reads %+v", j)
		}
		h.plan(h.Sam, id, 1, body{"escortId": noa.ID, "music": "quiet"}).OK()
		if kept := h.one("SELECT escort_id FROM moves WHERE id = ?", id); kept != noa.ID {
			t.Errorf("who goes along is %q", kept)
		}
		h.plan(h.Sam, id, 2, body{"escortId": h.Sam.ID}).OK()
		refused(t, "somebody who is out of reach", h.plan(h.Sam, id, 3, body{"escortId": noa.ID}), 422, "escort")
	})
}
