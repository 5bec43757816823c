// Long because a move is followed here from its making to how it went, and who sees it at each step.

package placements_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/testkit"
)

// A move is made, told once, opened by nothing but the press, changed under the young
// person's eyes, and gone when it is over.
func TestAMoveFromMakingToArriving(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.move()
		if a := h.Leo.Get("/next-place"); a.Status != http.StatusNotFound {
			t.Fatalf("before it is told: %d %s", a.Status, a.Body)
		}
		if h.sees(h.ann, id) || h.sees(h.kay, id) || !h.sees(h.Jo, id) || !h.sees(h.Lead, id) {
			t.Error("before it is told, somebody else than their side sees it")
		}
		if looked := string(h.Leo.Get("/looked").OK().Body); strings.Contains(looked, `"move"`) {
			t.Errorf("who looked tells Leo of a move before anybody has: %s", looked)
		}
		refused(t, "a second move", h.Jo.Post("/moves", h.words(body{"id": db.NewID(), "youngPersonId": h.Leo.ID})), 409, "one_open")
		h.Sam.Post("/moves", h.words(body{"id": id, "youngPersonId": h.Leo.ID})).OK() // the same, by a page that lost the answer
		refused(t, "telling without pages", h.Sam.Post("/moves/"+id+"/tell", body{"base": 1}), 409, "no_pack")
		h.Sam.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
		told := h.one("SELECT told_at FROM moves WHERE id = ?", id)
		h.k.Clock.Forward(time.Minute)
		h.Jo.Post("/moves/"+id+"/tell", body{"base": 1, "withoutPack": true}).OK()
		if again := h.one("SELECT told_at FROM moves WHERE id = ?", id); again != told {
			t.Errorf("told twice: %s and %s", told, again)
		}
		if h.sees(h.Jo, id); strings.Count(string(h.Leo.Get("/looked").OK().Body), `"move"`) != 1 {
			t.Errorf("Jo looked, and Leo reads %s", h.Leo.Get("/looked").Body)
		}
		n := h.next()
		if n.Move.To.Name != "Elm Carers" || n.Move.From == nil || n.Move.From.Name != "Oak House" || n.Move.By.Name != "Sam" || !strings.Contains(n.Move.Reason, canary) {
			t.Errorf("Leo reads %+v", n.Move)
		}
		if h.lacks(h.Sam, id, "opened") == nil || h.page(h.Sam, id).OpenedAt != nil {
			t.Error("looking at the row opened it")
		}
		refused(t, "no choice", h.Leo.Post("/next-place/choice", body{"move": id, "choice": "maybe"}), 422, "")
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "not_yet"}).OK()
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "opened"}).OK()
		opened := h.page(h.Sam, id).OpenedAt
		h.k.Clock.Forward(time.Minute)
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "never"}).OK()
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "opened"}).OK()
		if again := h.page(h.Sam, id).OpenedAt; opened == nil || again == nil || !again.Equal(*opened) {
			t.Errorf("first opened %v, then %v", opened, again)
		}

		h.Sam.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 2, "day": h.dayIn(8)})).OK()
		if n := h.next(); len(n.Move.Days) != 1 || n.Move.Days[0].Was != h.dayIn(6) || n.Move.Day != h.dayIn(8) {
			t.Errorf("the changed day is shown as %+v", n.Move)
		}
		refused(t, "the revision before", h.Jo.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 1})), 409, "changed")
		refused(t, "another place", h.Jo.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 3, "toServiceId": h.Home, "fromServiceId": h.other})), 409, "told")

		refused(t, "there, says the place, days before", h.ann.Post("/moves/"+id+"/arrived", body{}), 409, "too_early")
		if m := h.page(h.ann, id); m.State != "told" || slices.Contains(m.May, "arrived") || !slices.Contains(h.page(h.Sam, id).May, "arrived") {
			t.Errorf("before the day the place may press %v of what is %s", m.May, m.State)
		}
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		if n := h.next(); n.Move.State != "moved" {
			t.Errorf("after arriving it is %s", n.Move.State)
		}
		refused(t, "words after it", h.Sam.Do(http.MethodPut, "/moves/"+id, h.words(body{"base": 2})), 409, "over")
		refused(t, "ending after it", h.Sam.Post("/moves/"+id+"/end", body{"reason": "x"}), 409, "over")
	})
}

