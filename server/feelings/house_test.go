package feelings_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	housePoll = 5 * time.Second
	// slack is how late a deadline may be looked at: a lease of four seconds that a
	// dead worker held, and a poll before and after.
	slack = 15 * time.Second
)

// house is one organisation made at random, lived in at random: people, shifts,
// what became of alerts, presses, and servers that die. All of it goes through the
// real service on a real database, in virtual time.
type house struct {
	w       *world
	t       *rapid.T
	place   place
	leo     viewer.Viewer
	adults  []*adult
	limits  people.Limits
	planned bool

	stop    []context.CancelFunc // the servers that run
	ended   []chan struct{}
	upSince time.Time // when the last server came up; zero: none is

	sent    map[string]string // client id and body → card
	cards   []string
	last    feelings.Tap
	outcome map[string]notify.Outcome // card and account → what became of their last alert
	shown   map[string]bool           // card and account → their inbox was open
	asked   map[string]int            // card → how many of its events were asked about
}

// adult is one person of the house.
type adult struct {
	viewer.Viewer
	name     string
	shift    string // its role; empty: none
	from, to time.Time
	answered time.Time // zero: never
	gone     bool      // their relations have ended
	home     bool      // the end of their shift was told
	here     time.Time // when the start of their duty was told; zero: not yet
}

// on says whether the adult is on duty, apart from the code.
func (h *house) on(a *adult, at time.Time) bool {
	if a.gone || a.Kind != viewer.KindStaff {
		return false
	}
	if !h.planned {
		return !slices.Contains([]string{"Kim", "Ted", "Ola"}, a.name) // a shift is all they have to do with Leo
	}
	return !a.here.IsZero() && !at.Before(a.here) && at.Before(a.to)
}

// virtual opens a world whose clock is the machine's, which a bubble makes virtual.
func virtual(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{t: t, relations: map[string]string{}}
	w.config = db.Config{Path: filepath.Join(dir, "heard.db"), Key: bytes.Repeat([]byte{7}, 32), Now: w.now, Log: slog.New(slog.DiscardHandler)}
	var err error
	w.ring, err = keys.Load(filepath.Join(dir, "key"), "")
	must(t, err)
	w.open()
	return w
}

// open opens the database and everything on it, as a server does when it starts.
func (w *world) open() {
	w.t.Helper()
	var err error
	w.db, err = db.Open(w.t.Context(), w.config)
	must(w.t, err)
	must(w.t, w.db.Migrate(w.t.Context()))
	w.alerts, err = notify.New(w.t.Context(), notify.Config{DB: w.db, Ring: w.ring})
	must(w.t, err)
	w.cards = w.serviceEvery(housePoll)
}

func draw[T any](t *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(t, label)
}

// build makes the house, in one transaction.
func build(w *world, t *rapid.T) *house {
	h := &house{w: w, t: t, sent: map[string]string{}, outcome: map[string]notify.Outcome{}, shown: map[string]bool{}, asked: map[string]int{}}
	h.planned = draw(t, "planned", true, true, true, false)
	h.limits = people.Limits{
		NotSafe:   draw(t, "not safe", time.Minute, 2*time.Minute),
		SitWithMe: draw(t, "sit with me", 2*time.Minute, 3*time.Minute),
		Other:     draw(t, "other", 4*time.Minute, 6*time.Minute),
	}
	h.place = place{w.organisation("A house"), db.NewID(), db.NewID()}
	w.tx(func(tx *db.Tx) error { return h.fillTx(tx) })
	h.up()
	return h
}

