package demo_test

import "testing"

// The place tells of itself in pictures, and Leo's move is at every stage a move can be at: told
// and looked at, with an answer and a question that waits, a visit, a plan and wishes.
func TestThePlaceIsFurnished(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.demo.Open(t.Context()))
		must(t, h.demo.Furnish(t.Context()))
		leo, kay, marta := h.enter(t, "leo"), h.enter(t, "kay"), h.enter(t, "marta")
		next, err := h.placements.NextPlace(t.Context(), leo)
		must(t, err)
		asked := next.Asks.Questions
		if !next.HasPack || next.Move.To.Name != "Oak House" || len(asked) != 2 || len(next.Asks.Visits) != 1 || next.Journey == nil || len(next.Journey.Choices) != 2 || len(next.Bag) != 2 {
			t.Errorf("Leo has %+v", next)
		}
		if visit, way := next.Asks.Visits[0], next.Journey; visit.When == nil || way.LeavesAt == nil || !visit.When.Before(*way.LeavesAt) {
			t.Error("he visits when he lives there already")
		}
		shown, err := h.placements.MyPack(t.Context(), leo)
		must(t, err)
		if len(shown.Pack.Walk) != 4 || len(shown.Pack.Parts) != 12 {
			t.Errorf("the pack is %+v", shown.Pack)
		}
		view, err := h.placements.StaffMove(t.Context(), kay, next.Move.ID)
		must(t, err)
		if view.Words != nil {
			t.Error("the place reads why Leo moves")
		}
		if view, err = h.placements.StaffMove(t.Context(), marta, next.Move.ID); err != nil || view.Words == nil {
			t.Errorf("his social worker does not: %v", err)
		}
		must(t, h.demo.Furnish(t.Context()))
		again, err := h.placements.NextPlace(t.Context(), leo)
		must(t, err)
		if again.Move.ID != next.Move.ID || len(again.Asks.Questions) != 2 {
			t.Error("a second start made it again")
		}
	})
}
