package people_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

type m = map[string]any

func wantStatus(t *testing.T, a *testkit.Answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	a.Problem()
}

// TestAdministratorsJourney makes an organisation by the administrator's pages.
func TestAdministratorsJourney(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		admin := k.Admin()
		admin.Do(http.MethodPut, "/organisation", m{"name": "Riverside", "keyworkerWord": "my person", "aboutMeWord": "Passport", "dutyPhone": ""}).OK()

		var listed struct {
			People []struct {
				Name, Service string
				Joined        bool
				Keyworkers    []struct{ Name string }
			}
			Next string
		}
		admin.Get("/young-people").Into(&listed)
		if len(listed.People) != 1 || !listed.People[0].Joined || listed.People[0].Service != "Oak House" || len(listed.People[0].Keyworkers) != 2 {
			t.Fatalf("young people %+v", listed)
		}
		var relations struct {
			Relations []struct {
				ID, Kind, State, Status, ObjectKind string
				Subject, Object                     struct{ Kind, Name string }
				GrantedBy, ConfirmedBy              struct{ Name string }
				ValidTo                             time.Time
			}
		}
		admin.Get("/relations?subject=" + w.Sam.ID).Into(&relations)
		if len(relations.Relations) != 1 {
			t.Fatalf("Sam's relations %+v", relations)
		}
		r := relations.Relations[0]
		if r.State != "current" || r.Status != "confirmed" || r.Subject.Name != "Sam" || r.Object.Name != "Leo" || r.ObjectKind != "young_person" ||
			r.GrantedBy.Name != "Ada" || r.ConfirmedBy.Name != "Priya" || r.ValidTo.Before(k.Clock.Now()) {
			t.Fatalf("relation %+v", r)
		}

		// The person says who is around them in the organisation's own words.
		var mine struct {
			People []struct {
				Name, Role     string
				Default, Staff bool
			}
		}
		w.Leo.Get("/people").Into(&mine)
		if len(mine.People) != 4 || mine.People[0].Role != "keyworker" || !mine.People[0].Default {
			t.Fatalf("Leo's people %+v", mine)
		}

		// Ended: gone from the list of both at once.
		admin.Post("/relations/"+r.ID+"/end", m{"reason": "moved on"}).OK()
		var young struct{ People []struct{ Name string } }
		w.Sam.Get("/young-people").Into(&young)
		w.Leo.Get("/people").Into(&mine)
		if len(young.People) != 0 || len(mine.People) != 3 {
			t.Fatalf("after the end: %+v, %+v", young, mine)
		}
	})
}

// TestSuspendedAtOnce: the next request of a suspended worker is nobody's.
func TestSuspendedAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		w.Sam.Get("/young-people").OK()
		k.Admin().Post("/staff/"+w.Sam.ID+"/suspend", nil).OK()
		wantStatus(t, w.Sam.Get("/young-people"), http.StatusUnauthorized)
		k.Admin().Post("/staff/"+w.Sam.ID+"/restore", nil).OK()
		wantStatus(t, w.Sam.Get("/young-people"), http.StatusUnauthorized) // the old session stays ended
		wantStatus(t, k.Admin().Post("/staff/"+w.Jo.ID+"/invitation", nil), http.StatusConflict)
	})
}

