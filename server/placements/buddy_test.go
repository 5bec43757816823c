// Long because each way past one of the four yeses, and each end, is tried here.
package placements_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/assets"
	"heard/server/db"
	"heard/server/placements"
	"heard/server/testkit"
	"heard/server/viewer"
)

type buddyView struct {
	ID       string
	Person   struct{ ID, Name, Avatar string }
	State    string
	Day      int
	AskStill bool
	Cards    []struct {
		ID, Card string
		Mine     bool
	}
	Offer []string
}

type buddying struct {
	Asks  *struct{ Buddy string }
	Waits bool
	For   *buddyView
}

type staffBuddy struct {
	May   []string
	Buddy *struct {
		ID, State string
		Person    struct{ Name string }
		Cards     []struct {
			From struct{ ID, Name string }
			Card string
		}
		EndedAt *time.Time
	}
}

// pair is Leo on his way to the other place, where Tia lives.
type pair struct {
	*house
	tia  *testkit.Person
	move string
	id   string // of the buddying, once Tia is asked
}

func newPair(t *testing.T, k *testkit.Kit) *pair {
	t.Helper()
	p := &pair{house: newHouse(t, k)}
	p.tia = k.YoungPerson("Tia", p.other)
	p.move = p.told()
	return p
}

func (p *pair) invite(who *testkit.Person) *testkit.Answer {
	return p.ann.Post("/moves/"+p.move+"/buddy", body{"youngPersonId": who.ID})
}

func (p *pair) buddying() (b buddying) {
	p.t.Helper()
	p.tia.Get("/buddy").Into(&b)
	return b
}

func (p *pair) mine() *buddyView {
	p.t.Helper()
	var n struct{ Buddy *buddyView }
	p.Leo.Get("/next-place").Into(&n)
	return n.Buddy
}

func (p *pair) staff(who *testkit.Person) (m staffBuddy) {
	p.t.Helper()
	who.Get("/moves/" + p.move).Into(&m)
	return m
}

func (p *pair) said(who *testkit.Person, said string) {
	p.t.Helper()
	p.phone(who).act("", "buddy_said", body{"buddy": p.id, "said": said})
}

// agreed asks all four, in order.
func (p *pair) agreed() {
	p.t.Helper()
	p.invite(p.tia).OK()
	p.id = p.buddying().Asks.Buddy
	p.said(p.tia, "yes")
	p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil).OK()
	p.said(p.Leo, "yes")
}

