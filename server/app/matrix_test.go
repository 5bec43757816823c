package app_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// rights is what a role may do while its relation is current: a status an act.
type rights struct {
	card, close, code, of, grant, glass, met int
	listed, inbox, told                      bool
}

var (
	near    = rights{card: 200, close: 403, code: 200, of: 200, grant: 404, glass: 403, met: 200, listed: true, inbox: true, told: true}
	leading = rights{card: 200, close: 200, code: 200, of: 200, grant: 200, glass: 200, met: 200, listed: true, inbox: true, told: true}
	nothing = rights{card: 404, close: 404, code: 404, of: 404, grant: 404, glass: 404, met: 404}
)

// staffRoles is the matrix of access.md for those who sign in at work. A role that
// may not read is made a recipient by force, so that only the rule stands in its way.
var staffRoles = []struct {
	name, kind, objectKind string
	off, untold            bool
	may                    rights
}{
	{"keyworker", "keyworker_of", "young_person", false, false, near},
	{"keyworker switched off for the card", "keyworker_of", "young_person", true, false,
		rights{card: 404, close: 404, code: 200, of: 200, grant: 404, glass: 403, met: 200, listed: true}},
	{"cover", "cover_for", "young_person", false, false, near},
	{"cover on a shift", "cover_for", "team", false, false, near},
	// Told when a card comes to their level, never chosen: they see no list of young people.
	{"team on a shift", "on_shift", "team", false, false,
		rights{card: 200, close: 403, code: 403, of: 200, grant: 404, glass: 403, met: 200, inbox: true}},
	{"lead in the audience", "lead_of", "team", false, false, leading},
	{"lead switched off for the card", "lead_of", "team", true, false,
		rights{card: 404, close: 404, code: 200, of: 200, grant: 200, glass: 200, met: 200, listed: true}},
	{"lead outside the audience", "lead_of", "service", false, true,
		rights{card: 404, close: 404, code: 200, of: 200, grant: 200, glass: 200, met: 200, listed: true}},
	{"safeguarding lead in the audience", "safeguarding_of", "service", false, false, leading},
	{"placement staff", "placing_for", "young_person", false, false,
		rights{card: 404, close: 404, code: 403, of: 200, grant: 404, glass: 403, met: 404, listed: true}},
	{"staff of the place", "placement_of", "service", false, false, nothing},
	{"analyst", "analyst_of", "service", false, false, nothing},
	{"commissioner", "commissioner_of", "organisation", false, false, nothing},
	{"no kind there is", "friend_of", "young_person", false, false, nothing},
}

// act is one thing staff can ask for; x may be something that does not exist.
type act struct {
	name string
	do   func(p *testkit.Person, x target) *testkit.Answer
	want func(rights) int
}

type target struct {
	thing
	withdrawn, young, relation string
	version, withdrawnVersion  int
	subject, colleague         string
	at                         time.Time
}

func press(path string, more map[string]any) func(*testkit.Person, target) *testkit.Answer {
	return func(p *testkit.Person, x target) *testkit.Answer {
		body := map[string]any{"version": x.version}
		for name, value := range more {
			body[name] = value
		}
		return p.Post("/cards/"+x.card+path, body)
	}
}

func card200(r rights) int  { return r.card }
func close200(r rights) int { return r.close }

const (
	checkedOn = "checked on"
	listed    = "list of cards"
)

// cardActs each need a card of their own; the others need none.
var cardActs = []act{
	{"read", func(p *testkit.Person, x target) *testkit.Answer { return p.Get("/cards/" + x.card) }, card200},
	{"open the alert", func(p *testkit.Person, x target) *testkit.Answer { return p.Get("/open/" + x.alert) }, card200},
	{"seen", press("/seen", nil), card200},
	{"answer", press("/answer", map[string]any{"kind": "on_my_way"}), card200},
	{"own words", press("/answer", map[string]any{"kind": "own_words", "words": "Here soon"}), card200},
	{"hand over", func(p *testkit.Person, x target) *testkit.Answer {
		return press("/answer", map[string]any{"kind": "hand_over", "to": x.colleague})(p, x)
	}, card200},
	{"here", press("/here", nil), card200},
	{"met", press("/met", nil), card200},
	{"close", press("/close", map[string]any{"reason": "made up"}), close200},
	{checkedOn, func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/cards/"+x.withdrawn+"/checked-on", map[string]any{"version": x.withdrawnVersion})
	}, card200},
}