func TestLeadsPages(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		tom := k.Staff("Tom")
		id, confirmed := k.Relate(tom.ID, "keyworker_of", w.Leo.ID)
		if confirmed {
			t.Fatal("an administrator granted a keyworker alone")
		}
		var waiting struct{ Relations []struct{ ID string } }
		w.Lead.Get("/relations/proposed").Into(&waiting)
		if len(waiting.Relations) != 1 || waiting.Relations[0].ID != id {
			t.Fatalf("waiting %+v", waiting)
		}
		wantStatus(t, w.Sam.Post("/relations/"+id+"/confirm", nil), http.StatusNotFound)
		w.Lead.Post("/relations/"+id+"/end", m{"reason": "not now"}).OK() // declined

		var colleagues struct{ People []struct{ Name string } }
		w.Sam.Get("/colleagues").Into(&colleagues)
		if len(colleagues.People) != 0 {
			t.Fatal("a keyworker lists the staff of the organisation")
		}
		w.Lead.Get("/colleagues").Into(&colleagues)
		if len(colleagues.People) != 5 {
			t.Fatalf("colleagues %+v", colleagues)
		}
		var made struct{ Confirmed bool }
		w.Lead.Post("/relations", m{"subjectId": tom.ID, "kind": "cover_for", "objectId": w.Leo.ID, "reason": "tonight"}).Into(&made)
		if !made.Confirmed {
			t.Fatal("a lead's own word in their team did not suffice")
		}
		var own struct{ Relations []struct{ Kind string } }
		tom.Get("/relations?youngPersonId=" + w.Leo.ID).Into(&own)
		if len(own.Relations) != 2 { // the cover and the declined proposal: their own, nobody else's
			t.Fatalf("Tom reads %+v", own)
		}

		var open struct{ Until time.Time }
		w.Lead.Post("/break-glass", m{"youngPersonId": w.Leo.ID, "reason": "missing since six"}).Into(&open)
		if !open.Until.Equal(k.Clock.Now().Add(time.Hour)) {
			t.Fatalf("open until %v", open.Until)
		}
		var looked struct {
			Rows []struct {
				What, Reason string
				Who          struct{ Name string }
			}
		}
		w.Leo.Get("/looked").Into(&looked)
		if len(looked.Rows) != 1 || looked.Rows[0].What != "break_glass" || looked.Rows[0].Reason != "missing since six" || looked.Rows[0].Who.Name != "Priya" {
			t.Fatalf("Leo reads %+v", looked)
		}
	})
}

// TestRefusals: unknown fields, wrong kinds, long texts, and things that are not
// there answer a problem that tells nothing back.
func TestRefusals(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		admin, canary := k.Admin(), "otter-under-the-bridge"
		nobody := db.NewID()
		for name, c := range map[string]struct {
			by     *testkit.Person
			path   string
			body   any
			status int
		}{
			"unknown field":       {admin, "/services", m{"name": canary, "kind": "ward", "colour": canary}, 422},
			"unknown kind":        {admin, "/services", m{"name": "X", "kind": canary}, 422},
			"no name":             {admin, "/services", m{"name": " ", "kind": "ward"}, 422},
			"two lines":           {admin, "/services", m{"name": canary + "\nb", "kind": "ward"}, 422},
			"long name":           {admin, "/staff", m{"name": strings.Repeat(canary, 9), "kind": "staff"}, 422},
			"a child as staff":    {admin, "/staff", m{"name": canary, "kind": "young_person"}, 422},
			"unknown picture":     {admin, "/staff", m{"name": "X", "kind": "staff", "avatar": "a13"}, 422},
			"words as phone":      {admin, "/staff", m{"name": "X", "kind": "staff", "phone": "ring me"}, 422},
			"unknown service":     {admin, "/young-people", m{"name": canary, "serviceId": nobody}, 404},
			"unknown young":       {admin, "/young-people/" + nobody + "/suspend", nil, 404},
			"staff as young":      {admin, "/young-people/" + w.Sam.ID + "/suspend", nil, 404},
			"break-glass asked":   {admin, "/relations", m{"subjectId": w.Lead.ID, "kind": "break_glass", "objectId": w.Leo.ID, "reason": "x"}, 422},
			"no reason":           {admin, "/relations", m{"subjectId": w.Sam.ID, "kind": "cover_for", "objectId": w.Leo.ID, "reason": ""}, 422},
			"a time that is none": {admin, "/relations", m{"subjectId": w.Sam.ID, "kind": "cover_for", "objectId": w.Leo.ID, "reason": "x", "validTo": canary}, 422},
			"glass of a stranger": {w.Lead, "/break-glass", m{"youngPersonId": nobody, "reason": canary}, 404},
			"glass by a worker":   {w.Sam, "/break-glass", m{"youngPersonId": w.Leo.ID, "reason": canary}, 403},
		} {
			t.Run(name, func(t *testing.T) {
				answer := c.by.Post(c.path, c.body)
				wantStatus(t, answer, c.status)
				if strings.Contains(string(answer.Body), canary) {
					t.Fatalf("the answer repeats what was sent: %s", answer.Body)
				}
			})
		}
	})
}