// Four people agree, in one order: the place, the buddy, the young person's side, the
// young person. Until then neither knows of the other.
func TestBuddiesAgreeInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPair(t, k)
		refused(t, "a buddy who lives elsewhere", p.invite(k.YoungPerson("Max", p.Home)), http.StatusUnprocessableEntity, "not_there")
		refused(t, "agreed before anybody is asked", p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil), http.StatusNotFound, "")
		p.invite(p.tia).OK()
		refused(t, "two at once", p.invite(p.tia), http.StatusConflict, "one_open")
		asked := p.tia.Get("/buddy").OK()
		for _, secret := range []string{"Leo", p.Leo.ID, p.move, p.Home, "Sam"} {
			if strings.Contains(string(asked.Body), secret) {
				t.Errorf("Tia is told %s: %s", secret, asked.Body)
			}
		}
		p.id = p.buddying().Asks.Buddy
		refused(t, "agreed before the buddy", p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil), http.StatusConflict, "too_early")
		if p.mine() != nil {
			t.Error("Leo knows of a buddy whom nobody has agreed to")
		}
		leo, tia := p.phone(p.Leo), p.phone(p.tia)
		leo.refused("yes before being asked", "", "buddy_said", body{"buddy": p.id, "said": "yes"}, "buddy")
		tia.refused("a card before it is agreed", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
		tia.refused("a word of her own", "", "buddy_said", body{"buddy": p.id, "said": "call me on 07700 900123"}, "key")
		tia.act("", "buddy_said", body{"buddy": p.id, "said": "yes"})
		if b := p.buddying(); !b.Waits || b.For != nil {
			t.Errorf("Tia sees %+v", b)
		}
		leo.refused("yes before his side", "", "buddy_said", body{"buddy": p.id, "said": "yes"}, "buddy")
		if m := p.staff(p.Sam); !slices.Contains(m.May, "agree") || m.Buddy.State != "agreed" || p.lacks(p.Sam, p.move, "buddy") == nil {
			t.Errorf("Sam sees %+v", m)
		}
		refused(t, "agreed by the place", p.ann.Post("/moves/"+p.move+"/buddy/agree", nil), http.StatusNotFound, "")
		p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil).OK()
		if b := p.mine(); b == nil || b.State != "asked" || b.Person.Name != "Tia" || len(b.Offer) != 0 {
			t.Errorf("Leo sees %+v", b)
		}
		tia.refused("a card before Leo's yes", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
		if n := p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of'"); n != "0" {
			t.Errorf("%s relations before the last yes", n)
		}
		leo.act("", "buddy_said", body{"buddy": p.id, "said": "yes"})
		if b := p.buddying(); b.For == nil || b.For.Person.Name != "Leo" || len(b.For.Offer) < 10 {
			t.Errorf("Tia sees %+v", b.For)
		}
		for _, secret := range []string{p.move, p.Home, "Sam", canary, "Oak House"} {
			if got := p.tia.Get("/buddy"); strings.Contains(string(got.Body), secret) {
				t.Errorf("Tia is told %s: %s", secret, got.Body)
			}
		}
		p.tia.Get("/next-place/pack").Problem()
	})
}

