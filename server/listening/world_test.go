package listening_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
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

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is Oak House some hours after everybody came.
type world struct {
	*testkit.World
	t *testing.T
	k *testkit.Kit
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) { f(t, newWorld(t, k)) })
}

func newWorld(t *testing.T, k *testkit.Kit) *world {
	w := &world{World: k.World(), t: t, k: k}
	w.pass(3 * time.Hour)
	return w
}

// pass lets time go by; staff sign in again, whose screens have locked.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.k.Clock.Forward(d)
	for _, p := range []*testkit.Person{w.k.Admin(), w.Sam, w.Jo, w.Lead} {
		p.SignIn()
	}
}

func (w *world) now() time.Time { return w.k.Clock.Now() }

// contact is what a page sends.
type contact struct {
	ID            string    `json:"id"`
	YoungPersonID string    `json:"youngPersonId"`
	Kind          string    `json:"kind"`
	At            time.Time `json:"at"`
	Outcome       string    `json:"outcome"`
}

// met has Sam record that he met Leo an hour ago, and gives the contact's id.
func (w *world) met() string {
	w.t.Helper()
	return w.record(contact{Outcome: "happened", At: w.now().Add(-time.Hour)})
}

func (w *world) record(c contact) string {
	w.t.Helper()
	if c.ID == "" {
		c.ID = db.NewID()
	}
	if c.Kind == "" {
		c.Kind = "visit"
	}
	c.YoungPersonID = w.Leo.ID
	var made struct{ ID string }
	w.Sam.Post("/contacts", c).Into(&made)
	return made.ID
}

type person struct{ ID, Name string }

type metView struct {
	ID, Kind string
	At       time.Time
	With     *person
	Mine     bool
}

type answerView struct {
	At                     time.Time
	Contact                *metView
	With                   *person
	Listened, Serious, Say any
	Words                  string
	ID                     string
	Voice                  *struct{ Seconds int }
	Told                   *person
	YoungPerson            person
}

type history struct {
	Order string
	Open  bool
	Ask   *struct {
		ID      string
		Contact metView
	}
	Contacts []metView
	Mine     []answerView
}

func (w *world) listened(p *testkit.Person) history {
	w.t.Helper()
	var h history
	p.Get("/listened").Into(&h)
	return h
}

func (w *world) told(p *testkit.Person) []answerView {
	w.t.Helper()
	var h struct{ Told []answerView }
	p.Get("/told").Into(&h)
	return h.Told
}

// phone is what a young person's phone keeps for the time without a session.
type phone struct {
	w       *world
	tickets []string
	key     string
	public  []byte
}

func (w *world) phone(p *testkit.Person) *phone {
	w.t.Helper()
	f := &phone{w: w}
	var got struct {
		Tickets []struct{ Ticket string }
		Key     struct{ ID, PublicKey string }
	}
	p.Post("/tickets", map[string]any{"have": 0}).Into(&got)
	for _, one := range got.Tickets {
		f.tickets = append(f.tickets, one.Ticket)
	}
	public, err := base64.RawURLEncoding.DecodeString(got.Key.PublicKey)
	must(w.t, err)
	f.key, f.public = got.Key.ID, public
	return f
}

type said map[string]any

// sealed is something sealed on a phone, ready to be sent however often.
type sealed struct {
	w    *world
	body []byte
}

func (f *phone) seal(what string, body said) sealed {
	f.w.t.Helper()
	body["what"] = what
	if body["id"] == nil {
		body["id"] = db.NewID()
	}
	raw, err := json.Marshal(body)
	must(f.w.t, err)
	e, err := outbox.Seal(f.key, f.public, body["id"].(string), f.tickets[0], raw)
	must(f.w.t, err)
	f.tickets = f.tickets[1:]
	raw, err = json.Marshal(e)
	must(f.w.t, err)
	return sealed{f.w, raw}
}

func (f *phone) answer(body said) receipt {
	f.w.t.Helper()
	return f.seal("answer", body).send().taken()
}

type receipt struct {
	w                              *world
	Status                         int
	text                           string
	ID, ClientID, Reason, CountsIn string
	Duplicate, Told                bool
}

func (s sealed) send() receipt {
	s.w.t.Helper()
	request, err := http.NewRequestWithContext(s.w.t.Context(), http.MethodPost, s.w.k.URL+"/api/sealed", bytes.NewReader(s.body))
	must(s.w.t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", s.w.k.URL)
	response, err := http.DefaultClient.Do(request)
	must(s.w.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(s.w.t, err)
	r := receipt{w: s.w, text: string(text)}
	must(s.w.t, json.Unmarshal(text, &r))
	r.Status = response.StatusCode
	return r
}

func (r receipt) taken() receipt {
	r.w.t.Helper()
	if r.Status != http.StatusOK || r.ID == "" {
		r.w.t.Fatalf("not taken: %d %s", r.Status, r.text)
	}
	return r
}

func (r receipt) refused(what string, status int, reason string) {
	r.w.t.Helper()
	if r.Status != status || r.Reason != reason {
		r.w.t.Errorf("%s: %d %s, want %d %s", what, r.Status, r.text, status, reason)
	}
	if strings.Contains(r.text, canary) {
		r.w.t.Errorf("%s: the refusal holds the words", what)
	}
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	must(w.t, w.k.App.DB.Read(w.t.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(&n).Error }))
	return n
}

func (w *world) change(query string, args ...any) {
	w.t.Helper()
	must(w.t, w.k.App.DB.Tx(w.t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec(query, args...).Error }))
}

// rows gives a table as text, a line a row, in the order the database keeps it.
func (w *world) rows(query string) []string {
	w.t.Helper()
	var found []map[string]any
	must(w.t, w.k.App.DB.Read(w.t.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query).Scan(&found).Error }))
	lines := make([]string, len(found))
	for i, row := range found {
		var names []string
		for name := range row {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			value := row[name]
			if b, ok := value.([]byte); ok {
				value = hex.EncodeToString(b)
			}
			lines[i] += fmt.Sprintf("%s=%v ", name, value)
		}
	}
	return lines
}

// counted gives how often each value stands among the answers to a question.
func (w *world) counted(question string, value int) int {
	w.t.Helper()
	return w.count("SELECT count(*) FROM answers WHERE question = ? AND value = ?", question, value)
}