func (h *house) fillTx(tx *db.Tx) (err error) {
	g, p, now := tx.Gorm(), h.place, db.At(tx.Now)
	for _, sql := range []string{
		"INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'childrens_home', 'A house', ?)",
		"INSERT INTO rota_plans (id, organisation_id, due_at) VALUES (?, ?, ?)",
	} {
		if err := g.Exec(sql, p.service, p.org, now).Error; err != nil {
			return err
		}
	}
	if err := g.Exec("INSERT INTO teams (id, organisation_id, service_id, name, created_at) VALUES (?, ?, ?, 'Day', ?)", p.team, p.org, p.service, now).Error; err != nil {
		return err
	}
	if err := g.Exec("INSERT INTO service_limits (service_id, organisation_id, not_safe, sit_with_me, other) VALUES (?, ?, ?, ?, ?)", p.service, p.org,
		int(h.limits.NotSafe.Seconds()), int(h.limits.SitWithMe.Seconds()), int(h.limits.Other.Seconds())).Error; err != nil {
		return err
	}
	if h.leo, err = h.w.accountTx(tx, p.org, "Leo", viewer.KindYoungPerson); err != nil {
		return err
	}
	if _, err = relateTx(tx, h.leo, "served_by", "service", p.service); err != nil {
		return err
	}
	for _, who := range []struct{ name, relation, object, shift string }{
		{"Sam", "keyworker_of", "young_person", "team"}, {"Jo", "keyworker_of", "young_person", "team"},
		{"Kim", "", "", "cover"}, {"Ted", "", "", "team"}, {"Ola", "", "", "on_call"},
		{"Lea", "lead_of", "team", "team"}, {"Sue", "safeguarding_of", "service", "on_call"}, {"Dan", "family_of", "young_person", ""},
	} {
		if who.name != "Sam" && !rapid.Bool().Draw(h.t, who.name) {
			continue
		}
		object := map[string]string{"young_person": h.leo.AccountID, "team": p.team, "service": p.service}[who.object]
		if err = h.adultTx(tx, who.name, who.relation, who.object, object, who.shift); err != nil {
			return err
		}
	}
	if h.planned {
		err = g.Exec("UPDATE rota_plans SET planned_from = 0 WHERE id = ?", p.service).Error
	}
	return err
}

func (h *house) adultTx(tx *db.Tx, name, relation, objectKind, object, shift string) error {
	kind := viewer.KindStaff
	if name == "Dan" {
		kind = viewer.KindFamily
	}
	v, err := h.w.accountTx(tx, h.place.org, name, kind)
	if err != nil {
		return err
	}
	if relation != "" {
		if _, err := relateTx(tx, v, relation, objectKind, object); err != nil {
			return err
		}
	}
	a := &adult{Viewer: v, name: name}
	h.adults = append(h.adults, a)
	if !h.planned || shift == "" || relation != "" && !rapid.Bool().Draw(h.t, name+" works") {
		return nil
	}
	a.shift = shift
	a.from = tx.Now.Add(draw(h.t, "from", -time.Hour, 0, 7*time.Minute))
	a.to = a.from.Add(draw(h.t, "for", 70*time.Minute, 90*time.Minute, 5*time.Hour))
	if after := draw(h.t, "answers", 0, 0, 2*time.Minute, -time.Second); after >= 0 {
		a.answered = a.from.Add(after)
	}
	_, err = shiftTx(tx, h.place, v, shift, a.from, a.to)
	return err
}

// up starts a server.
func (h *house) up() {
	ctx, cancel := context.WithCancel(h.w.t.Context())
	ended := make(chan struct{})
	s := h.w.serviceEvery(housePoll)
	h.w.cards = s
	go func() {
		defer close(ended)
		if err := s.Run(ctx); err != nil {
			h.t.Errorf("a server ended: %v", err)
		}
	}()
	h.stop, h.ended = append(h.stop, cancel), append(h.ended, ended)
	if h.upSince.IsZero() {
		h.upSince = time.Now()
	}
}

// down kills every server.
func (h *house) down() {
	for i, cancel := range h.stop {
		cancel()
		<-h.ended[i]
	}
	h.stop, h.ended, h.upSince = nil, nil, time.Time{}
}

// leave ends the seed: nothing of it is due any more for the next one.
func (h *house) leave() {
	h.down()
	h.w.exec("DELETE FROM card_dues WHERE organisation_id = ?", h.place.org)
}

// sleep lets time pass, with the starts and ends of duty that fall into it.
func (h *house) sleep(d time.Duration) {
	until := time.Now().Add(d)
	for {
		at, what := h.nextDuty()
		if what == nil || at.After(until) {
			break
		}
		time.Sleep(time.Until(at))
		h.w.tx(what)
	}
	time.Sleep(time.Until(until))
	synctest.Wait()
}

