package feelings_test

import (
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/viewer"
)

// TestTheInvariants lives in a house at random, 1,000 seeds when HEARD_PROOF is set,
// and holds after every step what is stored and what is shown against the
// invariants of the design. Those that other packages keep are proved there: 6
// with the push service's answers, 9 with the heartbeat, 10 with the rota.
// HEARD_SEED lives one seed again.
func TestTheInvariants(t *testing.T) {
	from, to := 1, 40
	if os.Getenv("HEARD_PROOF") != "" {
		to = 1000
	}
	if seed, err := strconv.Atoi(os.Getenv("HEARD_SEED")); err == nil {
		from, to = seed, seed
	}
	setFlag(t, "rapid.seed", "0")
	setFlag(t, "rapid.checks", "1")
	setFlag(t, "rapid.nofailfile", "true")
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := virtual(t, dir)
		defer func() { must(t, w.db.Close()) }()
		for seed := from; seed <= to && !t.Failed(); seed++ {
			must(t, flag.Set("rapid.seed", strconv.Itoa(seed)))
			// Its deadline is one of the bubble's time, which a testing.T can't tell.
			rapid.Check(struct{ testing.TB }{t}, w.live)
		}
	})
}

// setFlag sets a flag for the time of a test.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	must(t, flag.Set(name, value))
	t.Cleanup(func() { must(t, flag.Set(name, before)) })
}

// live is one seed.
func (w *world) live(t *rapid.T) {
	h := build(w, t)
	defer h.leave()
	h.tap()
	for range rapid.IntRange(1, 14).Draw(t, "steps") {
		h.sleep(draw(t, "sleep", 0, 10*time.Second, time.Minute, 2*time.Minute, 6*time.Minute, 11*time.Minute))
		rapid.SampledFrom([]func(){
			h.tap, h.press, h.press, h.press, h.together, h.young, h.settle, h.settle, h.inbox, h.relation, h.crash, func() {},
		}).Draw(t, "step")()
		h.hold()
	}
	// Invariant 8: thirty seconds after everything is back.
	h.sleep(30 * time.Second)
	h.hold()
}

// together lets two adults press at the same moment.
func (h *house) together() {
	if len(h.cards) == 0 {
		return
	}
	id, one, two := h.card(), h.adult(), h.adult()
	version := h.page(id).Version
	done := make(chan error, 2)
	for _, a := range []*adult{one, two} {
		go func() {
			_, err := h.w.cards.Here(h.w.t.Context(), a.Viewer, id, version)
			done <- err
		}()
	}
	h.allow(<-done)
	h.allow(<-done)
}

type storedEvent struct {
	CardID, Kind           string
	Seq                    int
	ActorID, AboutID, Told *string
	Evidence               *string
	Level                  *int
	At                     db.Millis
}

// stored is everything of one card as it lies in the database.
type stored struct {
	ID, Kind, Need, State, ClientID string
	Version                         int
	ReceivedAt                      db.Millis
	events                          []storedEvent
	dues                            []db.Millis
	alerts                          map[string][]db.Millis // account → when
	levels                          map[string]int
	off                             []string
}

func (h *house) read() []*stored {
	var cards []*stored
	byID := map[string]*stored{}
	h.w.tx(func(tx *db.Tx) error {
		g, org := tx.Gorm(), h.place.org
		err := g.Raw("SELECT id, kind, coalesce(need, '') AS need, state, client_id, version, received_at FROM cards WHERE organisation_id = ?", org).Scan(&cards).Error
		if err != nil {
			return err
		}
		for _, c := range cards {
			byID[c.ID], c.alerts, c.levels = c, map[string][]db.Millis{}, map[string]int{}
		}
		var events []storedEvent
		if err := g.Raw("SELECT card_id, kind, seq, actor_id, about_id, told, evidence, level, at FROM card_events WHERE organisation_id = ? ORDER BY card_id, seq", org).Scan(&events).Error; err != nil {
			return err
		}
		for _, e := range events {
			byID[e.CardID].events = append(byID[e.CardID].events, e)
		}
		var rows []struct {
			ID, AccountID string
			At            db.Millis
			Level         int
		}
		if err := g.Raw("SELECT id, due_at AS at FROM card_dues WHERE organisation_id = ?", org).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			byID[r.ID].dues = append(byID[r.ID].dues, r.At)
		}
		rows = nil
		if err := g.Raw("SELECT subject_id AS id, account_id, created_at AS at FROM alerts WHERE organisation_id = ?", org).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			byID[r.ID].alerts[r.AccountID] = append(byID[r.ID].alerts[r.AccountID], r.At)
		}
		rows = nil
		if err := g.Raw("SELECT card_id AS id, account_id, level FROM card_recipients WHERE organisation_id = ?", org).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			byID[r.ID].levels[r.AccountID] = r.Level
		}
		rows = nil
		if err := g.Raw("SELECT card_id AS id, account_id FROM card_switched_off WHERE organisation_id = ?", org).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			byID[r.ID].off = append(byID[r.ID].off, r.AccountID)
		}
		return nil
	})
	return cards
}

