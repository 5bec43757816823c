package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"heard/server/db"
)

// late is how far behind a row may be once everything is well again.
const late = 10 * time.Second

// held is what the server holds, read past it.
type held struct {
	cards  []cardRow
	events map[string][]eventRow // by card
	alerts map[string][]alertRow // by card
	dues   map[string]dueRow     // by card
	pushed map[string]string     // alert → the account whose device got it
	now    time.Time
}

// compare waits until all alerts have gone out, thirty seconds at most, and holds what people were told against
// what the server holds and whom it told.
func (a *arena) compare(ctx context.Context, healed time.Time) error {
	if err := a.settled(ctx, healed); err != nil {
		return err
	}
	h, err := a.hold(ctx)
	if err != nil {
		return err
	}
	stored := a.compareCards(h)
	a.compareTold(h)
	a.compareSeen(h)
	a.compareDue(h)
	a.readBack(ctx, stored)
	return nil
}

// settled waits until nothing from before the healing is left undone, for as long as the promise gives. New alerts
// come all the time, because urgent cards go on from level to level.
func (a *arena) settled(ctx context.Context, healed time.Time) error {
	for {
		n, err := a.books.behind(ctx, healed)
		if err != nil || n == 0 || time.Since(healed) > a.patience() {
			return err
		}
		pause(ctx, 250*time.Millisecond)
	}
}

func (a *arena) hold(ctx context.Context) (*held, error) {
	young := make([]string, len(a.town.young))
	for i, p := range a.town.young {
		young[i] = p.id
	}
	h := &held{
		events: map[string][]eventRow{}, alerts: map[string][]alertRow{}, dues: map[string]dueRow{}, pushed: map[string]string{},
		now: time.Now(),
	}
	r, err := a.books.snapshot(ctx, young)
	if err != nil {
		return nil, err
	}
	h.cards = r.cards
	for _, e := range r.events {
		h.events[e.CardID] = append(h.events[e.CardID], e)
	}
	for _, t := range r.alerts {
		h.alerts[t.SubjectID] = append(h.alerts[t.SubjectID], t)
	}
	for _, d := range r.dues {
		h.dues[d.ID] = d
	}
	for _, r := range a.push.Requests("") {
		var told struct{ N string }
		if r.Status == http.StatusCreated && json.Unmarshal([]byte(r.Plain), &told) == nil {
			h.pushed[told.N] = a.devices[r.Subscription]
		}
	}
	return h, nil
}

// compareCards: every card a phone has called saved is there, once, under the id of its receipt, and nothing else is.
func (a *arena) compareCards(h *held) map[string]string {
	stored := map[string]string{} // the phone's id → the server's
	for _, c := range h.cards {
		s := a.ledger.cards[c.ClientID]
		switch {
		case s == nil || s.young != c.YoungPersonID:
			a.ledger.wrong(doubled, c.ID, "is held and nobody tapped it, state %s", c.State)
		case stored[s.id] != "":
			a.ledger.wrong(doubled, s.id, "is held twice, as %s and %s", stored[s.id], c.ID)
		default:
			stored[s.id] = c.ID
		}
	}
	for id, s := range a.ledger.cards {
		switch {
		case stored[id] == "" && s.server != "":
			a.ledger.wrong(lost, id, "has the receipt %s and is not held", s.server)
		case stored[id] == "":
			a.ledger.wrong(lost, id, "was saved on the phone at %s and is not held", s.at.Format(time.TimeOnly))
		case s.server != "" && s.server != stored[id]:
			a.ledger.wrong(lost, id, "has the receipt %s and is held as %s", s.server, stored[id])
		}
	}
	return stored
}

// compareTold: what the server says it told, a device got; and each card told somebody, or says that it could not.
func (a *arena) compareTold(h *held) {
	for _, c := range h.cards {
		if c.Kept {
			continue
		}
		told, moved := false, false
		for _, r := range h.alerts[c.ID] {
			if r.Status != "accepted" {
				continue
			}
			if h.pushed[r.ID] != r.AccountID {
				a.ledger.wrong(lost, c.ID, "the alert %s counts as accepted, and no device of %s got it", r.ID, r.AccountID)
			}
			told = true
		}
		for _, e := range h.events[c.ID] {
			switch e.Kind {
			case "no_channel", "nobody", "alerting":
				told = true
			case "seen", "closed", "withdrawn":
				moved = true // a person came first: nobody need be told any more
			}
		}
		if !told && !moved {
			a.ledger.wrong(lost, c.ID, "has told nobody and does not say so: state %s, %d alerts", c.State, len(h.alerts[c.ID]))
		}
	}
}

// personal are the events that only a person's press makes, with the presses that can make them.
var personal = map[string][]string{
	"seen": {""}, "promised": {"answer"}, "words": {"answer", "close"}, "handed_over": {"answer"}, "here": {"here"},
	"check": {"met"}, "checked_on": {"checked_on"},
}

