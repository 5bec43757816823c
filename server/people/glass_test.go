package people_test

import (
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func TestBreakGlass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		stranger := w.staff("Other lead")
		w.grant(w.admin, stranger.AccountID, people.LeadOf, w.service("CAMHS", people.CAMHS))
		for name, c := range map[string]struct {
			by   viewer.Viewer
			code errs.Code
		}{
			"a keyworker": {h.worker, errs.Forbidden}, "a lead of another service": {stranger, errs.NotFound}, "an administrator": {w.admin, errs.NotFound},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.s.BreakGlass(t.Context(), c.by, h.leo.AccountID, "worried")
				wantCode(t, err, c.code)
			})
		}
		_, err := w.s.BreakGlass(t.Context(), h.lead, h.leo.AccountID, "")
		wantCode(t, err, errs.Invalid)

		until, err := w.s.BreakGlass(t.Context(), h.lead, h.leo.AccountID, "left the house upset")
		must(t, err)
		if want := w.now().Add(time.Hour); !until.Equal(want) {
			t.Fatalf("until %v, want %v", until, want)
		}
		s, err := w.standing(h.lead, h.leo.AccountID)
		must(t, err)
		if !s.Has(people.BreakGlass) || s.Role() != people.RoleLead {
			t.Fatalf("standing %+v", s)
		}
		w.moveTo(w.now().Add(40 * time.Minute))
		again, err := w.s.BreakGlass(t.Context(), h.lead, h.leo.AccountID, "still worried")
		must(t, err)
		if !again.Equal(until) {
			t.Fatal("asking again prolonged it")
		}
		w.moveTo(until)
		s, err = w.standing(h.lead, h.leo.AccountID)
		must(t, err)
		if s.Has(people.BreakGlass) {
			t.Fatal("still open after an hour")
		}
		rows, err := w.s.Looked(t.Context(), h.leo)
		must(t, err)
		if len(rows) != 1 || rows[0].What != "break_glass" || rows[0].Reason != "left the house upset" || rows[0].Who.Name != "Ruth Lane" {
			t.Fatalf("the young person sees %+v", rows)
		}
		shown, err := w.s.Relations(t.Context(), w.admin, people.Filter{SubjectID: h.lead.AccountID, ObjectID: h.leo.AccountID})
		must(t, err)
		if len(shown) != 1 || shown[0].Reason != "" {
			t.Fatalf("the administrator reads why: %+v", shown)
		}

		_, err = w.s.BreakGlass(t.Context(), h.lead, h.leo.AccountID, "worried again")
		must(t, err)
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Exec("UPDATE relations SET ended_at = 1 WHERE subject_id = ? AND kind = 'lead_of'", h.lead.AccountID).Error
		})
		_, err = w.standing(h.lead, h.leo.AccountID)
		wantCode(t, err, errs.NotFound) // an hour that a lead opened ends with the lead
	})
}