// hold asks every invariant of every card.
func (h *house) hold() {
	synctest.Wait()
	cards := h.read()
	if len(cards) != len(h.sent) {
		h.t.Fatalf("invariants 5 and 8: %d cards sent, %d stored", len(h.sent), len(cards))
	}
	for _, c := range cards {
		if !slices.Contains(h.cards, c.ID) {
			h.t.Fatalf("invariant 8: no receipt for card %s", c.ID)
		}
		v := h.page(c.ID)
		h.pressed(c)
		h.said(c, v)
		h.due(c)
		h.climbs(c, v)
		h.closed(c)
		h.told(c)
		h.guarded(c)
		h.met(c)
	}
}

// met says that a contact is made once a card, with whoever said that they were
// there in the round that the young person let stand.
func (h *house) met(c *stored) {
	var there []string // who said so since the card was last received
	var may []string   // who said so in the first round that was let stand
	for _, e := range c.events {
		switch e.Kind {
		case "received", "reopened", "check_no", "check_not_yet":
			there = nil
		case "here", "check":
			there = append(there, *e.ActorID)
		case "closed", "check_yes":
			if may == nil && *e.ActorID == h.leo.AccountID {
				may = there
			}
		}
	}
	got := h.w.contacts(c.ID)
	if len(got) > 1 || (len(may) > 0) != (len(got) == 1) || len(got) == 1 && got[0].worker != may[len(may)-1] {
		c.fail(h.t, "contacts %v, and %v were there", got, may)
	}
}

func (c *stored) fail(t *rapid.T, format string, args ...any) {
	t.Helper()
	var lines []string
	for _, e := range c.events {
		lines = append(lines, e.Kind)
	}
	t.Logf("%s %s %s: %s; due %v at %d", c.Kind, c.Need, c.State, strings.Join(lines, " "), c.dues, time.Now().UnixMilli())
	t.Fatalf(format, args...)
}

// round is what happened since the card was last received.
func (c *stored) round() []storedEvent {
	from := 0
	for i, e := range c.events {
		if slices.Contains([]string{"received", "reopened", "check_no", "check_not_yet"}, e.Kind) {
			from = i
		}
	}
	return c.events[from:]
}

// seenBy lists who pressed in this round.
func (c *stored) seenBy() []string {
	var who []string
	for _, e := range c.round() {
		if e.Kind == "seen" {
			who = append(who, *e.ActorID)
		}
	}
	return who
}

func (c *stored) has(kind string) bool {
	return slices.ContainsFunc(c.events, func(e storedEvent) bool { return e.Kind == kind })
}

func (c *stored) urgent() bool { return c.Kind == "not_safe" || c.Need == "sit_with_me" }

// pressed is invariant 1: seen, and all that rests on it, implies a press by
// somebody of the staff whose relation was valid at that moment.
func (h *house) pressed(c *stored) {
	for _, e := range c.events[h.asked[c.ID]:] { // events are only ever added
		if !slices.Contains([]string{"seen", "promised", "here", "check", "words", "handed_over", "checked_on"}, e.Kind) {
			continue
		}
		if e.ActorID == nil || e.Evidence == nil || !strings.HasPrefix(*e.Evidence, "relation:") {
			c.fail(h.t, "invariant 1: %s without a press and its relation", e.Kind)
		}
		if n := h.w.count(`SELECT count(*) FROM relations r JOIN accounts a ON a.id = r.subject_id AND a.kind = 'staff'
 WHERE r.id = ? AND r.subject_id = ? AND r.valid_from <= ? AND r.valid_to > ? AND (r.ended_at IS NULL OR r.ended_at >= ?)`,
			strings.TrimPrefix(*e.Evidence, "relation:"), *e.ActorID, e.At, e.At, e.At); n != 1 {
			c.fail(h.t, "invariant 1: %s by somebody whose relation was not valid", e.Kind)
		}
	}
	h.asked[c.ID] = len(c.events)
	if slices.Contains([]string{"seen", "promised", "here", "check"}, c.State) && len(c.seenBy()) == 0 {
		c.fail(h.t, "invariant 1: %s and nobody has pressed", c.State)
	}
}

