package people_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func fieldOf(err error, name string) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Fields[name]
}

func TestARotaIsRefusedWithThePlaceNamed(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		ctx := t.Context()
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "07:00", "21:00", people.Daily))
		late := r.shift(r.jo, people.OnTeam, "2026-03-10", "20:00", "23:00", people.Weekly)
		_, err := r.s.AddShift(ctx, r.lead, late, true)
		wantReason(t, err, errs.Invalid, "overlap")
		if got := fieldOf(err, "personId"); got != "Tue 10 Mar 20:00 to 21:00: they would be on twice." {
			t.Fatalf("%q", got)
		}
		backwards := r.shift(r.eve, people.OnTeam, "2026-03-10", "20:00", "08:00", people.Weekly)
		backwards.Hours.EndsNextDay = false
		_, err = r.s.AddShift(ctx, r.lead, backwards, true)
		wantReason(t, err, errs.Invalid, "reversed")
		if fieldOf(err, "to") == "" {
			t.Fatalf("%+v", err)
		}
		long := r.shift(r.eve, people.OnTeam, "2026-03-10", "08:00", "08:00", people.Weekly)
		long.Hours.To++
		_, err = r.s.AddShift(ctx, r.lead, long, true)
		wantReason(t, err, errs.Invalid, "too_long")

		night := r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "21:00", "07:00", people.Daily))
		if n := len(r.notices(r.lead)); n != 0 {
			t.Fatalf("%d notices, and the day is full", n)
		}
		err = r.s.Except(ctx, r.lead, night, day(t, "2026-03-12"), &people.Exception{Off: true}, false)
		wantReason(t, err, errs.Invalid, "gap")
		if got := fieldOf(err, "gap"); got != "Thu 12 Mar 21:00 to Fri 13 Mar 07:00: nobody is on." {
			t.Fatalf("%q", got)
		}
		wantReason(t, r.s.EndShift(ctx, r.lead, night, false), errs.Invalid, "gap")
		shorter := r.shift(r.eve, people.OnTeam, "2026-03-09", "21:00", "02:00", people.Daily)
		err = r.s.ChangeShift(ctx, r.lead, night, shorter, false)
		if got := fieldOf(err, "gap"); got != "Tue 10 Mar 02:00 to 07:00: nobody is on." {
			t.Fatalf("%q %v", got, err)
		}
		must(t, r.s.ChangeShift(ctx, r.lead, night, shorter, true))
		// Filling a gap up is no new gap.
		_, err = r.s.AddShift(ctx, r.lead, r.shift(r.eve, people.OnTeam, "2026-03-10", "02:00", "06:00", people.Daily), false)
		must(t, err)
		// Somebody else stands in, and would be on twice.
		err = r.s.Except(ctx, r.lead, night, day(t, "2026-03-12"), &people.Exception{AccountID: r.jo.AccountID, Hours: people.Hours{From: wall(t, "20:30"), To: wall(t, "23:00")}}, true)
		wantReason(t, err, errs.Invalid, "overlap")
		wantCode(t, r.s.Except(ctx, r.lead, night, day(t, "2026-03-08"), &people.Exception{Off: true}, true), errs.Invalid)
		kid := r.shift(r.leo, people.OnTeam, "2026-03-10", "08:00", "09:00", people.Weekly)
		_, err = r.s.AddShift(ctx, r.lead, kid, true)
		wantCode(t, err, errs.Invalid)
	})
}