func TestBadMoves(t *testing.T) {
	h := newHouse(t, testkit.New(t))
	for what, b := range map[string]body{
		"yesterday":         {"day": h.dayIn(-1)},
		"400 days ahead":    {"day": h.dayIn(400)},
		"31 February":       {"day": "2027-02-31"},
		"no day at all":     {"day": "soon"},
		"no reason":         {"reason": "  "},
		"too many words":    {"wishes": strings.Repeat("é", 1001)},
		"the same place":    {"toServiceId": h.Home},
		"no such place":     {"toServiceId": nobody},
		"a clinic":          {"toServiceId": h.k.Service("camhs", "A clinic")},
		"a place unnamed":   {"toServiceId": ""},
		"from no such":      {"fromServiceId": nobody},
		"another's service": {"fromServiceId": h.Leo.ID},
	} {
		b["id"], b["youngPersonId"] = db.NewID(), h.Leo.ID
		if a := h.Sam.Post("/moves", h.words(b)); a.Status != http.StatusUnprocessableEntity || strings.Contains(string(a.Body), canary) {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	for what, p := range map[string]*testkit.Person{"Kay, who places nobody": h.kay, "Ann": h.ann} {
		refused(t, what, p.Post("/moves", h.words(body{"id": db.NewID(), "youngPersonId": h.Leo.ID})), 404, "")
	}
	h.Sam.Post("/moves", h.words(body{"id": db.NewID(), "youngPersonId": h.Leo.ID, "day": "", "toServiceId": "", "toName": "Gran's", "reason": "a line\nfor <b>Leo</b> \u202e"})).OK()
}

// Who sees a move, and until when, by the clock.
func TestWhoSeesAMoveAndUntilWhen(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		stranger := k.Staff("Stranger")
		id := h.told()
		h.Leo.Post("/next-place/choice", body{"move": id, "choice": "opened"}).OK()
		page := h.page(h.ann, id)
		if page.Side != "place" || page.Words != nil || page.From != nil || page.Choice != "" || page.OpenedAt != nil || page.To == nil || page.Asks == nil {
			t.Errorf("the place reads %+v", page)
		}
		left := h.page(h.kay, id)
		if left.Side != "left" || left.Words != nil || left.To != nil || left.Asks != nil || left.Choice != "" {
			t.Errorf("the place left reads %+v", left)
		}
		for _, p := range []*testkit.Person{h.ann, h.kay} {
			if text := string(p.Get("/moves/"+id).Body) + string(p.Get("/moves").Body); strings.Contains(text, canary) {
				t.Errorf("%s reads what is between Leo and his side: %s", p.Name, text)
			}
			for act, b := range map[string]body{"tell": {"base": 1}, "end": {"reason": "x"}, "show": {}} {
				refused(t, p.Name+" "+act, p.Post("/moves/"+id+"/"+act, b), 404, "")
			}
		}
		refused(t, "the place left answers", h.kay.Post("/moves/"+id+"/questions/"+nobody, body{"words": "x"}), 404, "")
		if h.sees(stranger, id) {
			t.Error("a stranger sees it")
		}

		h.pass(7 * day)
		h.ann.Post("/moves/"+id+"/arrived", body{}).OK()
		h.pass(23 * time.Hour)
		if !h.sees(h.kay, id) {
			t.Error("the place left is shut out within the day")
		}
		h.pass(2 * time.Hour)
		if h.sees(h.kay, id) {
			t.Error("the place left still sees it a day after")
		}
		h.pass(40 * day)
		if !h.sees(h.ann, id) || h.next().Move.ID != id {
			t.Error("after 41 days it is gone from the place or from Leo")
		}
		h.pass(2 * day)
		if h.sees(h.ann, id) || h.Leo.Get("/next-place").Status != http.StatusNotFound {
			t.Error("after 42 days the place or Leo still has it")
		}

		again := h.told()
		h.phone(h.Leo).act(again, "question", body{"words": canary})
		h.Sam.Post("/moves/"+again+"/end", body{"reason": canary + " end"}).OK()
		if a := h.Leo.Get("/next-place"); a.Status != http.StatusNotFound || strings.Contains(string(a.Body), canary) {
			t.Errorf("after the end Leo reads %s", a.Body)
		}
		if h.sees(h.kay, again) || !h.sees(h.ann, again) {
			t.Error("an ended move: the place left sees it, or the place does not")
		}
		if p := h.page(h.ann, again); len(p.May) > 0 || p.State != "ended" {
			t.Errorf("the place may still press %v", p.May)
		}
		if p := h.page(h.Sam, again); p.Words == nil || p.Words.EndReason != canary+" end" || slices.Contains(p.May, "tell") {
			t.Errorf("their side reads %+v", p)
		}
		h.pass(15 * day)
		if h.sees(h.ann, again) || !h.sees(h.Sam, again) {
			t.Error("14 days after the end: the place sees it, or their side does not")
		}
	})
}