// Between two buddies there are cards of one list, ten a day each way, and all of them
// are before the adults around.
func TestHellosAreCardsAndNothingElse(t *testing.T) {
	k := testkit.New(t)
	p := newPair(t, k)
	p.agreed()
	tia, leo := p.phone(p.tia), p.phone(p.Leo)
	for _, card := range []string{"", "HELLO", "hello ", canary, "<b>hello</b>", "not_safe"} {
		tia.refused("the card "+card, "", "hello", body{"buddy": p.id, "card": card}, "card")
	}
	tia.refused("somebody else's buddying", "", "hello", body{"buddy": nobody, "card": "hello"}, "buddy")
	p.phone(k.YoungPerson("Max", p.other)).refused("a stranger", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
	first := tia.seal("", "hello", body{"buddy": p.id, "card": "welcome", "words": canary, "photo": canary})
	if a, b := p.send(first), p.send(first); a.Status != http.StatusOK || !b.Duplicate {
		t.Errorf("twice: %+v, %+v", a, b)
	}
	tia = p.phone(p.tia)
	for range 9 {
		if len(tia.tickets) == 0 {
			tia = p.phone(p.tia)
		}
		tia.act("", "hello", body{"buddy": p.id, "card": "hello"})
	}
	p.phone(p.tia).refused("an eleventh", "", "hello", body{"buddy": p.id, "card": "hello"}, "hello_many")
	leo.act("", "hello", body{"buddy": p.id, "card": "thank_you"})
	for _, who := range []*testkit.Person{p.Sam, p.ann} {
		if m := p.staff(who); len(m.Buddy.Cards) != 11 || m.Buddy.Cards[0].Card != "welcome" || m.Buddy.Cards[0].From.Name != "Tia" {
			t.Errorf("%s sees %+v", who.Name, m.Buddy)
		}
	}
	if b := p.mine(); len(b.Cards) != 11 || b.Cards[0].Mine || !b.Cards[10].Mine {
		t.Errorf("Leo sees %+v", b.Cards)
	}
	if n := p.one("SELECT CAST(count(*) AS TEXT) FROM buddy_cards WHERE card LIKE '%zebra%'"); n != "0" {
		t.Error("words of hers were kept")
	}
	k.Clock.Forward(day)
	p.phone(p.tia).act("", "hello", body{"buddy": p.id, "card": "good_night"})
}

// Either of the two, their side and the place end it at once, for both, and nobody is
// told who did; a relation that is ended elsewhere, an account that is suspended and a
// move that isn't happening end it as well.
func TestABuddyEndsAtOnce(t *testing.T) {
	for name, end := range map[string]func(p *pair){
		"by the buddy":        func(p *pair) { p.said(p.tia, "end") },
		"by the young person": func(p *pair) { p.said(p.Leo, "end") },
		"by their side":       func(p *pair) { p.Sam.Post("/moves/"+p.move+"/buddy/end", nil).OK() },
		"by the place":        func(p *pair) { p.ann.Post("/moves/"+p.move+"/buddy/end", nil).OK() },
		"with the relation": func(p *pair) {
			p.change("UPDATE relations SET ended_at = ? WHERE kind = 'buddy_of'", db.At(p.k.Clock.Now()))
		},
		"with the buddy's account": func(p *pair) {
			p.change("UPDATE accounts SET suspended_at = ? WHERE id = ?", db.At(p.k.Clock.Now()), p.tia.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, testkit.New(t))
			p.agreed()
			leo := p.phone(p.Leo)
			leo.act("", "hello", body{"buddy": p.id, "card": "hello"})
			end(p)
			leo.refused("a card after the end", "", "hello", body{"buddy": p.id, "card": "hello"}, "buddy")
			b := p.mine()
			if b == nil || b.State != "ended" || len(b.Offer) != 0 {
				t.Errorf("Leo sees %+v", b)
			}
			if got := p.Leo.Get("/next-place"); strings.Contains(string(got.Body), "endedBy") {
				t.Errorf("Leo is told who ended it: %s", got.Body)
			}
			if m := p.staff(p.Sam); m.Buddy.State != "ended" || slices.Contains(m.May, "end_buddy") {
				t.Errorf("Sam sees %+v", m)
			}
			if name == "with the buddy's account" {
				return
			}
			if b := p.buddying(); b.For != nil {
				t.Errorf("Tia sees %+v", b.For)
			}
			p.invite(p.tia).OK() // and another can be asked
		})
	}
	p := newPair(t, testkit.New(t))
	p.agreed()
	p.Sam.Post("/moves/"+p.move+"/end", body{"reason": "Another place"}).OK()
	if b := p.buddying(); b.For != nil {
		t.Errorf("after the move was called off Tia sees %+v", b.For)
	}
	if n := p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of' AND ended_at IS NULL"); n != "0" {
		t.Error("the relation outlived the move")
	}
}

// The days begin with the one after the arrival; on the seventh it is asked whether a
// buddy is still wanted, and not before.
func TestABuddysWeek(t *testing.T) {
	k := testkit.New(t)
	p := newPair(t, k)
	p.agreed()
	if b := p.mine(); b.Day != 0 {
		t.Errorf("day %d before the arrival", b.Day)
	}
	p.Sam.Post("/moves/"+p.move+"/arrived", body{}).OK()
	for on := range 8 {
		b := p.mine()
		if b.Day != on || b.AskStill != (on >= 7) {
			t.Errorf("%d days after: day %d, asked %v", on, b.Day, b.AskStill)
		}
		if on < 7 {
			p.phone(p.Leo).refused("still, too early", "", "buddy_said", body{"buddy": p.id, "said": "still"}, "too_early")
			k.Clock.Forward(day)
		}
	}
	if b := p.buddying(); b.For.AskStill {
		t.Error("the buddy is asked")
	}
	p.phone(p.tia).refused("the buddy answers", "", "buddy_said", body{"buddy": p.id, "said": "still"}, "buddy")
	p.said(p.Leo, "still")
	if b := p.mine(); b.AskStill || b.State != "on" {
		t.Errorf("after still: %+v", b)
	}
	p.said(p.Leo, "enough")
	if b := p.mine(); b.State != "ended" {
		t.Errorf("after enough: %+v", b)
	}
	p.pass(0)
	p.agreed()
	k.Clock.Forward(42 * day)
	must(t, k.App.Placements.WorkOnce(t.Context()))
	if n := p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of' AND ended_at IS NULL"); n != "0" {
		t.Error("a buddy writes to somebody who can't look any more")
	}
}

