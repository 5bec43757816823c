package people_test

import (
	"strings"
	"testing"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

func TestCircle(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		c, err := w.circle(w.org, h.leo.AccountID)
		must(t, err)
		if len(c.Adults) != 2 || c.Adults[0].AccountID != h.worker.AccountID || c.Adults[1].Role != people.RoleLead {
			t.Fatalf("circle %+v", c.Adults)
		}
		if d := c.Default(); len(d) != 1 || d[0].AccountID != h.worker.AccountID || d[0].RelationID != h.keyworker.ID {
			t.Fatalf("default %+v", d)
		}
		// One adult with two roles is one adult, under the stronger.
		guard := w.staff("Guard")
		r, err := w.propose(w.admin, guard.AccountID, people.SafeguardingOf, w.org)
		must(t, err)
		_, err = w.s.Confirm(t.Context(), h.lead, r.ID)
		must(t, err)
		w.grant(h.lead, guard.AccountID, people.CoverFor, h.leo.AccountID)
		c, err = w.circle(w.org, h.leo.AccountID)
		must(t, err)
		a, ok := c.Find(guard.AccountID)
		if !ok || len(c.Adults) != 3 || a.Role != people.RoleCover || !a.Has(people.RoleSafeguarding) || a.Default || len(c.Safeguarding()) != 1 {
			t.Fatalf("guard %+v in %+v", a, c.Adults)
		}
		// Without a keyworker a card still has somebody to go to.
		must(t, w.s.End(t.Context(), h.lead, h.keyworker.ID, "left"))
		c, err = w.circle(w.org, h.leo.AccountID)
		must(t, err)
		if d := c.Default(); len(d) != 1 || d[0].Role != people.RoleCover {
			t.Fatalf("default without a keyworker %+v", d)
		}
		other, _ := w.organisation("Elsewhere")
		_, err = w.circle(other, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		_, err = w.circle(w.org, h.lead.AccountID)
		wantCode(t, err, errs.NotFound)
		alone := w.young("Kai", w.service("Ward 3", people.Ward))
		c, err = w.circle(w.org, alone.AccountID)
		must(t, err)
		if len(c.Adults) != 1 { // the organisation's safeguarding lead
			t.Fatalf("circle of somebody new %+v", c.Adults)
		}
	})
}

func TestServiceEndedEndsTheLead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		list, err := w.s.Relations(t.Context(), w.admin, people.Filter{SubjectID: h.leo.AccountID})
		must(t, err)
		must(t, w.s.End(t.Context(), w.admin, list[0].ID, "moved away"))
		_, err = w.standing(h.lead, h.leo.AccountID)
		wantCode(t, err, errs.NotFound)
		if len(w.ended) != 0 {
			t.Fatal("a young person's own access ended with a service")
		}
		s, err := w.standing(h.leo, h.leo.AccountID)
		must(t, err)
		if !s.Self || s.Role() != people.RoleSelf {
			t.Fatalf("own standing %+v", s)
		}
	})
}

func TestYoungPersonsPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		list, err := w.s.MyPeople(t.Context(), h.leo)
		must(t, err)
		if len(list) != 2 || list[0].Name != "Sam Okafor" || list[0].Phone != "01632 960101" || !list[0].Default || !list[0].Staff || list[1].Default {
			t.Fatalf("people %+v", list)
		}
		locked := h.leo
		locked.Reading = false
		list, err = w.s.MyPeople(t.Context(), locked)
		must(t, err)
		if len(list) != 2 || list[0].Name == "" || list[0].Phone != "" {
			t.Fatalf("locked, people %+v", list)
		}
		rows, err := w.s.Looked(t.Context(), h.leo)
		must(t, err)
		if len(rows) != 0 {
			t.Fatalf("granting a relation counts as looking: %+v", rows)
		}
		w.tx(func(tx *db.Tx) error {
			return audit.Append(tx, audit.Entry{
				OrganisationID: w.org, ActorID: h.worker.AccountID, Action: "card.looked",
				ObjectKind: "card", ObjectID: db.NewID(), SubjectID: h.leo.AccountID,
			})
		})
		rows, err = w.s.Looked(t.Context(), h.leo)
		must(t, err)
		if len(rows) != 1 || rows[0].What != "card" || rows[0].Who.Name != "Sam Okafor" {
			t.Fatalf("looked %+v", rows)
		}
	})
}

func TestAdministratorsPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		ctx := t.Context()
		services, err := w.s.Services(ctx, w.admin)
		must(t, err)
		if len(services) != 1 || !services[0].HasLead || services[0].Kind != people.ChildrensHome {
			t.Fatalf("services %+v", services)
		}
		must(t, w.s.RenameService(ctx, w.admin, h.service, " Oak House "))
		teams, err := w.s.Teams(ctx, w.admin)
		must(t, err)
		if len(teams) != 1 || teams[0].ServiceName != "Oak House" || !teams[0].HasLead {
			t.Fatalf("teams %+v", teams)
		}
		staff, next, err := w.s.Staff(ctx, w.admin, "", 2)
		must(t, err)
		rest, last, err := w.s.Staff(ctx, w.admin, next, 2)
		must(t, err)
		if len(staff) != 2 || next != staff[1].ID || len(rest) != 1 || last != "" {
			t.Fatalf("pages %+v then %+v", staff, rest)
		}
		young, _, err := w.s.YoungPeople(ctx, w.admin, "", 0)
		must(t, err)
		if len(young) != 1 || young[0].Service != "Oak House" || len(young[0].Keyworkers) != 1 || young[0].Keyworkers[0].Name != "Sam Okafor" {
			t.Fatalf("young people %+v", young)
		}
		newName, noPhone := "Leo Park", ""
		must(t, w.s.Change(ctx, w.admin, h.leo.AccountID, people.Change{Name: &newName}, viewer.KindYoungPerson))
		must(t, w.s.Change(ctx, w.admin, h.worker.AccountID, people.Change{Phone: &noPhone}, viewer.KindStaff))
		wantCode(t, w.s.Change(ctx, w.admin, h.leo.AccountID, people.Change{Name: &newName}, viewer.KindStaff), errs.NotFound)
		list, err := w.s.MyPeople(ctx, h.leo)
		must(t, err)
		if list[0].Phone != "" {
			t.Fatal("an emptied phone number stayed")
		}
	})
}