func TestWhoMayReadAndPlanARota(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		ctx := t.Context()
		shift := r.shift(r.eve, people.OnTeam, "2026-03-09", "14:00", "20:00", people.Once)
		id := r.add(shift)
		other := r.world.team(r.home.service, "Night team")
		far := r.world.team(r.world.service("Elsewhere", people.CAMHS), "Crisis team")
		stranger, guard := r.staff("Stranger"), r.staff("Guard")
		r.grant(r.lead, guard.AccountID, people.SafeguardingOf, r.home.service)
		_, foreign := r.organisation("Elsewhere")
		outsider := r.as(foreign.OrganisationID, r.jo.AccountID, viewer.KindStaff)
		for name, c := range map[string]struct {
			v          viewer.Viewer
			read, plan errs.Code
			teams      int
		}{
			"lead":                        {r.lead, "", "", 2},
			"administrator":               {r.admin, "", "", 3},
			"keyworker":                   {r.worker, "", errs.Forbidden, 2},
			"somebody on the rota":        {r.eve, "", errs.Forbidden, 2},
			"safeguarding lead":           {guard, "", errs.Forbidden, 2},
			"staff of another team":       {stranger, errs.NotFound, errs.NotFound, 0},
			"young person":                {r.leo, errs.NotFound, errs.NotFound, 0},
			"another organisation":        {foreign, errs.NotFound, errs.NotFound, 0},
			"another organisation, staff": {outsider, errs.NotFound, errs.NotFound, 0},
		} {
			shown, err := r.s.Rota(ctx, c.v, "", nil, 7)
			must(t, err)
			if len(shown.Teams) != c.teams {
				t.Errorf("%s sees %d teams, want %d", name, len(shown.Teams), c.teams)
			}
			if _, err := r.s.Rota(ctx, c.v, r.home.team, nil, 7); errs.CodeOf(err) != c.read {
				t.Errorf("%s reads: %v, want %q", name, err, c.read)
			}
			if err := r.s.ChangeShift(ctx, c.v, id, shift, true); errs.CodeOf(err) != c.plan {
				t.Errorf("%s plans: %v, want %q", name, err, c.plan)
			}
			if _, err := r.s.AddShift(ctx, c.v, r.shift(r.jo, people.OnTeam, "2027-01-01", "14:00", "20:00", people.Once), true); errs.CodeOf(err) != c.plan && errs.ReasonOf(err) != "overlap" {
				t.Errorf("%s adds: %v, want %q", name, err, c.plan)
			}
		}
		moved := shift
		moved.TeamID = other
		if err := r.s.ChangeShift(ctx, r.lead, id, moved, true); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("into a team they don't lead: %v", err)
		}
		moved.TeamID = far
		if err := r.s.ChangeShift(ctx, r.lead, id, moved, true); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("into a team they don't see: %v", err)
		}
		must(t, r.s.ChangeShift(ctx, r.admin, id, moved, true))
		if _, err := r.s.Rota(ctx, r.eve, far, nil, 7); err != nil {
			t.Errorf("who has a shift there reads that rota: %v", err)
		}
		for _, v := range []viewer.Viewer{r.worker, r.eve, stranger, r.leo, foreign, outsider} {
			if _, err := r.s.Limits(ctx, v, r.home.service); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("limits: %v", err)
			}
			if n := len(r.notices(v)); n > 0 {
				t.Errorf("%d notices for who leads nothing", n)
			}
		}
	})
}

func TestARotaIsShown(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		id := r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "14:00", "20:00", people.Daily))
		must(t, r.s.Except(t.Context(), r.lead, id, day(t, "2026-03-11"), &people.Exception{Off: true}, true))
		must(t, r.s.Except(t.Context(), r.lead, id, day(t, "2026-03-12"), &people.Exception{AccountID: r.eve.AccountID, Hours: people.Hours{From: wall(t, "15:00"), To: wall(t, "19:00")}}, true))
		r.at("2026-03-09 14:00")
		r.answer(r.jo, r.device(r.jo))
		from := day(t, "2026-03-09")
		shown, err := r.s.Rota(t.Context(), r.worker, r.home.team, &from, 4)
		must(t, err)
		if len(shown.Times) != 3 || !shown.Times[0].OnDuty || shown.Times[1].OnDuty || shown.TimeZone != "Europe/London" || len(shown.People) != 2 {
			t.Fatalf("%+v", shown)
		}
		if last := shown.Times[2]; last.Date != "2026-03-12" || !last.Changed || last.Person.Name != "Eve Adu" {
			t.Fatalf("%+v", last)
		}
		if e := shown.Shifts[0].Exceptions; len(e) != 2 || e[0].Kind != "off" || e[1].From != "15:00" {
			t.Fatalf("%+v", e)
		}
		if len(shown.Gaps) != 4 { // Monday's night, Tuesday's to Thursday 15:00, Thursday's evening
			t.Logf("%+v", shown.Gaps)
		}
		// The date is as the shift says again.
		must(t, r.s.Except(t.Context(), r.lead, id, day(t, "2026-03-11"), nil, true))
		shown, err = r.s.Rota(t.Context(), r.lead, r.home.team, &from, 4)
		must(t, err)
		if len(shown.Times) != 4 || len(shown.People) < 4 {
			t.Fatalf("%d times, %d people", len(shown.Times), len(shown.People))
		}
	})
}

