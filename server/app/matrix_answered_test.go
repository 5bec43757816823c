package app_test

import (
	"net/http"
	"strings"
	"testing"

	"heard/server/testkit"
	"heard/server/viewer"
)

// answeredRoles says which relations open the page of how cards are answered.
var answeredRoles = []struct {
	kind, objectKind string
	may              bool
}{
	{"keyworker_of", "young_person", false},
	{"cover_for", "young_person", false},
	{"cover_for", "team", false},
	{"on_shift", "team", false},
	{"lead_of", "team", true},
	{"lead_of", "service", true},
	{"safeguarding_of", "service", true},
	{"safeguarding_of", "organisation", true},
	{"analyst_of", "service", false},
	{"commissioner_of", "organisation", false},
	{"placing_for", "young_person", false},
	{"placement_of", "service", false},
	{"break_glass", "young_person", false},
	{"friend_of", "young_person", false},
}

// How cards are answered is for those who lead or safeguard the service, while they
// do; to everybody else there is nothing, and to no one a name.
func TestMatrixOfHowCardsAreAnswered(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		s.target(s.Sam, nil, true)
		asks := func(who string, p *testkit.Person, may bool) {
			t.Helper()
			a := p.Get("/answered")
			if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[may]; a.Status != want {
				t.Errorf("%s: status %d, want %d", who, a.Status, want)
			}
			private(t, who, a.Body, s.Leo.ID, s.Sam.ID, "Leo", "Sam", canary)
			if strings.Contains(string(a.Body), "Oak House") != may {
				t.Errorf("%s: %s", who, a.Body)
			}
		}
		for _, r := range answeredRoles {
			who := r.kind + " " + r.objectKind
			p := k.Staff(who)
			object := map[string]string{"young_person": s.Leo.ID, "team": s.Team, "service": s.Home, "organisation": s.org}[r.objectKind]
			for _, st := range rightless {
				s.relate(s.org, p.ID, r.kind, r.objectKind, object, st)
				asks(who+", "+string(st), p, false)
			}
			s.relate(s.org, p.ID, r.kind, r.objectKind, object, current)
			asks(who, p, r.may)
			s.foreignRows(r.kind, r.objectKind, object, current)
			asks(who+", other organisation", s.foreign, false)
			s.foreignRows(r.kind, r.objectKind, object, none)
			k.Admin().Post("/staff/"+p.ID+"/suspend", nil).OK()
			if a := p.Get("/answered"); a.Status != http.StatusUnauthorized {
				t.Errorf("%s, suspended: status %d", who, a.Status)
			}
		}
		if a := k.Admin().Get("/answered"); a.Status != http.StatusNotFound {
			t.Errorf("there is an /answered for administrators: status %d", a.Status)
		}
		if a := k.Analyst("Ann", s.Home, s.Lead).At(viewer.Work).Get("/answered"); a.Status != http.StatusNotFound {
			t.Errorf("an analyst at work: status %d", a.Status)
		}
	})
}