// Who has said that they want no buddy is given none.
func TestNoBuddyUnasked(t *testing.T) {
	k := testkit.New(t)
	p := newPair(t, k)
	p.phone(p.Leo).act(p.move, "buddy", body{"wanted": false})
	refused(t, "unwanted", p.invite(p.tia), http.StatusConflict, "unwanted")
	p.phone(p.Leo).act(p.move, "buddy", body{"wanted": true})
	if p.lacks(p.ann, p.move, "buddy") == nil {
		t.Error("the place is not told that a buddy is wanted")
	}
	var found struct{ People []struct{ Name string } }
	p.ann.Get("/moves/" + p.move + "/buddies").Into(&found)
	if len(found.People) != 1 || found.People[0].Name != "Tia" {
		t.Errorf("candidates %+v", found)
	}
	refused(t, "candidates for their side", p.Sam.Get("/moves/"+p.move+"/buddies"), http.StatusNotFound, "")
	p.phone(p.tia).refused("no words", "", "buddy_said", body{"buddy": canary, "said": "yes"}, "buddy")
}

// A no is kept wherever the asking is by then: nobody of those around can go on with it.
func TestANoToABuddyIsKept(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPair(t, k)
		for name, on := range map[string]func(){
			"invited":     func() {},
			"agreed":      func() { p.said(p.tia, "yes") },
			"side_agreed": func() { p.said(p.tia, "yes"); p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil).OK() },
		} {
			p.phone(p.Leo).act(p.move, "buddy", body{"wanted": true})
			p.invite(p.tia).OK()
			p.id = p.buddying().Asks.Buddy
			on()
			if m := p.staff(p.Sam); m.Buddy.State != name {
				t.Fatalf("%s: Sam sees %+v", name, m.Buddy)
			}
			p.phone(p.Leo).act(p.move, "buddy", body{"wanted": false})
			p.phone(p.tia).refused(name+": yes after the no", "", "buddy_said", body{"buddy": p.id, "said": "yes"}, "buddy")
			refused(t, name+": agreed after the no", p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil), http.StatusConflict, "unwanted")
			if m := p.staff(p.Sam); m.Buddy.State != "ended" || slices.Contains(m.May, "agree") || p.mine() != nil {
				t.Errorf("%s: Sam sees %+v, Leo %+v", name, m, p.mine())
			}
			if b := p.buddying(); b.Asks != nil || b.Waits || b.For != nil {
				t.Errorf("%s: Tia sees %+v", name, b)
			}
		}
	})
}

// Whoever has left the place by the last yes becomes nobody's buddy.
func TestABuddyWhoLeftIsNone(t *testing.T) {
	p := newPair(t, testkit.New(t))
	p.invite(p.tia).OK()
	p.id = p.buddying().Asks.Buddy
	p.said(p.tia, "yes")
	p.Sam.Post("/moves/"+p.move+"/buddy/agree", nil).OK()
	p.change("UPDATE relations SET ended_at = ? WHERE kind = 'served_by' AND subject_id = ?", db.At(p.k.Clock.Now()), p.tia.ID)
	p.said(p.Leo, "yes")
	if n := p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of'"); n != "0" || p.mine() != nil {
		t.Errorf("%s relations, Leo sees %+v", n, p.mine())
	}
	if m := p.staff(p.ann); m.Buddy.State != "ended" || !slices.Contains(m.May, "invite") {
		t.Errorf("the place sees %+v", m)
	}
}