// said is invariant 2: the words shown claim no more than the evidence stored.
func (h *house) said(c *stored, v feelings.View) {
	who := func(p *viewer.Person) string {
		if p == nil {
			return ""
		}
		return p.ID
	}
	if string(v.State) != c.State || v.Version != c.Version || c.Version != len(c.events) {
		c.fail(h.t, "invariant 2: stored %s %d, shown %s %d", c.State, c.Version, v.State, v.Version)
	}
	if told := who(v.Told); told != "" && len(c.alerts[told]) == 0 {
		c.fail(h.t, "invariant 2: “we've told %s”, and nobody did", v.Told.Name)
	}
	seenBy := c.seenBy()
	switch v.State {
	case feelings.StateReceived, feelings.StateNoChannel:
		if len(seenBy) > 0 && v.State == feelings.StateReceived {
			c.fail(h.t, "invariant 2: “no one has seen it yet”, and somebody has")
		}
		if v.State == feelings.StateNoChannel && h.outcome[c.ID+who(v.Who)] != notify.NoChannel {
			c.fail(h.t, "invariant 2: “can't reach %v”, and nothing says so", v.Who)
		}
	case feelings.StateAlerting:
		if v.Who == nil || h.outcome[c.ID+v.Who.ID] == "" && !h.shown[c.ID+v.Who.ID] {
			c.fail(h.t, "invariant 2: “letting %v know”, and no push was taken and no inbox is open", v.Who)
		}
		if slices.Contains(seenBy, v.Who.ID) {
			c.fail(h.t, "invariant 2: “%s hasn't seen it yet”, and they have", v.Who.Name)
		}
	case feelings.StateSeen, feelings.StatePromised, feelings.StateHere, feelings.StateCheck:
		if !slices.Contains(seenBy, who(v.Who)) {
			c.fail(h.t, "invariant 2: %s by %v, who never pressed", v.State, v.Who)
		}
	case feelings.StateOverdue:
		if v.Who == nil {
			c.fail(h.t, "invariant 2: overdue, and nobody is named")
		}
	case feelings.StateNobody:
		if (v.Who == nil) != (len(seenBy) == 0) {
			c.fail(h.t, "invariant 2: “no one has seen this”, of a card %d pressed", len(seenBy))
		}
		h.everybody(c)
	}
	if v.Next.At != nil && (len(c.dues) != 1 || c.dues[0].Time().After(*v.Next.At)) {
		c.fail(h.t, "invariant 2: what happens next at %v is in no due row: %v", v.Next.At, c.dues)
	}
}

// everybody says that “all levels tried” is true: whoever is on duty and could be
// told has been.
func (h *house) everybody(c *stored) {
	if h.upSince.IsZero() || time.Since(h.upSince) < slack {
		return
	}
	for _, a := range h.adults {
		if h.on(a, time.Now().Add(-slack)) && h.on(a, time.Now()) && a.reached() && !slices.Contains(c.off, a.AccountID) && len(c.alerts[a.AccountID]) == 0 {
			c.fail(h.t, "invariant 2: all levels tried, and %s, who is on duty, was never told", a.name)
		}
	}
}

// reached says that one of the levels above the first reaches the adult.
func (a *adult) reached() bool {
	return slices.Contains([]string{"Kim", "Ted", "Ola", "Lea", "Sue"}, a.name)
}

// due is invariant 3: an open card with a deadline has exactly one due row, one
// that rests has none, and none stays unlooked at while a server is up.
func (h *house) due(c *stored) {
	want := h.waits(c)
	if want >= 0 && len(c.dues) != want {
		c.fail(h.t, "invariant 3: %d due rows, want %d", len(c.dues), want)
	}
	if len(c.dues) > 1 {
		c.fail(h.t, "invariant 3: %d due rows", len(c.dues))
	}
	if len(c.dues) == 1 && !h.upSince.IsZero() && time.Since(h.upSince) > slack && time.Since(c.dues[0].Time()) > slack {
		c.fail(h.t, "invariant 3: a deadline of %v ago was not looked at", time.Since(c.dues[0].Time()))
	}
}

// waits says how many due rows a card must have, apart from the code; -1 where
// that hangs on who leads at the moment.
func (h *house) waits(c *stored) int {
	justKnow := c.Kind == "need" && c.Need == "just_know"
	switch c.State {
	case "promised", "overdue", "nobody":
		return 1
	case "received", "alerting", "no_channel", "seen":
		if justKnow && !slices.ContainsFunc(c.round(), func(e storedEvent) bool { return slices.Contains([]string{"nobody", "overdue", "off_shift"}, e.Kind) }) {
			return 0
		}
		if justKnow {
			return -1
		}
		return 1
	case "withdrawn":
		if c.urgent() && !c.has("checked_on") {
			return 1
		}
	case "here", "check", "closed":
		if c.Kind == "not_safe" {
			return h.unguarded(c)
		}
	}
	return 0
}

