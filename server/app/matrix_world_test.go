package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/testkit"
	"heard/server/viewer"
)

// state is what a relation is worth. Rows are written by hand, for the API gives
// nobody a way to some of them.
type state string

const (
	none     state = "none"
	current  state = "current"
	future   state = "future"
	proposed state = "proposed, not confirmed"
	ended    state = "ended"
	expired  state = "past its last day"
)

// rightless are the states that give no right, whatever the role.
var rightless = []state{none, future, proposed, ended, expired}

// stage is the world of the matrix: Leo, those around him, and another organisation.
type stage struct {
	*testkit.World
	k        *testkit.Kit
	org      string
	stranger *testkit.Person // staff, related to nobody
	foreign  *testkit.Person // staff of another organisation
	ruler    *testkit.Person // administrator of another organisation
}

func newStage(k *testkit.Kit) *stage {
	s := &stage{World: k.World(), k: k, stranger: k.Staff("Stranger")}
	s.Sam.Subscribe() // a card nobody can be told of goes to the leads by itself
	s.org = texts(k, "SELECT organisation_id FROM accounts WHERE id = ?", s.Leo.ID)[0]
	org := ""
	var staff, admin viewer.Invitation
	var staffID, adminID string
	inTx(k, func(tx txOf) (err error) {
		if org, err = k.App.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Elsewhere (made up)"}); err != nil {
			return err
		}
		if staffID, err = k.App.Accounts.CreateTx(tx, org, viewer.NewAccount{Kind: viewer.KindStaff, Name: "Foreign"}); err != nil {
			return err
		}
		if adminID, err = k.App.Accounts.CreateTx(tx, org, viewer.NewAccount{Kind: viewer.KindAdmin, Name: "Ruler"}); err != nil {
			return err
		}
		if staff, err = k.App.Accounts.InviteTx(tx, org, staffID, ""); err != nil {
			return err
		}
		admin, err = k.App.Accounts.InviteTx(tx, org, adminID, "")
		return err
	})
	s.foreign, s.ruler = k.Accept(viewer.Work, staff.URL), k.Accept(viewer.Admin, admin.URL)
	s.foreign.ID, s.ruler.ID = staffID, adminID
	s.relate(org, adminID, "admin_of", "organisation", org, current)
	return s
}

// relate makes the one relation of this kind what the state says, by hand.
func (s *stage) relate(org, subject, kind, objectKind, object string, st state) {
	s.k.T.Helper()
	change(s.k, "DELETE FROM relations WHERE subject_id = ? AND kind = ? AND organisation_id = ?", subject, kind, org)
	if st == none {
		return
	}
	at := func(d time.Duration) db.Millis { return db.At(s.k.Clock.Now().Add(d)) }
	from, to, confirmed := at(-time.Hour), at(time.Hour), any(at(-time.Hour))
	var over any
	switch st {
	case future:
		from = at(time.Minute)
	case expired:
		to = at(0)
	case proposed:
		confirmed = nil
	case ended:
		over = at(-time.Minute)
	}
	change(s.k, `INSERT INTO relations (id, organisation_id, subject_id, kind, object_kind, object_id, valid_from, valid_to,
 reason, created_at, confirmed_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'made up', ?, ?, ?)`,
		db.NewID(), org, subject, kind, objectKind, object, from, to, from, confirmed, over)
}

// foreignRows claims a relation for another organisation's member of staff, in
// either organisation.
func (s *stage) foreignRows(kind, objectKind, object string, st state) {
	s.k.T.Helper()
	for _, org := range []string{s.org, texts(s.k, "SELECT organisation_id FROM accounts WHERE id = ?", s.foreign.ID)[0]} {
		s.relate(org, s.foreign.ID, kind, objectKind, object, st)
	}
}

// thing is a card of Leo's with all that could let somebody in but the relation:
// a place among the recipients and an alert.
type thing struct{ card, alert string }

