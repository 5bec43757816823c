package placements_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/testkit"
)

// An emergency is there and nobody has told in writing: it was before it could be written
// down, its days count from then, and however late it is it stays on the board.
func TestAnUntoldEmergencyStaysOnTheBoard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := "0198c0de-0000-7000-8000-0000000000e1"
		made := h.words(body{"id": id, "youngPersonId": h.Leo.ID, "day": h.dayIn(-3)})
		refused(t, "a planned move of three days ago", h.Sam.Post("/moves", made), 422, "")
		made["emergency"], made["day"] = true, h.dayIn(-31)
		refused(t, "an emergency of long ago", h.Sam.Post("/moves", made), 422, "")
		made["day"] = h.dayIn(-3)
		h.Sam.Post("/moves", made).OK()
		late := h.lacks(h.Sam, id, "written")
		if late == nil || late.Due.After(k.Clock.Now().Add(7*day)) {
			t.Fatalf("Sam reads %+v", late)
		}
		h.Sam.Post("/moves/"+id+"/arrived", body{"at": k.Clock.Now().Add(-time.Hour)}).OK()
		h.pass(43 * day)
		if b := h.board(h.Sam); len(b.Moves) != 1 || b.Moves[0].ID != id {
			t.Errorf("after 43 days the board is %+v", b.Moves)
		}
		h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if b := h.board(h.Sam); len(b.Moves) != 1 || b.Moves[0].State != "moved" || h.lacks(h.Sam, id, "written") != nil || h.next().Move.ID != id {
			t.Errorf("told at last, and the board is %+v, Leo's page %+v", b.Moves, h.next().Move)
		}
		h.pass(41 * day)
		if h.next().Move.ID != id {
			t.Error("41 days after the telling it is gone from Leo's page")
		}
		h.pass(2 * day)
		if b := h.board(h.Sam); len(b.Moves) != 0 || h.Leo.Get("/next-place").Status != http.StatusNotFound {
			t.Errorf("43 days after the telling the board is %+v", b.Moves)
		}
	})
}
