package app_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"heard/server/outbox"
	"heard/server/testkit"
	"heard/server/viewer"
)

// onTablet joins a young person on a shared browser and gives them a lock.
func onTablet(k *testkit.Kit, tablet *testkit.Person, id, pin string) {
	var code struct{ Words string }
	k.Admin().Post("/young-people/"+id+"/join-code", nil).Into(&code)
	tablet.Post("/join", map[string]any{"code": code.Words, "shared": true}).OK()
	tablet.Refresh()
	tablet.Post("/lock-setup", map[string]any{"kind": "pin", "secret": pin}).OK()
}

// sealOn seals a card with a ticket of whoever is picked, as the tablet does.
func sealOn(t *testing.T, tablet *testkit.Person, card testkit.Card) outbox.Envelope {
	t.Helper()
	var got struct {
		Tickets []struct{ Ticket string }
		Key     struct{ ID, PublicKey string }
	}
	tablet.Post("/tickets", map[string]any{"have": 0}).Into(&got)
	public, err := base64.RawURLEncoding.DecodeString(got.Key.PublicKey)
	must(t, err)
	body, err := json.Marshal(card)
	must(t, err)
	e, err := outbox.Seal(got.Key.ID, public, card.ID, got.Tickets[0].Ticket, body)
	must(t, err)
	return e
}

// Two young people on one browser: neither sees a byte of the other's, and what
// waits goes out for whoever tapped it, whoever is picked by then.
func TestTwoYoungPeopleOnOneBrowser(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		leo := made(k, w, "Theodora-of-the-marsh")
		mia := made(k, w, "Philippa-of-the-hill")
		tablet := k.Browser(viewer.Young)

		onTablet(k, tablet, leo, "246813")
		leos := k.NewCard(w.Sam)
		leos.Words = "kestrel of the first"
		tablet.Post("/cards", leos).OK()
		waiting := sealOn(t, tablet, k.NewCard(w.Sam))
		tablet.Post("/shared/leave", nil).OK()
		onTablet(k, tablet, mia, "135799")
		mias := k.NewCard(w.Sam)
		mias.Words = "lapwing of the second"
		tablet.Post("/cards", mias).OK()

		// Leo's waiting card is sent while Mia is there.
		a := k.Browser("").Do(http.MethodPost, "sealed", waiting)
		a.OK()
		if n := count(k, "SELECT count(*) FROM cards WHERE young_person_id = ?", leo); n != 2 {
			t.Errorf("%d cards of the first", n)
		}

		all := func(who string, open bool, others ...string) {
			t.Helper()
			for _, r := range k.App.Web.Routes() {
				if r.Place != viewer.Young || r.Method != http.MethodGet || r.Live {
					continue
				}
				a := tablet.Get(below(r, nobodysID))
				private(t, who+": "+r.Path, a.Body, others...)
				// Of listened, a lock leaves the order of the faces and nothing else.
				shut := []string{"/api/young/session", "/api/young/shared", "/api/young/people"}
				if regexp.MustCompile(`^\{"order":"best_(first|last)","open":false,"contacts":\[\],"mine":\[\]\}\s*$`).Match(a.Body) {
					shut = append(shut, "/api/young/listened")
				}
				if !open && a.Status == http.StatusOK && !slices.Contains(shut, r.Path) {
					t.Errorf("%s, locked: %s answers %s", who, r.Path, a.Body)
				}
			}
		}
		all("the second", true, leo, leos.ID, leos.Words, "Theodora")
		tablet.Post("/shared/leave", nil).OK()
		all("nobody", false, leo, mia, leos.Words, mias.Words, "Theodora", "Philippa")
		var seats struct{ People []struct{ ID string } }
		tablet.Get("/shared").Into(&seats)
		if len(seats.People) != 2 {
			t.Fatalf("%d pictures", len(seats.People))
		}
		tablet.Post("/shared/pick", map[string]any{"id": seats.People[0].ID}).OK()
		tablet.Refresh()
		all("the first, locked", false, mia, leos.Words, mias.Words, "Theodora", "Philippa")
		tablet.Post("/unlock", map[string]any{"secret": "246813"}).OK()
		tablet.Refresh()
		all("the first", true, mia, mias.ID, mias.Words, "Philippa")
		if a := tablet.Get("/cards").OK(); !sees(a, leos.Words) {
			t.Errorf("the first does not read their own: %s", a.Body)
		}
	})
}

func made(k *testkit.Kit, w *testkit.World, name string) string {
	var made struct{ ID string }
	k.Admin().Post("/young-people", map[string]any{"name": name, "serviceId": w.Home}).Into(&made)
	return made.ID
}