// send has Leo send a card to Sam and these people; forced makes them recipients,
// with an alert, whether or not the rules would.
func (s *stage) send(edit func(*testkit.Card), forced bool, to ...*testkit.Person) thing {
	s.k.T.Helper()
	card := s.k.NewCard(append([]*testkit.Person{s.Sam}, to...)...)
	card.Words = canary
	card.SwitchedOff = []string{nobodysID} // said: nobody is switched off by being left out
	if edit != nil {
		edit(&card)
	}
	var receipt struct{ ID string }
	s.Leo.Post("/cards", card).Into(&receipt)
	x := thing{card: receipt.ID, alert: nobodysID}
	if !forced {
		return x
	}
	for _, p := range to {
		change(s.k, `INSERT INTO card_recipients (card_id, account_id, organisation_id, role, added_at) SELECT ?, ?, ?, CASE WHEN EXISTS (SELECT 1 FROM relations WHERE subject_id = ? AND kind = 'on_shift') THEN 'team' ELSE 'keyworker' END, 1
 WHERE TRUE ON CONFLICT DO NOTHING`, x.card, p.ID, s.org, p.ID)
		if !s.told(x.card, p) {
			s.enqueue(x.card, p)
		}
		x.alert = texts(s.k, "SELECT id FROM alerts WHERE subject_id = ? AND account_id = ?", x.card, p.ID)[0]
	}
	return x
}

// here has Sam be with Leo: a card that rests goes to nobody else by itself.
func (s *stage) here(cards ...string) {
	s.k.T.Helper()
	for _, id := range cards {
		s.Sam.Post("/cards/"+id+"/here", map[string]any{"version": s.version(id)}).OK()
	}
}

func (s *stage) enqueue(card string, p *testkit.Person) {
	org := texts(s.k, "SELECT organisation_id FROM accounts WHERE id = ?", p.ID)[0]
	inTx(s.k, func(tx txOf) error {
		return s.k.App.Notify.EnqueueTx(tx, []notify.Alert{{
			OrganisationID: org, AccountID: p.ID, SubjectKind: "card", SubjectID: card,
			Body: notify.Card, TTL: time.Hour, Urgency: notify.UrgencyHigh,
		}})
	})
}

func (s *stage) told(card string, p *testkit.Person) bool {
	return count(s.k, "SELECT count(*) FROM alerts WHERE subject_id = ? AND account_id = ?", card, p.ID) > 0
}

// version is the card's version as its young person sees it.
func (s *stage) version(cardID string) int {
	return count(s.k, "SELECT version FROM cards WHERE id = ?", cardID)
}

// sees says whether an answer names the thing; whoever may not see it is not told in
// any other way either, so a list that fails is a failure.
func sees(a *testkit.Answer, id string) bool { return strings.Contains(string(a.OK().Body), id) }

// woken says whether f woke somebody's live streams: a wake is delivered before
// the answer to the request that caused it.
func (s *stage) woken(p *testkit.Person, f func()) bool {
	wakes, stop := s.k.App.Hub.Subscribe(s.k.T.Context(), viewer.Viewer{AccountID: p.ID, SessionID: "of the test"})
	defer stop()
	f()
	select {
	case <-wakes:
		return true
	default:
		return false
	}
}

// denied holds one refusal against what does not exist: the same status, the same
// words, and nothing private in them.
func denied(t *testing.T, what string, got, missing *testkit.Answer, secrets ...string) {
	t.Helper()
	deniedAs(t, what, got, refusal(t, missing), secrets...)
}

// deniedAs is denied with the words for what does not exist.
func deniedAs(t *testing.T, what string, got *testkit.Answer, missing string, secrets ...string) {
	t.Helper()
	if got.Status != 404 {
		t.Errorf("%s: status %d: %s", what, got.Status, got.Body)
		return
	}
	if a := refusal(t, got); a != missing {
		t.Errorf("%s tells that it exists: %s, and what does not: %s", what, a, missing)
	}
	private(t, what, got.Body, slices.Concat([]string{canary, "Leo", "sad", "Oak House"}, secrets)...)
}
