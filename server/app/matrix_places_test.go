package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/files"
	"heard/server/testkit"
)

// placeMay is what a relation gives over a place's pack: a status an act.
type placeMay struct{ draft, save, ready, publish, file, upload int }

var (
	writes    = placeMay{draft: 200, save: 409, ready: 200, publish: 422, file: 200, upload: 200}
	confirms  = placeMay{draft: 200, save: 403, ready: 403, publish: 422, file: 200, upload: 403}
	noPlace   = placeMay{draft: 404, save: 404, ready: 404, publish: 404, file: 404, upload: 404}
	packWords = "heron-behind-the-shed"
)

// placeRoles is the row of access.md about the preview of a place, for those at work.
var placeRoles = []struct {
	kind, objectKind string
	may              placeMay
}{
	{"placement_of", "service", writes},
	{"lead_of", "service", confirms},
	{"lead_of", "team", confirms},
	{"safeguarding_of", "service", confirms},
	{"safeguarding_of", "organisation", confirms},
	{"keyworker_of", "young_person", noPlace},
	{"cover_for", "young_person", noPlace},
	{"cover_for", "team", noPlace},
	{"on_shift", "team", noPlace},
	{"placing_for", "young_person", noPlace},
	{"break_glass", "young_person", noPlace},
	{"analyst_of", "service", noPlace},
	{"commissioner_of", "organisation", noPlace},
	{"friend_of", "young_person", noPlace},
}

// packed is Oak House with a pack that is published and waits to be checked anew.
type packed struct {
	*stage
	kay, ben *testkit.Person
	file     string
}

func newPacked(k *testkit.Kit) *packed {
	p := &packed{stage: newStage(k), kay: k.Staff("Kay"), ben: k.Staff("Ben")}
	for _, who := range []*testkit.Person{p.kay, p.ben} {
		p.relate(p.org, who.ID, "placement_of", "service", p.Home, current)
	}
	var raw bytes.Buffer
	must(k.T.(*testing.T), jpeg.Encode(&raw, image.NewGray(image.Rect(0, 0, 240, 240)), nil))
	f, err := k.App.Files.Keep(k.T.Context(), p.org, p.kay.ID, files.Owner{Kind: files.OfPlace, ID: p.Home}, files.Photo, raw.Bytes())
	must(k.T.(*testing.T), err)
	p.file = f.ID
	part := func(key string, photos ...any) map[string]any {
		return map[string]any{"key": key, "words": packWords, "photos": append([]any{}, photos...)}
	}
	at := "/places/" + p.Home
	p.kay.Do(http.MethodPut, at+"/pack", map[string]any{"base": 0, "pack": map[string]any{"parts": []any{
		part("welcome"), part("bedroom", map[string]any{"id": f.ID, "alt": "A bed"}), part("contact"), part("guide"),
	}}}).OK()
	ready := map[string]any{"revision": 1}
	p.kay.Post(at+"/ready", ready).OK()
	p.ben.Post(at+"/publish", map[string]any{"revision": 1, "checked": map[string]any{"street": true, "plates": true, "people": true, "descriptions": true}}).OK()
	p.kay.Post(at+"/ready", ready).OK()
	return p
}

// asks does everything there is to do with a place's pack.
func (p *packed) asks(who *testkit.Person, place, file string) map[string]*testkit.Answer {
	at := "/places/" + place
	return map[string]*testkit.Answer{
		"draft":   who.Get(at + "/pack"),
		"save":    who.Do(http.MethodPut, at+"/pack", map[string]any{"base": 7, "pack": map[string]any{}}),
		"ready":   who.Post(at+"/ready", map[string]any{"revision": 1}),
		"publish": who.Post(at+"/publish", map[string]any{"revision": 1, "checked": map[string]any{"street": false, "plates": false, "people": false, "descriptions": false}}),
		"photos":  who.Get(at + "/photos"),
		"file":    who.Get(at + "/files/" + file + "/360.jpg"),
		"upload":  who.Post("/uploads", map[string]any{"kind": "photo", "owner": map[string]any{"kind": "place", "id": place}, "size": 1000}),
	}
}

func (m placeMay) of(act string) int {
	return map[string]int{
		"draft": m.draft, "save": m.save, "ready": m.ready, "publish": m.publish, "file": m.file, "upload": m.upload, "photos": m.file,
	}[act]
}

func (p *packed) may(t *testing.T, name string, who *testkit.Person, may placeMay) {
	t.Helper()
	answers, before := p.asks(who, p.Home, p.file), census(p.k)
	for act, a := range answers {
		if want := may.of(act); a.Status != want {
			t.Errorf("%s: %s: status %d, want %d: %s", name, act, a.Status, want, a.Body)
		}
		if a.Status != http.StatusOK {
			private(t, name+": "+act, a.Body, packWords, p.file)
		}
	}
	if listed := strings.Contains(string(who.Get("/places").OK().Body), p.Home); listed != (may != noPlace) {
		t.Errorf("%s: listed %v", name, listed)
	}
	if may != noPlace {
		return
	}
	for act, missing := range p.asks(who, nobodysID, nobodysID) {
		if a := answers[act]; a.Status == http.StatusNotFound && refusal(t, a) != refusal(t, missing) {
			t.Errorf("%s: %s tells that it exists: %s", name, act, a.Body)
		}
	}
	if a := who.Post("/places/"+p.Home+"/files/"+p.file+"/withdraw", nil); a.Status != http.StatusNotFound {
		t.Errorf("%s takes a photo away: status %d: %s", name, a.Status, a.Body)
	}
	unchanged(p.k, before)
}

