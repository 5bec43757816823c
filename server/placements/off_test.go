package placements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"heard/server/testkit"
)

type moveOff struct {
	ID, Words string
	To        placed
	By        placed
	Ask       []placed
}

// Whoever was told where they go is told, too, that they are not going: by whom, why in
// words for them, and whom they can ask. Of the place nothing is left.
func TestAMoveThatIsOffIsTold(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		photo := h.file("photo", "place", h.Home)
		id := h.told()
		refused(t, "while it is on", h.Leo.Get("/next-place/off"), 404, "")
		refused(t, "too many words", h.Sam.Post("/moves/"+id+"/end", body{"reason": "x", "forThem": strings.Repeat("é", 1001)}), 422, "")
		h.Sam.Post("/moves/"+id+"/end", body{"reason": canary + " theirs", "forThem": "Somebody else needed the room"}).OK()
		refused(t, "the page", h.Leo.Get("/next-place"), 404, "off")
		for _, path := range []string{"/next-place/pack", "/next-place/files/" + photo + "/720.webp"} {
			refused(t, path, h.Leo.Get(path), 404, "")
		}
		a := h.Leo.Get("/next-place/off").OK()
		var off moveOff
		a.Into(&off)
		if off.To.Name != "Elm Carers" || off.To.ID != "" || off.By.Name != "Sam" || off.Words != "Somebody else needed the room" || !slices.ContainsFunc(off.Ask, func(p placed) bool { return p.Name == "Jo" }) {
			t.Errorf("Leo reads %+v", off)
		}
		if strings.Contains(string(a.Body), canary) {
			t.Errorf("Leo reads what is for their side: %s", a.Body)
		}
		refused(t, "somebody else", k.YoungPerson("Mia", h.Home).Get("/next-place/off"), 404, "")
		if p := string(h.ann.Get("/moves/" + id).OK().Body); strings.Contains(p, "Somebody else needed") {
			t.Error("the place reads what is between Leo and his side")
		}
		h.pass(13 * day)
		h.Leo.Get("/next-place/off").OK()
		h.pass(day)
		refused(t, "two weeks later", h.Leo.Get("/next-place/off"), 404, "")
		refused(t, "two weeks later, the page", h.Leo.Get("/next-place"), 404, "")

		untold := h.move()
		h.Sam.Post("/moves/"+untold+"/end", body{"reason": "x", "forThem": "y"}).OK()
		refused(t, "one that was never told", h.Leo.Get("/next-place/off"), http.StatusNotFound, "")
		gone := h.told()
		h.Sam.Post("/moves/"+gone+"/end", body{"reason": "x"}).OK()
		h.Leo.Get("/next-place/off").OK()
		h.told()
		refused(t, "another one is before them", h.Leo.Get("/next-place/off"), 404, "")
	})
}

// Who has moved a while ago still has that page: that the next move is off stands beside it.
func TestAMoveThatIsOffIsToldBesideTheLastOne(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		first := h.told()
		h.Sam.Post("/moves/"+first+"/arrived", body{}).OK()
		h.pass(9 * day)
		second := h.told()
		var next struct {
			Move struct{ ID string }
			Off  *moveOff
		}
		reads := func(move, off string) {
			t.Helper()
			next.Off = nil
			h.Leo.Get("/next-place").Into(&next)
			if got := next.Off; next.Move.ID != move || (got == nil) != (off == "") || got != nil && (got.ID != off || got.By.Name != "Sam") {
				t.Errorf("Leo reads %+v", next)
			}
		}
		reads(second, "")
		h.Sam.Post("/moves/"+second+"/end", body{"reason": "x", "forThem": "The room went"}).OK()
		reads(first, second)
		h.Leo.Get("/next-place/off").OK()
		third := h.told()
		reads(third, "")
		h.Sam.Post("/moves/"+third+"/end", body{"reason": "x"}).OK()
		reads(first, third)
		h.pass(14 * day)
		reads(first, "")
	})
}
