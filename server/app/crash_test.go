package app_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

const (
	phones        = 8
	cardsPerPhone = 250
	kills         = 5
	seed          = 20260304 // of the moments at which the server dies
)

type receipt struct {
	ID, ClientID string
	Duplicate    bool
}

// desk counts what came back, and dies at the seeded moments.
type desk struct {
	mu       sync.Mutex
	receipts map[string]receipt // by the phone's id
	moments  []int
	die      chan struct{}
	twice    int
}

func (d *desk) took(id string, r receipt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.receipts[id] = r
	if r.Duplicate {
		d.twice++
	}
	if len(d.moments) > 0 && len(d.receipts) >= d.moments[0] {
		d.moments = d.moments[1:]
		d.die <- struct{}{}
	}
}

// The server is killed again and again while phones post: every card of which a
// phone let go is there, none is there twice, and each told its people once.
func TestKilledServerLosesAndDoublesNothing(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		c := newChild(t, databaseURL)
		invitation := c.invite()
		c.start()
		k := testkit.At(t, c.url, invitation)
		w := k.World()
		d := &desk{receipts: map[string]receipt{}, moments: moments(), die: make(chan struct{}, kills)}

		var posting, killing sync.WaitGroup
		killing.Go(func() {
			for range d.die {
				c.kill()
				c.start()
			}
		})
		sent := make([][]string, phones)
		for i := range sent {
			phone := w.Leo
			if i > 0 {
				phone = k.Join(w.Leo.ID, "Another phone")
			}
			for range cardsPerPhone {
				sent[i] = append(sent[i], db.NewID())
			}
			posting.Go(func() {
				for n, id := range sent[i] {
					d.took(id, post(t, k, phone, w, id, n))
				}
			})
		}
		posting.Wait()
		close(d.die)
		killing.Wait()
		c.kill()
		t.Logf("%d receipts, %d of them for a card whose first receipt was lost", len(d.receipts), d.twice)
		compare(t, c.database(), slices.Concat(sent...), d.receipts, []string{w.Sam.ID, w.Jo.ID})
	})
}

// moments are after how many receipts the server dies, the last ones well before the end.
func moments() []int {
	random := rand.New(rand.NewPCG(seed, seed)) // #nosec G404 -- the same each time, on purpose
	var at []int
	for range kills {
		at = append(at, 50+random.IntN(phones*cardsPerPhone*9/10))
	}
	slices.Sort(at)
	return at
}

// post is the phone's outbox: the same id, with the same body, until a receipt
// for that id has come.
func post(t *testing.T, k *testkit.Kit, phone *testkit.Person, w *testkit.World, id string, n int) receipt {
	card := k.NewCard(w.Sam, w.Jo)
	card.ID = id
	if n%10 == 0 {
		card.Kind, card.Card, card.Need = "not_safe", "not_safe", ""
		card.SwitchedOff = []string{w.Safeguarding.ID, w.Lead.ID} // so that every card has the same two recipients
	}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := phone.Try(phone.Request(http.MethodPost, "/cards", card))
		if err != nil || answer.Status >= http.StatusInternalServerError {
			continue // no receipt: the phone keeps the card and tries again
		}
		var r receipt
		if answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &r) != nil || r.ClientID != id || r.ID == "" {
			t.Errorf("card %s: status %d, %s", id, answer.Status, answer.Body)
		}
		return r
	}
	t.Errorf("card %s never got a receipt", id)
	return receipt{}
}

// compare holds what the phones know against what the server has.
func compare(t *testing.T, d *db.DB, sent []string, receipts map[string]receipt, told []string) {
	t.Helper()
	var cards []struct{ ID, ClientID string }
	rowsOf(t, d, &cards, "SELECT c.id, c.client_id FROM cards c JOIN accounts y ON y.id = c.young_person_id AND NOT y.machine")
	stored := map[string]string{}
	for _, card := range cards {
		if _, twice := stored[card.ClientID]; twice {
			t.Errorf("card %s is there twice", card.ClientID)
		}
		stored[card.ClientID] = card.ID
	}
	if len(cards) != len(sent) || len(sent) != phones*cardsPerPhone {
		t.Errorf("%d cards posted, %d stored", len(sent), len(cards))
	}
	for _, id := range sent {
		if stored[id] == "" || stored[id] != receipts[id].ID {
			t.Errorf("card %s: the receipt says %q, the database %q", id, receipts[id].ID, stored[id])
		}
	}
	// Nobody here has a phone to be told on, so the levels tell others too: these are
	// the ones the cards were sent to.
	const audience = ` FROM card_recipients r JOIN cards c ON c.id = r.card_id JOIN accounts y ON y.id = c.young_person_id AND NOT y.machine`
	once(t, d, "alerts", len(sent)*len(told), told, "SELECT r.card_id, r.account_id, count(*) AS n"+audience+
		" JOIN alerts a ON a.subject_id = r.card_id AND a.account_id = r.account_id WHERE r.level = 1 GROUP BY 1, 2")
	once(t, d, "recipients", len(sent)*len(told), told, "SELECT r.card_id, r.account_id, count(*) AS n"+audience+" WHERE r.level = 1 GROUP BY 1, 2")
	once(t, d, "first events", len(sent), nil, "SELECT e.card_id, '' AS account_id, count(*) AS n FROM card_events e JOIN cards c ON c.id = e.card_id"+
		" JOIN accounts y ON y.id = c.young_person_id AND NOT y.machine WHERE e.kind = 'received' AND e.seq = 1 GROUP BY 1, 2")
}

// once asks that each card and account has one row, all of them expected ones.
func once(t *testing.T, d *db.DB, what string, want int, accounts []string, query string) {
	t.Helper()
	var rows []struct {
		CardID, AccountID string
		N                 int
	}
	rowsOf(t, d, &rows, query)
	if len(rows) != want {
		t.Errorf("%s: %d rows, want %d", what, len(rows), want)
	}
	for _, row := range rows {
		if row.N != 1 || accounts != nil && !slices.Contains(accounts, row.AccountID) {
			t.Errorf("%s: %d rows for card %s and account %s", what, row.N, row.CardID, row.AccountID)
		}
	}
}
