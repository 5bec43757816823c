package placements_test

import (
	"maps"
	"slices"
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

// stop sends a need for a stop, or what is said instead, twice: the answer was lost on the way.
func (h *house) stop(more body) string {
	h.t.Helper()
	id := db.NewID()
	card := body{"id": id, "card": "need_stop", "kind": "need", "need": "need_stop", "tappedAt": h.k.Clock.Now().Format(time.RFC3339)}
	maps.Copy(card, more)
	h.Leo.Post("/cards", card).OK()
	h.Leo.Post("/cards", card).OK()
	return id
}

// tells says who is told of a card as those it was sent to.
func (h *house) tells(what, card string, want ...*testkit.Person) {
	h.t.Helper()
	rows := h.rows("SELECT r.account_id AS who FROM card_recipients r JOIN cards c ON c.id = r.card_id WHERE c.client_id = '" + card + "'")
	if len(rows) != len(want) {
		h.t.Errorf("%s tells %v", what, rows)
	}
	for _, p := range want {
		if !slices.ContainsFunc(rows, func(r map[string]any) bool { return r["who"] == p.ID }) {
			h.t.Errorf("%s does not tell %s", what, p.Name)
		}
	}
}

// A phone that was without signal names whoever was to go along yesterday. The card goes to
// them, as the young person chose, and to whoever goes along now.
func TestAStopReachesWhoGoesAlongNow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		h.Jo.Subscribe()
		h.Sam.Subscribe()
		id := h.told()
		h.plan(h.Sam, id, 0, body{"escortId": h.Sam.ID}).OK()
		h.plan(h.Sam, id, 1, body{"escortId": h.Jo.ID}).OK()
		send := func(key string, off ...string) string {
			t.Helper()
			return h.stop(body{"card": key, "need": key, "audience": []string{h.Sam.ID}, "switchedOff": append([]string{}, off...)})
		}
		tells := func(what, card string, want ...*testkit.Person) {
			t.Helper()
			h.tells(what, card, want...)
		}
		stop := send("need_stop")
		tells("a stop", stop, h.Sam, h.Jo)
		var inbox struct{ Waiting []struct{ Card string } }
		h.Jo.Get("/inbox").Into(&inbox)
		if len(inbox.Waiting) != 1 || inbox.Waiting[0].Card != "need_stop" {
			t.Errorf("the inbox of who goes along: %+v", inbox.Waiting)
		}
		tells("a stop without Jo", send("need_stop", h.Jo.ID), h.Sam)
		tells("another need", send("sit_with_me"), h.Sam)
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		tells("a stop after it", send("need_stop"), h.Sam)
	})
}

// Who goes along is told beside whom the card would have gone to anyway: nobody is switched
// off, and nobody nearest is left out, because the server knows one more.
func TestWhoGoesAlongTakesNobodyAway(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		for _, p := range []*testkit.Person{h.Jo, h.Sam, h.Lead} {
			p.Subscribe()
		}
		id := h.told()
		h.plan(h.Sam, id, 0, body{"escortId": h.Lead.ID}).OK()
		gone := k.Staff("Gone")
		for what, more := range map[string]body{
			"to nobody":                     {"audience": []string{}},
			"to nobody, as a phone says it": {"audience": []string{}, "switchedOff": []string{}},
			"to an escort who has left":     {"audience": []string{gone.ID}},
			"and nobody left out":           {"audience": []string{gone.ID}, "switchedOff": []string{}},
		} {
			card := h.stop(more)
			h.tells(what, card, h.Sam, h.Jo, h.Lead)
			if n := h.one("SELECT count(*) FROM card_switched_off s JOIN cards c ON c.id = s.card_id WHERE c.client_id = ?", card); n != "0" {
				t.Errorf("%s: %s are switched off whom nobody left out", what, n)
			}
		}
		h.tells("without who goes along", h.stop(body{"audience": []string{}, "switchedOff": []string{h.Lead.ID}}), h.Sam, h.Jo)
		h.change("ALTER TABLE moves RENAME TO moves_away")
		h.tells("nobody knows who goes along", h.stop(body{"audience": []string{h.Jo.ID}, "switchedOff": []string{}}), h.Jo)
		h.change("ALTER TABLE moves_away RENAME TO moves")
	})
}
