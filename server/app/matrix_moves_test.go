package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
	"heard/server/viewer"
)

// moveSide is what a relation makes of somebody towards a move.
type moveSide string

const (
	noSide   moveSide = ""
	theirs   moveSide = "theirs"
	thePlace moveSide = "place"
	left     moveSide = "left"
	escort   moveSide = "escort"
	shift    moveSide = "shift"
)

// moveRoles says what each relation is worth towards a move of Leo's, far from its day
// and on it.
var moveRoles = []struct {
	kind, objectKind, object string
	side, onTheDay           moveSide
}{
	{"keyworker_of", "young_person", "leo", theirs, theirs},
	{"placing_for", "young_person", "leo", theirs, theirs},
	{"lead_of", "team", "team", theirs, theirs},
	{"lead_of", "service", "home", theirs, theirs},
	{"safeguarding_of", "service", "home", theirs, theirs},
	{"safeguarding_of", "organisation", "org", theirs, theirs},
	{"cover_for", "young_person", "leo", noSide, shift},
	{"cover_for", "team", "team", noSide, shift},
	{"on_shift", "team", "team", noSide, shift},
	{"placement_of", "service", "to", thePlace, thePlace},
	{"placement_of", "service", "home", left, left},
	{"placement_of", "service", "elsewhere", noSide, noSide},
	{"lead_of", "service", "to", noSide, noSide},
	{"analyst_of", "service", "home", noSide, noSide},
	{"commissioner_of", "organisation", "org", noSide, noSide},
	{"break_glass", "young_person", "leo", noSide, noSide}, // an hour opened by somebody who leads nobody here
	{"friend_of", "young_person", "leo", noSide, noSide},
}

// moveActs are what can be pressed about a move, each so that it changes nothing where it
// is allowed, with the sides it is for.
var moveActs = []struct {
	name string
	may  []moveSide
	do   func(m *onTheWay, p *testkit.Person) *testkit.Answer
}{
	{"change", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Do(http.MethodPut, "/moves/"+m.id, m.words(map[string]any{"base": 99}))
	}},
	{"tell", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/tell", map[string]any{"base": 1})
	}},
	{"show", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer { return p.Post("/moves/"+m.id+"/show", nil) }},
	{"end", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/end", map[string]any{"reason": " "})
	}},
	{"arrived", []moveSide{theirs, thePlace, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/arrived", map[string]any{"at": m.k.Clock.Now().AddDate(-1, 0, 0)})
	}},
	{"mend the arrival", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Do(http.MethodPut, "/moves/"+m.id+"/arrived", map[string]any{"at": m.k.Clock.Now().AddDate(-1, 0, 0)})
	}},
	{"take the arrival back", []moveSide{theirs}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Do(http.MethodDelete, "/moves/"+m.id+"/arrived", nil)
	}},
	{"answer", []moveSide{theirs, thePlace, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/questions/"+m.question, map[string]any{"words": "Yes"})
	}},
	{"offer a visit", []moveSide{theirs, thePlace, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/visits", map[string]any{"kind": "visit", "at": m.k.Clock.Now().AddDate(-1, 0, 0)})
	}},
	{"plan the way", []moveSide{theirs, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Do(http.MethodPut, "/moves/"+m.id+"/journey", map[string]any{"base": 99, "how": "car", "mayStop": true})
	}},
	{"answer a wish", []moveSide{theirs, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/choices/seat", map[string]any{"askedAt": m.k.Clock.Now(), "agreed": true})
	}},
	{"pack", []moveSide{theirs, thePlace, escort, left, shift}, func(m *onTheWay, p *testkit.Person) *testkit.Answer {
		return p.Post("/moves/"+m.id+"/bag", map[string]any{"name": " "})
	}},
}

// onTheWay is Leo told of a move from Oak House to Rosehill, with a question answered.
type onTheWay struct {
	*stage
	to, elsewhere, id, question string
}

