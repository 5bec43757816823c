package people_test

import (
	"slices"
	"sync"
	"testing"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func TestAdminProposesLeadConfirms(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		jo := w.staff("Jo")
		r, err := w.propose(w.admin, jo.AccountID, people.KeyworkerOf, h.leo.AccountID)
		must(t, err)
		if r.ConfirmedAt != nil {
			t.Fatal("an administrator's word alone gave a right")
		}
		_, err = w.standing(jo, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)

		_, err = w.s.Confirm(t.Context(), w.admin, r.ID)
		wantReason(t, err, errs.Forbidden, "self_grant") // it is their own proposal
		_, err = w.s.Confirm(t.Context(), h.worker, r.ID)
		wantCode(t, err, errs.NotFound)
		_, err = w.s.Confirm(t.Context(), jo, r.ID)
		wantCode(t, err, errs.NotFound)

		waiting, err := w.s.Proposed(t.Context(), h.lead)
		must(t, err)
		if len(waiting) != 1 || waiting[0].ID != r.ID || waiting[0].Subject.Name != "Jo" || waiting[0].Object.Name != "Leo" {
			t.Fatalf("waiting for the lead: %+v", waiting)
		}
		none, err := w.s.Proposed(t.Context(), h.worker)
		must(t, err)
		if len(none) != 0 {
			t.Fatalf("waiting for a keyworker: %+v", none)
		}
		w.woken = nil
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		must(t, err)
		if !slices.Contains(w.woken, jo.AccountID) || !slices.Contains(w.woken, h.leo.AccountID) {
			t.Fatalf("woken: %v", w.woken)
		}
		s, err := w.standing(jo, h.leo.AccountID)
		must(t, err)
		if s.Role() != people.RoleKeyworker {
			t.Fatalf("role %q", s.Role())
		}
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantReason(t, err, errs.Conflict, "stale")
		w.tx(func(tx *db.Tx) error { return audit.Verify(tx, w.org) })
	})
}

func TestNobodyGrantsThemselves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		_, err := w.propose(h.lead, h.lead.AccountID, people.KeyworkerOf, h.leo.AccountID)
		wantReason(t, err, errs.Forbidden, "self_grant")
		_, err = w.propose(h.worker, h.worker.AccountID, people.KeyworkerOf, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		_, err = w.propose(w.admin, w.admin.AccountID, people.AdminOf, w.org)
		wantReason(t, err, errs.Forbidden, "self_grant")

		r, err := w.propose(w.admin, h.lead.AccountID, people.KeyworkerOf, h.leo.AccountID)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantReason(t, err, errs.Forbidden, "self_grant")
		second := w.staff("Second lead")
		waiting, err := w.propose(w.admin, second.AccountID, people.LeadOf, h.team)
		must(t, err)
		if waiting.ConfirmedAt != nil {
			t.Fatal("a second lead came in without the first one's word")
		}
		_, err = w.s.Confirm(t.Context(), h.lead, waiting.ID)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), second, r.ID)
		must(t, err)
	})
}

func TestOnlyLeadTakesASecondTeam(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		w.grant(w.admin, h.lead.AccountID, people.LeadOf, w.team(h.service, "Night team"))
	})
}

// An administrator could reach children by a team of their own making, or by
// moving a child into a service whose lead they chose.
func TestAdminFindsNoWayRound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		friend := w.staff("Friend")
		team := w.team(h.service, "Night team")
		r, err := w.propose(w.admin, friend.AccountID, people.LeadOf, team)
		must(t, err)
		if r.ConfirmedAt != nil {
			t.Fatal("a new team gave its first lead the children of a service that is led")
		}
		empty := w.service("New place", people.Ward)
		w.grant(w.admin, friend.AccountID, people.LeadOf, empty)
		moved, err := w.propose(w.admin, h.leo.AccountID, people.ServedBy, empty)
		must(t, err)
		if moved.ConfirmedAt != nil {
			t.Fatal("a child was moved without their lead's word")
		}
		_, err = w.s.Confirm(t.Context(), friend, moved.ID)
		wantCode(t, err, errs.NotFound)
		_, err = w.standing(friend, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		_, err = w.standing(w.admin, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		must(t, w.db.Read(t.Context(), func(tx *db.Tx) error {
			wantCode(t, people.MayMakeCode(t.Context(), tx, friend, h.leo.AccountID), errs.NotFound)
			return people.MayMakeCode(t.Context(), tx, w.admin, h.leo.AccountID)
		}))
		_, err = w.s.Confirm(t.Context(), h.lead, moved.ID)
		must(t, err)
		_, err = w.standing(friend, h.leo.AccountID)
		must(t, err)
	})
}

func TestConfirmedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		r, err := w.propose(w.admin, w.staff("Jo").AccountID, people.KeyworkerOf, h.leo.AccountID)
		must(t, err)
		codes := make([]errs.Code, 8)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() {
				_, err := w.s.Confirm(t.Context(), h.lead, r.ID)
				codes[i] = errs.CodeOf(err)
			})
		}
		all.Wait()
		slices.Sort(codes)
		if codes[0] != "" || codes[1] != errs.Conflict || codes[7] != errs.Conflict {
			t.Fatalf("eight presses gave %q", codes)
		}
	})
}

func TestWhatTakesEffectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		nia, guard := w.staff("Nia"), w.staff("Guard")
		r, err := w.propose(w.admin, guard.AccountID, people.SafeguardingOf, w.org)
		must(t, err)
		if r.ConfirmedAt != nil {
			t.Fatal("a safeguarding lead came in without a lead's word")
		}
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		must(t, err)
		// From now on the safeguarding lead decides about the organisation.
		r, err = w.propose(w.admin, nia.AccountID, people.SafeguardingOf, w.org)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantCode(t, err, errs.NotFound)
		_, err = w.s.Confirm(t.Context(), guard, r.ID)
		must(t, err)

	})
}

func TestAskMustFit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		elsewhere, stranger := w.organisation("Elsewhere")
		for name, c := range map[string]struct {
			by              viewer.Viewer
			subject, object string
			kind            people.Kind
			code            errs.Code
		}{
			"a child as keyworker":            {h.lead, w.young("Tia", h.service).AccountID, h.leo.AccountID, people.KeyworkerOf, errs.Invalid},
			"staff of another organisation":   {h.lead, stranger.AccountID, h.leo.AccountID, people.KeyworkerOf, errs.NotFound},
			"a child of another organisation": {stranger, w.staff("Jo").AccountID, h.leo.AccountID, people.KeyworkerOf, errs.NotFound},
			"another organisation":            {w.admin, h.worker.AccountID, elsewhere, people.SafeguardingOf, errs.NotFound},
			"a team as child":                 {w.admin, h.worker.AccountID, h.team, people.KeyworkerOf, errs.NotFound},
			"a worker as child":               {w.admin, h.worker.AccountID, h.lead.AccountID, people.KeyworkerOf, errs.NotFound},
			"an account that isn't there":     {h.lead, db.NewID(), h.leo.AccountID, people.KeyworkerOf, errs.NotFound},
			"the same again":                  {h.lead, h.worker.AccountID, h.leo.AccountID, people.KeyworkerOf, errs.Conflict},
			"staff as administrator":          {w.admin, h.worker.AccountID, w.org, people.AdminOf, errs.Invalid},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.propose(c.by, c.subject, c.kind, c.object)
				wantCode(t, err, c.code)
			})
		}
		from := *h.keyworker.ValidTo
		w.moveTo(from.AddDate(0, -1, 0))
		_, err := w.s.Propose(t.Context(), h.lead, people.Ask{
			SubjectID: h.worker.AccountID, Kind: people.KeyworkerOf, ObjectID: h.leo.AccountID, ValidFrom: &from, Reason: "renewed",
		})
		must(t, err) // renewed from the day the old one ends
		jo, later, until := w.staff("Jo B").AccountID, w.now().AddDate(0, 3, 0), w.now().AddDate(0, 2, 0)
		_, err = w.s.Propose(t.Context(), h.lead, people.Ask{
			SubjectID: jo, Kind: people.KeyworkerOf, ObjectID: h.leo.AccountID, ValidFrom: &later, Reason: "from spring",
		})
		must(t, err)
		_, err = w.s.Propose(t.Context(), h.lead, people.Ask{
			SubjectID: jo, Kind: people.KeyworkerOf, ObjectID: h.leo.AccountID, ValidTo: &until, Reason: "and until then",
		})
		must(t, err)
	})
}

func TestSuspendedIsNotNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		jo := w.staff("Jo")
		r, err := w.propose(w.admin, jo.AccountID, people.KeyworkerOf, h.leo.AccountID)
		must(t, err)
		must(t, w.s.Suspend(t.Context(), w.admin, jo.AccountID, viewer.KindStaff))
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantReason(t, err, errs.Conflict, "suspended")
		_, err = w.propose(h.lead, jo.AccountID, people.CoverFor, h.leo.AccountID)
		wantReason(t, err, errs.Conflict, "suspended")
		// A suspended lead is no lead: they confirm nothing.
		must(t, w.s.Suspend(t.Context(), w.admin, h.lead.AccountID, viewer.KindStaff))
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		wantCode(t, err, errs.NotFound)
		wantReason(t, w.s.Suspend(t.Context(), w.admin, w.admin.AccountID, viewer.KindAdmin), errs.Conflict, "self")
		must(t, w.s.Restore(t.Context(), w.admin, jo.AccountID, viewer.KindStaff))
	})
}

func TestEndTakesBackWhatHangsOnIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		tia := w.young("Tia", h.service)
		second := w.grant(h.lead, h.worker.AccountID, people.KeyworkerOf, tia.AccountID)

		wantCode(t, w.s.End(t.Context(), h.worker, h.keyworker.ID, "tired"), errs.NotFound)
		wantCode(t, w.s.End(t.Context(), h.lead, h.keyworker.ID, " "), errs.Invalid)
		w.woken = nil
		must(t, w.s.End(t.Context(), h.lead, h.keyworker.ID, "moved on"))
		if len(w.ended) != 0 {
			t.Fatal("access ended although another child counts on it")
		}
		if !slices.Equal(w.woken, []string{h.worker.AccountID, h.leo.AccountID}) {
			t.Fatalf("woken: %v", w.woken)
		}
		_, err := w.standing(h.worker, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		must(t, w.s.End(t.Context(), w.admin, second.ID, "left"))
		if !slices.Equal(w.ended, []string{h.worker.AccountID}) {
			t.Fatalf("access ended: %v", w.ended)
		}
		wantReason(t, w.s.End(t.Context(), w.admin, second.ID, "left"), errs.Conflict, "stale")

		admins, err := w.s.Relations(t.Context(), w.admin, people.Filter{SubjectID: w.admin.AccountID})
		must(t, err)
		wantReason(t, w.s.End(t.Context(), w.admin, admins[0].ID, "bye"), errs.Conflict, "last_admin")
	})
}
