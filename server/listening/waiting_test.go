package listening_test

import (
	"testing"

	"heard/server/db"
)

// The number says what reading would show for the first time, and counting is no reading.
func TestHowMuchWaitsToBeRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		waits := func(what string, want int) {
			t.Helper()
			var is struct{ Waiting int }
			w.Sam.Get("/told/waiting").Into(&is)
			if is.Waiting != want {
				t.Errorf("%s: %d wait, want %d", what, is.Waiting, want)
			}
		}
		met, f := w.met(), w.phone(w.Leo)
		f.answer(said{"contact": met, "listened": 2, "words": canary, "tell": false})
		f.answer(said{"with": w.Jo.ID, "listened": 5, "tell": true})
		waits("nobody told Sam", 0)
		f.answer(said{"contact": met, "listened": 2, "words": canary, "tell": true})
		waits("Sam was told", 1)
		waits("Sam has counted", 1)
		if n := w.count("SELECT count(*) FROM audit WHERE action = 'told.looked'"); n != 0 {
			t.Errorf("counting is written down as %d looks", n)
		}
		w.told(w.Sam)
		waits("Sam has read", 0)

		f.answer(said{"contact": met, "listened": 4, "tell": true})
		waits("Sam was told again", 1)
		w.change("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'keyworker_of'", db.At(w.now()), w.Sam.ID)
		waits("Sam's relation has ended", 0)
	})
}

// What a destroyed key no longer opens waits for nobody.
func TestWhatNobodyCanOpenDoesNotWait(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.phone(w.Leo).answer(said{"contact": w.met(), "listened": 4, "words": canary, "tell": true})
		w.change("UPDATE accounts SET wrapped_key = ? WHERE id = ?", []byte("gone"), w.Leo.ID)
		var is struct{ Waiting int }
		if w.Sam.Get("/told/waiting").Into(&is); is.Waiting != 0 {
			t.Errorf("%d wait, which Sam can never read", is.Waiting)
		}
	})
}