func newOnTheWay(k *testkit.Kit) *onTheWay {
	m := &onTheWay{stage: newStage(k), id: db.NewID(), question: db.NewID()}
	m.to, m.elsewhere = k.Service("childrens_home", "Rosehill"), k.Service("childrens_home", "Ashfield")
	m.Sam.Post("/moves", m.words(map[string]any{"id": m.id, "youngPersonId": m.Leo.ID})).OK()
	m.Sam.Post("/moves/"+m.id+"/tell", map[string]any{"base": 1, "withoutPack": true}).OK()
	body, err := json.Marshal(map[string]any{"what": "move", "id": m.question, "move": m.id, "do": "question", "words": canary})
	must(k.T.(*testing.T), err)
	inTx(k, func(tx txOf) error {
		_, err := k.App.Placements.ActTx(tx, viewer.Viewer{
			OrganisationID: m.org, AccountID: m.Leo.ID, Place: viewer.Young, Kind: viewer.KindYoungPerson, Reading: true,
		}, body)
		return err
	})
	m.Sam.Post("/moves/"+m.id+"/questions/"+m.question, map[string]any{"words": "Yes"}).OK()
	return m
}

func (m *onTheWay) words(more map[string]any) map[string]any {
	said := map[string]any{
		"toServiceId": m.to, "fromServiceId": m.Home, "emergency": false, "day": m.k.Clock.Now().AddDate(0, 0, 9).Format(time.DateOnly),
		"reason": canary, "decidedBy": canary, "wishes": canary,
	}
	for name, value := range more {
		said[name] = value
	}
	return said
}

// asks has somebody try everything, who should be on this side.
func (m *onTheWay) asks(t *testing.T, who string, p *testkit.Person, side moveSide) {
	t.Helper()
	page := p.Get("/moves/" + m.id) // which writes down that somebody looked
	if (page.Status == http.StatusOK) != (side != noSide) {
		t.Errorf("%s: the page: status %d: %s", who, page.Status, page.Body)
	}
	if side == shift { // who reads the question, and not why
		private(t, who+": the page", page.Body, `"reason"`, `"decidedBy"`, `"wishes"`)
	}
	if side == left || side == escort || side == noSide {
		private(t, who+": the page", page.Body, canary)
	}
	before := census(m.k)
	var board struct {
		Moves []struct{ ID, Side string }
	}
	a := p.Get("/moves").OK()
	a.Into(&board)
	found := slices.ContainsFunc(board.Moves, func(one struct{ ID, Side string }) bool { return one.ID == m.id && one.Side == string(side) })
	if found != (side != noSide) || side == noSide && len(board.Moves) > 0 {
		t.Errorf("%s: the board is %s", who, a.Body)
	}
	for _, act := range moveActs {
		got := act.do(m, p)
		if allowed := slices.Contains(act.may, side); allowed == (got.Status == http.StatusNotFound) {
			t.Errorf("%s: %s: status %d: %s", who, act.name, got.Status, got.Body)
		}
		if got.Status == http.StatusNotFound {
			private(t, who+": "+act.name, got.Body, canary, m.Leo.ID)
		}
	}
	if got := p.Post("/moves", m.words(map[string]any{"id": db.NewID(), "youngPersonId": m.Leo.ID})); (got.Status == http.StatusNotFound) != (side != theirs) {
		t.Errorf("%s: makes a move: status %d: %s", who, got.Status, got.Body)
	}
	unchanged(m.k, before)
}

func (m *onTheWay) object(name string) string {
	return map[string]string{"leo": m.Leo.ID, "team": m.Team, "home": m.Home, "org": m.org, "to": m.to, "elsewhere": m.elsewhere}[name]
}

func (m *onTheWay) set(column, value string) {
	change(m.k, "UPDATE moves SET "+column+" = ? WHERE id = ?", value, m.id)
}

