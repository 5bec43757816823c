package listening_test

import (
	"bufio"
	"testing"
	"time"

	"heard/server/testkit"
)

// ear hears what a live stream says has changed.
type ear chan struct{}

// live opens a person's live stream and reads over what it says at its start.
func (w *world) live(p *testkit.Person) ear {
	w.t.Helper()
	answer, heard := p.Live(), make(ear, 100)
	w.t.Cleanup(func() { _ = answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	go func() {
		for lines.Scan() {
			if lines.Text() == "event: changed" {
				heard <- struct{}{}
			}
		}
	}()
	heard.hears(w.t, p.Name+" opening it")
	return heard
}

func (e ear) hears(t *testing.T, what string) {
	t.Helper()
	select {
	case <-e:
	case <-time.After(10 * time.Second):
		t.Fatalf("the stream says nothing of %s", what)
	}
}

// quiet is asked after another stream has heard: what this one would say was on its way.
func (e ear) quiet(t *testing.T, what string) {
	t.Helper()
	select {
	case <-e:
		t.Errorf("a device that may not read hears of %s", what)
	case <-time.After(300 * time.Millisecond):
	}
}

// A device that a code opened learns from its live stream neither that a question came
// nor that it was answered. It hears of cards as before; once it has been let in, it
// hears all, on the stream it has.
func TestAClosedDevicesStreamHearsOfNoAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f, second := w.phone(w.Leo), w.k.Join(w.Leo.ID, "A code that a worker made")
		open, closed := w.live(w.Leo), w.live(second)
		var met string
		for _, step := range []struct {
			what string
			do   func()
		}{
			{"a question", func() { met = w.met() }},
			{"an answer", func() { f.answer(said{"ask": w.listened(w.Leo).Ask.ID, "listened": 1, "tell": true}) }},
			{"a skip", func() { f.answer(said{"contact": met, "listened": "skip"}) }},
			{"a contact of their own", func() {
				f.seal("contact", said{"with": w.Sam.ID, "kind": "visit", "at": w.now().Format(time.RFC3339)}).send().taken()
			}},
		} {
			step.do()
			open.hears(t, step.what)
			closed.quiet(t, step.what)
		}
		w.k.App.Hub.Wake(w.Leo.ID) // as each change of a card does
		open.hears(t, "a card")
		closed.hears(t, "a card")

		w.change("UPDATE devices SET history_open = ? WHERE account_id = ?", true, w.Leo.ID)
		f.answer(said{"contact": met, "listened": 5, "tell": false})
		closed.hears(t, "an answer, let in")
	})
}
