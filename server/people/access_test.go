package people_test

import (
	"slices"
	"testing"

	"heard/server/errs"
	"heard/server/people"
)

func TestAShiftGivesAccessAndTakesItBack(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		cover := r.add(r.shift(r.jo, people.OnCover, "2026-03-09", "14:00", "20:00", people.Once))
		r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "14:00", "20:00", people.Once))
		if _, err := r.standing(r.jo, r.leo.AccountID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("access before the shift: %v", err)
		}
		r.at("2026-03-09 14:00")
		if s, err := r.standing(r.jo, r.leo.AccountID); err != nil || !s.Has(people.CoverFor) {
			t.Fatalf("%+v %v", s, err)
		}
		if s, err := r.standing(r.eve, r.leo.AccountID); err != nil || !s.Has(people.OnShift) || s.Role() != people.RoleTeam {
			t.Fatalf("%+v %v", s, err)
		}
		mine, err := r.s.MyPeople(t.Context(), r.leo)
		must(t, err)
		for _, p := range mine {
			if p.ID == r.eve.AccountID || p.ID == r.jo.AccountID && (p.Default || p.Role != people.RoleCover) {
				t.Fatalf("offered %+v", p)
			}
		}
		c, err := r.circle(r.org, r.leo.AccountID)
		must(t, err)
		if a, ok := c.Find(r.eve.AccountID); !ok || a.Default || a.Offered() {
			t.Fatalf("a colleague of the team: %+v", a)
		}
		// Taken out of the rota while they are there: it ends at once.
		must(t, r.s.EndShift(t.Context(), r.lead, cover, true))
		if _, err := r.standing(r.jo, r.leo.AccountID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("access without the shift: %v", err)
		}
		if !slices.Contains(r.world.ended, r.jo.AccountID) {
			t.Fatal("their devices were left to them")
		}
		r.at("2026-03-09 21:59")
		if _, err := r.standing(r.eve, r.leo.AccountID); err != nil {
			t.Fatalf("two hours to finish: %v", err)
		}
		r.at("2026-03-09 22:00")
		if _, err := r.standing(r.eve, r.leo.AccountID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("access after the shift: %v", err)
		}
		if !slices.Contains(r.world.ended, r.eve.AccountID) {
			t.Fatal("their devices were left to them after the shift")
		}
	})
}

// TestWhoeverHasAShiftAheadKeepsTheirPhone: the test push before it has to reach them.
func TestWhoeverHasAShiftAheadKeepsTheirPhone(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "14:00", "20:00", people.Daily))
		r.at("2026-03-10 09:00")
		if len(r.world.ended) > 0 {
			t.Fatal("their devices were taken between two shifts")
		}
	})
}
