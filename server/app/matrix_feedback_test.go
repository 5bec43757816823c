package app_test

import (
	"net/http"
	"testing"

	"heard/server/testkit"
	"heard/server/viewer"
)

// feedbackRoles says who may switch a service's own questionnaire on and off, and who
// may read what was given with a name: only whoever leads it.
var feedbackRoles = []struct {
	kind, objectKind string
	change, export   int
}{
	{"keyworker_of", "young_person", 404, 404},
	{"cover_for", "young_person", 404, 404},
	{"cover_for", "team", 404, 404},
	{"on_shift", "team", 404, 404},
	{"lead_of", "team", 200, 200},
	{"lead_of", "service", 200, 200},
	{"safeguarding_of", "service", 200, 404},
	{"safeguarding_of", "organisation", 200, 404},
	{"analyst_of", "service", 404, 404},
	{"commissioner_of", "organisation", 404, 404},
	{"placing_for", "young_person", 404, 404},
	{"placement_of", "service", 404, 404},
	{"break_glass", "young_person", 404, 404},
	{"friend_of", "young_person", 404, 404},
}

func TestMatrixOfSessionFeedback(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		path := "/services/" + s.Home + "/session-feedback"
		asks := func(who string, p *testkit.Person, change, export int) {
			before := census(k)
			list := p.Get("/session-feedback").OK()
			if (change == http.StatusOK) != (len(list.Body) > len(`{"services":[]}`)+1) {
				t.Errorf("%s: the list is %s", who, list.Body)
			}
			got := map[string][2]int{
				"switch": {p.Do(http.MethodPut, path, map[string]any{"on": true}).Status, change},
				"export": {p.Post(path+"/export", map[string]any{}).Status, export},
			}
			for act, status := range got {
				if status[0] != status[1] {
					t.Errorf("%s: %s: status %d, want %d", who, act, status[0], status[1])
				}
			}
			if change != http.StatusOK {
				unchanged(k, before)
			}
		}
		for _, r := range feedbackRoles {
			who := r.kind + " " + r.objectKind
			p := k.Staff(who)
			object := map[string]string{"young_person": s.Leo.ID, "team": s.Team, "service": s.Home, "organisation": s.org}[r.objectKind]
			for _, st := range rightless {
				s.relate(s.org, p.ID, r.kind, r.objectKind, object, st)
				asks(who+", "+string(st), p, 404, 404)
			}
			s.relate(s.org, p.ID, r.kind, r.objectKind, object, current)
			asks(who, p, r.change, r.export)
			s.foreignRows(r.kind, r.objectKind, object, current)
			asks(who+", other organisation", s.foreign, 404, 404)
			s.foreignRows(r.kind, r.objectKind, object, none)
		}
		if a := k.Admin().Do(http.MethodPut, path, map[string]any{"on": false}); a.Status != http.StatusOK {
			t.Errorf("an administrator: status %d", a.Status)
		}
		if a := s.ruler.Do(http.MethodPut, path, map[string]any{"on": true}); a.Status != http.StatusNotFound {
			t.Errorf("an administrator of another organisation: status %d", a.Status)
		}
		for _, r := range k.App.Web.Routes() {
			if r.Place != viewer.Work && r.Path == "/api/"+string(r.Place)+"/services/{id}/session-feedback/export" {
				t.Errorf("%s gives content", r.Path)
			}
		}
		other := k.Service("camhs", "Elsewhere House")
		lead := k.Staff("Lead of another service")
		k.Relate(lead.ID, "lead_of", other)
		if a := lead.Post(path+"/export", map[string]any{}); a.Status != http.StatusNotFound {
			t.Errorf("the lead of another service: status %d", a.Status)
		}
		k.Admin().Post("/staff/"+s.Lead.ID+"/suspend", nil).OK()
		if a := s.Lead.Post(path+"/export", map[string]any{}); a.Status != http.StatusUnauthorized {
			t.Errorf("a suspended lead: status %d", a.Status)
		}
	})
}
