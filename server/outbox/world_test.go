package outbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/outbox"
	"heard/server/testkit"
)

const canary = "zebra-in-the-attic"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// phone is what a young person's phone keeps for the time without a session.
type phone struct {
	t       *testing.T
	k       *testkit.Kit
	tickets []string
	key     string
	public  []byte
}

func newPhone(t *testing.T, k *testkit.Kit, p *testkit.Person) *phone {
	t.Helper()
	f := &phone{t: t, k: k}
	f.fill(p)
	return f
}

// fill fetches tickets as a page does that names none.
func (f *phone) fill(p *testkit.Person) int {
	f.t.Helper()
	return f.fillKeeping(p, nil)
}

// fillKeeping names the tickets beside cards that wait, and those at hand.
func (f *phone) fillKeeping(p *testkit.Person, beside []string) int {
	f.t.Helper()
	var got struct {
		Tickets []struct {
			Ticket    string
			ExpiresAt time.Time
		}
		Key struct{ ID, PublicKey string }
	}
	ask := map[string]any{"have": len(f.tickets)}
	if beside != nil {
		ask["keep"] = append(slices.Clone(beside), f.tickets...)
	}
	p.Post("/tickets", ask).Into(&got)
	for _, one := range got.Tickets {
		if !one.ExpiresAt.After(f.k.Clock.Now()) {
			f.t.Errorf("a ticket that ends at %s", one.ExpiresAt)
		}
		f.tickets = append(f.tickets, one.Ticket)
	}
	public, err := base64.RawURLEncoding.DecodeString(got.Key.PublicKey)
	must(f.t, err)
	f.key, f.public = got.Key.ID, public
	return len(got.Tickets)
}

// seal seals a card with the phone's next ticket.
func (f *phone) seal(card testkit.Card) outbox.Envelope {
	f.t.Helper()
	body, err := json.Marshal(card)
	must(f.t, err)
	ticket := f.tickets[0]
	f.tickets = f.tickets[1:]
	return f.sealWith(ticket, card.ID, body)
}

func (f *phone) sealWith(ticket, id string, body []byte) outbox.Envelope {
	f.t.Helper()
	e, err := outbox.Seal(f.key, f.public, id, ticket, body)
	must(f.t, err)
	return e
}

// answer is what POST /api/sealed says.
type answer struct {
	Status  int
	Text    string
	Header  http.Header
	Receipt struct {
		ID, ClientID, State, Reason string
		Duplicate                   bool
	}
}

// post sends anything to the door that reads no cookie.
func post(t *testing.T, k *testkit.Kit, body any, change ...func(*http.Request)) answer {
	t.Helper()
	a, err := try(t, k, body, change...)
	must(t, err)
	return a
}

func try(t *testing.T, k *testkit.Kit, body any, change ...func(*http.Request)) (answer, error) {
	t.Helper()
	raw, ok := body.([]byte)
	if !ok {
		var err error
		raw, err = json.Marshal(body)
		must(t, err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.URL+"/api/sealed", bytes.NewReader(raw))
	must(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", k.URL)
	for _, f := range change {
		f(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{Status: response.StatusCode, Text: string(text), Header: response.Header}
	return a, json.Unmarshal(text, &a.Receipt)
}

// taken fails the test unless the card was taken.
func (a answer) taken(t *testing.T) answer {
	t.Helper()
	if a.Status != http.StatusOK || a.Receipt.ID == "" {
		t.Fatalf("not taken: %d %s", a.Status, a.Text)
	}
	return a
}

// refused fails the test unless the card was refused for a reason, in plain words.
func (a answer) refused(t *testing.T, what, reason string) {
	t.Helper()
	if a.Receipt.Reason != reason || a.Status < 400 || a.Status >= 500 {
		t.Errorf("%s: %d %s, want %s", what, a.Status, a.Text, reason)
	}
	if a.Header.Get("Content-Type") != "application/problem+json" || len(a.Header.Values("Set-Cookie")) > 0 {
		t.Errorf("%s: %v", what, a.Header)
	}
}

func count(t *testing.T, k *testkit.Kit, query string, args ...any) int {
	t.Helper()
	var n int
	must(t, k.App.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&n).Error }))
	return n
}

func cards(t *testing.T, k *testkit.Kit) int { return count(t, k, "SELECT count(*) FROM cards") }

func kept(t *testing.T, k *testkit.Kit) int { return count(t, k, "SELECT count(*) FROM refused_cards") }

// reasons lists the young person's own refused cards.
func reasons(p *testkit.Person) []string {
	var list struct {
		Refused []struct {
			At     time.Time
			Reason string
		}
	}
	p.Get("/refused").Into(&list)
	var found []string
	for _, r := range list.Refused {
		found = append(found, r.Reason)
	}
	return found
}
