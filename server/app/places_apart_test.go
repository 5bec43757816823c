package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/files"
	"heard/server/testkit"
	"heard/server/viewer"
	"heard/server/web"
)

// Words of a place and of a move that nobody else may ever read.
const (
	packCanary  = "wren-above-the-porch"
	whyCanary   = "newt-behind-the-mill"
	askCanary   = "vole-under-the-hedge"
	belongs     = "moth-in-the-suitcase"
	placeCanary = "Rosehill (made up)"
)

// moving is Leo on his way to Rosehill, of which Ashfield must learn nothing.
type moving struct {
	*stage
	place, other   string
	kay, ben, nils *testkit.Person // Kay and Ben write for Rosehill, Nils for Ashfield
	file, upload   string
	move, item     string
	question       string
	ids            map[string]string // what a route's parameter after this segment can be
}

func picture(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func newMoving(k *testkit.Kit) *moving {
	t := k.T
	m := &moving{stage: newStage(k)}
	m.place, m.other = k.Service("childrens_home", placeCanary), k.Service("childrens_home", "Ashfield")
	m.kay, m.ben, m.nils = k.Staff("Kay"), k.Staff("Ben"), k.Staff("Nils")
	for _, r := range []struct {
		p     *testkit.Person
		place string
	}{{m.kay, m.place}, {m.ben, m.place}, {m.nils, m.other}} {
		m.relate(m.org, r.p.ID, "placement_of", "service", r.place, current)
	}
	f, err := k.App.Files.Keep(t.Context(), m.org, m.kay.ID, files.Owner{Kind: files.OfPlace, ID: m.place}, files.Photo, picture(t))
	if err != nil {
		t.Fatal(err)
	}
	m.file = f.ID
	var up struct{ ID string }
	m.kay.Post("/uploads", map[string]any{"kind": "photo", "owner": map[string]any{"kind": "place", "id": m.place}, "size": 4000}).Into(&up)
	m.upload = up.ID
	m.publish(f)
	m.tell()
	m.ids = map[string]string{
		"moves": m.move, "places": m.place, "uploads": m.upload, "files": m.file, "questions": m.question, "bag": m.item, "reviews": "7", "choices": "music",
	}
	return m
}

// publish has Kay write a pack with a photo of the bedroom, and Ben publish it.
func (m *moving) publish(f files.File) {
	shot := map[string]any{"id": f.ID, "alt": "A bed", "w": f.W, "h": f.H, "colour": f.Colour}
	part := func(key string, photos ...any) map[string]any {
		return map[string]any{"key": key, "words": "About " + key + ": " + packCanary, "photos": append([]any{}, photos...)}
	}
	pack := map[string]any{"called": placeCanary, "area": "Chatham", "walk": []any{}, "people": []any{}, "parts": []any{
		part("welcome"), part("bedroom", shot), part("contact"), part("guide"),
	}}
	var saved struct{ Revision int }
	m.kay.Do(http.MethodPut, "/places/"+m.place+"/pack", map[string]any{"base": 0, "pack": pack}).Into(&saved)
	m.kay.Post("/places/"+m.place+"/ready", map[string]any{"revision": saved.Revision}).OK()
	m.ben.Post("/places/"+m.place+"/publish", map[string]any{"revision": saved.Revision, "checked": map[string]bool{
		"street": true, "plates": true, "people": true, "descriptions": true,
	}}).OK()
}

// tell has Sam make the move and tell Leo, who looks and asks.
func (m *moving) tell() {
	t := m.k.T
	var made struct{ ID string }
	m.Sam.Post("/moves", map[string]any{
		"id": db.NewID(), "youngPersonId": m.Leo.ID, "toServiceId": m.place, "fromServiceId": m.Home, "emergency": false,
		"day": m.k.Clock.Now().AddDate(0, 0, 6).Format(time.DateOnly), "reason": whyCanary, "decidedBy": "Priya", "wishes": whyCanary,
	}).Into(&made)
	m.move = made.ID
	m.Sam.Post("/moves/"+m.move+"/tell", map[string]any{"base": 1}).OK()
	m.Leo.Post("/next-place/choice", map[string]any{"move": m.move, "choice": "opened"}).OK()
	m.question, m.item = db.NewID(), db.NewID()
	for _, act := range []map[string]any{
		{"id": m.question, "do": "question", "words": askCanary}, {"id": m.item, "do": "bag", "name": belongs},
		{"id": db.NewID(), "do": "wish", "key": "music", "words": askCanary},
	} {
		act["what"], act["move"] = "move", m.move
		body, err := json.Marshal(act)
		if err != nil {
			t.Fatal(err)
		}
		inTx(m.k, func(tx txOf) error {
			_, err := m.k.App.Placements.ActTx(tx, viewer.Viewer{
				OrganisationID: m.org, AccountID: m.Leo.ID, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true,
			}, body)
			return err
		})
	}
	if ids := texts(m.k, "SELECT id FROM move_questions WHERE move_id = ?", m.move); len(ids) == 1 {
		m.question = ids[0]
	} else {
		t.Fatalf("there are %d questions", len(ids))
	}
}

var (
	ofPlaces = regexp.MustCompile(`/(places|moves|uploads|next-place|buddy)\b`)
	followed = regexp.MustCompile(`/([a-z-]+)/\{[^}]+\}`)
)

// at fills a route's parameters with what there is; of a file, a part that it has.
func (m *moving) at(r web.Route) string {
	at := followed.ReplaceAllStringFunc(r.Path, func(part string) string {
		segment, _, _ := strings.Cut(strings.TrimPrefix(part, "/"), "/")
		if id := m.ids[segment]; id != "" {
			return "/" + segment + "/" + id
		}
		return part
	})
	at = strings.Replace(at, "/files/"+m.file+"/{name}", "/files/"+m.file+"/360.jpg", 1)
	return strings.TrimPrefix(parameter.ReplaceAllString(at, "0"), "/api/"+string(r.Place))
}

// odd is what is refused before anybody's right is asked: a piece is no JSON.
var odd = map[string]bool{"PUT /api/work/uploads/{id}/{offset}": true}

// secret is what no stranger may be answered.
func (m *moving) secret() []string {
	return []string{packCanary, whyCanary, askCanary, belongs, placeCanary, m.place, m.move, m.file, m.upload, m.question, "Leo"}
}

// Staff of another place, of no place, of another organisation, and whoever worked for the place
// once, or will, find on every route of places and moves what they would find of one that never
// was, and change nothing.
func TestTwoPlacesCannotSeeEachOther(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		m := newMoving(k)
		if a := m.kay.Get("/places/" + m.place + "/pack"); !sees(a, packCanary) {
			t.Fatalf("the place's own staff do not see it: %d %s", a.Status, a.Body)
		}
		if a := m.Sam.Get("/moves/" + m.move); !sees(a, whyCanary) || !sees(a, belongs) {
			t.Fatalf("their side does not see the move: %d %s", a.Status, a.Body)
		}
		m.strangers(t, "another place's staff", m.nils)
		m.strangers(t, "staff of no place", m.stranger)
		for _, st := range rightless {
			m.relate(m.org, m.ben.ID, "placement_of", "service", m.place, st)
			m.strangers(t, "the place's staff, "+string(st), m.ben)
		}
		m.foreignRows("placement_of", "service", m.place, current)
		m.strangers(t, "another organisation", m.foreign)
	})
}

