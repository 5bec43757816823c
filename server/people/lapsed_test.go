package people_test

import (
	"slices"
	"testing"

	"heard/server/db"
	"heard/server/people"
)

// TestTheEndOfAShiftIsHeardWhateverBecameOfDuty: a card may rest on somebody whose
// last test push went unanswered, or who never answered one.
func TestTheEndOfAShiftIsHeardWhateverBecameOfDuty(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnCover, "2026-03-09", "13:00", "21:00", people.Once))
		r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "13:00", "20:00", people.Once))
		phone := r.device(r.jo)
		r.at("2026-03-09 13:00")
		r.answer(r.jo, phone)
		r.at("2026-03-09 17:00")
		r.ends(t)
		r.at("2026-03-09 17:10")
		r.ends(t, r.jo.AccountID) // lapsed, on the shift still
		r.at("2026-03-09 19:59")
		r.ends(t)
		r.at("2026-03-09 20:00")
		r.ends(t, r.eve.AccountID)
		r.at("2026-03-09 21:00")
		r.ends(t, r.jo.AccountID)
		r.at("2026-03-09 22:00") // told once
		r.at("2026-03-09 23:00")
		r.at("2026-03-10 02:00")
		r.ends(t)
	})
}

// TestTheEndOfAShiftNobodySawIsHeardLater: all servers were down when it ended.
func TestTheEndOfAShiftNobodySawIsHeardLater(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "20:00", people.Once))
		r.at("2026-03-09 13:00")
		r.at("2026-03-09 23:00")
		r.ends(t, r.jo.AccountID)
	})
}

func TestARunningShiftTakenAwayIsAnEnd(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		id := r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "20:00", people.Once))
		given := r.shift(r.eve, people.OnTeam, "2026-03-09", "13:00", "20:00", people.Once)
		given.ID = r.add(given)
		r.at("2026-03-09 14:00")
		r.ends(t)
		must(t, r.s.EndShift(t.Context(), r.lead, id, true))
		r.ends(t, r.jo.AccountID)
		on := day(t, "2026-03-09")
		must(t, r.s.Except(t.Context(), r.lead, given.ID, on, &people.Exception{Hours: given.Hours, AccountID: r.worker.AccountID}, true))
		r.ends(t, r.eve.AccountID)
		r.at("2026-03-09 20:00")
		r.ends(t, r.worker.AccountID)
	})
}

// TestASuspendedWorkerIsOnNoShift: what rests on them is handed back at once, they
// are asked for nothing, and where they alone were planned is a gap.
func TestASuspendedWorkerIsOnNoShift(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "12:00", "12:00", people.Daily))
		r.at("2026-03-09 14:00")
		if !r.onShift(t, r.jo.AccountID) || len(r.notices(r.lead)) != 0 {
			t.Fatalf("not on a shift, or a gap: %+v", r.notices(r.lead))
		}
		r.ends(t)
		r.took(&r.asked)
		must(t, r.s.Suspend(t.Context(), r.admin, r.jo.AccountID, "staff"))
		r.run()
		r.ends(t, r.jo.AccountID)
		list := r.notices(r.lead)
		if r.onShift(t, r.jo.AccountID) || len(list) != 1 || list[0].Kind != people.RotaGap {
			t.Fatalf("no gap: %+v", list)
		}
		r.at("2026-03-09 18:00")
		if asked := r.took(&r.asked); len(asked) > 0 {
			t.Fatalf("asked %v", asked)
		}
		must(t, r.s.Restore(t.Context(), r.admin, r.jo.AccountID, "staff"))
		r.run()
		if list := r.notices(r.lead); !r.onShift(t, r.jo.AccountID) || len(list) != 0 || len(r.took(&r.asked)) != 1 {
			t.Fatalf("let in again: %+v", list)
		}
	})
}

// TestASuspendedWorkerFillsNoGap: a shift that stands beside theirs alone can't be
// taken away unasked.
func TestASuspendedWorkerFillsNoGap(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "12:00", "12:00", people.Daily))
		id := r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "12:00", "12:00", people.Daily))
		must(t, r.s.Suspend(t.Context(), r.admin, r.jo.AccountID, "staff"))
		r.run()
		if list := r.notices(r.lead); len(list) != 0 {
			t.Fatalf("Eve is on: %+v", list)
		}
		if err := r.s.EndShift(t.Context(), r.lead, id, false); err == nil {
			t.Fatal("a gap was made unasked")
		}
	})
}

// ends holds those whose duty was told as ended since the last time against these.
func (r *rotaWorld) ends(t *testing.T, want ...string) {
	t.Helper()
	if got := r.took(&r.ended); !slices.Equal(got, want) {
		t.Fatalf("at %v ended %v, want %v", r.now(), got, want)
	}
}

func (r *rotaWorld) onShift(t *testing.T, accountID string) (on bool) {
	t.Helper()
	must(t, r.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		on, err = people.OnShiftTx(tx, r.org, accountID)
		return err
	}))
	return on
}
