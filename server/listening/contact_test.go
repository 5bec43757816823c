package listening_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

type contactView struct {
	ID          string
	YoungPerson person
	Kind        string
	Outcome     string
	At          time.Time
}

func (w *world) contacts(p *testkit.Person) []contactView {
	w.t.Helper()
	var list struct{ Contacts []contactView }
	p.Get("/contacts").Into(&list)
	return list.Contacts
}

// A contact is recorded once, whatever the network does, and each kind of thing
// that can become of it.
func TestContactsAreRecordedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := contact{ID: db.NewID(), YoungPersonID: w.Leo.ID, Kind: "meeting", At: w.now().Add(-time.Hour), Outcome: "happened"}
		first, again := w.Sam.Post("/contacts", c).OK(), w.Sam.Post("/contacts", c).OK()
		if string(first.Body) != string(again.Body) {
			t.Errorf("the same contact is answered %s and then %s", first.Body, again.Body)
		}
		other := c
		other.Kind = "call"
		if a := w.Sam.Post("/contacts", other); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("another contact under the same id: %d %s", a.Status, a.Body)
		}
		for i, outcome := range []string{"cancelled_by_service", "cancelled_by_young_person", "cancelled_by_family", "missed"} {
			w.record(contact{Kind: "session", Outcome: outcome, At: w.now().Add(-time.Duration(i+2) * time.Hour)})
		}
		list := w.contacts(w.Sam)
		if len(list) != 5 || list[0].ID == "" || list[0].YoungPerson.Name != "Leo" || list[0].Kind != "meeting" || list[4].Outcome != "missed" {
			t.Errorf("Sam's contacts: %+v", list)
		}
		if list := w.contacts(w.Jo); len(list) != 0 {
			t.Errorf("Jo sees Sam's contacts: %+v", list)
		}
		if got := len(w.listened(w.Leo).Contacts); got != 1 {
			t.Errorf("Leo sees %d contacts that happened", got)
		}
	})
}

// What is no contact is refused, and whoever is nothing to a young person finds nobody.
func TestContactsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good := contact{YoungPersonID: w.Leo.ID, Kind: "visit", At: w.now(), Outcome: "happened"}
		for what, spoil := range map[string]func(*contact){
			"future":   func(c *contact) { c.At = w.now().Add(6 * time.Minute) },
			"too_old":  func(c *contact) { c.At = w.now().Add(-366 * day) },
			"kind":     func(c *contact) { c.Kind = "card" },
			"outcome":  func(c *contact) { c.Outcome = "maybe" },
			"no_id":    func(c *contact) { c.ID = "card:" + nobody[5:] },
			"nobody's": func(c *contact) { c.YoungPersonID = nobody },
		} {
			c := good
			c.ID = db.NewID()
			spoil(&c)
			a := w.Sam.Post("/contacts", c)
			if code, reason := a.Problem(); reason != what && code != "not_found" {
				t.Errorf("%s: %d %s", what, a.Status, a.Body)
			}
		}
		stranger := w.k.Staff("Otto")
		good.ID = db.NewID()
		a, b := stranger.Post("/contacts", good), good
		b.YoungPersonID = nobody
		if missing := stranger.Post("/contacts", b); a.Status != http.StatusNotFound || missing.Status != http.StatusNotFound {
			t.Errorf("a stranger records a contact: %d, with nobody: %d", a.Status, missing.Status)
		}
		w.Lead.Post("/break-glass", map[string]any{"youngPersonId": w.Leo.ID, "reason": "made up"}).OK()
		if n := w.count("SELECT count(*) FROM contacts"); n != 0 {
			t.Errorf("%d contacts were stored", n)
		}
	})
}

// A young person says that they saw their worker, once, and the worker's page does
// not change by it.
func TestAYoungPersonAddsAContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.Sam.Get("/contacts").OK().Body
		f := w.phone(w.Leo)
		id := db.NewID()
		s := f.seal("contact", said{"id": id, "with": w.Sam.ID, "kind": "visit", "at": w.now().Format(time.RFC3339)})
		first, again := s.send().taken(), s.send().taken()
		if first.Duplicate || !again.Duplicate || first.ID != again.ID || first.ClientID != id {
			t.Errorf("receipts %+v and %+v", first, again)
		}
		h := w.listened(w.Leo)
		if len(h.Contacts) != 1 || !h.Contacts[0].Mine || h.Contacts[0].With.Name != "Sam" || h.Ask == nil || h.Ask.Contact.ID != first.ID {
			t.Errorf("Leo's side: %+v", h)
		}
		if after := w.Sam.Get("/contacts").OK().Body; string(before) != string(after) {
			t.Errorf("Sam's contacts were %s and are %s", before, after)
		}
		f.seal("contact", said{"with": w.k.Staff("Otto").ID, "kind": "visit", "at": w.now().Format(time.RFC3339)}).send().
			refused("a stranger", http.StatusNotFound, "with")
		f.seal("contact", said{"with": w.Sam.ID, "kind": "visit", "at": w.now().Add(time.Hour).Format(time.RFC3339)}).send().
			refused("a contact to come", http.StatusUnprocessableEntity, "future")
		// The phone knows the contact by its own id until the receipt comes.
		if r := f.answer(said{"contact": id, "listened": 4, "tell": false}); r.CountsIn == "" {
			t.Errorf("not counted: %+v", r)
		}
	})
}

// A card that its young person says was answered makes one contact, and no id that
// a page can send takes its place.
func TestACardMakesOneContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var r struct{ ID string }
		w.Leo.Post("/cards", w.k.NewCard(w.Sam)).Into(&r)
		press := func(p *testkit.Person, what string, more map[string]any) {
			body := map[string]any{"version": w.count("SELECT version FROM cards WHERE id = ?", r.ID)}
			for name, value := range more {
				body[name] = value
			}
			p.Post("/cards/"+r.ID+what, body).OK()
		}
		w.record(contact{ID: r.ID, Outcome: "missed", At: w.now()})
		press(w.Sam, "/here", nil)
		press(w.Leo, "/close", map[string]any{"helped": true})
		press(w.Leo, "/reopen", nil)
		press(w.Sam, "/here", nil)
		press(w.Leo, "/close", nil)
		if n := w.count("SELECT count(*) FROM contacts WHERE kind = 'card' AND worker_id = ?", w.Sam.ID); n != 1 {
			t.Errorf("%d contacts of the card", n)
		}
		h := w.listened(w.Leo)
		if h.Ask == nil || h.Ask.Contact.Kind != "card" || h.Ask.Contact.With.Name != "Sam" {
			t.Errorf("the prompt: %+v", h.Ask)
		}
		if strings.Contains(string(w.Sam.Get("/contacts").OK().Body), "ask") {
			t.Error("Sam's contacts speak of asking")
		}
	})
}