// nextDuty is the next start or end of somebody's duty that was not told yet.
func (h *house) nextDuty() (at time.Time, what func(tx *db.Tx) error) {
	consider := func(when time.Time, do func(tx *db.Tx) error) {
		if what == nil || when.Before(at) {
			at, what = when, do
		}
	}
	for _, a := range h.adults {
		switch {
		case a.shift == "" || a.home:
		case a.here.IsZero() && !a.answered.IsZero() && a.answered.Before(a.to):
			consider(a.answered, func(tx *db.Tx) error {
				a.here = tx.Now
				if err := answerTx(tx, a.Viewer); err != nil {
					return err
				}
				return h.w.cards.DutyStartedTx(tx, h.place.org, a.AccountID)
			})
		default:
			consider(a.to, func(tx *db.Tx) error {
				a.home = true
				return h.w.cards.DutyEndedTx(tx, h.place.org, a.AccountID)
			})
		}
	}
	return at, what
}

func (h *house) adult() *adult { return rapid.SampledFrom(h.adults).Draw(h.t, "who") }

func (h *house) card() string { return rapid.SampledFrom(h.cards).Draw(h.t, "which card") }

func (h *house) page(id string) feelings.View {
	v, err := h.w.cards.Page(h.w.t.Context(), h.leo, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// tap sends a new card, or the last one again (perhaps many times at once), or the
// last one changed.
func (h *house) tap() {
	kind := draw(h.t, "tap", "new", "new", "new", "again", "changed")
	if len(h.cards) == 0 || kind == "new" {
		h.last = feelings.Tap{ID: db.NewID(), Words: canary, TappedAt: time.Now().Format(time.RFC3339)}
		h.last.Card = draw(h.t, "card", "sad", "not_safe", "not_safe", "sit_with_me", "just_know")
		for _, a := range h.adults {
			switch draw(h.t, "audience", "", "", "", "in", "off") {
			case "in":
				h.last.Audience = append(h.last.Audience, a.AccountID)
			case "off":
				h.last.SwitchedOff = append(h.last.SwitchedOff, a.AccountID)
			}
		}
		h.last.Chosen = true
	} else if kind == "changed" {
		h.last.Words += "."
	}
	done := make(chan feelings.Receipt, 3)
	for range cap(done) {
		go func() {
			r, err := h.w.cards.Tap(h.w.t.Context(), h.leo, h.last)
			if err != nil {
				h.t.Errorf("a tap was refused: %v", err)
			}
			done <- r
		}()
	}
	fresh := 0
	for range cap(done) {
		r := <-done
		if !r.Duplicate {
			fresh++
		}
		key := h.last.ID + h.last.Words
		if have, ok := h.sent[key]; ok && have != r.ID {
			h.t.Fatalf("invariant 5: one card for each id: %s and %s", have, r.ID)
		}
		h.sent[key] = r.ID
		if !slices.Contains(h.cards, r.ID) {
			h.cards = append(h.cards, r.ID)
		}
	}
	if fresh > 1 {
		h.t.Fatalf("invariant 5: %d of the same tap were new", fresh)
	}
}

// allow accepts a press and every refusal that is meant.
func (h *house) allow(err error) {
	switch errs.CodeOf(err) {
	case "", errs.NotFound, errs.Forbidden, errs.Conflict, errs.Invalid:
	default:
		h.t.Fatalf("%v", err)
	}
}

// press lets an adult press anything, perhaps on an old version.
func (h *house) press() {
	if len(h.cards) == 0 {
		return
	}
	id, a, c := h.card(), h.adult(), h.w.cards
	ctx, version := h.w.t.Context(), h.page(id).Version-draw(h.t, "behind", 0, 0, 0, 1)
	answer := func(a2 feelings.Answer) error {
		_, err := c.Answer(ctx, a.Viewer, id, version, a2)
		return err
	}
	var err error
	switch draw(h.t, "press", "seen", "seen", "promise", "promise", "hand over", "words", "here", "met", "close", "checked") {
	case "seen":
		_, err = c.Seen(ctx, a.Viewer, id, version)
	case "promise":
		err = answer(feelings.Answer{Kind: feelings.AnswerComingAt, At: time.Now().Add(draw(h.t, "in", 2*time.Minute, 8*time.Minute))})
	case "hand over":
		err = answer(feelings.Answer{Kind: feelings.AnswerHandOver, To: h.adult().AccountID})
	case "words":
		err = answer(feelings.Answer{Kind: feelings.AnswerOwnWords, Words: "Soon"})
	case "here":
		_, err = c.Here(ctx, a.Viewer, id, version)
	case "met":
		_, err = c.Met(ctx, a.Viewer, id, version)
	case "close":
		_, err = c.CloseFor(ctx, a.Viewer, id, version, "as agreed")
	case "checked":
		_, err = c.CheckedOn(ctx, a.Viewer, id, version)
	}
	h.allow(err)
}

// young lets the young person press anything.
func (h *house) young() {
	if len(h.cards) == 0 {
		return
	}
	id, c, ctx := h.card(), h.w.cards, h.w.t.Context()
	version := h.page(id).Version
	var err error
	switch draw(h.t, "young", "withdraw", "close", "reopen", "no", "yes") {
	case "withdraw":
		_, err = c.Withdraw(ctx, h.leo, id, version)
	case "close":
		_, err = c.Close(ctx, h.leo, id, version, nil)
	case "reopen":
		_, err = c.Reopen(ctx, h.leo, id, version)
	case "no":
		_, err = c.Check(ctx, h.leo, id, version, "no")
	case "yes":
		_, err = c.Check(ctx, h.leo, id, version, "yes")
	}
	h.allow(err)
}

// settle says what became of somebody's alert.
func (h *house) settle() {
	if len(h.cards) == 0 {
		return
	}
	id, a := h.card(), h.adult()
	outcome := draw(h.t, "outcome", notify.Accepted, notify.NoChannel)
	before := h.page(id)
	h.w.tx(func(tx *db.Tx) error {
		return h.w.cards.SettleTx(tx, notify.Settled{
			AlertID: db.NewID(), OrganisationID: h.place.org, AccountID: a.AccountID, SubjectKind: "card", SubjectID: id, Outcome: outcome,
		})
	})
	h.outcome[id+a.AccountID] = outcome
	if after := h.page(id); after.State == feelings.StateSeen && before.State != feelings.StateSeen {
		h.t.Fatalf("invariant 6: a push service's answer moved %s to seen", before.State)
	}
}

// inbox opens somebody's inbox.
func (h *house) inbox() {
	a := h.adult()
	h.allow(h.w.cards.InboxOpen(h.w.t.Context(), a.Viewer))
	for _, id := range h.cards {
		h.shown[id+a.AccountID] = true
	}
}

// relation ends everything a keyworker, cover or one of the team is to Leo.
func (h *house) relation() {
	a := h.adult()
	if !slices.Contains([]string{"Sam", "Jo", "Kim", "Ted"}, a.name) || draw(h.t, "leaves", false, false, true) == false {
		return
	}
	a.gone = true
	h.w.exec("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND ended_at IS NULL", db.At(time.Now()), a.AccountID)
}

// crash kills servers in one of several ways, and brings one up again.
func (h *house) crash() {
	switch draw(h.t, "crash", "all die", "one dies holding leases", "a second comes up", "the database is opened anew") {
	case "all die":
		h.down()
		time.Sleep(draw(h.t, "for", 0, time.Second, 3*time.Minute))
		h.up()
	case "one dies holding leases":
		h.w.tx(func(tx *db.Tx) error {
			_, err := db.Lease(tx, db.LeaseSpec{Table: "card_dues", Worker: db.NewID(), For: 4 * time.Second, Limit: 100})
			return err
		})
	case "a second comes up":
		if len(h.stop) < 3 {
			h.up()
		}
	case "the database is opened anew":
		h.down()
		must(h.w.t, h.w.db.Close())
		h.w.open()
		h.up()
	}
}
