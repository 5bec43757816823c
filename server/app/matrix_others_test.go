package app_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// youngActs are all that a young person can do with a card of their own.
var youngActs = []act{
	{name: "read", do: func(p *testkit.Person, x target) *testkit.Answer { return p.Get("/cards/" + x.card) }},
	{name: "status", do: func(p *testkit.Person, x target) *testkit.Answer { return p.Get("/cards/" + x.card + "/status") }},
	{name: "withdraw", do: press("/withdraw", nil)},
	{name: "close", do: press("/close", map[string]any{"helped": true})},
	{name: "reopen", do: press("/reopen", nil)},
	{name: "check", do: press("/check", map[string]any{"answer": "yes"})},
}

// Another young person, a buddy too, has no sight of a card: buddies never receive one.
func TestMatrixOfYoungPeople(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		mia := k.YoungPerson("Mia", s.Home)
		subscription, _ := s.Sam.Subscribe()
		x := s.target(mia, nil, true)
		device := texts(k, "SELECT id FROM devices WHERE account_id = ?", s.Leo.ID)[0]
		for _, st := range append([]state{current}, rightless...) {
			s.relate(s.org, mia.ID, "buddy_of", "young_person", s.Leo.ID, st)
			who := "a buddy, " + string(st)
			before, version := census(k), s.version(x.card)
			for _, a := range youngActs {
				denied(t, who+": "+a.name, a.do(mia, x), a.do(mia, missing(x)))
			}
			denied(t, who+": approve a device", mia.Post("/devices/"+device+"/approve", nil), mia.Post("/devices/"+nobodysID+"/approve", nil))
			denied(t, who+": end a device", mia.Do("DELETE", "/devices/"+device, nil), mia.Do("DELETE", "/devices/"+nobodysID, nil))
			for _, list := range []string{"/cards", "/people", "/looked", "/devices"} {
				private(t, who+" "+list, mia.Get(list).OK().Body, x.card, s.Leo.ID, device, canary)
			}
			unchanged(k, before)
			if s.version(x.card) != version {
				t.Errorf("%s changed the card", who)
			}
			s.isTold(t, who, mia, nil, false)
		}
		for _, other := range []*testkit.Person{s.Jo, s.stranger, s.foreign} { // Sam's phone is Sam's alone
			denied(t, "another's subscription", other.Do("DELETE", "/push/subscriptions/"+subscription, nil), other.Do("DELETE", "/push/subscriptions/"+nobodysID, nil))
			denied(t, "test another's phone", other.Post("/push/subscriptions/"+subscription+"/test", nil), other.Post("/push/subscriptions/"+nobodysID+"/test", nil))
			private(t, "push health", other.Get("/push").OK().Body, subscription)
		}
		s.ownRights(t)
	})
}

// ownRights is the first column of the matrix: the young person's own cards.
func (s *stage) ownRights(t *testing.T) {
	t.Helper()
	for _, a := range youngActs {
		x := s.target(s.Sam, nil, true)
		switch a.name {
		case "close", "reopen":
			// "Sit with me" can't end in silence: somebody has seen it first.
			s.Sam.Post("/cards/"+x.card+"/seen", map[string]any{"version": x.version}).OK()
			x.version = s.version(x.card)
			if a.name == "close" {
				break
			}
			s.Leo.Post("/cards/"+x.card+"/close", map[string]any{"version": x.version}).OK()
		case "check":
			s.Sam.Post("/cards/"+x.card+"/met", map[string]any{"version": x.version}).OK()
		}
		x.version = s.version(x.card)
		if got := a.do(s.Leo, x); got.Status != http.StatusOK {
			t.Errorf("Leo: %s: status %d: %s", a.name, got.Status, got.Body)
		}
	}
}

