package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"heard/server/db"
	sealing "heard/server/outbox"
)

// phone is a young person's: it keeps a card durably before anything else, posts it with the same id until the
// receipt of this very id, and only then lets go of it.
type phone struct {
	*person
	random  *rand.Rand
	folder  string
	ledger  *ledger
	taps    <-chan struct{} // one for each card to tap
	workers map[string]bool
	woken   wake
	// careless is the fault that is the phone's own: it lets go of a card before it has the receipt.
	careless bool
	open     bool // never seals
	refused  func(about, format string, args ...any)
}

var (
	errDied = errors.New("the phone died between saving and sending")
	decks   = []string{"sad", "angry", "worried", "lonely", "happy", "calm", "tired", "dont_know"}
)

// live uses the phone until there is nothing left to tap and to send, also through its own deaths.
func (p *phone) live(ctx context.Context) error {
	for {
		err := p.use(ctx)
		if !errors.Is(err, errDied) {
			return err
		}
	}
}

// use is one life of the phone.
func (p *phone) use(ctx context.Context) error {
	o, err := openOutbox(filepath.Join(p.folder, p.id+".outbox"))
	if err != nil {
		return err
	}
	defer o.close()
	p.refill(ctx, o)
	taps, failures, next := p.taps, 0, time.Now()
	for taps != nil || len(o.waiting) > 0 {
		select {
		case <-ctx.Done():
			return nil
		case _, more := <-taps:
			if !more {
				taps, p.taps = nil, nil
				break
			}
			if err := p.tap(o); err != nil {
				return err
			}
		case <-until(next, len(o.waiting) > 0):
			if p.flush(ctx, o) {
				failures = 0
			} else {
				failures++
			}
			next = time.Now().Add(backoff(failures, p.random))
		}
	}
	return nil
}

// until fires at a time, or never.
func until(t time.Time, ever bool) <-chan time.Time {
	if !ever {
		return nil
	}
	return time.After(time.Until(t))
}

func backoff(failures int, random *rand.Rand) time.Duration {
	if failures == 0 {
		return 0
	}
	most := min(20*time.Millisecond<<min(failures, 6), time.Second)
	return most/2 + time.Duration(random.Int64N(int64(most/2)))
}

// tap saves one card on the phone; now and then the phone dies right afterwards.
func (p *phone) tap(o *outbox) error {
	s := &saved{id: db.NewID(), young: p.id}
	s.words = "crash " + s.id
	body := map[string]any{
		"id": s.id, "card": decks[p.random.IntN(len(decks))], "kind": "feeling", "words": s.words,
		"audience": []string{}, "switchedOff": []string{}, "tappedAt": time.Now().UTC().Format(time.RFC3339),
	}
	s.kind = "feeling"
	switch n := p.random.IntN(100); {
	case n < 4:
		s.kind = "not_safe"
		body["kind"], body["card"] = "not_safe", "not_safe"
	case n < 9:
		s.need = "sit_with_me"
	case n < 25:
		s.need = "talk"
	case n < 28:
		s.kept = true
	}
	body["need"], body["kept"] = s.need, s.kept
	if s.need == "" {
		delete(body, "need")
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w, err := p.seal(o, waiting{ID: s.id, Body: text})
	if err == nil {
		err = o.put(w)
	}
	if err != nil {
		return err
	}
	s.sealed = w.Ticket != ""
	p.ledger.savedOn(s)
	if p.random.IntN(40) == 0 {
		return errDied
	}
	return nil
}

// seal makes a card unreadable for the phone itself where there is a ticket for it; the others go by the session.
func (p *phone) seal(o *outbox, w waiting) (waiting, error) {
	ticket := o.ticket()
	if ticket == "" || p.open || p.random.IntN(3) == 0 {
		return w, nil
	}
	public, err := base64.RawURLEncoding.DecodeString(o.hand.Key.PublicKey)
	if err != nil {
		return w, err
	}
	sealed, err := sealing.Seal(o.hand.Key.ID, public, w.ID, ticket, w.Body)
	if err != nil {
		return w, err
	}
	w.Ticket = ticket
	w.Body, err = json.Marshal(sealed)
	return w, err
}

// refill asks for tickets when few are left.
func (p *phone) refill(ctx context.Context, o *outbox) {
	if len(o.hand.Tickets) >= fewTickets {
		return
	}
	got, err := p.post(ctx, "/tickets", map[string]int{"have": len(o.hand.Tickets)})
	var h hand
	if err == nil && got.ok() && got.into(&h) == nil && len(h.Tickets) > 0 {
		_ = o.deal(h) // without them the next cards go by the session
	}
}

// fewTickets is when a phone asks for more.
const fewTickets = 8

type receipt struct {
	ID, ClientID string
	Duplicate    bool
}

// flush posts the oldest card and says whether it is done with.
func (p *phone) flush(ctx context.Context, o *outbox) bool {
	w := o.waiting[0]
	if p.careless {
		if err := o.remove(w.ID); err != nil {
			return false
		}
	}
	post := func() (answer, error) { return p.post(ctx, "/cards", []byte(w.Body)) }
	if w.Ticket != "" {
		post = func() (answer, error) { return p.public(ctx, "/sealed", w.Body) }
	}
	got, err := post()
	if err != nil || !got.ok() {
		if err == nil && got.final() {
			p.refused(w.ID, "was refused: %d %s", got.status, got.reason())
		}
		return false
	}
	var r receipt
	if got.into(&r) != nil || r.ClientID != w.ID || r.ID == "" {
		p.refused(w.ID, "got a receipt for %q", r.ClientID)
		return false
	}
	p.ledger.receipt(r)
	p.refill(ctx, o)
	return p.careless || o.remove(w.ID) == nil
}

// watch looks at the young person's own cards whenever something changes and now and then unasked, and ends some.
func (p *phone) watch(ctx context.Context) {
	go p.listen(ctx, p.woken.up)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-p.woken:
			pause(ctx, 700*time.Millisecond) // many changes, one look
		case <-time.After(2 * time.Second):
		}
		p.look(ctx)
	}
}

func (p *phone) look(ctx context.Context) {
	got, err := p.get(ctx, "/cards?limit=30")
	if err != nil || !got.ok() {
		return
	}
	var list struct{ Cards []state }
	if got.into(&list) != nil {
		return
	}
	for _, s := range list.Cards {
		p.ledger.show(s, p.workers)
	}
	for range min(endsEach, len(list.Cards)) {
		p.end(ctx, list.Cards[p.random.IntN(len(list.Cards))])
	}
}

// endsEach is how many cards are ended at a look, so that inboxes do not grow with the run.
const endsEach = 4

// end takes a card back, closes it or answers whether it was met, as the screen allows.
func (p *phone) end(ctx context.Context, s state) {
	how := ""
	for _, may := range []string{"check", "withdraw", "close"} {
		if slices.Contains(s.Can, may) && (how == "" || p.random.IntN(3) > 0) {
			how = may
		}
	}
	if how == "" || p.random.IntN(3) == 0 {
		return
	}
	body := map[string]any{"version": s.Version}
	if how == "check" {
		body["answer"] = []string{"yes", "no", "not_yet"}[p.random.IntN(3)]
	}
	p.ledger.take(s.ClientID, how)
	got, err := p.post(ctx, fmt.Sprintf("/cards/%s/%s", s.ID, how), body)
	if err == nil && got.ok() {
		var now state
		if got.into(&now) == nil {
			p.ledger.show(now, p.workers)
		}
	}
}
