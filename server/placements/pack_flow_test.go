// Long because a pack is followed here from its first words to what a young person was shown.
package placements_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// house is Oak House with two who write for it, and another place with one.
type house struct {
	*testkit.World
	k             *testkit.Kit
	t             *testing.T
	org           string
	kay, ben, ann *testkit.Person // kay and ben work for Oak House, ann for the other
	other         string
}

func newHouse(t *testing.T, k *testkit.Kit) *house {
	t.Helper()
	h := &house{World: k.World(), k: k, t: t, other: k.Service("foster_agency", "Elm Carers")}
	h.kay, h.ben, h.ann = k.Staff("Kay"), k.Staff("Ben"), k.Staff("Ann")
	k.RelateAndConfirm(h.Lead, h.kay.ID, "placement_of", h.Home)
	k.RelateAndConfirm(h.Lead, h.ben.ID, "placement_of", h.Home)
	lead := k.Staff("Lead of the carers")
	k.Relate(lead.ID, "lead_of", h.other)
	k.RelateAndConfirm(lead, h.ann.ID, "placement_of", h.other)
	h.org = h.one("SELECT organisation_id FROM accounts WHERE id = ?", h.Leo.ID)
	return h
}

func (h *house) tx(f func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.k.App.DB.Tx(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) one(query string, args ...any) string {
	h.t.Helper()
	var found []string
	h.tx(func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&found).Error })
	if len(found) != 1 {
		h.t.Fatalf("%s: %v", query, found)
	}
	return found[0]
}

func (h *house) change(query string, args ...any) {
	h.t.Helper()
	h.tx(func(tx *db.Tx) error { return tx.Gorm().Exec(query, args...).Error })
}

// file writes down a file of an owner, without any bytes behind it.
func (h *house) file(kind, ownerKind, owner string) string {
	h.t.Helper()
	id := db.NewID()
	h.change(`INSERT INTO files (id, organisation_id, owner_kind, owner_id, kind, width, height, colour, bytes, key_of, wrapped, made_by, made_at)
 VALUES (?, ?, ?, ?, ?, 1280, 960, '#b9a78f', 90000, '', ?, ?, ?)`, id, h.org, ownerKind, owner, kind, []byte("k"), h.kay.ID, db.At(h.k.Clock.Now()))
	h.change("INSERT INTO file_parts (organisation_id, file_id, name, bytes) VALUES (?, ?, '720.webp', 90000)", h.org, id)
	return id
}

// pack is one that can be published, with this photo of the bedroom.
func pack(photo string) map[string]any {
	part := func(key, words string) map[string]any { return map[string]any{"key": key, "words": words} }
	bedroom := part("bedroom", "Your room")
	bedroom["photos"] = []any{map[string]any{"id": photo, "alt": "A bed and a lamp"}}
	return map[string]any{"called": "Oak House", "area": "Chatham", "parts": []any{
		part("welcome", "Hello"), bedroom, part("contact", "Ring us"), part("guide", "What we do"),
	}}
}

// with gives a pack in which a part says something else.
func with(p map[string]any, key, words string) map[string]any {
	parts := []any{map[string]any{"key": key, "words": words}}
	for _, part := range p["parts"].([]any) {
		if one := part.(map[string]any); one["key"] != key {
			parts = append(parts, one)
		}
	}
	return map[string]any{"called": p["called"], "area": p["area"], "parts": parts}
}

func (h *house) save(p *testkit.Person, base int, pack any) *testkit.Answer {
	return p.Do(http.MethodPut, "/places/"+h.Home+"/pack", map[string]any{"base": base, "pack": pack})
}

func (h *house) ready(p *testkit.Person, revision int) *testkit.Answer {
	return p.Post("/places/"+h.Home+"/ready", map[string]any{"revision": revision})
}

var allChecked = map[string]any{"street": true, "plates": true, "people": true, "descriptions": true}

func (h *house) publish(p *testkit.Person, revision int) *testkit.Answer {
	return p.Post("/places/"+h.Home+"/publish", map[string]any{"revision": revision, "checked": allChecked})
}

func refused(t *testing.T, what string, a *testkit.Answer, status int, reason string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("%s: status %d, want %d: %s", what, a.Status, status, a.Body)
		return
	}
	if _, got := a.Problem(); got != reason {
		t.Errorf("%s: reason %q, want %q: %s", what, got, reason, a.Body)
	}
}

