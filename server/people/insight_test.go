package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func (w *world) insight(v viewer.Viewer) people.InsightView {
	w.t.Helper()
	var got people.InsightView
	must(w.t, w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		got, err = people.InsightTx(tx, v)
		return err
	}))
	return got
}

func (w *world) mayFigures(v viewer.Viewer) string {
	w.t.Helper()
	var may string
	must(w.t, w.db.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		may, err = people.MayFiguresTx(tx, v)
		return err
	}))
	return may
}

// row writes a relation as it stands, for kinds and times that nobody may ask for.
func (w *world) row(subject string, kind people.Kind, objectKind people.ObjectKind, object string, from, to time.Duration, confirmed, ended bool) {
	w.t.Helper()
	at := func(d time.Duration) db.Millis { return db.At(w.now().Add(d)) }
	var sure, over any
	if confirmed {
		sure = at(from)
	}
	if ended {
		over = at(-time.Minute)
	}
	w.tx(func(tx *db.Tx) error {
		if err := tx.Gorm().Exec("DELETE FROM relations WHERE subject_id = ?", subject).Error; err != nil {
			return err
		}
		return tx.Gorm().Exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to,
 created_at, confirmed_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			db.NewID(), w.org, subject, string(kind), string(objectKind), object, at(from), at(to), at(from), sure, over).Error
	})
}

// TestWhoseFigures holds every kind of relation against the figures it opens, while it is
// in force, and while it is not.
func TestWhoseFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		other := w.service("Other House", people.ChildrensHome)
		_, stranger := w.organisation("Elsewhere")
		for name, c := range map[string]struct {
			kind       people.Kind
			objectKind people.ObjectKind
			object     string
			may        string // none, read, publish; with " all" of everything
		}{
			"keyworker":                     {people.KeyworkerOf, people.ToYoungPerson, h.leo.AccountID, "read"},
			"cover":                         {people.CoverFor, people.ToYoungPerson, h.leo.AccountID, "read"},
			"cover on a shift":              {people.CoverFor, people.ToTeam, h.team, "read"},
			"team on a shift":               {people.OnShift, people.ToTeam, h.team, "read"},
			"lead of a team":                {people.LeadOf, people.ToTeam, h.team, "read"},
			"lead of a service":             {people.LeadOf, people.ToService, h.service, "read"},
			"safeguarding a service":        {people.SafeguardingOf, people.ToService, h.service, "read"},
			"safeguarding the organisation": {people.SafeguardingOf, people.ToOrganisation, w.org, "read all"},
			"analyst":                       {people.AnalystOf, people.ToService, h.service, "publish"},
			"commissioner":                  {people.CommissionerOf, people.ToOrganisation, w.org, "publish all"},
			"administrator":                 {people.AdminOf, people.ToOrganisation, w.org, "read all"},
			"placement staff":               {people.PlacingFor, people.ToYoungPerson, h.leo.AccountID, "none"},
			"staff of the place":            {people.PlacementOf, people.ToService, h.service, "read"},
			"family":                        {people.FamilyOf, people.ToYoungPerson, h.leo.AccountID, "none"},
			"a buddy":                       {people.BuddyOf, people.ToYoungPerson, h.leo.AccountID, "none"},
			"a young person served":         {people.ServedBy, people.ToService, h.service, "none"},
			"broken glass":                  {people.BreakGlass, people.ToYoungPerson, h.leo.AccountID, "none"},
		} {
			may, all := strings.CutSuffix(c.may, " all")
			p := w.staff(name)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, true, false)
			got := w.insight(p)
			reads, writes := may != "none", may == "publish"
			if w.mayFigures(p) != may || got.All != all || got.MayWrite != writes || slices.Contains(got.Services, h.service) != (reads && !all) ||
				got.MayRead(h.service) != reads || got.MayWriteAbout(h.service) != writes || got.MayRead(other) != all || got.MayWriteAbout(other) != (all && writes) {
				t.Errorf("%s: %q %+v", name, w.mayFigures(p), got)
			}
			shares, shared := writes || c.kind == people.AdminOf, got.Shared()
			if shared.All != (all && shares) || shared.MayRead(h.service) != shares || shared.MayRead(other) != (all && shares) {
				t.Errorf("%s passes on %+v", name, shared)
			}
			nothing := func(why string, v viewer.Viewer) {
				if got := w.insight(v); w.mayFigures(v) != "none" || got.All || got.MayWrite || len(got.Services) > 0 {
					t.Errorf("%s, %s: %+v", name, why, got)
				}
			}
			elsewhere := p
			elsewhere.OrganisationID = stranger.OrganisationID
			nothing("other organisation", elsewhere)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, time.Minute, time.Hour, true, false)
			nothing("future", p)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, 0, true, false)
			nothing("expired", p)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, false, false)
			nothing("proposed", p)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, true, true)
			nothing("ended", p)
			w.row(p.AccountID, c.kind, c.objectKind, c.object, -time.Hour, time.Hour, true, false)
			must(t, w.s.Suspend(t.Context(), w.admin, p.AccountID, "staff"))
			nothing("suspended", p)
		}
	})
}