var digits = regexp.MustCompile(`"(serverTime|answerBy|requestId)":"[^"]*"`)

// Questions, visits and what the place should know: on both sides, once, with words for
// every refusal.
func TestAskingThePlace(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		f := h.phone(h.Leo)
		twice := f.seal(id, "question", body{"words": canary + " may I bring my hamster?"})
		first := h.send(twice)
		if again := h.send(twice); first.Status != 200 || !again.Duplicate || again.ID != first.ID {
			t.Errorf("the same twice: %+v and %+v", first, again)
		}
		visit := f.act(id, "visit", body{"kind": "visit", "words": "on a Sunday"})
		about := f.act(id, "about", body{"words": "I like the light on"})
		f.act(id, "buddy", body{"wanted": true})

		asks := h.page(h.ann, id).Asks
		if len(asks.Questions) != 1 || len(asks.Visits) != 1 || len(asks.About) != 1 || asks.Questions[0].Words != canary+" may I bring my hamster?" {
			t.Fatalf("the place reads %+v", asks)
		}
		due := asks.Questions[0].Due
		if n := h.next(); !due.Equal(n.AnswerBy) || due.Sub(h.k.Clock.Now()) < day || n.BuddyWanted == nil {
			t.Errorf("promised by %v, shown %+v", due, n)
		}
		if m := h.lacks(h.ann, id, "question"); m == nil || m.Overdue || !m.Due.Equal(due) {
			t.Errorf("the board says %+v of the question", m)
		}
		h.pass(5 * day)
		if m := h.lacks(h.Sam, id, "question"); m == nil || !m.Overdue {
			t.Errorf("days later the board says %+v", m)
		}
		if m := h.lacks(h.ann, id, "visit"); m == nil || !m.Overdue {
			t.Errorf("days later the board says of the visit %+v", m)
		}
		question := asks.Questions[0].ID
		refused(t, "no words", h.ann.Post("/moves/"+id+"/questions/"+question, body{"words": " "}), 422, "")
		h.ann.Post("/moves/"+id+"/questions/"+question, body{"words": "Yes"}).OK()
		refused(t, "a second answer", h.Sam.Post("/moves/"+id+"/questions/"+question, body{"words": "No"}), 409, "answered")
		refused(t, "no such question", h.ann.Post("/moves/"+id+"/questions/"+nobody, body{"words": "x"}), 404, "")
		put := func(state string, more body) *testkit.Answer {
			more["state"], more["was"] = state, h.page(h.ann, id).Asks.Visits[0].SettledAt
			return h.ann.Do(http.MethodPut, "/moves/"+id+"/visits/"+visit, more)
		}
		refused(t, "agreed to no time", put("agreed", body{}), 422, "")
		refused(t, "declined without a word", put("declined", body{}), 422, "")
		refused(t, "made before it is agreed", put("made", body{}), 409, "changed")
		put("agreed", body{"at": h.k.Clock.Now().Add(2 * time.Hour), "words": "Come at three"}).OK()
		h.pass(3 * time.Hour)
		put("made", body{}).OK()
		refused(t, "declined after it", put("declined", body{"words": "no"}), 409, "changed")
		h.ann.Post("/moves/"+id+"/visits", body{"kind": "video", "at": h.k.Clock.Now().Add(time.Hour), "words": "See the room"}).OK()
		n := h.next()
		if n.Asks.Questions[0].Answer == nil || n.Asks.Questions[0].Answer.Who.Name != "Ann" || n.Asks.Visits[0].State != "made" || n.Asks.Visits[1].By != "staff" {
			t.Errorf("Leo reads %+v", n.Asks)
		}

		f.act(id, "about_gone", body{"item": about})
		f.refused("a thing that is gone", id, "about_gone", body{"item": about}, "item")
		f.refused("no words", id, "question", body{"words": " \n "}, "words_empty")
		f.refused("1,001 characters", id, "about", body{"words": strings.Repeat("é", 1001)}, "words_too_long")
		f.refused("another kind", id, "visit", body{"kind": "sleepover"}, "key")
		f.refused("nobody's move", nobody, "question", body{"words": canary}, "move")
		f.refused("a review before arriving", id, "review", body{"day": 1, "face": 3}, "too_early")
		if r := h.send(f.seal(id, "dance", body{})); r.Status != http.StatusServiceUnavailable {
			t.Errorf("what only a later server knows: %d %s", r.Status, r.Text)
		}
		other := k.YoungPerson("Mia", h.Home)
		h.phone(other).refused("somebody else's move", id, "question", body{"words": canary}, "move")
		second := k.Join(h.Leo.ID, "Second phone")
		h.phone(second).refused("a device nobody let in", id, "question", body{"words": canary}, "device")
		for i := range 20 {
			f.act(id, "question", body{"words": fmt.Sprint(i)})
			if i%8 == 7 {
				f.tickets = h.phone(h.Leo).tickets
			}
		}
		f.tickets = h.phone(h.Leo).tickets
		f.refused("a 21st question", id, "question", body{"words": canary}, "words_many")
		late := f.seal(id, "about", body{"words": canary})
		h.Sam.Post("/moves/"+id+"/end", body{"reason": "another place"}).OK()
		if page := h.page(h.Sam, id); page.Missing == nil || len(page.Missing) > 0 {
			t.Errorf("what a move that is off lacks is %v, and not an empty list", page.Missing)
		}
		if r := h.send(late); r.Reason != "over" {
			t.Errorf("what comes after the end: %+v", r)
		}
		if again := h.send(twice); !again.Duplicate {
			t.Errorf("the same again after the end: %+v", again)
		}
		for _, table := range []string{"audit", "alerts", "moves", "move_questions", "move_visits", "move_about", "move_acts"} {
			if text := fmt.Sprintf("%s", h.rows("SELECT * FROM "+table)); strings.Contains(text, canary) || strings.Contains(text, "hamster") {
				t.Errorf("words of a move are in %s", table)
			}
		}
		if strings.Contains(h.k.Logs.String(), canary) {
			t.Error("words of a move are in the log")
		}
	})
}

