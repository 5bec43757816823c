package listening_test

import "testing"

// The last answer is the last that the server received. What a phone kept for days takes
// the place of what was sent meanwhile, since no phone's clock is believed; the two are
// one answer all the same, and neither a skip nor "not sure" takes a face back.
func TestTheOrderOfArrivalDecides(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		offline := f.seal("answer", said{"contact": met, "listened": 1, "serious": 4, "tell": false})
		w.pass(2 * day)
		f.answer(said{"contact": met, "listened": 5, "say": 3, "tell": false})
		w.pass(day)
		offline.send().taken()
		for range 2 {
			if w.counted("listened", 1) != 1 || w.counted("serious", 4) != 1 || w.counted("say", 3) != 1 || w.count("SELECT count(*) FROM answers") != 3 {
				t.Errorf("counted: %v", w.rows("SELECT * FROM answers"))
			}
			f.answer(said{"contact": met, "listened": "not_sure", "tell": false})
			f.answer(said{"contact": met, "listened": "skip", "tell": false})
			f.answer(said{"contact": met, "listened": 1, "serious": "not_sure", "say": "skip", "tell": false})
		}
	})
}