func TestOrganisationSettingsEmptied(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		o := viewer.Organisation{Name: "Riverside", KeyworkerWord: "my person", AboutMeWord: "Passport", DutyPhone: "01632 960999"}
		must(t, w.s.ChangeOrganisation(ctx, w.admin, o))
		o.DutyPhone = ""
		must(t, w.s.ChangeOrganisation(ctx, w.admin, o))
		got, err := w.s.Organisation(ctx, w.admin)
		must(t, err)
		if got.DutyPhone != "" || got.KeyworkerWord != "my person" || got.AboutMeWord != "Passport" {
			t.Fatalf("settings %+v", got)
		}
		o.DutyPhone = "call us"
		wantCode(t, w.s.ChangeOrganisation(ctx, w.admin, o), errs.Invalid)
		o.DutyPhone, o.Name = "", strings.Repeat("x", 81)
		wantCode(t, w.s.ChangeOrganisation(ctx, w.admin, o), errs.Invalid)
	})
}

// TestAdministratorsAlone asks every administrator's door as somebody who is not
// one, as one whose relation ended, and from another organisation.
func TestAdministratorsAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		_, stranger := w.organisation("Elsewhere")
		gone, _, err := w.s.CreateStaff(t.Context(), w.admin, viewer.NewAccount{Kind: viewer.KindAdmin, Name: "Gone"})
		must(t, err)
		held, err := w.s.Relations(t.Context(), w.admin, people.Filter{SubjectID: gone})
		must(t, err)
		must(t, w.s.End(t.Context(), w.admin, held[0].ID, "left"))
		for name, c := range map[string]struct {
			by   viewer.Viewer
			code errs.Code
		}{
			"a lead":                   {h.lead, errs.Forbidden},
			"a young person":           {h.leo, errs.Forbidden},
			"an administrator no more": {w.as(w.org, gone, viewer.KindAdmin), errs.Forbidden},
			"an administrator of another organisation": {stranger, errs.NotFound},
			"nobody": {viewer.Viewer{}, errs.Forbidden},
		} {
			t.Run(name, func(t *testing.T) {
				for door, err := range w.doors(t, c.by, h) {
					if got := errs.CodeOf(err); got != c.code {
						t.Errorf("%s: %q (%v), want %q", door, got, err, c.code)
					}
				}
			})
		}
		list, err := w.s.Services(t.Context(), stranger)
		must(t, err)
		if len(list) != 0 {
			t.Fatal("another organisation's services were listed")
		}
	})
}

func (w *world) doors(t *testing.T, v viewer.Viewer, h home) map[string]error {
	ctx, name := t.Context(), "X"
	_, team := w.s.CreateTeam(ctx, v, h.service, name)
	_, young := w.s.CreateYoungPerson(ctx, v, viewer.NewAccount{Name: name}, h.service)
	_, invite := w.s.Invite(ctx, v, h.worker.AccountID)
	return map[string]error{
		"rename service": w.s.RenameService(ctx, v, h.service, name),
		"create team":    team,
		"young person":   young,
		"invite":         invite,
		"change":         w.s.Change(ctx, v, h.worker.AccountID, people.Change{Name: &name}, viewer.KindStaff),
		"suspend":        w.s.Suspend(ctx, v, h.worker.AccountID, viewer.KindStaff),
		"restore":        w.s.Restore(ctx, v, h.worker.AccountID, viewer.KindStaff),
	}
}

func TestFirstAdministrator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		// The administrator never came in: the same account is invited again.
		before, _, err := w.s.Staff(t.Context(), w.admin, "", 0)
		must(t, err)
		link, err := w.k.App.People.InviteFirstAdmin(t.Context(), "ignored", "ignored")
		must(t, err)
		if !strings.HasPrefix(link.URL, w.k.URL+"/admin/invite#") {
			t.Fatalf("link %q", link.URL)
		}
		after, _, err := w.s.Staff(t.Context(), w.admin, "", 0)
		must(t, err)
		if len(before) != 1 || len(after) != 1 {
			t.Fatal("asking again made another administrator")
		}
		var actors []string
		must(t, w.db.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Gorm().Raw("SELECT DISTINCT actor_id FROM audit").Scan(&actors).Error
		}))
		if len(actors) != 1 || actors[0] != audit.Server {
			t.Errorf("the console's acts are said to be of %q", actors)
		}
		// Once somebody has come in, the console makes no more.
		w.k.Admin()
		_, err = w.k.App.People.InviteFirstAdmin(t.Context(), "ignored", "ignored")
		wantReason(t, err, errs.Conflict, "has_admin")
	})
}

func TestRoles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.home()
		for v, want := range map[viewer.Viewer]string{w.admin: "admin", h.lead: "lead", h.worker: "keyworker", h.leo: ""} {
			var roles []string
			must(t, w.db.Read(t.Context(), func(tx *db.Tx) (err error) {
				roles, err = people.RolesTx(tx, v)
				return err
			}))
			if got := strings.Join(roles, " "); got != want {
				t.Errorf("roles %q, want %q", got, want)
			}
		}
	})
}