var otherActs = []act{
	{"join code", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/young-people/"+x.young+"/join-code", nil)
	}, func(r rights) int { return r.code }},
	{listed, func(p *testkit.Person, x target) *testkit.Answer {
		return p.Get("/young-people/" + x.young + "/cards")
	}, func(r rights) int { return r.of }},
	{"relations", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Get("/relations?youngPersonId=" + x.young)
	}, func(r rights) int { return r.of }},
	{"break the glass", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/break-glass", map[string]any{"youngPersonId": x.young, "reason": "made up"})
	}, func(r rights) int { return r.glass }},
	{"record a contact", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/contacts", map[string]any{
			"id": db.NewID(), "youngPersonId": x.young, "kind": "visit", "at": x.at, "outcome": "happened",
		})
	}, func(r rights) int { return r.met }},
	{"give a relation", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/relations", map[string]any{"subjectId": x.subject, "kind": "cover_for", "objectId": x.young, "reason": "made up"})
	}, func(r rights) int { return r.grant }},
	{"confirm a relation", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/relations/"+x.relation+"/confirm", nil)
	}, func(r rights) int { return r.grant }},
	{"end a relation", func(p *testkit.Person, x target) *testkit.Answer {
		return p.Post("/relations/"+x.relation+"/end", map[string]any{"reason": "made up"})
	}, func(r rights) int { return r.grant }},
}

// missing is a target of which nothing exists.
func missing(x target) target {
	return target{
		thing: thing{nobodysID, nobodysID}, withdrawn: nobodysID, young: nobodysID, relation: nobodysID,
		version: x.version, withdrawnVersion: x.withdrawnVersion, subject: x.subject, colleague: x.colleague, at: x.at,
	}
}

func TestMatrixOfStaff(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s, foreignRefusals := newStage(k), refusals{}
		for _, r := range staffRoles {
			p := k.Staff(r.name)
			object := map[string]string{"young_person": s.Leo.ID, "team": s.Team, "service": s.Home, "organisation": s.org}[r.objectKind]
			hold := func(st state) { s.relate(s.org, p.ID, r.kind, r.objectKind, object, st) }
			off := func(c *testkit.Card) {
				if r.off {
					c.SwitchedOff = []string{p.ID}
				}
			}
			edit := func(c *testkit.Card) {
				if r.untold {
					c.Audience = []string{s.Sam.ID}
				}
				off(c)
			}
			fresh := func(act string) target { return s.targetFor(act, p, edit, !r.untold) }

			hold(current)
			s.currentRights(t, r.name, p, r.may, fresh, edit)
			hold(current)
			x, refusals := fresh(""), refusals{}
			for _, st := range rightless {
				hold(st)
				s.noRights(t, r.name+", "+string(st), p, x, refusals)
			}
			hold(current)
			k.Admin().Post("/staff/"+p.ID+"/suspend", nil).OK()
			s.shutOut(t, r.name+", suspended", p, x)
			// Another organisation's member of staff, with a row in each organisation that claims the relation.
			x = s.target(s.foreign, nil, true)
			s.foreignRows(r.kind, r.objectKind, object, current)
			s.noRights(t, r.name+", other organisation", s.foreign, x, foreignRefusals)
			s.foreignRows(r.kind, r.objectKind, object, none)
		}
	})
}

// target makes a card, a withdrawn urgent one, and a relation that waits for a lead.
func (s *stage) target(p *testkit.Person, edit func(*testkit.Card), forced bool) target {
	return s.targetFor("", p, edit, forced)
}