func TestLimitsAreTheShortestOfTheServices(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		limits := func() (l people.Limits) {
			must(t, r.db.Read(t.Context(), func(tx *db.Tx) (err error) {
				l, err = people.LimitsTx(tx, r.org, r.leo.AccountID)
				return err
			}))
			return l
		}
		if limits() != people.DefaultLimits {
			t.Fatalf("%+v", limits())
		}
		must(t, r.s.SetLimits(t.Context(), r.lead, r.home.service, people.Limits{NotSafe: time.Minute, SitWithMe: 10 * time.Minute, Other: 20 * time.Minute}))
		second := r.world.service("Second", people.CAMHS)
		served := r.grant2(r.leo.AccountID, people.ServedBy, second)
		if got := limits(); got != (people.Limits{NotSafe: time.Minute, SitWithMe: 5 * time.Minute, Other: 20 * time.Minute}) {
			t.Fatalf("%+v", got)
		}
		must(t, r.s.End(t.Context(), r.lead, served.ID, "left"))
		if got := limits(); got.SitWithMe != 10*time.Minute {
			t.Fatalf("%+v", got)
		}
		for _, l := range []people.Limits{{}, {NotSafe: time.Hour, SitWithMe: time.Minute, Other: time.Hour}, {NotSafe: time.Minute, SitWithMe: time.Minute, Other: time.Minute}} {
			wantCode(t, r.s.SetLimits(t.Context(), r.lead, r.home.service, l), errs.Invalid)
		}
	})
}

// grant2 is a relation an administrator proposes and the lead confirms.
func (r *rotaWorld) grant2(subject string, kind people.Kind, object string) people.Relation {
	r.t.Helper()
	made, err := r.propose(r.admin, subject, kind, object)
	must(r.t, err)
	made, err = r.s.Confirm(r.t.Context(), r.lead, made.ID)
	must(r.t, err)
	return made
}

func TestABrokenGlassIsToldToTheOtherLeads(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		second := r.staff("Second Lead")
		r.grant(r.lead, second.AccountID, people.LeadOf, r.home.service)
		r.run()
		_, err := r.s.BreakGlass(t.Context(), r.lead, r.leo.AccountID, "worried about them")
		must(t, err)
		if !slices.Contains(r.woken, second.AccountID) {
			t.Fatal("the second lead's screen was not woken")
		}
		told := r.notices(second)
		if len(told) != 1 || told[0].Kind != people.GlassBroken || told[0].Who.ID != r.lead.AccountID || told[0].YoungPerson.Name != "Leo" || told[0].EndsAt == nil {
			t.Fatalf("%+v", told)
		}
		for _, v := range []viewer.Viewer{r.lead, r.worker, r.admin, r.jo} {
			if n := len(r.notices(v)); n > 0 {
				t.Errorf("%s is told too", v.Kind)
			}
		}
		r.k.Clock.Forward(7*24*time.Hour + time.Minute)
		r.run()
		if n := len(r.notices(second)); n > 0 {
			t.Fatal("still told after a week")
		}
	})
}

func TestATeamWithoutALeadIsANotice(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		service := r.world.service("New", people.Ward)
		team := r.world.team(service, "Ward team")
		r.k.Clock.Forward(16 * time.Minute)
		r.run()
		list := r.notices(r.admin)
		if len(list) != 1 || list[0].Kind != people.NoLead || list[0].Team.ID != team {
			t.Fatalf("%+v", list)
		}
		lead := r.grant(r.admin, r.jo.AccountID, people.LeadOf, team)
		r.run()
		if list := r.notices(r.admin); len(list) > 0 {
			t.Fatalf("%+v", list)
		}
		must(t, r.s.End(t.Context(), r.admin, lead.ID, "left"))
		r.run()
		if list := r.notices(r.admin); len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		onCall := r.shift(r.jo, people.OnCall, "2026-03-09", "00:00", "00:00", people.Daily)
		onCall.TeamID = team
		_, err := r.s.AddShift(t.Context(), r.admin, onCall, true)
		must(t, err)
		if list := r.notices(r.admin); len(list) > 0 {
			t.Fatalf("somebody is on call: %+v", list)
		}
	})
}
