package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// figureRoles is the row of access.md about releases: what each relation gives at insight.
var figureRoles = []struct{ kind, objectKind, may string }{
	{"keyworker_of", "young_person", "read"},
	{"cover_for", "young_person", "read"},
	{"cover_for", "team", "read"},
	{"on_shift", "team", "read"},
	{"lead_of", "team", "read"},
	{"lead_of", "service", "read"},
	{"safeguarding_of", "service", "read"},
	{"safeguarding_of", "organisation", "read"},
	{"analyst_of", "service", "publish"},
	{"commissioner_of", "organisation", "publish"},
	{"placing_for", "young_person", "none"},
	{"placement_of", "service", "read"},
	{"break_glass", "young_person", "none"},
	{"friend_of", "young_person", "none"},
}

// door are the routes of insight about the viewer's own way in and their own addresses;
// everything else there is about figures.
var door = []string{
	"/passkeys", "/passkeys/begin", "/passkeys/finish", "/passkeys/{id}", "/devices", "/devices/{id}",
	"/channels", "/channels/{id}", "/channels/{id}/verify",
}

// release publishes a quarter of Oak House, so that there is something to read.
func (s *stage) release() {
	s.k.T.Helper()
	for i := range 40 {
		change(s.k, `INSERT INTO answers (organisation_id, unit_id, period, question, tag, value, face_order) VALUES (?, ?, '2025-Q4', 'listened', ?, 5, 'best_first')`,
			s.org, people.PoolOf(s.org), []byte{byte(i)})
	}
	change(s.k, "INSERT INTO period_keys (organisation_id, period, wrapped) VALUES (?, '2025-Q4', ?)", s.org, []byte("k"))
	if n, err := s.k.App.Reports.Publish(s.k.T.Context()); n == 0 || err != nil {
		s.k.T.Fatalf("published %d: %v", n, err)
	}
}

// figureRoutes asks each route of insight that is about figures, as this person.
func figureRoutes(k *testkit.Kit, p *testkit.Person, each func(route string, a *testkit.Answer)) {
	for _, r := range k.App.Web.Routes() {
		path := strings.TrimPrefix(r.Path, "/api/insight")
		if r.Place != viewer.Insight || r.Public || slices.Contains(door, path) {
			continue
		}
		ask := below(r, "1")
		if r.Method == http.MethodGet {
			each(r.Method+" "+r.Path, p.Get(ask+"?measure=felt_listened&period=2025-Q4"))
			continue
		}
		each(r.Method+" "+r.Path, p.Do(r.Method, ask, map[string]any{}))
	}
}

func mayAt(t *testing.T, p *testkit.Person) string {
	t.Helper()
	var session struct{ May string }
	p.Get("/session").Into(&session)
	return session.May
}

func TestMatrixOfInsight(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		s.release()
		foreign := s.foreign.At(viewer.Insight)
		for _, r := range figureRoles {
			who := r.kind + " " + r.objectKind
			p := k.Staff(who)
			there := p.At(viewer.Insight)
			object := map[string]string{"young_person": s.Leo.ID, "team": s.Team, "service": s.Home, "organisation": s.org}[r.objectKind]
			s.relate(s.org, p.ID, r.kind, r.objectKind, object, current)
			if may := mayAt(t, there); may != r.may {
				t.Errorf("%s: may %q, want %q", who, may, r.may)
			}
			if r.may != "none" && !sees(there.Get("/overview"), "Oak House") {
				t.Errorf("%s: Oak House is not in the overview", who)
			}
			nothing := func(who string, p *testkit.Person) {
				if may := mayAt(t, p); may != "none" {
					t.Errorf("%s: may %q", who, may)
				}
				before := census(k)
				figureRoutes(k, p, func(route string, a *testkit.Answer) {
					if a.Status < 400 || a.Status >= 500 {
						t.Errorf("%s: %s: status %d: %s", who, route, a.Status, a.Body)
					}
					private(t, who+": "+route, a.Body, "Leo", "Oak House", s.Home, people.PoolOf(s.org), "2025-Q4")
				})
				unchanged(k, before)
			}
			if r.may == "none" {
				nothing(who, there)
			}
			for _, st := range rightless {
				s.relate(s.org, p.ID, r.kind, r.objectKind, object, st)
				nothing(who+", "+string(st), there)
			}
			s.foreignRows(r.kind, r.objectKind, object, current)
			nothing(who+", other organisation", foreign)
			s.foreignRows(r.kind, r.objectKind, object, none)
			s.relate(s.org, p.ID, r.kind, r.objectKind, object, current)
			k.Admin().Post("/staff/"+p.ID+"/suspend", nil).OK()
			figureRoutes(k, there, func(route string, a *testkit.Answer) {
				if a.Status != http.StatusUnauthorized {
					t.Errorf("%s, suspended: %s: status %d", who, route, a.Status)
				}
			})
		}
		if may := mayAt(t, k.Admin().At(viewer.Insight)); may != "read" {
			t.Errorf("an administrator may %q", may)
		}
	})
}

// Whoever only reads figures finds no young person, card or colleague anywhere at work.
func TestAnAnalystFindsNothingAtWork(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := newStage(k)
		x := s.target(s.Sam, nil, true)
		for _, p := range []*testkit.Person{k.Analyst("Ann", s.Home, s.Lead), k.Commissioner("Carl", s.Lead)} {
			at := p.At(viewer.Work)
			s.noRights(t, p.Name, at, x, refusals{})
			for _, list := range []string{"/inbox", "/young-people", "/colleagues", "/relations/proposed", "/notices"} {
				private(t, p.Name+" "+list, at.Get(list).OK().Body, s.Leo.ID, s.Sam.ID, "Leo", "Sam")
			}
		}
	})
}