func TestMatrixOfMoves(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		m := newOnTheWay(k)
		far, today := k.Clock.Now().AddDate(0, 0, 9).Format(time.DateOnly), k.Clock.Now().Format(time.DateOnly)
		for _, r := range moveRoles {
			who, object := r.kind+" "+r.object, m.object(r.object)
			p := k.Staff(who)
			for _, st := range rightless {
				m.relate(m.org, p.ID, r.kind, r.objectKind, object, st)
				m.asks(t, who+", "+string(st), p, noSide)
			}
			m.relate(m.org, p.ID, r.kind, r.objectKind, object, current)
			m.asks(t, who, p, r.side)
			m.set("day", today)
			m.mayHelp(t, who+", on the day", p, r.onTheDay)
			m.set("day", far)
			m.foreignRows(r.kind, r.objectKind, object, current)
			m.asks(t, who+", other organisation", m.foreign, noSide)
			m.foreignRows(r.kind, r.objectKind, object, none)
			if r.side != noSide {
				change(k, "UPDATE moves SET told_at = NULL WHERE id = ?", m.id)
				want := r.side
				if want != theirs {
					want = noSide
				}
				m.listed(t, who+", before it is told", p, want)
				change(k, "UPDATE moves SET told_at = ? WHERE id = ?", db.At(k.Clock.Now()), m.id)
			}
			k.Admin().Post("/staff/"+p.ID+"/suspend", nil).OK()
			if a := p.Get("/moves/" + m.id); a.Status != http.StatusUnauthorized {
				t.Errorf("%s, suspended: status %d", who, a.Status)
			}
		}
		m.asks(t, "a stranger", m.stranger, noSide)
		m.escorts(t)
		m.youngPeople(t)
	})
}

// mayHelp asks whoever is something else on the day for all of it, and the others for
// their side alone.
func (m *onTheWay) mayHelp(t *testing.T, who string, p *testkit.Person, side moveSide) {
	t.Helper()
	if side == shift {
		m.asks(t, who, p, side)
	}
	m.listed(t, who, p, side)
}

func (m *onTheWay) listed(t *testing.T, who string, p *testkit.Person, side moveSide) {
	t.Helper()
	var board struct {
		Moves []struct{ ID, Side string }
	}
	p.Get("/moves").Into(&board)
	got := noSide
	for _, one := range board.Moves {
		got = moveSide(one.Side)
	}
	if got != side {
		t.Errorf("%s: is %q to it, want %q", who, got, side)
	}
}

// escorts: whoever goes along sees the move while they stand near the young person, and
// until it is done.
func (m *onTheWay) escorts(t *testing.T) {
	p := m.k.Staff("Escort")
	m.set("escort_id", p.ID)
	m.asks(t, "an escort who is nothing to Leo", p, noSide)
	for _, st := range append(slices.Clone(rightless), current) {
		m.relate(m.org, p.ID, "on_shift", "team", m.Team, st)
		side := noSide
		if st == current {
			side = escort
		}
		m.asks(t, "an escort, "+string(st), p, side)
	}
	change(m.k, "UPDATE moves SET moved_at = ? WHERE id = ?", db.At(m.k.Clock.Now().AddDate(0, 0, -3)), m.id)
	m.listed(t, "an escort after it", p, noSide)
	change(m.k, "UPDATE moves SET moved_at = NULL, ended_at = ? WHERE id = ?", db.At(m.k.Clock.Now()), m.id)
	if a := p.Get("/moves/" + m.id); a.Status != http.StatusNotFound {
		t.Errorf("an escort of a move that isn't happening: status %d", a.Status)
	}
	change(m.k, "UPDATE moves SET ended_at = NULL WHERE id = ?", m.id)
}

// youngPeople: a move is its own young person's, and a buddy's or friend's in no state.
func (m *onTheWay) youngPeople(t *testing.T) {
	mia := m.k.YoungPerson("Mia", m.Home)
	for _, st := range append(slices.Clone(rightless), current) {
		m.relate(m.org, mia.ID, "buddy_of", "young_person", m.Leo.ID, st)
		if a := mia.Get("/next-place"); a.Status != http.StatusNotFound {
			t.Errorf("a buddy, %s: status %d", st, a.Status)
		}
		denied(t, "a buddy chooses", mia.Post("/next-place/choice", map[string]any{"move": m.id, "choice": "opened"}),
			mia.Post("/next-place/choice", map[string]any{"move": nobodysID, "choice": "opened"}))
	}
	m.Leo.Get("/next-place")
	m.k.Admin().Post("/young-people/"+m.Leo.ID+"/suspend", nil).OK()
	if a := m.Leo.Get("/next-place"); a.Status != http.StatusUnauthorized {
		t.Errorf("a suspended young person: status %d", a.Status)
	}
}