// compareSeen: behind each event that claims a person stands a press of that very person, who might press.
func (a *arena) compareSeen(h *held) {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	for _, c := range h.cards {
		may := a.town.workers[c.YoungPersonID]
		for _, e := range h.events[c.ID] {
			by := ""
			if e.ActorID != nil {
				by = *e.ActorID
			}
			if presses, ok := personal[e.Kind]; ok {
				if !a.ledger.pressed(c.ID, map[string]bool{by: may[by]}, presses...) {
					a.ledger.note(falselySeen, c.ID, "event "+e.Kind+" of "+by+", who did not press")
				}
				if e.Kind == "seen" && (e.Evidence == nil || *e.Evidence == "") {
					a.ledger.note(falselySeen, c.ID, "event seen rests on no relation")
				}
			}
			own := a.ledger.cards[c.ClientID]
			if e.Kind == "closed" && by != c.YoungPersonID && !a.ledger.pressed(c.ID, map[string]bool{by: may[by]}, "close") ||
				e.Kind == "closed" && by == c.YoungPersonID && (own == nil || own.taken == "") {
				a.ledger.note(falselySeen, c.ID, "event closed, and nobody closed it")
			}
		}
	}
}

// compareDue: nothing waits that should have been done, and whatever must not rest has its one due row.
func (a *arena) compareDue(h *held) {
	limit := db.At(h.now.Add(-late))
	for _, c := range h.cards {
		for _, r := range h.alerts[c.ID] {
			if r.Status == "waiting" && (r.DueAt == nil || *r.DueAt < limit) {
				a.ledger.wrong(stuck, c.ID, "the alert %s waits since %s, tried %d times", r.ID, r.CreatedAt.Time().Format(time.TimeOnly), r.Attempts)
			}
		}
		due, waits := h.dues[c.ID]
		switch {
		case waits && due.DueAt < limit:
			a.ledger.wrong(stuck, c.ID, "is %s and was due at %s (%s), tried %d times", c.State, due.DueAt.Time().Format(time.TimeOnly), due.Kind, due.Attempts)
		case waits && c.quick() && due.Kind != "promise" && due.DueAt.Time().After(h.now.Add(3*notSafeLimit+2*widestJump)):
			a.ledger.wrong(stuck, c.ID, "is %s and due only at %s (%s)", c.State, due.DueAt.Time().Format(time.TimeOnly), due.Kind)
		case !waits && c.restless(h.events[c.ID]):
			a.ledger.wrong(stuck, c.ID, "is %s without a due row after %s", c.State, kindsOf(h.events[c.ID]))
		}
	}
}

func kindsOf(events []eventRow) string {
	kinds := make([]string, len(events))
	for i, e := range events {
		kinds[i] = e.Kind
	}
	return strings.Join(kinds, " ")
}

// quick cards have seconds at each level.
func (c cardRow) quick() bool {
	return c.Kind == "not_safe" || c.Need != nil && *c.Need == "sit_with_me"
}

// restless says that the card must come round: nobody has it in hand, or somebody has promised, or it was taken back
// and an adult has yet to look.
func (c cardRow) restless(events []eventRow) bool {
	switch c.State {
	case "received", "alerting", "no_channel", "seen", "promised", "overdue", "nobody":
		return true
	case "withdrawn":
		return c.quick() && !slices.ContainsFunc(events, func(e eventRow) bool { return e.Kind == "checked_on" })
	}
	return false
}

// readBack has every phone read its cards as its app does: the same id, the same words.
func (a *arena) readBack(ctx context.Context, stored map[string]string) {
	own := map[string][]*saved{}
	for _, s := range a.ledger.cards {
		if stored[s.id] != "" {
			own[s.young] = append(own[s.young], s)
		}
	}
	var reading sync.WaitGroup
	for _, p := range a.phones {
		reading.Go(func() {
			for _, s := range own[p.id] {
				p.readOne(ctx, s, stored[s.id])
			}
		})
	}
	reading.Wait()
}

func (p *phone) readOne(ctx context.Context, s *saved, id string) {
	var got answer
	for range 5 {
		var err error
		if got, err = p.get(ctx, "/cards/"+id); err == nil && got.status < http.StatusInternalServerError {
			break
		}
		pause(ctx, 200*time.Millisecond)
	}
	var card state
	if !got.ok() || got.into(&card) != nil {
		p.ledger.wrong(lost, s.id, "cannot be read back: %d %s", got.status, got.reason())
		return
	}
	// Taken back before anybody saw it, a card has no words any more.
	if card.ClientID != s.id || (card.Words != s.words && card.State != "withdrawn") {
		p.ledger.wrong(lost, s.id, "reads back as another card, %s", card.ClientID)
	}
	p.ledger.show(card, p.workers)
}
