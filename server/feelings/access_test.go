package feelings_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/viewer"
)

// role is somebody in relation to one card of Leo's, and what they may do with it.
type role struct {
	name         string
	who          viewer.Viewer
	reads        bool
	presses      bool
	inbox        bool
	prepareAfter func() // what happens after the card was sent
}

// roles is every kind of person by every state of their relation.
func (w *world) roles() []role {
	glass := func(v viewer.Viewer, from, to time.Duration) viewer.Viewer {
		id := db.NewID()
		w.exec(`INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to, created_at, confirmed_at)
 VALUES (?, ?, ?, 'break_glass', 'young_person', ?, ?, ?, ?, ?)`, id, w.org, v.AccountID, w.leo.AccountID,
			db.At(w.now().Add(from)), db.At(w.now().Add(to)), db.At(w.now()), db.At(w.now()))
		return v
	}
	staff := func(name string) viewer.Viewer { return w.account(w.org, name, viewer.KindStaff) }
	worker := func(name string) viewer.Viewer {
		v := staff(name)
		w.relate(v, "keyworker_of", "young_person", w.leo.AccountID)
		return v
	}
	lead := func(name string) viewer.Viewer {
		v := staff(name)
		w.relate(v, "lead_of", "team", w.team)
		return v
	}
	change := func(v viewer.Viewer, sql string, args ...any) func() {
		return func() { w.exec("UPDATE relations SET "+sql+" WHERE subject_id = ?", append(args, v.AccountID)...) }
	}
	ended, expired, future, unconfirmed, suspended, off := worker("Ended"), worker("Expired"), worker("Future"), worker("Unconfirmed"), worker("Suspended"), worker("Off")
	former, cover := worker("Former"), staff("Cover")
	w.relate(cover, "cover_for", "young_person", w.leo.AccountID)
	placing, analyst := staff("Placing"), staff("Analyst")
	w.relate(placing, "placing_for", "young_person", w.leo.AccountID)
	w.relate(analyst, "analyst_of", "service", w.home)
	buddy := w.account(w.org, "Buddy", viewer.KindYoungPerson)
	w.relate(buddy, "buddy_of", "young_person", w.leo.AccountID)
	admin := w.account(w.org, "Admin", viewer.KindAdmin)
	admin.Place = viewer.Admin
	w.relate(admin, "admin_of", "organisation", w.org)
	kin := w.account(w.org, "Kin", viewer.KindFamily)
	w.relate(kin, "family_of", "young_person", w.leo.AccountID)
	idle := w.sam
	idle.Reading = false
	foreign := w.sam
	foreign.OrganisationID = w.otto.OrganisationID
	wrongPlace := w.sam
	wrongPlace.Place = viewer.Admin
	return []role{
		{name: "a keyworker who was chosen", who: w.sam, reads: true, presses: true, inbox: true},
		{name: "cover who was chosen", who: cover, reads: true, presses: true, inbox: true},
		{name: "a safeguarding lead who was chosen", who: w.sue, reads: true, presses: true, inbox: true},
		{name: "family who were chosen", who: w.dan, reads: true},
		{name: "family who were not chosen", who: kin},
		{name: "a keyworker whose relation ended", who: ended, prepareAfter: change(ended, "ended_at = ?", db.At(w.now()))},
		{name: "a keyworker whose relation expired", who: expired, prepareAfter: change(expired, "valid_to = ?", db.At(w.now()))},
		{name: "a keyworker from tomorrow", who: future, prepareAfter: change(future, "valid_from = ?", db.At(w.now().Add(24*time.Hour)))},
		{name: "a keyworker nobody confirmed", who: unconfirmed, prepareAfter: change(unconfirmed, "confirmed_at = NULL")},
		{name: "a keyworker who is suspended", who: suspended, prepareAfter: func() {
			w.exec("UPDATE accounts SET suspended_at = ? WHERE id = ?", db.At(w.now()), suspended.AccountID)
		}},
		{name: "a keyworker who is switched off", who: off},
		{name: "whoever is switched off and breaks the glass", who: off, prepareAfter: func() { glass(off, -time.Minute, time.Hour) }},
		{name: "a lead who was not chosen", who: w.lea},
		{name: "a lead with the glass broken", who: glass(lead("Glass"), -time.Minute, time.Hour), reads: true},
		{name: "a keyworker whose relation ended, with the glass broken", who: former, prepareAfter: func() {
			change(former, "ended_at = ?", db.At(w.now()))()
			glass(former, -time.Minute, time.Hour)
		}},
		{name: "a lead whose hour is over", who: glass(lead("Late"), -2*time.Hour, -time.Hour)},
		{name: "placement staff", who: placing},
		{name: "an analyst", who: analyst},
		{name: "a buddy", who: buddy},
		{name: "an administrator", who: admin},
		{name: "another young person's keyworker", who: w.kit},
		{name: "staff without any relation", who: w.ann},
		{name: "staff of another organisation", who: w.otto},
		{name: "a keyworker's id in another organisation", who: foreign},
		{name: "a keyworker whose screen is locked", who: idle},
		{name: "a keyworker at another place", who: wrongPlace},
		{name: "nobody", who: viewer.Viewer{}},
	}
}

