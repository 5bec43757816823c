package feelings_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/feelings"
	"heard/server/testkit"
)

// home is Leo with his keyworker Sam, and Kit who works with Amy, on a running
// server.
type home struct {
	leo, amy, sam, kit *testkit.Person
}

func newHome(k *testkit.Kit) home {
	k.T.Helper()
	w := k.World()
	h := home{leo: w.Leo, sam: w.Sam, amy: k.YoungPerson("Amy", w.Home), kit: k.Staff("Kit")}
	k.RelateAndConfirm(w.Lead, h.kit.ID, "keyworker_of", h.amy.ID)
	return h
}

// TestACardThereAndBack is the main job over the wire: a tap, a press, a promise,
// and the young person sees exactly that.
func TestACardThereAndBack(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHome(k)
		id := db.NewID()
		var r feelings.Receipt
		h.leo.Post("/cards", fmt.Sprintf(`{"id":%q,"card":"sad","kind":"feeling","intensity":"quite","words":%q,"audience":[],"tappedAt":"2026-03-04T14:03:00Z","later":{"x":1}}`, id, canary)).Into(&r)
		if r.ClientID != id || r.State != feelings.StateReceived || r.Duplicate {
			t.Fatalf("%+v", r)
		}
		var box feelings.Inbox
		h.sam.Get("/inbox").Into(&box)
		if len(box.Waiting) != 1 || box.Waiting[0].YoungPerson.Name != "Leo" || box.Waiting[0].Home != "Oak House" {
			t.Fatalf("%+v", box)
		}
		path := "/cards/" + r.ID
		var staff feelings.View
		h.sam.Get(path).Into(&staff)
		if staff.Words != canary || staff.YoungPerson == nil || staff.Colleagues == nil {
			t.Fatalf("%+v", staff)
		}
		h.sam.Post(path+"/seen", map[string]any{"version": staff.Version}).Into(&staff)
		by := k.Clock.Now().Add(30 * time.Minute)
		h.sam.Post(path+"/answer", map[string]any{"version": staff.Version, "kind": "coming_at", "at": by}).Into(&staff)
		var mine struct{ Cards []feelings.View }
		h.leo.Get("/cards").Into(&mine)
		if len(mine.Cards) != 1 || mine.Cards[0].State != feelings.StatePromised || !mine.Cards[0].By.Equal(by) || mine.Cards[0].Who.Name != "Sam" {
			t.Fatalf("%+v", mine)
		}
		var looked struct {
			Rows []struct {
				Who  struct{ Name string }
				What string
			}
		}
		h.leo.Get("/looked").Into(&looked)
		if len(looked.Rows) != 1 || looked.Rows[0].Who.Name != "Sam" || looked.Rows[0].What != "card" {
			t.Fatalf("%+v", looked)
		}
		h.leo.Post(path+"/close", map[string]any{"version": mine.Cards[0].Version, "helped": true}).Into(&staff)
		if staff.State != feelings.StateClosed {
			t.Fatalf("%+v", staff)
		}
		if strings.Contains(k.Logs.String(), canary) {
			t.Fatal("private words are in the log")
		}
	})
}

// TestWhatIsNotYoursDoesNotExist: a card of somebody else and a card that never
// was give the same body, on every route.
func TestWhatIsNotYoursDoesNotExist(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHome(k)
		var r feelings.Receipt
		h.leo.Post("/cards", map[string]any{"id": db.NewID(), "card": "sad", "kind": "feeling", "words": canary}).Into(&r)
		press := map[string]any{"version": 1}
		for _, route := range []struct {
			who    *testkit.Person
			method string
			path   string
			body   any
		}{
			{h.amy, "GET", "/cards/%s", nil},
			{h.amy, "GET", "/cards/%s/status", nil},
			{h.amy, "POST", "/cards/%s/withdraw", press},
			{h.amy, "POST", "/cards/%s/close", press},
			{h.amy, "POST", "/cards/%s/reopen", press},
			{h.amy, "POST", "/cards/%s/check", map[string]any{"version": 1, "answer": "yes"}},
			{h.kit, "GET", "/cards/%s", nil},
			{h.kit, "POST", "/cards/%s/seen", press},
			{h.kit, "POST", "/cards/%s/answer", map[string]any{"version": 1, "kind": "on_my_way"}},
			{h.kit, "POST", "/cards/%s/here", press},
			{h.kit, "POST", "/cards/%s/met", press},
			{h.kit, "POST", "/cards/%s/close", map[string]any{"version": 1, "reason": "x"}},
			{h.kit, "POST", "/cards/%s/checked-on", press},
			{h.kit, "GET", "/open/%s", nil},
		} {
			theirs := route.who.Do(route.method, fmt.Sprintf(route.path, r.ID), route.body)
			none := route.who.Do(route.method, fmt.Sprintf(route.path, db.NewID()), route.body)
			if theirs.Status != 404 || same(t, theirs.Body) != same(t, none.Body) || strings.Contains(string(theirs.Body), canary) {
				t.Errorf("%s %s: %d %s, and for nothing %s", route.method, route.path, theirs.Status, theirs.Body, none.Body)
			}
		}
		var view feelings.View
		h.leo.Get("/cards/" + r.ID).Into(&view)
		if untouched(view) {
			return
		}
		t.Fatalf("something moved: %s", kinds(view))
	})
}

