package placements_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/outbox"
	"heard/server/testkit"
)

// canary stands in every private text; it must never be found where it does not belong.
const canary = "zebra-in-the-attic"

const (
	day    = 24 * time.Hour
	nobody = "0198c0de-0000-7000-8000-00000000dead"
)

type body = map[string]any

// phone is what a young person's phone keeps for the time without a session.
type phone struct {
	h       *house
	tickets []string
	key     string
	public  []byte
}

func (h *house) phone(p *testkit.Person) *phone {
	h.t.Helper()
	var got struct {
		Tickets []struct{ Ticket string }
		Key     struct{ ID, PublicKey string }
	}
	p.Post("/tickets", body{"have": 0}).Into(&got)
	f := &phone{h: h, key: got.Key.ID}
	for _, one := range got.Tickets {
		f.tickets = append(f.tickets, one.Ticket)
	}
	var err error
	f.public, err = base64.RawURLEncoding.DecodeString(got.Key.PublicKey)
	must(h.t, err)
	return f
}

// receipt is what the server says to something sealed.
type receipt struct {
	Status               int
	Text                 string
	ID, ClientID, Reason string
	Duplicate            bool
}

// seal seals something a young person does about a move, ready to be sent however often.
func (f *phone) seal(move, do string, b body) []byte {
	f.h.t.Helper()
	b["what"], b["do"], b["move"] = "move", do, move
	if b["id"] == nil {
		b["id"] = db.NewID()
	}
	raw, err := json.Marshal(b)
	must(f.h.t, err)
	e, err := outbox.Seal(f.key, f.public, b["id"].(string), f.tickets[0], raw)
	must(f.h.t, err)
	f.tickets = f.tickets[1:]
	raw, err = json.Marshal(e)
	must(f.h.t, err)
	return raw
}

func (h *house) send(sealed []byte) receipt {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.k.URL+"/api/sealed", bytes.NewReader(sealed))
	must(h.t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", h.k.URL)
	response, err := http.DefaultClient.Do(request)
	must(h.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(h.t, err)
	r := receipt{Text: string(text)}
	must(h.t, json.Unmarshal(text, &r))
	r.Status = response.StatusCode
	if r.Status != http.StatusOK && strings.Contains(r.Text, canary) {
		h.t.Errorf("a refusal holds the words: %s", r.Text)
	}
	return r
}

// act sends something that is taken, and gives the phone's id of it.
func (f *phone) act(move, do string, b body) string {
	f.h.t.Helper()
	r := f.h.send(f.seal(move, do, b))
	if r.Status != http.StatusOK || r.ID == "" {
		f.h.t.Fatalf("%s is not taken: %d %s", do, r.Status, r.Text)
	}
	return r.ID
}

// refused sends something that is refused for good, and says so.
func (f *phone) refused(what, move, do string, b body, reason string) {
	f.h.t.Helper()
	if r := f.h.send(f.seal(move, do, b)); r.Status == http.StatusOK || r.Status >= http.StatusInternalServerError || r.Reason != reason {
		f.h.t.Errorf("%s: %d %s, want reason %s", what, r.Status, r.Text, reason)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
