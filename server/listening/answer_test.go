package listening_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
)

// An answer closes the prompt, counts, and is there for its young person, with
// words that nobody else reads.
func TestAnAnswerIsCountedAndKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met := w.met()
		ask := w.listened(w.Leo).Ask
		r := w.phone(w.Leo).answer(said{"ask": ask.ID, "listened": 4, "serious": 5, "say": "not_sure", "words": canary, "tell": false})
		if r.CountsIn != "2026-Q1" || r.Told || r.Duplicate || r.ClientID != r.ID {
			t.Errorf("the receipt: %+v", r)
		}
		h := w.listened(w.Leo)
		if h.Ask != nil || len(h.Mine) != 1 {
			t.Fatalf("Leo's side: %+v", h)
		}
		m := h.Mine[0]
		if m.Listened != 4.0 || m.Serious != 5.0 || m.Say != "not_sure" || m.Words != canary || m.Contact.ID != met || m.Contact.With.Name != "Sam" || m.Told != nil {
			t.Errorf("Leo's answer: %+v", m)
		}
		if w.counted("listened", 4) != 1 || w.counted("serious", 5) != 1 || w.count("SELECT count(*) FROM answers") != 2 {
			t.Errorf("counted: %v", w.rows("SELECT * FROM answers"))
		}
		if n := w.count("SELECT count(*) FROM answers WHERE unit_id = ?", w.Home); n != 0 {
			t.Error("a home of fewer than ten is counted by itself")
		}
	})
}

// The same answer again, however often, is one answer; a later one takes its place
// and one young person counts once.
func TestTheLastAnswerCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		s := f.seal("answer", said{"contact": met, "listened": 5, "say": 2, "tell": true, "words": canary})
		first, again := s.send().taken(), s.send().taken()
		if !again.Duplicate || again.CountsIn != first.CountsIn || again.Told != first.Told || !first.Told {
			t.Errorf("receipts %+v and %+v", first, again)
		}
		if w.count("SELECT count(*) FROM answer_copies") != 1 || w.count("SELECT count(*) FROM told_answers") != 1 {
			t.Error("a repeat is kept or told again")
		}
		w.pass(day)
		f.answer(said{"contact": w.met(), "listened": 2, "tell": false})
		f.answer(said{"with": w.Jo.ID, "listened": "not_sure", "tell": false}) // no face: what was counted stands
		s.send().taken()                                                       // and an old one that comes again does not come back
		if w.counted("listened", 2) != 1 || w.counted("say", 2) != 1 || w.count("SELECT count(*) FROM answers") != 2 {
			t.Errorf("counted: %v", w.rows("SELECT * FROM answers"))
		}
		if got := len(w.listened(w.Leo).Mine); got != 3 {
			t.Errorf("%d answers in Leo's history", got)
		}
	})
}

