package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/testkit"
	"heard/server/web"
)

func operation(item *huma.PathItem, method string) *huma.Operation {
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
		http.MethodDelete: item.Delete, http.MethodPatch: item.Patch,
	}[method]
}

// bodyOf gives the schema of the JSON a route takes; nil when it takes none.
func bodyOf(k *testkit.Kit, r web.Route) *huma.Schema {
	api := k.App.Web.OpenAPI()
	op := operation(api.Paths[r.Path], r.Method)
	if op == nil || op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil { // a piece of a file is bytes
		return nil
	}
	return resolve(k, op.RequestBody.Content["application/json"].Schema)
}

func resolve(k *testkit.Kit, s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return k.App.Web.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// filled is a body in the route's own form, with this text in every text.
func filled(k *testkit.Kit, s *huma.Schema, text string) any {
	s = resolve(k, s)
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Format == "date-time":
		return "2026-03-05T10:00:00Z"
	}
	switch s.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range s.Properties {
			object[name] = filled(k, property, text)
		}
		return object
	case huma.TypeArray:
		return []any{filled(k, s.Items, text)}
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return true
	default:
		return text
	}
}

// wrongBodies are bodies a route must refuse, by what is wrong with them.
func wrongBodies(k *testkit.Kit, s *huma.Schema) map[string]any {
	wrong := map[string]any{
		"half a body":       `{"` + canary + `": "` + canary,
		"no JSON":           canary,
		"a text":            `"` + canary + `"`,
		"a list":            `["` + canary + `"]`,
		"null":              `null`,
		"not UTF-8":         "{\"" + canary + "\": \"\xff\xfe\"}",
		"an unknown field":  with(filled(k, s, "x"), canary, canary),
		"two JSON values":   `{} {"` + canary + `": 1}`,
		"deeply nested":     strings.Repeat("[", 20_000),
		"only unknown keys": map[string]any{canary: map[string]any{canary: []any{canary}}},
	}
	for name, property := range s.Properties {
		property = resolve(k, property)
		for what, value := range map[string]any{"a text": canary, "an object": map[string]any{canary: canary}, "a list": []any{canary}, "a number": 3.5} {
			if property.Type == huma.TypeString && what == "a text" || property.Type == huma.TypeObject && what == "an object" ||
				property.Type == huma.TypeArray && what == "a list" {
				continue
			}
			wrong[name+" as "+what] = with(filled(k, s, "x"), name, value)
		}
		if property.MaxLength != nil {
			long := strings.Repeat(canary, *property.MaxLength/len(canary)+1)
			wrong[name+" too long"] = with(filled(k, s, "x"), name, long)
		}
	}
	return wrong
}

func with(body any, name string, value any) any {
	body.(map[string]any)[name] = value
	return body
}

// What is no proper request is refused with a code and a sentence; nothing of it
// is stored, repeated or logged.
func TestEveryDoorRefusesBadBodies(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		people := openDoors(k)
		before := census(k)
		for _, r := range k.App.Web.Routes() {
			s := bodyOf(k, r)
			if s == nil || r.Path == "/api/young/cards" { // a card is read with patience: TestACardIsKept
				continue
			}
			for what, body := range wrongBodies(k, s) {
				a := people[r.Place].Do(r.Method, below(r, nobodysID), body)
				code, _ := a.Problem()
				if a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest || code != "invalid" {
					t.Errorf("%s %s with %s: status %d, %s", r.Method, r.Path, what, a.Status, a.Body)
				}
				private(t, r.Method+" "+r.Path+" with "+what, a.Body, canary)
			}
		}
		unchanged(k, before)
		private(t, "the log", []byte(k.Logs.String()), canary)
	})
}

// A body over the limit is refused on every route that takes one, a card's too.
func TestEveryDoorRefusesLargeBodies(t *testing.T) {
	k := testkit.New(t)
	people := openDoors(k)
	before := census(k)
	bodyOver := func(size int) []byte {
		body, err := json.Marshal(map[string]any{"words": strings.Repeat(canary, size/len(canary)+1)})
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	large, larger := bodyOver(300<<10), bodyOver(1100<<10)
	for _, r := range k.App.Web.Routes() {
		if bodyOf(k, r) == nil {
			continue
		}
		body := large
		if r.Path == "/api/sealed" { // a voice may be in it
			body = larger
		}
		a := people[r.Place].Do(r.Method, below(r, nobodysID), body)
		if code, _ := a.Problem(); a.Status != http.StatusRequestEntityTooLarge || code != "too_large" {
			t.Errorf("%s %s: status %d, %s", r.Method, r.Path, a.Status, code)
		}
		private(t, r.Path, a.Body, canary)
	}
	unchanged(k, before)
	private(t, "the log", []byte(k.Logs.String()), canary)
}

// Bytes that a database would stumble over are a refusal, never a failure of ours.
func TestStrangeBytesAreRefusedNotFailed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		people := openDoors(k)
		for _, r := range k.App.Web.Routes() {
			if r.Live || strings.HasSuffix(r.Path, "/sign-out") {
				continue
			}
			p := people[r.Place]
			answers := map[string]*testkit.Answer{}
			for _, id := range []string{"%00", "%FF%FE", "a%00b", "%27%20OR%201=1", "%F0%9F%8C%8A"} {
				if strings.Contains(r.Path, "{") {
					answers["the id "+id] = p.Do(r.Method, below(r, id), emptyBody(k, r))
				}
				answers["the query "+id] = p.Do(r.Method, below(r, nobodysID)+"?after="+id+"&subject="+id+"&object="+id+"&youngPersonId="+id, emptyBody(k, r))
			}
			if s := bodyOf(k, r); s != nil {
				for _, text := range []string{"a\x00b", "\u202e\u2066", "\U0001F30A", "' OR 1=1 --"} {
					answers["a body with "+text] = p.Do(r.Method, below(r, nobodysID), filled(k, s, text))
					for name := range s.Properties {
						answers[name+" as "+text] = p.Do(r.Method, below(r, nobodysID), with(filled(k, s, "x"), name, text))
					}
				}
			}
			for what, a := range answers {
				if a.Status >= http.StatusInternalServerError {
					t.Errorf("%s %s with %q: status %d, %s", r.Method, r.Path, what, a.Status, a.Body)
				}
			}
		}
	})
}

func emptyBody(k *testkit.Kit, r web.Route) any {
	if s := bodyOf(k, r); s != nil {
		return filled(k, s, "x")
	}
	return nil
}
