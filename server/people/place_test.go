package people_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func (w *world) places(v viewer.Viewer) map[string]people.PlaceRight {
	w.t.Helper()
	var rights map[string]people.PlaceRight
	w.tx(func(tx *db.Tx) (err error) {
		rights, err = people.PlaceRightsTx(tx, v)
		return err
	})
	return rights
}

// TestWhosePlace holds every kind of relation against the packs it opens: those of two
// homes, and of a service nobody lives in.
func TestWhosePlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		other, office := w.service("Other House", people.ChildrensHome), w.service("The office", people.SocialCare)
		_, stranger := w.organisation("Elsewhere")
		own := map[string]people.PlaceRight{h.service: people.ConfirmPlace}
		for name, c := range map[string]struct {
			kind       people.Kind
			objectKind people.ObjectKind
			object     string
			may        map[string]people.PlaceRight
		}{
			"staff of the place":            {people.PlacementOf, people.ToService, h.service, map[string]people.PlaceRight{h.service: people.WritePlace}},
			"staff of an office":            {people.PlacementOf, people.ToService, office, nil},
			"lead of a team":                {people.LeadOf, people.ToTeam, h.team, own},
			"lead of the place":             {people.LeadOf, people.ToService, h.service, own},
			"safeguarding the place":        {people.SafeguardingOf, people.ToService, h.service, own},
			"safeguarding the organisation": {people.SafeguardingOf, people.ToOrganisation, w.org, map[string]people.PlaceRight{h.service: people.ConfirmPlace, other: people.ConfirmPlace}},
			"lead of an office":             {people.LeadOf, people.ToService, office, nil},
			"keyworker":                     {people.KeyworkerOf, people.ToYoungPerson, h.leo.AccountID, nil},
			"on a shift":                    {people.OnShift, people.ToTeam, h.team, nil},
			"placing":                       {people.PlacingFor, people.ToYoungPerson, h.leo.AccountID, nil},
			"analyst":                       {people.AnalystOf, people.ToService, h.service, nil},
			"commissioner":                  {people.CommissionerOf, people.ToOrganisation, w.org, nil},
			"broken glass":                  {people.BreakGlass, people.ToYoungPerson, h.leo.AccountID, nil},
		} {
			p := w.staff(name)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, true, false)
			if got := w.places(p); !maps.Equal(got, c.may) {
				t.Errorf("%s: %v, want %v", name, got, c.may)
			}
			if _, err := w.standing(p, h.leo.AccountID); c.kind == people.PlacementOf && err == nil {
				t.Errorf("%s stands in a relation to a young person", name)
			}
			nothing := func(why string, v viewer.Viewer) {
				if got := w.places(v); len(got) > 0 {
					t.Errorf("%s, %s: %v", name, why, got)
				}
			}
			elsewhere := p
			elsewhere.OrganisationID = stranger.OrganisationID
			nothing("other organisation", elsewhere)
			for why, row := range map[string]struct {
				from, to   time.Duration
				sure, over bool
			}{
				"future": {time.Minute, time.Hour, true, false}, "expired": {-time.Hour, 0, true, false},
				"proposed": {-time.Hour, time.Hour, false, false}, "ended": {-time.Hour, time.Hour, true, true},
			} {
				w.row(p.AccountID, c.kind, c.objectKind, c.object, row.from, row.to, row.sure, row.over)
				nothing(why, p)
			}
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, true, false)
			must(t, w.s.Suspend(t.Context(), w.admin, p.AccountID, "staff"))
			nothing("suspended", p)
		}
	})
}

// TestPlacementStaff: who works for a place is proposed by an administrator, holds only
// once a lead of the place has confirmed it, and ends with the relation.
func TestPlacementStaff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		kay := w.staff("Kay Moss")
		r, err := w.propose(w.admin, kay.AccountID, people.PlacementOf, h.service)
		must(t, err)
		asked := func(want ...string) {
			t.Helper()
			w.tx(func(tx *db.Tx) error {
				got, err := people.PlacementStaffTx(tx, w.org, h.service)
				if !slices.Equal(got, want) {
					t.Errorf("staff of the place %v, want %v", got, want)
				}
				return err
			})
		}
		asked([]string{}...)
		_, err = w.propose(w.admin, kay.AccountID, people.PlacementOf, w.service("The office", people.SocialCare))
		wantCode(t, err, errs.NotFound)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		must(t, err)
		asked(kay.AccountID)
		must(t, w.s.End(t.Context(), w.admin, r.ID, "left"))
		asked([]string{}...)
		if !slices.Contains(w.ended, kay.AccountID) {
			t.Error("the end of the last relation left the way in open")
		}
	})
}
