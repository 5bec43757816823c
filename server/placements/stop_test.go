package placements_test

import (
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// “I need a stop” is a card to whoever goes along: it comes to them once, before the rest
// of what waits, and to nobody else at first.
func TestINeedAStop(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		h.Jo.Subscribe() // a card nobody can be told of goes to the leads by itself
		id := h.told()
		h.plan(h.Sam, id, 0, body{"escortId": h.Jo.ID}).OK()
		escort := h.way(h.Leo, id).Journey.Escort
		card := testkit.Card{
			ID: db.NewID(), Card: "need_stop", Kind: "need", Need: "need_stop", Audience: []string{escort.ID}, SwitchedOff: []string{},
			TappedAt: k.Clock.Now().Format(time.RFC3339),
		}
		h.Leo.Post("/cards", card).OK()
		h.Leo.Post("/cards", card).OK() // the answer was lost on the way
		later := k.NewCard(h.Jo)
		later.Need, later.ID = "", db.NewID()
		h.Leo.Post("/cards", later).OK()
		var inbox struct {
			Waiting []struct{ Card, Need string }
		}
		h.Jo.Get("/inbox").Into(&inbox)
		if len(inbox.Waiting) != 2 || inbox.Waiting[0].Card != "need_stop" || inbox.Waiting[0].Need != "need_stop" {
			t.Errorf("the escort's inbox: %+v", inbox.Waiting)
		}
		if n := h.one("SELECT count(*) FROM card_recipients r JOIN cards c ON c.id = r.card_id WHERE c.card = 'need_stop'"); n != "1" {
			t.Errorf("it went to %s people", n)
		}
		due := h.one("SELECT d.due_at - c.received_at FROM card_dues d JOIN cards c ON c.id = d.id WHERE c.card = 'need_stop'")
		if limit, err := time.ParseDuration(due + "ms"); err != nil || limit != 5*time.Minute {
			t.Errorf("the next are told after %s", limit)
		}
	})
}
