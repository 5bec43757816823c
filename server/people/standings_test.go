package people_test

import (
	"reflect"
	"testing"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// Asked about several young people at once, everybody is to each what they are
// when asked about one; whoever is nothing to them finds nothing.
func TestStandingsOfSeveral(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		tia := w.young("Tia", h.service)
		elsewhere := w.service("Elm House", people.ChildrensHome)
		mo := w.young("Mo", elsewhere)
		w.grant(h.lead, h.worker.AccountID, people.CoverFor, h.leo.AccountID)
		_, err := w.s.BreakGlass(t.Context(), h.lead, tia.AccountID, "She did not come home")
		must(t, err)
		_, stranger := w.organisation("Another")

		all := []string{h.leo.AccountID, tia.AccountID, mo.AccountID, db.NewID()}
		for name, v := range map[string]viewer.Viewer{"lead": h.lead, "worker": h.worker, "stranger": stranger, "nobody": {}} {
			var together map[string]people.Standing
			must(t, w.db.Read(t.Context(), func(tx *db.Tx) (err error) {
				together, err = people.StandingsTx(tx, v, all)
				return err
			}))
			if want := map[string]int{"lead": 2, "worker": 1}[name]; len(together) != want {
				t.Errorf("%s: something to %d of them, want %d", name, len(together), want)
			}
			for _, id := range all {
				alone, err := w.standing(v, id)
				got, found := together[id]
				if found != (err == nil) || found && !reflect.DeepEqual(got, alone) {
					t.Errorf("%s: together %+v, alone %+v, %v", name, got, alone, err)
				}
			}
		}
		if s, _ := w.standing(h.worker, h.leo.AccountID); len(s.Held) != 2 {
			t.Errorf("keyworker and cover: %+v", s.Held)
		}
		if s, _ := w.standing(h.lead, tia.AccountID); !s.Has(people.LeadOf) || !s.Has(people.BreakGlass) {
			t.Errorf("lead with broken glass: %+v", s.Held)
		}
	})
}

// Asked about several young people at once, the same adults are around each as when
// asked about one.
func TestCirclesOfSeveral(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		tia := w.young("Tia", h.service)
		w.grant(h.lead, h.worker.AccountID, people.CoverFor, h.leo.AccountID)
		_, stranger := w.organisation("Another")

		all := []string{h.leo.AccountID, tia.AccountID, stranger.AccountID, db.NewID()}
		var together map[string]people.Circle
		must(t, w.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			together, err = people.CirclesTx(tx, w.org, all...)
			return err
		}))
		if len(together) != 2 {
			t.Errorf("circles of %d, want 2", len(together))
		}
		for _, id := range all[:2] {
			alone, err := w.circle(w.org, id)
			must(t, err)
			if !reflect.DeepEqual(together[id], alone) || len(alone.Adults) == 0 {
				t.Errorf("together %+v, alone %+v", together[id], alone)
			}
		}
	})
}