// An answer about somebody else's contact finds none, and is kept like a card that
// could not be taken: sealed for its young person alone.
func TestAnswersThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mia := w.k.YoungPerson("Mia", w.Home)
		met, f := w.met(), w.phone(mia)
		about := func(more said) said {
			body := said{"listened": 3, "words": canary, "tell": true}
			for name, value := range more {
				body[name] = value
			}
			return body
		}
		f.seal("answer", about(said{"contact": met})).send().refused("somebody else's contact", http.StatusNotFound, "contact")
		f.seal("answer", about(said{"contact": nobody})).send().refused("no contact there is", http.StatusNotFound, "contact")
		for reason, spoil := range map[string]said{
			"face": {"listened": 6}, "no_answer": {"listened": nil}, "words_too_long": {"words": strings.Repeat("é", 1001)},
		} {
			f.seal("answer", about(spoil)).send().refused(reason, http.StatusUnprocessableEntity, reason)
		}
		for _, face := range []any{0, -1, 5.5, "5", true, "happy"} {
			f.seal("answer", about(said{"listened": face})).send().refused("a face that is none", http.StatusUnprocessableEntity, "face")
		}
		if n := w.count("SELECT count(*) FROM answers") + w.count("SELECT count(*) FROM answer_copies") + w.count("SELECT count(*) FROM told_answers"); n != 0 {
			t.Errorf("%d rows of refused answers", n)
		}
		if n := w.count("SELECT count(*) FROM refused_cards"); n != 11 {
			t.Errorf("%d refused answers are kept", n)
		}
		var list struct{ Refused []struct{ What string } }
		mia.Get("/refused").Into(&list)
		if len(list.Refused) != 11 || slices.ContainsFunc(list.Refused, func(r struct{ What string }) bool { return r.What != "answer" }) {
			t.Errorf("Mia's refused answers are called %+v", list.Refused)
		}
		if slices.ContainsFunc(w.rows("SELECT * FROM refused_cards"), func(row string) bool { return strings.Contains(row, canary) }) {
			t.Error("the words of a refused answer lie open")
		}
		f.answer(about(said{"words": strings.Repeat("é", 1000)}))
	})
}

// A contact's own period takes the answer while it is open; once it has closed the
// answer counts in the one open now. Not sure and skip count nowhere.
func TestAnswersCountInAPeriodThatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo) // in March
		answer := func(listened any) string {
			return f.answer(said{"contact": met, "listened": listened, "tell": false}).CountsIn
		}
		w.pass(time.Date(2026, 4, 14, 22, 0, 0, 0, time.UTC).Sub(w.now())) // 23:00 in London
		if got := answer(5); got != "2026-Q1" {
			t.Errorf("an hour before the period closes it counts in %s", got)
		}
		w.pass(time.Hour)
		if got := answer(1); got != "2026-Q2" {
			t.Errorf("once it has closed it counts in %s", got)
		}
		if w.counted("listened", 5) != 1 || w.counted("listened", 1) != 1 {
			t.Errorf("counted: %v", w.rows("SELECT * FROM answers"))
		}
		if answer("not_sure") != "" || answer("skip") != "" || w.count("SELECT count(*) FROM answers") != 2 {
			t.Error("not sure or skip is counted")
		}
		if got := w.count("SELECT count(*) FROM answer_copies"); got != 3 {
			t.Errorf("%d answers in Leo's history: a skip is kept nowhere, not sure is", got)
		}
	})
}

// Nobody serves the young person: the answer is theirs all the same, and counts nowhere.
func TestAnAnswerWithoutAServiceIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.change("UPDATE relations SET ended_at = ? WHERE kind = 'served_by'", db.At(w.now()))
		r := w.phone(w.Leo).answer(said{"listened": 3, "tell": false})
		if r.CountsIn != "" || len(w.listened(w.Leo).Mine) != 1 {
			t.Errorf("the receipt %+v, the history %+v", r, w.listened(w.Leo).Mine)
		}
	})
}

// An answer arrives from a phone that has signed out; a device that only sends
// learns the order of the faces and not whether a prompt is open.
func TestLockedAndSignedOutPhones(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.met()
		second := w.k.Join(w.Leo.ID, "Second phone") // opened by a code: it sends and does not read
		w.Leo.Post("/lock-setup", map[string]any{"kind": "pin", "secret": "135790"}).OK()
		open := w.listened(w.Leo)
		if !open.Open || open.Ask == nil {
			t.Fatalf("Leo's side: %+v", open)
		}
		f := w.phone(w.Leo)
		w.Leo.Post("/lock", nil).OK()
		for _, closed := range []history{w.listened(w.Leo), w.listened(second)} {
			if closed.Open || closed.Ask != nil || len(closed.Contacts)+len(closed.Mine) != 0 || closed.Order != open.Order {
				t.Errorf("a device that may not read sees %+v", closed)
			}
		}
		w.Leo.Post("/sign-out", nil).OK()
		f.answer(said{"ask": open.Ask.ID, "contact": open.Ask.Contact.ID, "listened": 4, "tell": false})
		if w.counted("listened", 4) != 1 {
			t.Error("the answer of a phone that signed out is not counted")
		}
	})
}