// targetFor makes no more than one act needs.
func (s *stage) targetFor(act string, p *testkit.Person, edit func(*testkit.Card), forced bool) target {
	x := target{thing: thing{nobodysID, nobodysID}, young: s.Leo.ID, subject: s.stranger.ID, colleague: s.Jo.ID, at: s.k.Clock.Now()}
	if act == "" || act == checkedOn {
		withdrawn := s.send(edit, forced, p).card
		s.Leo.Post("/cards/"+withdrawn+"/withdraw", map[string]any{"version": s.version(withdrawn)}).OK()
		x.withdrawn, x.withdrawnVersion = withdrawn, s.version(withdrawn)
	}
	if act != checkedOn {
		x.thing = s.send(edit, forced, p)
		x.version = s.version(x.card)
	}
	if act != "" {
		return x
	}
	change(s.k, "DELETE FROM relations WHERE subject_id = ?", s.stranger.ID)
	x.relation, _ = s.k.Relate(s.stranger.ID, "placing_for", s.Leo.ID)
	return x
}

func (s *stage) currentRights(t *testing.T, who string, p *testkit.Person, may rights, fresh func(act string) target, edit func(*testkit.Card)) {
	t.Helper()
	x := fresh("")
	all := x
	for i, a := range append(cardActs, otherActs...) {
		if x = all; i > 1 && i < len(cardActs) && may.card == http.StatusOK {
			x = fresh(a.name) // a press moves a card: the next needs another
		}
		got := a.do(p, x)
		switch want := a.want(may); {
		case want == http.StatusNotFound:
			denied(t, who+": "+a.name, got, a.do(p, missing(x)))
		case got.Status != want:
			t.Errorf("%s: %s: status %d, want %d: %s", who, a.name, got.Status, want, got.Body)
		case want != http.StatusOK:
			private(t, who+": "+a.name, got.Body, canary, "Leo")
		case a.name == "read":
			if !sees(got, canary) {
				t.Errorf("%s reads a card without its words", who)
			}
		case a.name == listed:
			if sees(got, x.card) != (may.card == http.StatusOK) {
				t.Errorf("%s: in the list of cards: %s", who, got.Body)
			}
		}
	}
	x = fresh("inbox")
	if got := sees(p.Get("/inbox"), x.card); got != may.inbox {
		t.Errorf("%s: in the inbox: %v", who, got)
	}
	if got := sees(p.Get("/young-people"), s.Leo.ID); got != may.listed {
		t.Errorf("%s: Leo in the list: %v", who, got)
	}
	s.isTold(t, who, p, edit, may.told)
}

// isTold asks both ways of telling about a new card: live stream and push.
func (s *stage) isTold(t *testing.T, who string, p *testkit.Person, edit func(*testkit.Card), want bool) {
	t.Helper()
	var x thing
	woken := s.woken(p, func() { x = s.send(edit, false, p) })
	if woken != want {
		t.Errorf("%s: live streams woken: %v", who, woken)
	}
	if got := s.told(x.card, p); got != want {
		t.Errorf("%s: a push is sent: %v", who, got)
	}
}

// refusals are the words for what does not exist, an act; asked once a person.
type refusals map[string]string

// noRights asks everything of somebody who may nothing.
func (s *stage) noRights(t *testing.T, who string, p *testkit.Person, x target, words refusals) {
	t.Helper()
	before, version := census(s.k), s.version(x.card)
	for _, a := range append(cardActs, otherActs...) {
		if words[a.name] == "" {
			words[a.name] = refusal(t, a.do(p, missing(x)))
		}
		deniedAs(t, who+": "+a.name, a.do(p, x), words[a.name])
	}
	if sees(p.Get("/inbox"), x.card) || sees(p.Get("/young-people"), s.Leo.ID) || sees(p.Get("/relations/proposed"), x.relation) {
		t.Errorf("%s: something of Leo's in a list", who)
	}
	unchanged(s.k, before)
	if s.version(x.card) != version {
		t.Errorf("%s changed the card", who)
	}
	s.isTold(t, who, p, nil, false)
}

// shutOut asks everything of somebody whose session is gone.
func (s *stage) shutOut(t *testing.T, who string, p *testkit.Person, x target) {
	t.Helper()
	for _, a := range append(cardActs, otherActs...) {
		got := a.do(p, x)
		if got.Status != http.StatusUnauthorized {
			t.Errorf("%s: %s: status %d", who, a.name, got.Status)
		}
		private(t, who, got.Body, canary, "Leo")
	}
	s.isTold(t, who, p, nil, false)
}
