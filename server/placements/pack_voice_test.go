package placements_test

import (
	"bytes"
	"net/http"
	"testing"

	"heard/server/db"
	"heard/server/files"
	"heard/server/testkit"
	"heard/server/testkit/voices"
)

// said gives a pack in which somebody says a part.
func said(p map[string]any, key, voice string) map[string]any {
	for _, part := range p["parts"].([]any) {
		if one := part.(map[string]any); one["key"] == key {
			one["voice"] = map[string]any{"id": voice, "name": "../../secret", "seconds": 9999, "bytes": 1}
		}
	}
	return p
}

// A place's voice is the place's own, is shown with the version it was shown with, counts
// in what a phone saves, and is heard by nobody else.
func TestAPlaceSpeaks(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		keep := func(by *testkit.Person, service string) string {
			f, err := k.App.Files.Keep(t.Context(), h.org, by.ID, files.Owner{Kind: files.OfPlace, ID: service}, files.Voice, voices.Recorded(t, "chromium-slices.webm"))
			must(t, err)
			return f.ID
		}
		photo, voice, theirs := h.file("photo", "place", h.Home), keep(h.kay, h.Home), keep(h.ann, h.other)
		for what, id := range map[string]string{"another place's": theirs, "a photo": photo, "nothing": nobody} {
			if a := h.save(h.kay, 0, said(pack(photo), "welcome", id)); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s as a voice: %d %s", what, a.Status, a.Body)
			}
		}
		saved := h.save(h.kay, 0, said(pack(photo), "welcome", voice)).OK()
		if !bytes.Contains(saved.Body, []byte(`"voice":{"id":"`+voice+`","name":"voice.webm","seconds":2,`)) {
			t.Errorf("the draft says of its voice %s", saved.Body)
		}
		path := "/places/" + h.Home + "/files/" + voice + "/voice.webm"
		a := h.ben.Get(path).OK()
		for name, want := range map[string]string{
			"Content-Type": "audio/webm", "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s", name, got)
			}
		}
		for _, p := range []*testkit.Person{h.ann, h.Jo} {
			if a := p.Get(path); a.Status != http.StatusNotFound {
				t.Errorf("%s hears it: %d", p.Name, a.Status)
			}
		}

		h.ready(h.kay, 1).OK()
		h.publish(h.ben, 1).OK()
		mia := k.YoungPerson("Mia", h.other)
		k.Relate(h.Sam.ID, "keyworker_of", mia.ID)
		move := db.NewID()
		h.change(`INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, told_at, told_by, pack_version_id, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, ?, ?, id, 1, 1 FROM pack_versions WHERE service_id = ?`,
			move, h.org, mia.ID, h.Home, []byte("x"), h.kay.ID, db.At(k.Clock.Now()), db.At(k.Clock.Now()), h.kay.ID, h.Home)
		heard := "/next-place/files/" + voice + "/voice.webm"
		refused(t, "before it is opened", mia.Get(heard), http.StatusNotFound, "")
		h.change("UPDATE moves SET choice = 'opened' WHERE id = ?", move)
		// What was shown keeps its voice, whatever the place says later.
		h.save(h.kay, 1, pack(photo)).OK()
		h.ready(h.kay, 2).OK()
		h.publish(h.ben, 2).OK()
		if a := mia.Get(heard).OK(); len(a.Body) != len(voices.Recorded(t, "chromium-slices.webm")) {
			t.Errorf("she hears %d bytes", len(a.Body))
		}
		var seen struct {
			Bytes int
			Later []struct{ Key string }
		}
		mia.Get("/next-place/pack").Into(&seen)
		if want := 90000 + len(voices.Recorded(t, "chromium-slices.webm")); seen.Bytes != want || len(seen.Later) != 1 || seen.Later[0].Key != "welcome" {
			t.Errorf("seen %+v, want %d bytes", seen, want)
		}

		// Whose voice it is can ask for it to go: from what was shown too.
		at := "/places/" + h.Home
		if list := h.ben.Get(at + "/photos").OK(); !bytes.Contains(list.Body, []byte(`{"id":"`+voice+`","alt":"","part":"welcome","seconds":2}`)) {
			t.Errorf("to withdraw: %s", list.Body)
		}
		h.ben.Post(at+"/files/"+voice+"/withdraw", nil).OK()
		for what, a := range map[string]*testkit.Answer{"Mia": mia.Get(heard), "Ben": h.ben.Get(path)} {
			if a.Status != http.StatusNotFound {
				t.Errorf("%s hears a voice that was taken away: %d", what, a.Status)
			}
		}
		if a := mia.Get("/next-place/pack").OK(); bytes.Contains(a.Body, []byte(voice)) {
			t.Errorf("the pack names it: %s", a.Body)
		}

		// Nobody can be told aloud what nobody can read.
		h.save(h.kay, 2, said(with(pack(photo), "day", ""), "day", keep(h.kay, h.Home))).OK()
		refused(t, "a voice without words", h.ready(h.kay, 3), http.StatusUnprocessableEntity, "findings")
	})
}