// A body that does not say what it is, or says something new, is a card.
func TestWhateverDoesNotSayIsACard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.phone(w.Leo)
		for _, what := range []string{"", "card", "song"} {
			r := f.seal(what, said{"card": "sad", "kind": "feeling", "audience": []string{w.Sam.ID}}).send().taken()
			if w.count("SELECT count(*) FROM cards WHERE id = ?", r.ID) != 1 {
				t.Errorf("%q is no card: %s", what, r.text)
			}
		}
	})
}

// Something else that only a later server knows is neither a card, with its words
// before somebody's eyes, nor refused: it waits on the phone.
func TestWhatOnlyALaterServerKnowsWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.phone(w.Leo)
		r := f.seal("song", said{"words": "for nobody"}).send()
		if r.Status != http.StatusServiceUnavailable || w.count("SELECT count(*) FROM cards") != 0 {
			t.Errorf("%d %s", r.Status, r.text)
		}
	})
}

// A contact that has not been yet, as after a clock was put back, is not answered about.
func TestAContactInTheFutureIsNotAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		w.change("UPDATE contacts SET at = ? WHERE id = ?", db.At(w.now().Add(time.Hour)), met)
		f.seal("answer", said{"contact": met, "listened": 5, "tell": true}).send().refused("a contact in the future", http.StatusUnprocessableEntity, "future")
		if n := w.count("SELECT count(*) FROM answers") + w.count("SELECT count(*) FROM answer_copies") + w.count("SELECT count(*) FROM told_answers"); n != 0 {
			t.Errorf("%d rows of it", n)
		}
		w.change("UPDATE contacts SET at = ? WHERE id = ?", db.At(w.now().Add(4*time.Minute)), met)
		f.answer(said{"contact": met, "listened": 5, "tell": false}) // two clocks differ by so much
	})
}

// Whoever opened a device with a code, and was let in by nobody, changes no answer,
// closes no prompt and tells nobody anything in the young person's name.
func TestADeviceThatNobodyLetInAnswersNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.phone(w.Leo).answer(said{"with": w.Sam.ID, "listened": 5, "tell": false})
		met := w.met()
		ask := w.listened(w.Leo).Ask.ID
		second := w.k.Join(w.Leo.ID, "A code that a worker made")
		f := w.phone(second)
		for what, body := range map[string]said{
			"an answer": {"ask": ask, "contact": met, "listened": 1, "words": canary, "tell": true}, "a skip": {"ask": ask, "listened": "skip"},
			"not sure": {"ask": ask, "contact": met, "listened": "not_sure"}, "an answer about nobody": {"listened": 1, "tell": false},
		} {
			f.seal("answer", body).send().refused(what, http.StatusForbidden, "device")
		}
		f.seal("contact", said{"with": w.Sam.ID, "kind": "visit", "at": w.now()}).send().refused("a contact", http.StatusForbidden, "device")
		h := w.listened(w.Leo)
		if h.Ask == nil || h.Ask.ID != ask || len(h.Mine) != 1 || len(h.Contacts) != 1 || w.counted("listened", 5) != 1 || w.count("SELECT count(*) FROM answers") != 1 || len(w.told(w.Sam)) != 0 {
			t.Errorf("Leo's side: %+v", h)
		}
		if n := w.count("SELECT count(*) FROM refused_cards"); n != 5 {
			t.Errorf("%d refused ones are kept for Leo", n)
		}
		w.change("UPDATE devices SET history_open = ? WHERE account_id = ?", true, w.Leo.ID)
		f.answer(said{"ask": ask, "contact": met, "listened": 1, "tell": false})
	})
}