// Nobody is a buddy whom they can't see and leave: not of two at once, and not of somebody
// whose page shows another move by then.
func TestABuddyIsOneAtATime(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		p := newPair(t, k)
		p.agreed()
		mia := k.YoungPerson("Mia", p.Home)
		k.RelateAndConfirm(p.Lead, p.Sam.ID, "keyworker_of", mia.ID)
		another := db.NewID()
		p.Sam.Post("/moves", p.words(body{"id": another, "youngPersonId": mia.ID})).OK()
		p.Sam.Post("/moves/"+another+"/tell", body{"base": 1, "withoutPack": true}).OK()
		ask := func() *testkit.Answer { return p.ann.Post("/moves/"+another+"/buddy", body{"youngPersonId": p.tia.ID}) }
		candidates := func() int {
			var found struct{ People []struct{ ID string } }
			p.ann.Get("/moves/" + another + "/buddies").Into(&found)
			return len(found.People)
		}
		refused(t, "a buddy already", ask(), http.StatusConflict, "is_buddy")
		if n := candidates(); n != 0 {
			t.Errorf("%d candidates while Tia is Leo's", n)
		}
		p.Sam.Post("/moves/"+p.move+"/arrived", body{}).OK()
		next := p.move
		p.move = db.NewID()
		p.Sam.Post("/moves", body{
			"id": p.move, "youngPersonId": p.Leo.ID, "toServiceId": p.Home, "fromServiceId": p.other, "emergency": false, "day": p.dayIn(9),
			"reason": "Back", "decidedBy": "Marta", "wishes": "Asked",
		}).OK()
		if b := p.buddying(); b.For == nil {
			t.Error("a move Leo was not told of ends his buddy")
		}
		p.Sam.Post("/moves/"+p.move+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if b, n := p.buddying(), p.one("SELECT CAST(count(*) AS TEXT) FROM relations WHERE kind = 'buddy_of' AND ended_at IS NULL"); b.For != nil || n != "0" {
			t.Errorf("after Leo was told of another move than %s Tia sees %+v, %s relations", next, b, n)
		}
		if n := candidates(); n != 1 {
			t.Errorf("%d candidates once Tia is free", n)
		}
		ask().OK()
		if b := p.buddying(); b.Asks == nil {
			t.Errorf("Tia sees %+v", b)
		}
	})
}

// TestMayHello asks the rule by itself.
func TestMayHello(t *testing.T) {
	offer, err := placements.Hellos(assets.Hello)
	must(t, err)
	now := time.Now()
	on := placements.Buddy{OrganisationID: "o", BuddyID: "tia", YoungPersonID: "leo", RelationID: "r"}
	over := on
	over.EndedAt = &now
	tia := viewer.Viewer{AccountID: "tia", OrganisationID: "o", Kind: viewer.KindYoungPerson, Place: viewer.Young, SessionID: "s"}
	other, foreign, staff := tia, tia, tia
	other.AccountID, foreign.OrganisationID, staff.Kind, staff.Place = "max", "p", viewer.KindStaff, viewer.Work
	for name, c := range map[string]struct {
		v     viewer.Viewer
		b     placements.Buddy
		holds bool
		card  string
		sent  int
		ok    bool
	}{
		"a card":               {tia, on, true, "hello", 9, true},
		"the eleventh":         {tia, on, true, "hello", 10, false},
		"a card of the deck":   {tia, on, true, "angry", 0, false},
		"after the end":        {tia, over, true, "hello", 0, false},
		"without the relation": {tia, on, false, "hello", 0, false},
		"by somebody else":     {other, on, true, "hello", 0, false},
		"from elsewhere":       {foreign, on, true, "hello", 0, false},
		"by staff":             {staff, on, true, "hello", 0, false},
	} {
		if err := placements.MayHello(c.v, c.b, c.holds, c.card, offer, c.sent); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if raw, err := json.Marshal(offer); err != nil || len(offer) != 14 {
		t.Errorf("%s, %v", raw, err)
	}
}