// said is what a press wants to be told, so that no form stands before the right.
func (m *moving) said(r web.Route) any {
	if r.Method == http.MethodGet {
		return nil
	}
	now := m.k.Clock.Now()
	body := map[string]any{
		"base": 1, "revision": 1, "reason": "made up", "words": "made up", "name": "made up", "how": "car", "mayStop": true, "agreed": true, "askedAt": now,
		"packed": true, "state": "made", "kind": "visit", "at": now.Add(time.Hour), "youngPersonId": m.Leo.ID, "emergency": false, "decidedBy": "made up", "wishes": "made up",
		"day": now.AddDate(0, 0, 3).Format(time.DateOnly), "toServiceId": m.place, "withoutPack": true, "id": db.NewID(),
		"checked": map[string]bool{"street": true, "plates": true, "people": true, "descriptions": true},
	}
	switch path.Base(r.Path) {
	case "uploads":
		return map[string]any{"kind": "photo", "owner": map[string]any{"kind": "place", "id": m.place}, "size": 4000}
	case "pack": // read as a whole by its own rules
		return map[string]any{"base": 1, "pack": map[string]any{"called": "made up", "area": "", "walk": []any{}, "people": []any{}, "parts": []any{}}}
	}
	schema := bodyOf(m.k, r)
	if schema == nil {
		return nil
	}
	for name := range body {
		if schema.Properties[name] == nil {
			delete(body, name)
		}
	}
	return body
}

func (m *moving) strangers(t *testing.T, who string, p *testkit.Person) {
	t.Helper()
	before, asked := census(m.k), 0
	nothing := strings.NewReplacer(m.place, nobodysID, m.move, nobodysID, m.file, nobodysID, m.upload, nobodysID, m.question, nobodysID, m.item, nobodysID)
	for _, r := range m.k.App.Web.Routes() {
		if r.Place != viewer.Work || !ofPlaces.MatchString(r.Path) {
			continue
		}
		asked++
		name := who + ": " + r.Method + " " + r.Path
		got := p.Do(r.Method, m.at(r), m.said(r))
		private(t, name, got.Body, m.secret()...)
		if r.Method == http.MethodGet && !strings.Contains(r.Path, "{") {
			continue // a list of what is theirs
		}
		nobody := p.Do(r.Method, nothing.Replace(m.at(r)), m.said(r))
		if got.Status != http.StatusNotFound && !odd[r.Method+" "+r.Path] || got.Status != nobody.Status || refusal(t, got) != refusal(t, nobody) {
			t.Errorf("%s: %d %s, of nothing at all %d %s", name, got.Status, got.Body, nobody.Status, nobody.Body)
		}
	}
	unchanged(m.k, before)
	if asked < 25 {
		t.Errorf("only %d routes were asked", asked)
	}
}
