package app_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"heard/server/app"
	"heard/server/testkit"
	"heard/server/viewer"
	"heard/server/web"
)

// publicRoutes is every route that asks for no session. Whoever opens another
// one adds it here, and says why in the commit.
var publicRoutes = []string{
	"GET /api/young/session", "POST /api/young/join", "POST /api/young/sign-out",
	"GET /api/work/session", "POST /api/work/invite/begin", "POST /api/work/invite/finish",
	"POST /api/work/sign-in/begin", "POST /api/work/sign-in/finish", "POST /api/work/sign-out",
	"GET /api/admin/session", "POST /api/admin/invite/begin", "POST /api/admin/invite/finish",
	"POST /api/admin/sign-in/begin", "POST /api/admin/sign-in/finish", "POST /api/admin/sign-out",
	"GET /api/insight/session", "POST /api/insight/invite/begin", "POST /api/insight/invite/finish",
	"POST /api/insight/sign-in/begin", "POST /api/insight/sign-in/finish", "POST /api/insight/sign-out",
	"GET /api/demo", "POST /api/demo/enter",
	"GET /api/young/shared", "POST /api/young/shared/pick", "POST /api/young/shared/leave", // before anybody is picked, and like signing out
	"POST /api/sealed",                                 // its ticket says whose it is
	"POST /api/notify/callback",                        // its token says who reports
	"POST /api/family/open", "POST /api/family/answer", // families have no account; a link's token says what it opens
	"GET /api/figures/v1/overview", "GET /api/figures/v1/series", "GET /api/figures/v1/compare", "GET /api/figures/v1/measure-report", // their token says who asks
}

func TestRouteTable(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{
		PublicURL: "http://localhost:1", DataDir: t.TempDir(), PushContact: "heard@example.org", Demo: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	paths := a.Web.OpenAPI().Paths
	var public, all []string
	for _, r := range a.Web.Routes() {
		name := r.Method + " " + r.Path
		all = append(all, name)
		if !r.HasPolicy || r.Summary == "" {
			t.Errorf("%s has no policy or no summary", name)
		}
		if r.Public {
			public = append(public, name)
		}
		item := paths[r.Path]
		if item == nil || operation(item, r.Method) == nil {
			t.Errorf("%s is not in the OpenAPI description", name)
			continue
		}
		if op := operation(item, r.Method); (len(op.Security) == 0) != r.Public {
			t.Errorf("%s: the OpenAPI description says otherwise about its session", name)
		}
	}
	slices.Sort(public)
	want := slices.Sorted(slices.Values(publicRoutes))
	if !slices.Equal(public, want) {
		t.Errorf("public are\n%s\nand should be\n%s", strings.Join(public, "\n"), strings.Join(want, "\n"))
	}
	for path, item := range paths {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
			if operation(item, method) != nil && !slices.Contains(all, method+" "+path) {
				t.Errorf("%s %s is described and not in the route table", method, path)
			}
		}
	}
}

// doors are one signed-in person a place; outside the places stands nobody.
type doors map[viewer.Place]*testkit.Person

func openDoors(k *testkit.Kit) doors {
	w := k.World()
	return doors{viewer.Young: w.Leo, viewer.Work: w.Sam, viewer.Admin: k.Admin(), viewer.Insight: k.Analyst("Ann", w.Home, w.Lead), "": k.Browser("")}
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// below gives a route's path as Person takes it, its parameters filled.
func below(r web.Route, value string) string {
	return strings.TrimPrefix(parameter.ReplaceAllString(r.Path, value), "/api/"+string(r.Place))
}

const nobodysID = "0198c0de-0000-7000-8000-00000000dead"

// Every route that asks for a session refuses who has none, who made one up, and
// who has one for another place.
func TestEveryDoorAsksForASession(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		people := openDoors(k)
		before := census(k)
		for _, r := range k.App.Web.Routes() {
			if r.Public {
				continue
			}
			tokens := map[string]string{"no session": "", "a forged session": strings.Repeat("A", 43)}
			for place, p := range people {
				if place != r.Place {
					tokens["the cookie of "+string(place)] = p.Token()
				}
			}
			for what, token := range tokens {
				stranger := k.Browser(r.Place)
				request := stranger.Request(r.Method, below(r, nobodysID), map[string]any{})
				if token != "" {
					request.AddCookie(&http.Cookie{Name: web.CookieName(r.Place), Value: token})
				}
				a := stranger.Send(request)
				if code, _ := a.Problem(); a.Status != http.StatusUnauthorized || code != "unauthenticated" {
					t.Errorf("%s %s with %s: status %d, %s", r.Method, r.Path, what, a.Status, code)
				}
			}
		}
		unchanged(k, before)
	})
}

// Every unsafe route refuses what another site caused; with a session it wants
// that session's token as well.
func TestEveryUnsafeDoorRefusesForgery(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		people := openDoors(k)
		before := census(k)
		for _, r := range k.App.Web.Routes() {
			if r.Method == http.MethodGet {
				continue
			}
			p := people[r.Place]
			other := people[viewer.Work]
			if r.Place == viewer.Work {
				other = people[viewer.Admin]
			}
			forgeries := map[string]func(http.Header){
				"a foreign origin":     func(h http.Header) { h.Set("Origin", "https://evil.example") },
				"an opaque origin":     func(h http.Header) { h.Set("Origin", "null") },
				"another site's fetch": func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
				"a sister site":        func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
			}
			if !r.Public {
				forgeries["no token"] = func(h http.Header) { h.Del(web.CSRFHeader) }
				forgeries["a made-up token"] = func(h http.Header) { h.Set(web.CSRFHeader, strings.Repeat("A", 43)) }
				forgeries["another session's token"] = func(h http.Header) {
					h.Set(web.CSRFHeader, other.Request("GET", "/session", nil).Header.Get(web.CSRFHeader))
				}
			}
			for what, forge := range forgeries {
				request := p.Request(r.Method, below(r, nobodysID), map[string]any{})
				forge(request.Header)
				a := p.Send(request)
				if _, reason := a.Problem(); a.Status != http.StatusForbidden || reason != "csrf" {
					t.Errorf("%s %s with %s: status %d, %s", r.Method, r.Path, what, a.Status, reason)
				}
			}
		}
		unchanged(k, before)
		for place, p := range people {
			if place != "" && !signedIn(p) {
				t.Errorf("a forged request signed %s out", place)
			}
		}
	})
}

func signedIn(p *testkit.Person) bool {
	var session struct{ SignedIn bool }
	p.Get("/session").Into(&session)
	return session.SignedIn
}