// notChosen are left out of the audience; everybody else is in it.
var notChosen = []string{
	"family who were not chosen", "a lead who was not chosen", "a lead with the glass broken", "a lead whose hour is over",
}

// TestWhoMayDoWhat asks for every role and every channel.
func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.roles()
		for _, r := range all {
			t.Run(r.name, func(t *testing.T) {
				card := sad()
				card.Chosen = true
				for _, other := range all {
					card.Audience = append(card.Audience, other.who.AccountID)
					if slices.Contains(notChosen, other.name) {
						card.Audience = card.Audience[:len(card.Audience)-1]
					}
					if other.name == "a keyworker who is switched off" {
						card.SwitchedOff = append(card.SwitchedOff, other.who.AccountID)
					}
				}
				id := w.tap(card).ID
				if r.prepareAfter != nil {
					r.prepareAfter()
				}
				w.ask(t, r, id)
			})
		}
	})
}

func (w *world) ask(t *testing.T, r role, id string) {
	ctx := t.Context()
	allowed := func(what string, err error, ok bool) {
		t.Helper()
		if (err == nil) != ok {
			t.Errorf("%s: allowed %v (%v), want %v", what, err == nil, err, ok)
		}
		if err != nil && errs.CodeOf(err) != errs.NotFound && !(r.reads && errs.CodeOf(err) == errs.Forbidden) {
			t.Errorf("%s: refused with %v; what may not be seen does not exist", what, err)
		}
	}
	view, err := w.cards.StaffPage(ctx, r.who, id)
	allowed("page", err, r.reads)
	if err == nil && !r.presses && len(view.Can) != 0 {
		t.Errorf("may press %v", view.Can)
	}
	_, err = w.cards.Page(ctx, r.who, id)
	allowed("the young person's page", err, r.reads)
	_, err = w.cards.Status(ctx, r.who, id)
	if errs.CodeOf(err) != errs.NotFound {
		t.Errorf("status: %v", err)
	}
	for _, press := range []func() (feelings.View, error){
		func() (feelings.View, error) { return w.cards.Withdraw(ctx, r.who, id, 1) },
		func() (feelings.View, error) { return w.cards.Close(ctx, r.who, id, 1, nil) },
		func() (feelings.View, error) { return w.cards.Reopen(ctx, r.who, id, 1) },
		func() (feelings.View, error) { return w.cards.Check(ctx, r.who, id, 1, "yes") },
	} {
		if _, err := press(); err == nil {
			t.Error("pressed for the young person")
		}
	}
	told := w.count("SELECT count(*) FROM card_recipients WHERE card_id = ? AND account_id = ?", id, r.who.AccountID) == 1
	alerted := w.count("SELECT count(*) FROM alerts WHERE subject_id = ? AND account_id = ?", id, r.who.AccountID)
	if !told && alerted != 0 {
		t.Error("was alerted")
	}
	before := w.page(id)
	w.takeWoken()
	_, err = w.cards.Seen(ctx, r.who, id, before.Version)
	allowed("press", err, r.presses)
	if v := w.page(id); !r.presses && v.Version != before.Version {
		t.Errorf("a refused press left %+v", v.Events)
	}
	if r.presses && !told {
		t.Error("pressed without being a recipient")
	}
	if woken := w.takeWoken(); r.presses && !slices.Contains(woken, w.leo.AccountID) {
		t.Error("a press woke nobody")
	}
	box, err := w.cards.Inbox(ctx, r.who)
	if err == nil {
		listed := slices.ContainsFunc(slices.Concat(box.Waiting, box.Coming, box.Check), func(i feelings.Item) bool { return i.ID == id })
		if listed != r.inbox {
			t.Errorf("inbox holds it: %v, want %v", listed, r.inbox)
		}
	} else if r.inbox {
		t.Errorf("inbox: %v", err)
	}
	w.askOpen(t, r, id)
	w.askLook(t, r, id)
}

