package listening_test

import (
	"strings"
	"testing"

	"heard/server/db"
)

// Only whom the young person chose is told, only while they stand in a relation to
// them, and the young person sees that they looked.
func TestOnlyTheChosenWorkerIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		f.answer(said{"contact": met, "listened": 2, "words": canary, "tell": true})
		f.answer(said{"with": w.Jo.ID, "listened": 5, "tell": true})
		f.answer(said{"contact": met, "listened": 1, "tell": false})
		sam, jo := w.told(w.Sam), w.told(w.Jo)
		if len(sam) != 1 || sam[0].Words != canary || sam[0].Listened != 2.0 || sam[0].YoungPerson.Name != "Leo" || sam[0].Contact.ID != met {
			t.Errorf("Sam is told %+v", sam)
		}
		if len(jo) != 1 || jo[0].Listened != 5.0 || jo[0].Contact != nil {
			t.Errorf("Jo is told %+v", jo)
		}
		if lead := w.told(w.Lead); len(lead) != 0 {
			t.Errorf("the lead is told %+v", lead)
		}
		w.told(w.Sam)
		if n := w.count("SELECT count(*) FROM audit WHERE action = 'told.looked' AND actor_id = ? AND subject_id = ?", w.Sam.ID, w.Leo.ID); n != 1 {
			t.Errorf("Sam's reading is written down %d times", n)
		}
		if mine := w.listened(w.Leo).Mine; mine[2].Told == nil || mine[2].Told.Name != "Sam" || mine[0].Told != nil {
			t.Errorf("Leo's history: %+v", mine)
		}
		w.change("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'keyworker_of'", db.At(w.now()), w.Sam.ID)
		if sam := w.Sam.Get("/told").OK().Body; strings.Contains(string(sam), canary) || strings.Contains(string(sam), "Leo") {
			t.Errorf("after his relation has ended Sam reads %s", sam)
		}
		if r := f.answer(said{"contact": met, "listened": 1, "words": canary, "tell": true}); r.Told {
			t.Error("the receipt says that somebody was told who has left")
		}
		if n := w.count("SELECT count(*) FROM told_answers WHERE worker_id = ?", w.Sam.ID); n != 1 {
			t.Errorf("%d answers lie ready for a worker who has left", n)
		}
	})
}

// The young person's key is what their history and what they told stand on; what
// was counted stands without it.
func TestAKeyThatIsDestroyedLeavesTheCount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.phone(w.Leo).answer(said{"contact": w.met(), "listened": 4, "words": canary, "tell": true})
		before := w.rows("SELECT * FROM answers")
		w.change("UPDATE accounts SET wrapped_key = ? WHERE id = ?", []byte("gone"), w.Leo.ID)
		if h := w.listened(w.Leo); len(h.Mine) != 0 {
			t.Errorf("Leo still reads %+v", h.Mine)
		}
		if sam := w.told(w.Sam); len(sam) != 0 {
			t.Errorf("Sam still reads %+v", sam)
		}
		if after := w.rows("SELECT * FROM answers"); len(after) != 1 || strings.Join(after, "") != strings.Join(before, "") {
			t.Errorf("counted was %v and is %v", before, after)
		}
	})
}
