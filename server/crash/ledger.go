package main

import (
	"fmt"
	"sync"
	"time"
)

// saved is a card of which a phone has said "saved on this phone", and what came of it there.
type saved struct {
	id, young  string
	kind, need string
	kept       bool
	words      string
	sealed     bool
	at         time.Time
	server     string // the server's id, by the receipt
	again      bool   // the receipt said that the card had arrived before
	taken      string // how the young person last ended it: "withdraw", "close", "check" or nothing
}

// press is one press of a member of staff, as begun: it may have reached the server even when no answer came.
type press struct {
	by, what string
	began    time.Time
}

// ledger is what people were told and what they did, written down by the harness itself, which nothing kills.
type ledger struct {
	mu      sync.Mutex
	cards   map[string]*saved // by the phone's id
	presses map[string][]press
	faults  map[string][]string // by counter: what was wrong
	known   map[string]bool     // wrongs said already
	shown   map[string]int      // how often each state was shown
	ended   map[string]time.Time

	received int
}

func newLedger() *ledger {
	return &ledger{
		cards: map[string]*saved{}, presses: map[string][]press{},
		faults: map[string][]string{}, known: map[string]bool{}, shown: map[string]int{}, ended: map[string]time.Time{},
	}
}

// The four things that must not happen.
const (
	lost        = "lost"
	doubled     = "doubled"
	falselySeen = "falsely_seen"
	stuck       = "stuck"
)

// wrong notes a fault once for each card it is about.
func (l *ledger) wrong(counter, about, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(counter, about, fmt.Sprintf(format, args...))
}

func (l *ledger) note(counter, about, what string) {
	if key := counter + about; !l.known[key] {
		l.known[key] = true
		l.faults[counter] = append(l.faults[counter], about+": "+what)
	}
}

func (l *ledger) count(counter string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.faults[counter])
}

// savedOn notes that a phone has said "saved on this phone".
func (l *ledger) savedOn(s *saved) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.at = time.Now()
	l.cards[s.id] = s
}

// onPhones is how many cards wait for their receipt.
func (l *ledger) onPhones() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.cards) - l.received
}

// receipt notes what a phone was told the server has.
func (l *ledger) receipt(r receipt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.cards[r.ClientID]
	if s.server != "" && s.server != r.ID {
		l.note(doubled, s.id, fmt.Sprintf("receipts name two cards, %s and %s", s.server, r.ID))
	}
	if s.server == "" {
		l.received++
	}
	s.server, s.again = r.ID, r.Duplicate
}

// pressing notes that a press is about to be made.
func (l *ledger) pressing(card, by, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.presses[card] = append(l.presses[card], press{by, what, time.Now()})
}

// ending notes that a member of staff has no relation any more, as the server has confirmed.
func (l *ledger) ending(account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended[account] = time.Now()
}

// pressed says whether somebody who may press had begun to, among the presses whose name is one of what.
func (l *ledger) pressed(card string, may map[string]bool, what ...string) bool {
	for _, p := range l.presses[card] {
		if !may[p.by] || (!l.ended[p.by].IsZero() && p.began.After(l.ended[p.by])) {
			continue
		}
		for _, w := range what {
			if w == p.what || w == "" {
				return true
			}
		}
	}
	return false
}

// state is where a card stands, as a screen shows it.
type state struct {
	ID       string
	ClientID string
	State    string
	Version  int
	Who      *struct{ ID string }
	Can      []string
	Words    string
}

// show notes what a young person's phone was shown, and whether it claims more than was done.
func (l *ledger) show(s state, may map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shown[s.State]++
	switch s.State {
	case "seen", "promised", "here", "check":
		if !l.pressed(s.ID, may, "") {
			l.note(falselySeen, s.ID, "shown as "+s.State+" before anybody pressed")
		} else if s.Who != nil && !l.pressed(s.ID, map[string]bool{s.Who.ID: may[s.Who.ID]}, "") {
			l.note(falselySeen, s.ID, "shown as "+s.State+" by "+s.Who.ID+", who had not pressed")
		}
	case "closed":
		own := l.cards[s.ClientID]
		if (own == nil || own.taken == "") && !l.pressed(s.ID, may, "close") {
			l.note(falselySeen, s.ID, "shown as closed before anybody closed it")
		}
	}
}

// take notes that the young person is about to end a card.
func (l *ledger) take(id, how string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.cards[id]; s != nil {
		s.taken = how
	}
}