func TestMatrixOfPacks(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPacked(k)
		for _, r := range placeRoles {
			name := r.kind + " " + r.objectKind
			who := k.Staff(name)
			object := map[string]string{"young_person": p.Leo.ID, "team": p.Team, "service": p.Home, "organisation": p.org}[r.objectKind]
			p.relate(p.org, who.ID, r.kind, r.objectKind, object, current)
			p.may(t, name, who, r.may)
			if r.may == noPlace {
				continue
			}
			for _, st := range rightless {
				p.relate(p.org, who.ID, r.kind, r.objectKind, object, st)
				p.may(t, name+", "+string(st), who, noPlace)
			}
			p.foreignRows(r.kind, r.objectKind, object, current)
			p.may(t, name+", other organisation", p.foreign, noPlace)
			p.foreignRows(r.kind, r.objectKind, object, none)
			p.relate(p.org, who.ID, r.kind, r.objectKind, object, current)
			k.Admin().Post("/staff/"+who.ID+"/suspend", nil).OK()
			for act, a := range p.asks(who, p.Home, p.file) {
				if a.Status != http.StatusUnauthorized {
					t.Errorf("%s, suspended: %s: status %d", name, act, a.Status)
				}
			}
		}
		elsewhere := k.Staff("Works for another place")
		p.relate(p.org, elsewhere.ID, "placement_of", "service", k.Service("foster_agency", "Elsewhere"), current)
		p.may(t, "staff of another place", elsewhere, noPlace)
	})
}

// A young person reads a pack and its photos from the moment they opened it until the
// move is called off, and nobody else's ever; whoever places them, while they go there.
func TestMatrixOfPacksForTheYoung(t *testing.T) {
	k := testkit.New(t)
	p := newPacked(k)
	mia, other := k.YoungPerson("Mia", k.Service("foster_agency", "Elsewhere")), k.YoungPerson("Max", p.Home)
	asks := func(what string, who *testkit.Person, pack, file int) {
		t.Helper()
		a, f := who.Get("/next-place/pack"), who.Get("/next-place/files/"+p.file+"/360.jpg")
		if a.Status != pack || f.Status != file {
			t.Errorf("%s: the pack %d, want %d, a photo %d, want %d", what, a.Status, pack, f.Status, file)
		}
		if a.Status != http.StatusOK {
			private(t, what, a.Body, packWords, p.file)
		}
	}
	asks("without a move", mia, 404, 404)
	move, now := db.NewID(), db.At(k.Clock.Now())
	change(k, `INSERT INTO moves (id, organisation_id, young_person_id, to_service_id, emergency, sealed, made_by, made_at, pack_version_id, revision, changed_at)
 SELECT ?, ?, ?, ?, FALSE, ?, ?, ?, id, 1, 1 FROM pack_versions`, move, p.org, mia.ID, p.Home, []byte("x"), p.kay.ID, now)
	asks("before being told", mia, 404, 404)
	change(k, "UPDATE moves SET told_at = ?, told_by = made_by", now)
	asks("before opening", mia, 409, 404)
	change(k, "UPDATE moves SET choice = 'never'")
	asks("having said never", mia, 409, 404)
	change(k, "UPDATE moves SET choice = 'opened'")
	asks("opened", mia, 200, 200)
	marta := k.Staff("Marta")
	p.relate(p.org, marta.ID, "placing_for", "young_person", mia.ID, current)
	theirs := func(what string, want int) {
		t.Helper()
		for _, path := range []string{"/booklet", "/files/" + p.file + "/360.jpg"} {
			a := marta.Get("/moves/" + move + path)
			if a.Status != want {
				t.Errorf("%s: their side: %s: status %d, want %d", what, path, a.Status, want)
			}
			if a.Status != http.StatusOK {
				private(t, what, a.Body, packWords, p.file)
			}
		}
	}
	theirs("opened", 200)
	change(k, "UPDATE moves SET moved_at = ?", db.At(k.Clock.Now().AddDate(0, 0, -41)))
	theirs("moved not long ago", 200)
	long := db.At(k.Clock.Now().AddDate(0, 0, -42))
	change(k, "UPDATE moves SET moved_at = ?, told_at = ?", long, long)
	theirs("long moved", 404)
	change(k, "UPDATE moves SET moved_at = NULL")
	asks("who lives there", other, 404, 404)
	change(k, "UPDATE moves SET ended_at = ?", now)
	asks("not going there after all", mia, 404, 404)
	theirs("not going there after all", 404)
}