type draft struct {
	Revision int
	Pack     struct {
		Parts []struct{ Key, Words string }
	}
	Ready    *struct{ By struct{ ID, Name string } }
	Back     string
	Findings []struct {
		What   string
		Blocks bool
	}
	Version *struct{ Number int }
}

func (d draft) words(key string) string {
	for _, part := range d.Pack.Parts {
		if part.Key == key {
			return part.Words
		}
	}
	return ""
}

func (h *house) draft() (d draft) {
	h.t.Helper()
	h.kay.Get("/places/" + h.Home + "/pack").Into(&d)
	return d
}

// Two who write at once: whoever comes second is told so, and finds the other's words.
func TestTwoEditorsLoseNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		mine := pack(h.file("photo", "place", h.Home))
		h.save(h.kay, 0, mine).OK()
		refused(t, "the first words twice", h.save(h.ben, 0, mine), http.StatusConflict, "changed")
		h.save(h.ben, 1, with(mine, "food", "Ben's words")).OK()
		refused(t, "an old base", h.save(h.kay, 1, with(mine, "food", "Kay's words")), http.StatusConflict, "changed")
		if d := h.draft(); d.Revision != 2 || d.words("food") != "Ben's words" {
			t.Errorf("revision %d says %q", d.Revision, d.words("food"))
		}
		h.save(h.kay, 2, with(mine, "food", "Ben's words, and Kay's")).OK()
		h.save(h.kay, 3, with(mine, "food", "Ben's words, and Kay's")).OK()
		if d := h.draft(); d.Revision != 3 {
			t.Errorf("saving the same again made revision %d", d.Revision)
		}
		var all sync.WaitGroup
		answers := make([]*testkit.Answer, 6)
		for i := range answers {
			all.Go(func() {
				answers[i] = h.save([]*testkit.Person{h.kay, h.ben}[i%2], 3, with(mine, "food", fmt.Sprint("words ", i)))
			})
		}
		all.Wait()
		taken := 0
		for i, a := range answers {
			if a.Status == http.StatusOK {
				taken++
				if got := h.draft().words("food"); got != fmt.Sprint("words ", i) {
					t.Errorf("saved %d and %q is there", i, got)
				}
			}
		}
		if taken != 1 {
			t.Errorf("%d of six were taken from one revision", taken)
		}
	})
}

// A pack is published by two: whoever said that it is ready is never the one.
func TestTwoPublish(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		mine := pack(h.file("photo", "place", h.Home))
		h.save(h.kay, 0, with(mine, "contact", "")).OK()
		refused(t, "ready without a contact", h.ready(h.kay, 1), http.StatusUnprocessableEntity, "findings")
		h.save(h.kay, 1, mine).OK()
		refused(t, "published before it is ready", h.publish(h.ben, 2), http.StatusConflict, "not_ready")
		refused(t, "ready at an old revision", h.ready(h.kay, 1), http.StatusConflict, "changed")
		h.ready(h.kay, 2).OK()
		refused(t, "published by the same person", h.publish(h.kay, 2), http.StatusForbidden, "same_person")
		half := map[string]any{"revision": 2, "checked": map[string]any{"street": true, "plates": true, "people": false, "descriptions": true}}
		refused(t, "published with a box open", h.ben.Post("/places/"+h.Home+"/publish", half), http.StatusUnprocessableEntity, "boxes")
		h.ready(h.ben, 2).OK()
		if d := h.draft(); d.Ready == nil || d.Ready.By.ID != h.kay.ID {
			t.Errorf("a second press made it somebody else's: %+v", d.Ready)
		}
		h.save(h.ben, 2, with(mine, "food", "Soup")).OK()
		refused(t, "published after an edit", h.publish(h.ben, 3), http.StatusConflict, "not_ready")
		refused(t, "published as it was before", h.publish(h.Lead, 2), http.StatusConflict, "changed")
		h.ready(h.ben, 3).OK()
		h.Lead.Post("/places/"+h.Home+"/back", map[string]any{"revision": 3, "reason": "The plate in the second photo"}).OK()
		if d := h.draft(); d.Ready != nil || !strings.Contains(d.Back, "plate") {
			t.Errorf("given back: %+v", d)
		}
		h.ready(h.ben, 3).OK()
		refused(t, "written by a lead", h.save(h.Lead, 3, mine), http.StatusForbidden, "not_writer")
		h.publish(h.Lead, 3).OK()
		h.save(h.kay, 3, with(mine, "food", "Stew")).OK()
		h.ready(h.kay, 4).OK()
		h.publish(h.Safeguarding, 4).OK()
		refused(t, "published twice", h.publish(h.ben, 4), http.StatusConflict, "not_ready")
		if d := h.draft(); d.Version == nil || d.Version.Number != 2 {
			t.Errorf("published %+v", d.Version)
		}
		err := k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec("UPDATE pack_versions SET number = 9").Error })
		if err == nil {
			t.Error("a published version was changed")
		}
	})
}