// What was told to nobody leaves no trace on any screen of the adults; what was told is
// read by those named and nobody else.
func TestAReviewIsForThoseItWasToldTo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		h := newHouse(t, k)
		id := h.told()
		h.pass(6 * day)
		h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
		f := h.phone(h.Leo)
		f.refused("the same day", id, "review", body{"day": 1, "face": 5}, "too_early")
		h.pass(day)
		if r := h.next().Review; r == nil || r.Day != 1 || len(r.Readers) < 3 {
			t.Fatalf("on day 1 it asks %+v", r)
		}
		adults := []*testkit.Person{h.Sam, h.Jo, h.Lead, h.ann, h.kay}
		screens := func() (all string) {
			for _, p := range adults {
				for _, path := range []string{"/moves", "/moves/" + id, "/inbox", "/young-people", "/told"} {
					all += digits.ReplaceAllString(fmt.Sprintf("%s %s %s\n", p.Name, path, p.Get(path).Body), "")
				}
			}
			return all
		}
		screens() // a first look is written down
		before, log := screens(), len(h.k.Logs.String())
		if woken := h.woken(adults, func() {
			f.act(id, "review", body{"day": 1, "face": 1, "words": canary, "longer": true, "tell": false})
		}); len(woken) > 0 {
			t.Errorf("what was told to nobody wakes %v", woken)
		}
		if after := screens(); after != before {
			t.Errorf("what was told to nobody shows:\n%s\n%s", before, after)
		}
		if said := h.k.Logs.String()[log:]; strings.Contains(said, h.Leo.ID) || strings.Contains(said, "review") {
			t.Errorf("it is in the log: %s", said)
		}
		f.refused("a second time", id, "review", body{"day": 1, "face": 2}, "day")
		f.refused("day 3", id, "review", body{"day": 3, "face": 2}, "day")
		h.pass(6 * day)
		f = h.phone(h.Leo)
		f.refused("no face", id, "review", body{"day": 7, "face": 9}, "face")
		shown := []string{nobody, h.ann.ID} // who never would read it is not made a reader by being named
		for _, r := range h.next().Review.Readers {
			shown = append(shown, r.ID)
		}
		sealed := f.seal(id, "review", body{"day": 7, "face": "not_sure", "words": canary, "longer": true, "tell": true, "readers": shown})
		later := k.Staff("Later") // near between sealing and sending: Leo was never shown them
		k.RelateAndConfirm(h.Lead, later.ID, "keyworker_of", h.Leo.ID)
		if woken := h.woken(append(adults, later), func() {
			if r := h.send(sealed); r.Status != 200 {
				t.Errorf("what was told is answered %d %s", r.Status, r.Text)
			}
		}); !slices.Equal(woken, []string{"Jo", "Priya", "Sam"}) {
			t.Errorf("what was told wakes %v", woken)
		}
		page := h.page(h.Sam, id)
		if len(page.Reviews) != 1 || page.Reviews[0].Words != canary || !page.Reviews[0].Longer || h.lacks(h.Sam, id, "review") == nil {
			t.Errorf("Sam reads %+v", page)
		}
		if p := h.page(later, id); len(p.Reviews) > 0 || h.lacks(later, id, "review") != nil || h.lacks(h.ann, id, "review") != nil {
			t.Errorf("somebody it was not told to reads %+v", p.Reviews)
		}
		refused(t, "somebody it was not told to", later.Post("/moves/"+id+"/reviews/7/read", nil), 404, "")
		refused(t, "what was told to nobody", h.Sam.Post("/moves/"+id+"/reviews/1/read", nil), 404, "")
		h.Sam.Post("/moves/"+id+"/reviews/7/read", nil).OK()
		if h.lacks(h.Jo, id, "review") != nil || h.page(h.Jo, id).Reviews[0].ReadAt == nil {
			t.Error("it is still to be read")
		}
		h.pass(21 * day)
		f = h.phone(h.Leo)
		f.act(id, "review", body{"day": 28, "face": "skip", "settled": "skip", "words": canary, "tell": true, "readers": shown})
		if n := h.one("SELECT count(*) FROM move_reviews WHERE skipped AND NOT told"); n != "1" {
			t.Error("a skip was told")
		}
	})
}

// What names no reader is told to nobody, however it is marked.
func TestAReviewWithoutNamesIsForNobody(t *testing.T) {
	h := newHouse(t, testkit.New(t))
	id := h.told()
	h.pass(6 * day)
	h.Sam.Post("/moves/"+id+"/arrived", body{}).OK()
	h.pass(day)
	h.phone(h.Leo).act(id, "review", body{"day": 1, "face": 2, "words": canary, "longer": true, "tell": true})
	if p := h.page(h.Sam, id); len(p.Reviews) > 0 || h.lacks(h.Sam, id, "review") != nil {
		t.Errorf("Sam reads %+v", p.Reviews)
	}
}
