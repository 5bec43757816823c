package placements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// Somebody in a photo asks for it to go: it goes at once, out of the draft, what is
// published and what was shown, whose rows stay as they are; and it does not come back.
func TestAPhotoIsWithdrawn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		room, face := h.file("photo", "place", h.Home), h.file("photo", "place", h.Home)
		mine := pack(room)
		mine["walk"] = []any{map[string]any{"id": face, "alt": "Ana at the door"}}
		mine["people"] = []any{map[string]any{"name": "Ana", "role": "cook", "kind": "works", "shot": map[string]any{"id": face, "alt": "Ana"}}}
		h.save(h.kay, 0, mine).OK()
		h.ready(h.kay, 1).OK()
		h.publish(h.ben, 1).OK()
		mia := k.YoungPerson("Mia", h.other)
		move, now := db.NewID(), db.At(k.Clock.Now())
		h.change(`INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, told_at, told_by, pack_version_id, choice, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, id, 'opened', 1, 1 FROM pack_versions WHERE service_id = ?`,
			move, h.org, mia.ID, h.Home, []byte{}, h.kay.ID, now, now, h.kay.ID, h.Home)
		h.save(h.kay, 1, with(mine, "food", "Stew")).OK() // the draft has the walk no more
		h.ready(h.kay, 2).OK()
		h.publish(h.ben, 2).OK()
		h.save(h.kay, 2, mine).OK()
		h.ready(h.kay, 3).OK()
		sealed := h.one("SELECT CAST(count(*) AS TEXT) FROM pack_versions")

		at := "/places/" + h.Home
		if list := string(h.Lead.Get(at + "/photos").OK().Body); !strings.Contains(list, face) || !strings.Contains(list, room) {
			t.Errorf("photos somebody may be looking at: %s", list)
		}
		for name, p := range map[string]*testkit.Person{"Sam, a keyworker": h.Sam, "Ann, of another place": h.ann} {
			refused(t, name, p.Post(at+"/files/"+face+"/withdraw", nil), 404, "")
			refused(t, name, p.Get(at+"/photos"), 404, "")
		}
		refused(t, "of another place's", h.ann.Post("/places/"+h.other+"/files/"+face+"/withdraw", nil), 404, "")
		refused(t, "no such photo", h.kay.Post(at+"/files/"+nobody+"/withdraw", nil), 404, "")
		if shown := string(mia.Get("/next-place/pack").OK().Body); !strings.Contains(shown, face) {
			t.Fatalf("before it Mia is not shown it: %s", shown)
		}
		h.Lead.Post(at+"/files/"+face+"/withdraw", nil).OK()
		h.kay.Post(at+"/files/"+face+"/withdraw", nil).OK() // twice is once

		for what, a := range map[string]*testkit.Answer{
			"Mia's pack": mia.Get("/next-place/pack").OK(), "the draft": h.kay.Get(at + "/pack").OK(), "the list": h.kay.Get(at + "/photos").OK(),
		} {
			if text := string(a.Body); strings.Contains(text, face) || !strings.Contains(text, room) {
				t.Errorf("%s: %s", what, text)
			}
		}
		if next := string(mia.Get("/next-place").OK().Body); !strings.Contains(next, `"gone":["`+face+`"]`) {
			t.Errorf("Mia's phone is not told that it is gone: %s", next)
		}
		for what, a := range map[string]*testkit.Answer{
			"Mia": mia.Get("/next-place/files/" + face + "/720.webp"), "Kay": h.kay.Get(at + "/files/" + face + "/720.webp"),
		} {
			if a.Status != http.StatusNotFound {
				t.Errorf("%s is answered %d for the photo", what, a.Status)
			}
		}
		refused(t, "what was to be checked had it", h.publish(h.ben, 3), 409, "changed")
		refused(t, "a page that has it still", h.save(h.kay, 4, mine), 422, "field")
		if now := h.one("SELECT CAST(count(*) AS TEXT) FROM pack_versions"); now != sealed || !h.gone(face) || h.gone(room) {
			t.Errorf("%s versions, then %s", sealed, now)
		}
	})
}

// What came after it was shown, and the guide as a paper, go like a photo of the first day:
// the phone is told of each, also once the place's pages have it no more.
func TestWhatIsWithdrawnOfALaterVersion(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		room, before, since := h.file("photo", "place", h.Home), h.file("photo", "place", h.Home), h.file("photo", "place", h.Home)
		guide, other := h.file("guide", "place", h.Home), h.file("guide", "place", h.Home)
		at := "/places/" + h.Home
		gone := func() string {
			var next struct{ Gone []string }
			k.Clock.Forward(time.Minute)
			h.Leo.Get("/next-place").Into(&next)
			slices.Sort(next.Gone)
			return strings.Join(next.Gone, " ")
		}
		publish := func(revision int, pages map[string]any) {
			t.Helper()
			h.save(h.kay, revision-1, pages).OK()
			h.ready(h.kay, revision).OK()
			h.publish(h.ben, revision).OK()
		}
		mine := pack(room)
		mine["guideFile"] = map[string]any{"id": guide}
		h.kay.Post(at+"/files/"+before+"/withdraw", nil).OK()
		k.Clock.Forward(time.Minute)
		publish(1, mine)
		move, now := db.NewID(), db.At(k.Clock.Now())
		h.change(`INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, told_at, told_by, pack_version_id, choice, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, id, 'opened', 1, 1 FROM pack_versions WHERE service_id = ?`,
			move, h.org, h.Leo.ID, h.Home, []byte{}, h.kay.ID, now, now, h.kay.ID, h.Home)
		later := with(mine, "food", "Stew")
		later["walk"] = []any{map[string]any{"id": since, "alt": "Ana at the door"}}
		later["guideFile"] = map[string]any{"id": other}
		publish(2, later)
		if text := string(h.Leo.Get("/next-place/pack").OK().Body); !strings.Contains(text, since) || !strings.Contains(text, guide) ||
			!strings.Contains(text, other) || !strings.Contains(text, `"move":"`+move+`"`) {
			t.Fatalf("before it: %s", text)
		}
		if got := gone(); got != "" {
			t.Errorf("nothing of it was taken away, and the phone is told of %s", got)
		}
		var list struct {
			Photos []struct {
				ID    string
				Guide bool
			}
		}
		h.kay.Get(at + "/photos").Into(&list)
		guides := map[string]bool{}
		for _, one := range list.Photos {
			guides[one.ID] = one.Guide
		}
		if is, named := guides[room]; !guides[guide] || !guides[other] || is || !named || len(guides) != 4 {
			t.Errorf("what can be taken away: %+v", list)
		}
		all := []string{}
		for _, id := range []string{since, guide, other} {
			h.kay.Post(at+"/files/"+id+"/withdraw", nil).OK()
			all = append(all, id)
			slices.Sort(all)
			if got := gone(); got != strings.Join(all, " ") {
				t.Errorf("the phone is told of %s, not of %s", got, strings.Join(all, " "))
			}
			if text := string(h.Leo.Get("/next-place/pack").OK().Body); strings.Contains(text, id) {
				t.Errorf("it is shown still: %s", text)
			}
		}
		publish(5, with(pack(room), "food", "Bread"))
		if got := gone(); got != strings.Join(all, " ") {
			t.Errorf("after other pages the phone is told of %s", got)
		}
	})
}