// A pack shows the place's own files and no other, as what they are.
func TestPackFilesAreThePlacesOwn(t *testing.T) {
	k := testkit.New(t)
	h := newHouse(t, k)
	own := h.file("photo", "place", h.Home)
	gone := h.file("photo", "place", h.Home)
	h.change("UPDATE files SET gone_at = 1 WHERE id = ?", gone)
	for what, id := range map[string]string{
		"another place's": h.file("photo", "place", h.other), "a move's": h.file("photo", "move", h.Home), "a paper": h.file("guide", "place", h.Home),
		"one that is gone": gone, "none there is": db.NewID(),
	} {
		refused(t, what, h.save(h.kay, 0, pack(id)), http.StatusUnprocessableEntity, "field")
	}
	p := pack(own)
	p["guideFile"] = map[string]any{"id": own}
	refused(t, "a photo as a guide", h.save(h.kay, 0, p), http.StatusUnprocessableEntity, "field")
	var saved struct {
		Pack struct {
			Parts []struct {
				Photos []struct {
					W, H   int
					Colour string
				}
			}
		}
	}
	h.save(h.kay, 0, pack(own)).Into(&saved)
	if shot := saved.Pack.Parts[1].Photos[0]; shot.W != 1280 || shot.H != 960 || shot.Colour != "#b9a78f" {
		t.Errorf("the photo is %+v", shot)
	}
}

// What was shown for a move stays as it was; what reads otherwise since comes beside it.
func TestPackIsFrozenForAMove(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		photo, later := h.file("photo", "place", h.Home), h.file("photo", "place", h.Home)
		mine := pack(photo)
		h.save(h.kay, 0, with(mine, "food", "Soup")).OK()
		h.ready(h.kay, 1).OK()
		h.publish(h.ben, 1).OK()
		leo := k.YoungPerson("Mia", h.other)
		k.Relate(h.Sam.ID, "keyworker_of", leo.ID)
		move := db.NewID()
		h.change(`INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, told_at, told_by, pack_version_id, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, id, 1, 1 FROM pack_versions WHERE service_id = ?`,
			move, h.org, leo.ID, h.Home, []byte("x"), h.kay.ID, db.At(k.Clock.Now()), db.At(k.Clock.Now()), h.kay.ID, h.Home)
		refused(t, "before it is opened", leo.Get("/next-place/pack"), http.StatusConflict, "not_opened")
		h.change("UPDATE moves SET choice = 'opened' WHERE id = ?", move)
		changed := with(mine, "food", "Stew")
		changed["walk"] = []any{map[string]any{"id": later, "alt": "The door"}}
		h.save(h.kay, 1, changed).OK()
		h.ready(h.ben, 2).OK()
		shown := leo.Get("/next-place/pack").OK()
		if strings.Contains(string(shown.Body), "Stew") || !strings.Contains(string(shown.Body), "Soup") {
			t.Errorf("a draft was shown: %s", shown.Body)
		}
		h.publish(h.kay, 2).OK()
		var seen struct {
			Version int
			Bytes   int
			QR      string
			Pack    struct{ Walk []any }
			Later   []struct {
				Key  string
				Part *struct{ Words string }
				Walk []struct{ ID string }
			}
		}
		leo.Get("/next-place/pack").Into(&seen)
		if seen.Version != 1 || len(seen.Pack.Walk) != 0 || len(seen.Later) != 2 || seen.Later[0].Part.Words != "Stew" || seen.Later[1].Walk[0].ID != later ||
			seen.Bytes != 90000 || !strings.HasPrefix(seen.QR, "data:image/png") {
			t.Errorf("seen %+v", seen)
		}
		k.Clock.Forward(366 * 24 * time.Hour)
	})
}