// Family can't sign in yet: the rule is asked where the stores ask it, with a
// viewer that no session gives.
func TestMatrixOfFamily(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		mum := s.account(viewer.KindFamily, "Mum")
		if a := k.Admin().Post("/staff", map[string]any{"name": "Mum", "kind": "family"}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("an administrator makes a family account: status %d", a.Status)
		}
		for _, place := range []viewer.Place{viewer.Work, viewer.Young, viewer.Admin} {
			v := viewer.Viewer{AccountID: mum.ID, OrganisationID: s.org, Place: place, Kind: viewer.KindFamily, Reading: true}
			for _, st := range append([]state{current}, rightless...) {
				for _, chosen := range []bool{true, false} {
					s.relate(s.org, mum.ID, "family_of", "young_person", s.Leo.ID, current)
					x := s.send(nil, chosen, mum)
					if !chosen {
						x = s.send(func(c *testkit.Card) { c.Audience = []string{s.Sam.ID} }, false)
					}
					s.relate(s.org, mum.ID, "family_of", "young_person", s.Leo.ID, st)
					view, err := k.App.Feelings.Page(t.Context(), v, x.card)
					may := st == current && chosen
					if may != (err == nil) || may != (view.Words == canary) || !may && errs.CodeOf(err) != errs.NotFound {
						t.Errorf("family, %s, chosen %v: %v", st, chosen, err)
					}
					if _, err := k.App.Feelings.Seen(t.Context(), v, x.card, s.version(x.card)); err == nil {
						t.Errorf("family, %s: pressed seen", st)
					}
					if box, err := k.App.Feelings.Inbox(t.Context(), v); err == nil {
						t.Errorf("family, %s: has an inbox: %+v", st, box)
					}
				}
			}
		}
	})
}

// account makes somebody who has no way in.
func (s *stage) account(kind viewer.Kind, name string) *testkit.Person {
	p := &testkit.Person{Name: name}
	inTx(s.k, func(tx txOf) (err error) {
		p.ID, err = s.k.App.Accounts.CreateTx(tx, s.org, viewer.NewAccount{Kind: kind, Name: name})
		return err
	})
	return p
}

// An administrator has accounts and no content; without the relation the place
// itself is closed, and another organisation's finds nothing here.
func TestMatrixOfAdministrators(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		x := s.target(s.Sam, nil, true)
		team := texts(k, "SELECT id FROM teams WHERE service_id = ?", s.Home)[0]
		ask := map[string]any{"subjectId": s.stranger.ID, "kind": "cover_for", "objectId": s.Leo.ID, "reason": "made up"}
		foreign := map[string]func(staff, young, service, relation string) *testkit.Answer{
			"change staff": func(id, _, _, _ string) *testkit.Answer {
				return s.ruler.Do("PUT", "/staff/"+id, map[string]any{"name": "Taken"})
			},
			"suspend staff": func(id, _, _, _ string) *testkit.Answer { return s.ruler.Post("/staff/"+id+"/suspend", nil) },
			"restore staff": func(id, _, _, _ string) *testkit.Answer { return s.ruler.Post("/staff/"+id+"/restore", nil) },
			"invite staff":  func(id, _, _, _ string) *testkit.Answer { return s.ruler.Post("/staff/"+id+"/invitation", nil) },
			"change young": func(_, id, _, _ string) *testkit.Answer {
				return s.ruler.Do("PUT", "/young-people/"+id, map[string]any{"name": "Taken"})
			},
			"suspend young": func(_, id, _, _ string) *testkit.Answer { return s.ruler.Post("/young-people/"+id+"/suspend", nil) },
			"restore young": func(_, id, _, _ string) *testkit.Answer { return s.ruler.Post("/young-people/"+id+"/restore", nil) },
			"join code":     func(_, id, _, _ string) *testkit.Answer { return s.ruler.Post("/young-people/"+id+"/join-code", nil) },
			"rename service": func(_, _, id, _ string) *testkit.Answer {
				return s.ruler.Post("/services/"+id, map[string]any{"name": "Taken"})
			},
			"make team": func(_, _, id, _ string) *testkit.Answer {
				return s.ruler.Post("/teams", map[string]any{"serviceId": id, "name": "Taken"})
			},
			"make young": func(_, _, id, _ string) *testkit.Answer {
				return s.ruler.Post("/young-people", map[string]any{"serviceId": id, "name": "Taken"})
			},
			"relate": func(_, id, _, _ string) *testkit.Answer {
				return s.ruler.Post("/relations", map[string]any{"subjectId": s.foreign.ID, "kind": "keyworker_of", "objectId": id, "reason": "made up"})
			},
			"end relation": func(_, _, _, id string) *testkit.Answer {
				return s.ruler.Post("/relations/"+id+"/end", map[string]any{"reason": "made up"})
			},
		}
		before := census(k)
		for what, do := range foreign {
			denied(t, "another organisation's administrator: "+what, do(s.Sam.ID, s.Leo.ID, s.Home, x.relation),
				do(nobodysID, nobodysID, nobodysID, nobodysID), "Sam")
		}
		for _, list := range []string{"/staff", "/young-people", "/services", "/teams", "/relations", "/relations?subject=" + s.Sam.ID, "/organisation"} {
			private(t, list, s.ruler.Get(list).OK().Body, s.Sam.ID, s.Leo.ID, s.Home, team, x.relation)
		}
		unchanged(k, before)
		second := s.account(viewer.KindAdmin, "Second")
		second = s.enter(second.ID)
		for _, st := range append([]state{current}, rightless...) {
			s.relate(s.org, second.ID, "admin_of", "organisation", s.org, st)
			want := http.StatusForbidden
			if st == current {
				want = http.StatusOK
			}
			for _, list := range []string{"/staff", "/young-people", "/relations"} {
				if a := second.Get(list); a.Status != want {
					t.Errorf("administrator, %s: %s: status %d", st, list, a.Status)
				}
			}
			before := census(k)
			if a := second.Post("/relations", ask); st != current && a.Status < 400 {
				t.Errorf("administrator, %s: relates: status %d", st, a.Status)
			} else if st != current {
				unchanged(k, before)
			}
			for _, path := range []string{"/cards/" + x.card, "/inbox", "/open/" + x.alert} {
				if a := second.Get(path); a.Status != http.StatusNotFound {
					t.Errorf("administrator: %s: status %d", path, a.Status)
				}
			}
		}
	})
}