// TestAnAnalystAnswersForTheirOwnServiceAlone: whoever also reads another one by some
// other relation sets nothing there.
func TestAnAnalystAnswersForTheirOwnServiceAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		other := w.service("Other House", people.ChildrensHome)
		w.grant(h.lead, h.worker.AccountID, people.AnalystOf, h.service)
		w.grant(w.admin, h.worker.AccountID, people.LeadOf, other)
		got := w.insight(h.worker)
		if want := []string{h.service, other}; !slices.Equal(got.Services, want) {
			t.Errorf("reads %q, want %q", got.Services, want)
		}
		if shared := got.Shared(); shared.All || !slices.Equal(shared.Services, []string{h.service}) {
			t.Errorf("passes on %+v", shared)
		}
		if got.All || !got.MayWrite || !got.MayWriteAbout(h.service) || got.MayWriteAbout(other) {
			t.Errorf("%+v", got)
		}
	})
}

// TestFiguresAreGivenByTwo: an administrator proposes, a lead confirms; nobody for
// themselves, and a commissioner never on one person's word.
func TestFiguresAreGivenByTwo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		ann, carl, guard := w.staff("Ann"), w.staff("Carl"), w.staff("Guard")
		analyst, err := w.propose(w.admin, ann.AccountID, people.AnalystOf, h.service)
		must(t, err)
		commissioner, err := w.propose(w.admin, carl.AccountID, people.CommissionerOf, w.org)
		must(t, err)
		if analyst.ConfirmedAt != nil || commissioner.ConfirmedAt != nil || w.mayFigures(ann) != "none" || w.mayFigures(carl) != "none" {
			t.Fatal("an administrator alone gave figures away")
		}
		for _, r := range []people.Relation{analyst, commissioner} {
			for _, v := range []viewer.Viewer{ann, carl, h.worker} {
				_, err := w.s.Confirm(t.Context(), v, r.ID)
				wantCode(t, err, errs.NotFound)
			}
			_, err := w.s.Confirm(t.Context(), w.admin, r.ID)
			wantReason(t, err, errs.Forbidden, "self_grant")
			_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
			must(t, err)
		}
		if w.mayFigures(ann) != "publish" || w.mayFigures(carl) != "publish" {
			t.Error("confirmed, and no figures")
		}
		_, err = w.standing(ann, h.leo.AccountID)
		wantCode(t, err, errs.NotFound) // figures only, never a child
		_, err = w.standing(carl, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)

		_, err = w.propose(h.lead, guard.AccountID, people.CommissionerOf, w.org)
		wantCode(t, err, errs.Forbidden)
		_, err = w.propose(h.lead, h.lead.AccountID, people.AnalystOf, h.service)
		wantReason(t, err, errs.Forbidden, "self_grant")
		other := w.service("Other House", people.ChildrensHome)
		_, err = w.propose(h.lead, guard.AccountID, people.AnalystOf, other)
		wantCode(t, err, errs.NotFound) // not theirs to lead

		// Once the organisation has a safeguarding lead, they have the word about all of it.
		r, err := w.propose(w.admin, guard.AccountID, people.SafeguardingOf, w.org)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		must(t, err)
		dana := w.staff("Dana")
		r, err = w.propose(w.admin, dana.AccountID, people.CommissionerOf, w.org)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantCode(t, err, errs.NotFound)
		_, err = w.s.Confirm(t.Context(), guard, r.ID)
		must(t, err)
		must(t, w.s.End(t.Context(), w.admin, r.ID, "left"))
		if w.mayFigures(dana) != "none" {
			t.Error("figures after the end")
		}
	})
}