// unguarded is 1 while a not-safe card waits for its safeguarding lead.
func (h *house) unguarded(c *stored) int {
	if h.guardian(c) == nil {
		return 0
	}
	return 1
}

// guardian is whom a not-safe card still waits for: the safeguarding lead or, where
// none gets it, the other lead.
func (h *house) guardian(c *stored) *adult {
	seenBy := c.seenBy()
	for _, name := range []string{"Sue", "Lea"} {
		for _, a := range h.adults {
			if _, got := c.levels[a.AccountID]; c.Kind != "not_safe" || a.name != name || !got {
				continue
			}
			if slices.Contains(seenBy, a.AccountID) {
				return nil
			}
			return a
		}
	}
	return nil
}

// guarded says that a not-safe card rests only when its safeguarding lead has pressed,
// whoever has closed it: until then it stands in their inbox, they can press, and they
// are told again and again.
func (h *house) guarded(c *stored) {
	a := h.guardian(c)
	if a == nil || !slices.Contains([]string{"promised", "here", "check", "closed"}, c.State) {
		return
	}
	box, err := h.w.cards.Inbox(h.w.t.Context(), a.Viewer)
	if err != nil || !slices.ContainsFunc(box.Waiting, func(i feelings.Item) bool { return i.ID == c.ID }) {
		c.fail(h.t, "it waits for %s, and does not stand in their inbox: %v", a.name, err)
	}
	v, err := h.w.cards.StaffPage(h.w.t.Context(), a.Viewer, c.ID)
	if err != nil || !slices.Contains(v.Can, feelings.ActSeen) {
		c.fail(h.t, "it waits for %s, who may press %v: %v", a.name, v.Can, err)
	}
	latest := slices.Max(c.alerts[a.AccountID]).Time()
	if !h.upSince.IsZero() && time.Since(h.upSince) > 5*time.Minute+slack && time.Since(latest) > 5*time.Minute+slack {
		c.fail(h.t, "it waits for %s, who was not told again for %v", a.name, time.Since(latest))
	}
}

// climbs is invariant 4: a level never falls without a press or a handover.
func (h *house) climbs(c *stored, v feelings.View) {
	level := 0
	for _, e := range c.events {
		switch {
		case slices.Contains([]string{"received", "reopened", "check_no", "check_not_yet"}, e.Kind):
			level = 1
		case e.Level != nil && *e.Level < level:
			c.fail(h.t, "invariant 4: %s brought the level from %d to %d", e.Kind, level, *e.Level)
		case e.Level != nil:
			level = *e.Level
		}
	}
	if v.Level < level {
		c.fail(h.t, "invariant 4: level %d, and the events say %d", v.Level, level)
	}
}

// closed is invariant 7: only a person closes a card, whatever has failed.
func (h *house) closed(c *stored) {
	for _, e := range c.events {
		if (e.Kind == "closed" || e.Kind == "check_yes") && e.ActorID == nil {
			c.fail(h.t, "invariant 7: nobody closed it")
		}
	}
	last := len(c.events) - 1
	for last > 0 && slices.Contains([]string{"seen", "again"}, c.events[last].Kind) {
		last-- // the safeguarding lead looks at it all the same, or is told to
	}
	if c.State == "closed" && !slices.Contains([]string{"closed", "check_yes"}, c.events[last].Kind) {
		c.fail(h.t, "invariant 7: closed by %s", c.events[last].Kind)
	}
}

// told is invariant 8, the part that can be asked at any time: whoever the card
// went to was told, and whoever was told may read it; and a card that insists
// comes round to everybody.
func (h *house) told(c *stored) {
	for id, level := range c.levels {
		if level > 0 && len(c.alerts[id]) == 0 {
			c.fail(h.t, "invariant 8: a recipient was never told")
		}
	}
	for id := range c.alerts {
		if _, known := c.levels[id]; !known {
			c.fail(h.t, "invariant 8: somebody was told who is no recipient")
		}
	}
	for _, e := range c.events {
		if e.Told != nil && len(c.alerts[*e.Told]) == 0 {
			c.fail(h.t, "invariant 8: %s names somebody who was not told", e.Kind)
		}
	}
	insists := c.Kind == "not_safe" && c.State == "nobody" || c.State == "withdrawn" && c.urgent() && !c.has("checked_on") && c.has("again")
	if !insists || h.upSince.IsZero() || time.Since(h.upSince) < 5*time.Minute+slack {
		return
	}
	var latest db.Millis
	for _, times := range c.alerts {
		latest = max(latest, slices.Max(times))
	}
	if since := time.Since(max(latest, c.events[len(c.events)-1].At).Time()); len(c.alerts) > 0 && since > 5*time.Minute+slack {
		c.fail(h.t, "not safe, and nobody was told again for %v", since)
	}
}