// The glass opens a card to a lead for an hour, to read; it is written down, and
// ends with the lead's own relation.
func TestMatrixOfBrokenGlass(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		outside := func(c *testkit.Card) { c.Audience = []string{s.Sam.ID} }
		break1 := func(p *testkit.Person) {
			p.Post("/break-glass", map[string]any{"youngPersonId": s.Leo.ID, "reason": "made up"}).OK()
		}
		x := s.target(s.Lead, outside, false)
		denied(t, "a lead before", s.Lead.Get("/cards/"+x.card), s.Lead.Get("/cards/"+nobodysID))
		break1(s.Lead)
		if !sees(s.Lead.Get("/cards/"+x.card), canary) {
			t.Error("a lead who broke the glass reads nothing")
		}
		for _, a := range cardActs[2:] {
			got := a.do(s.Lead, x)
			if code, _ := got.Problem(); got.Status != http.StatusForbidden || code != "forbidden" {
				t.Errorf("behind broken glass: %s: status %d", a.name, got.Status)
			}
		}
		if sees(s.Lead.Get("/inbox"), x.card) {
			t.Error("broken glass fills the inbox")
		}
		s.isTold(t, "behind broken glass", s.Lead, outside, false)
		if !sees(s.Leo.Get("/looked"), "break_glass") || !sees(s.Leo.Get("/looked"), s.Lead.ID) {
			t.Error("Leo is not told who broke the glass")
		}
		off := s.send(func(c *testkit.Card) { c.SwitchedOff = []string{s.Lead.ID} }, false)
		denied(t, "a lead switched off, behind broken glass", s.Lead.Get("/cards/"+off.card), s.Lead.Get("/cards/"+nobodysID))
		kept := s.send(func(c *testkit.Card) { c.Kept, c.Audience = true, nil }, false)
		denied(t, "a kept card, behind broken glass", s.Lead.Get("/cards/"+kept.card), s.Lead.Get("/cards/"+nobodysID))

		s.here(x.card)
		k.Clock.Forward(people.GlassTime - time.Minute)
		s.Lead.SignIn()
		if !sees(s.Lead.Get("/cards/"+x.card), canary) {
			t.Error("the glass closed early")
		}
		k.Clock.Forward(time.Minute)
		denied(t, "a lead after the hour", s.Lead.Get("/cards/"+x.card), s.Lead.Get("/cards/"+nobodysID))

		break1(s.Lead)
		change(k, "UPDATE relations SET ended_at = 1 WHERE subject_id = ? AND kind = 'lead_of'", s.Lead.ID)
		denied(t, "an ex-lead behind broken glass", s.Lead.Get("/cards/"+x.card), s.Lead.Get("/cards/"+nobodysID))
		if sees(s.Lead.Get("/young-people"), s.Leo.ID) {
			t.Error("an ex-lead still has Leo in the list")
		}
	})
}

// enter signs somebody in who was made by hand.
func (s *stage) enter(id string) *testkit.Person {
	var link viewer.Invitation
	inTx(s.k, func(tx txOf) (err error) {
		link, err = s.k.App.Accounts.InviteTx(tx, s.org, id, "")
		return err
	})
	p := s.k.Accept(viewer.Admin, link.URL)
	p.ID = id
	return p
}