// untouched says that nobody has pressed: the sender may have found no channel to
// one level after the other.
func untouched(v feelings.View) bool {
	return !slices.ContainsFunc(v.Events[1:], func(e feelings.EventView) bool {
		return e.Kind != feelings.EventNoChannel && e.Kind != feelings.EventNobody
	})
}

// same gives a problem's body without its request id.
func same(t *testing.T, body []byte) string {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	delete(p, "requestId")
	text, err := json.Marshal(p)
	must(t, err)
	return string(text)
}

// TestBadPresses: everything but the card endpoint is strict, and says why
// without repeating what was sent.
func TestBadPresses(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHome(k)
		var r feelings.Receipt
		h.leo.Post("/cards", map[string]any{"id": db.NewID(), "card": "sad", "kind": "feeling"}).Into(&r)
		path := "/cards/" + r.ID
		for _, bad := range []struct {
			who        *testkit.Person
			path, body string
			code       string
		}{
			{h.sam, path + "/seen", `{}`, "invalid"},
			{h.sam, path + "/seen", `{"version":0}`, "invalid"},
			{h.sam, path + "/seen", `{"version":"1"}`, "invalid"},
			{h.sam, path + "/seen", `{"version":1,"` + canary + `":1}`, "invalid"},
			{h.sam, path + "/seen", `{"version":9}`, "conflict"},
			{h.sam, path + "/answer", `{"version":1,"kind":"` + canary + `"}`, "invalid"},
			{h.sam, path + "/answer", `{"version":1,"kind":"coming_at","at":"` + canary + `"}`, "invalid"},
			{h.sam, path + "/answer", `{"version":1,"kind":"coming_at","at":"2020-01-01T00:00:00Z"}`, "invalid"},
			{h.sam, path + "/answer", `{"version":1,"kind":"own_words","words":"` + canary + strings.Repeat("x", 300) + `"}`, "invalid"},
			{h.sam, path + "/close", `{"version":1,"reason":"` + canary + `"}`, "forbidden"},
			{h.leo, path + "/check", `{"version":1,"answer":"` + canary + `"}`, "invalid"},
			{h.leo, path + "/check", `{"version":1,"answer":"yes"}`, "conflict"},
			{h.leo, "/cards", `{"words":"` + canary + `"}`, "invalid"},
			{h.leo, "/cards", `not json ` + canary, "invalid"},
			{h.leo, "/cards", `{"card":"sad","words":"` + canary + strings.Repeat("x", 300_000) + `"}`, "too_large"},
		} {
			a := bad.who.Post(bad.path, bad.body)
			if code, _ := a.Problem(); code != bad.code || strings.Contains(string(a.Body), canary) {
				t.Errorf("%s %.80s: %d %s", bad.path, bad.body, a.Status, a.Body)
			}
		}
		var view feelings.View
		h.leo.Get(path).Into(&view)
		if !untouched(view) {
			t.Fatalf("something moved: %s", kinds(view))
		}
		if strings.Contains(k.Logs.String(), canary) {
			t.Fatal("what was refused is in the log")
		}
	})
}

// TestTheLiveStreamWakes: Sam's open inbox hears of the card, and Leo hears that
// Sam is being told.
func TestTheLiveStreamWakes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHome(k)
		h.sam.Subscribe() // who has no phone is being told for a moment only
		live := h.sam.Live()
		defer func() { _ = live.Body.Close() }()
		var r feelings.Receipt
		h.leo.Post("/cards", map[string]any{"id": db.NewID(), "card": "sad", "kind": "feeling", "words": canary}).Into(&r)
		k.Eventually("the card is alerting", func() bool {
			var view feelings.View
			h.leo.Get("/cards/" + r.ID).Into(&view)
			return view.State == feelings.StateAlerting && view.Who.Name == "Sam"
		})
		buffer := make([]byte, 4096)
		n, err := live.Body.Read(buffer)
		if err != nil || strings.Contains(string(buffer[:n]), canary) || !strings.Contains(string(buffer[:n]), "event: ") {
			t.Fatalf("%q, %v", buffer[:n], err)
		}
	})
}