// askOpen follows a notification: even with an alert of their own, nobody opens
// what they may not read.
func (w *world) askOpen(t *testing.T, r role, id string) {
	alert := db.NewID()
	if r.who.AccountID == "" {
		return
	}
	w.exec(`INSERT INTO alerts (id, organisation_id, account_id, subject_kind, subject_id, body, urgency, ttl_seconds, status, created_at)
 VALUES (?, ?, ?, 'card', ?, 'card', 'high', 60, 'accepted', ?)`, alert, w.org, r.who.AccountID, id, db.At(w.now()))
	target, err := w.cards.Open(t.Context(), r.who, alert)
	if (err == nil) != r.reads || (err == nil && target.CardID != id) {
		t.Errorf("open gave %+v, %v", target, err)
	}
	if err != nil && target.CardID != "" {
		t.Error("a refusal names the card")
	}
	if _, err := w.cards.Open(t.Context(), w.ann, alert); r.who.AccountID != w.ann.AccountID && errs.CodeOf(err) != errs.NotFound {
		t.Errorf("somebody else's alert opens: %v", err)
	}
}

// TestSwitchedOffIsNeverTold: through another round, a handover, an overdue
// promise and a not-safe card the adult who is switched off hears nothing.
func TestSwitchedOffIsNeverTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, card := range []string{"sad", "not_safe"} {
			r := w.tap(feelings.Tap{ID: db.NewID(), Card: card, Audience: ids(w.sam), SwitchedOff: ids(w.jo, w.sue), Chosen: true})
			w.takeWoken()
			_, err := w.cards.Answer(t.Context(), w.sam, r.ID, 1, feelings.Answer{Kind: feelings.AnswerHandOver, To: w.jo.AccountID})
			want(t, err, errs.Invalid, "")
			w.promise(r.ID, w.sam, w.now().Add(time.Minute))
			w.forward(time.Hour)
			w.due(w.cards)
			_, err = w.cards.Met(t.Context(), w.sam, r.ID, w.page(r.ID).Version)
			must(t, err)
			_, err = w.cards.Check(t.Context(), w.leo, r.ID, w.page(r.ID).Version, "not_yet")
			must(t, err)
			w.seen(w.sam, r.ID)
			w.endRelations(w.sam)
			_, err = w.cards.Close(t.Context(), w.leo, r.ID, w.page(r.ID).Version, nil)
			must(t, err)
			_, err = w.cards.Reopen(t.Context(), w.leo, r.ID, w.page(r.ID).Version)
			must(t, err)
			for _, off := range []viewer.Viewer{w.jo, w.sue} {
				must(t, w.cards.InboxOpen(t.Context(), off))
				if box := w.inbox(off); len(box.Waiting)+len(box.Coming)+len(box.Check) != 0 {
					t.Errorf("%s: inbox %+v", card, box)
				}
				if w.count("SELECT count(*) FROM alerts WHERE account_id = ?", off.AccountID) != 0 {
					t.Errorf("%s: alerted", card)
				}
				if slices.Contains(w.takeWoken(), off.AccountID) {
					t.Errorf("%s: woken", card)
				}
			}
			if v := w.page(r.ID); len(v.Audience) != 2 {
				t.Errorf("%s: the lead stands in when Sam has left: %+v", card, v.Audience)
			}
			w.exec("UPDATE relations SET ended_at = NULL WHERE subject_id = ?", w.sam.AccountID)
		}
	})
}

// TestARelationThatEndsTakesThePressAway, between looking and pressing.
func TestARelationThatEndsTakesThePressAway(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		_, err := w.cards.StaffPage(t.Context(), w.sam, r.ID)
		must(t, err)
		w.endRelations(w.sam)
		_, err = w.cards.Seen(t.Context(), w.sam, r.ID, 1)
		want(t, err, errs.NotFound, "")
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("%+v", v)
		}
	})
}

// TestATestPushOpensItsAnswer: the notification of a test points at the test.
func TestATestPushOpensItsAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alert := db.NewID()
		w.exec(`INSERT INTO alerts (id, organisation_id, account_id, subject_kind, subject_id, body, urgency, ttl_seconds, status, created_at)
 VALUES (?, ?, ?, ?, 'subscription', 'test', 'high', 60, 'accepted', ?)`, alert, w.org, w.sam.AccountID, notify.SubjectTest, db.At(w.now()))
		target, err := w.cards.Open(t.Context(), w.sam, alert)
		if err != nil || target.TestID != alert || target.CardID != "" {
			t.Fatalf("%+v, %v", target, err)
		}
	})
}
