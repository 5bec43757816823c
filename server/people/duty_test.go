package people_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
)

func TestOnDutyIsWhoAnsweredTheTestPush(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		if d := r.duty(); d.Planned || !d.On(r.jo.AccountID) {
			t.Fatalf("without a rota nobody is off: %+v", d)
		}
		r.add(r.shift(r.jo, people.OnCover, "2026-03-09", "14:00", "21:30", people.Once))
		phone := r.device(r.jo)
		if d := r.duty(); d.Planned {
			t.Fatal("the rota has not begun")
		}
		r.at("2026-03-09 13:49")
		if len(r.took(&r.asked)) > 0 {
			t.Fatal("asked too early")
		}
		r.at("2026-03-09 13:50")
		if got := r.took(&r.asked); !slices.Equal(got, []string{r.jo.AccountID}) {
			t.Fatalf("asked %v", got)
		}
		r.at("2026-03-09 14:00")
		if d := r.duty(); !d.Planned || d.On(r.jo.AccountID) || !d.Nobody() || r.state(r.jo).State != people.DutyAsked {
			t.Fatalf("on duty without an answer: %+v %+v", d, r.state(r.jo))
		}
		r.at("2026-03-09 14:05")
		r.answer(r.jo, phone)
		d := r.duty()
		if !d.On(r.jo.AccountID) || len(d.Cover) != 1 || d.Cover[0].Role != people.RoleCover || !d.Until[r.jo.AccountID].Equal(time.Date(2026, 3, 9, 21, 30, 0, 0, time.UTC)) {
			t.Fatalf("%+v", d)
		}
		if got := r.took(&r.started); !slices.Equal(got, []string{r.jo.AccountID}) {
			t.Fatalf("started %v", got)
		}
		if s := r.state(r.jo); s.State != people.DutyOn || s.Shift.Team.Name != "Day team" || s.GoodUntil == nil {
			t.Fatalf("%+v", s)
		}
		r.took(&r.asked)
		r.at("2026-03-09 18:04")
		if len(r.took(&r.asked)) > 0 {
			t.Fatal("asked again before four hours")
		}
		r.at("2026-03-09 18:05")
		if len(r.took(&r.asked)) != 1 || !r.duty().On(r.jo.AccountID) {
			t.Fatal("after four hours a test goes out, and there are ten minutes to answer it")
		}
		r.at("2026-03-09 18:15")
		if r.duty().On(r.jo.AccountID) || r.state(r.jo).State != people.DutyLapsed || len(r.took(&r.ended)) != 1 {
			t.Fatal("the answer is too old")
		}
		r.took(&r.asked)
		r.at("2026-03-09 18:20")
		r.answer(r.jo, phone)
		if !r.duty().On(r.jo.AccountID) || len(r.took(&r.started)) != 1 {
			t.Fatal("not on duty again")
		}
		r.at("2026-03-09 21:30")
		if r.duty().On(r.jo.AccountID) || len(r.took(&r.ended)) != 1 || r.state(r.jo).State != people.DutyNone {
			t.Fatal("still on duty after the shift")
		}
	})
}

func TestALostPhoneEndsDutyAtOnce(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "21:30", people.Once))
		phone, other := r.device(r.jo), r.device(r.jo)
		r.at("2026-03-09 12:55")
		r.answer(r.jo, phone)
		r.at("2026-03-09 13:00")
		if !r.duty().On(r.jo.AccountID) {
			t.Fatal("an answer just before the shift counts for it")
		}
		r.answer(r.jo, other)
		r.lose(phone)
		if !r.duty().On(r.jo.AccountID) {
			t.Fatal("another phone answered too")
		}
		r.took(&r.ended)
		r.lose(other)
		if r.duty().On(r.jo.AccountID) {
			t.Fatal("on duty by a phone that is gone")
		}
		r.run()
		if len(r.took(&r.ended)) != 1 || r.state(r.jo).State != people.DutyLapsed {
			t.Fatal("nobody was told")
		}
	})
}

func TestAnUnansweredTestIsSentAgainButNotForEver(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "12:00", people.Once))
		var at []string
		for end := r.now().Add(20 * time.Hour); r.now().Before(end); r.k.Clock.Forward(5 * time.Minute) {
			r.run()
			for range r.took(&r.asked) {
				at = append(at, r.now().Format("15:04"))
			}
		}
		if len(at) != 12 || !slices.Equal(at[:4], []string{"12:50", "13:00", "13:30", "14:00"}) {
			t.Fatalf("asked at %v", at)
		}
	})
}

func TestAWorkerAsksForTheTestThemselves(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		wantReason(t, r.s.AskForTest(t.Context(), r.jo), errs.Conflict, "no_shift")
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "21:00", people.Once))
		wantReason(t, r.s.AskForTest(t.Context(), r.jo), errs.Conflict, "no_shift")
		r.at("2026-03-09 12:31")
		must(t, r.s.AskForTest(t.Context(), r.jo))
		if len(r.took(&r.asked)) != 1 || r.state(r.jo).AskedAt == nil || r.state(r.jo).State != people.DutyOff {
			t.Fatalf("%+v", r.state(r.jo))
		}
	})
}

// TestTwoShiftsThatMeet: nobody goes off duty between them, and an answer given
// just before the change counts for the second.
func TestTwoShiftsThatMeet(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "16:00", people.Once))
		r.add(r.shift(r.jo, people.OnCover, "2026-03-09", "16:00", "20:00", people.Once))
		phone := r.device(r.jo)
		r.at("2026-03-09 13:00")
		r.answer(r.jo, phone)
		r.at("2026-03-09 15:50")
		r.answer(r.jo, phone)
		r.at("2026-03-09 16:00")
		if d := r.duty(); len(d.Cover) != 1 || len(d.Team) != 0 || len(r.took(&r.ended)) != 0 {
			t.Fatalf("%+v", d)
		}
	})
}

// TestInstancesShareTheWork: however many servers look, each test goes out once
// and each beginning is told once.
func TestInstancesShareTheWork(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		for _, v := range []string{"13:00", "13:00", "13:00", "13:00", "13:00", "13:00"} {
			who := r.staff("Worker")
			r.add(r.shift(who, people.OnTeam, "2026-03-09", v, "21:00", people.Once))
		}
		r.moveTo(time.Date(2026, 3, 9, 12, 50, 0, 0, time.UTC))
		servers := []*people.Service{r.s, r.instance(), r.instance(), r.instance()}
		var all sync.WaitGroup
		for _, s := range servers {
			all.Go(func() {
				for range 3 {
					if _, err := s.RotaOnce(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		asked := r.took(&r.asked)
		slices.Sort(asked)
		if len(asked) != 6 || len(slices.Compact(asked)) != 6 {
			t.Fatalf("asked %d times", len(asked))
		}
	})
}

// TestADeadServersWorkIsTakenOver: what it missed is made up for.
func TestADeadServersWorkIsTakenOver(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "21:00", people.Once))
		r.moveTo(time.Date(2026, 3, 9, 12, 50, 0, 0, time.UTC))
		r.tx(func(tx *db.Tx) error { // leased by one that died
			_, err := db.Lease(tx, db.LeaseSpec{Table: "rota_times", Worker: "dead", For: 8 * time.Second, Limit: 50})
			return err
		})
		r.run()
		if len(r.took(&r.asked)) > 0 {
			t.Fatal("taken although it is leased")
		}
		r.k.Clock.Forward(9 * time.Second)
		r.run()
		if len(r.took(&r.asked)) != 1 {
			t.Fatal("not taken over")
		}
		r.at("2026-03-09 23:30") // nobody looked all evening
		if _, err := r.standing(r.jo, r.leo.AccountID); errs.CodeOf(err) != errs.NotFound {
			t.Fatal("access has outlived the shift")
		}
	})
}

func TestEndingTheRelationEndsDuty(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		r.add(r.shift(r.jo, people.OnTeam, "2026-03-09", "13:00", "21:00", people.Once))
		phone := r.device(r.jo)
		r.at("2026-03-09 13:00")
		r.answer(r.jo, phone)
		must(t, r.s.Suspend(t.Context(), r.admin, r.jo.AccountID, "staff"))
		if r.duty().On(r.jo.AccountID) {
			t.Fatal("suspended and on duty")
		}
		r.run()
		if len(r.took(&r.ended)) != 1 {
			t.Fatal("nobody was told")
		}
	})
}

func TestTheYoungPersonSeesWhoIsOn(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		view := func() people.PeopleView {
			v, err := r.s.WhoIsOn(t.Context(), r.leo)
			must(t, err)
			return v
		}
		if v := view(); v.Rota.Planned || v.Rota.NextOn != nil || v.People[0].On {
			t.Fatalf("without a rota nothing is said: %+v", v)
		}
		r.add(r.shift(r.worker, people.OnTeam, "2026-03-09", "12:30", "18:00", people.Once))
		r.add(r.shift(r.eve, people.OnTeam, "2026-03-09", "18:00", "22:00", people.Once))
		r.add(r.shift(r.jo, people.OnCover, "2026-03-10", "08:00", "22:00", people.Once))
		sam, eve := r.device(r.worker), r.device(r.eve)
		r.at("2026-03-09 12:30")
		r.answer(r.worker, sam)
		v := view()
		if p := v.People[0]; !v.Rota.Planned || p.ID != r.worker.AccountID || !p.On || !p.Until.Equal(time.Date(2026, 3, 9, 18, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v", v)
		}
		r.at("2026-03-09 18:00")
		r.answer(r.eve, eve)
		if v := view(); v.People[0].On || v.Rota.Covering == nil || v.Rota.Covering.ID != r.eve.AccountID || v.Rota.NextOn != nil {
			t.Fatalf("%+v", v)
		}
		r.at("2026-03-09 23:00")
		if v := view(); v.Rota.Covering != nil || v.Rota.NextOn == nil || !v.Rota.NextOn.Equal(time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v", v)
		}
	})
}

func TestNobodyIsPutOnDutyWithoutAPhoneOutsideTheDemo(t *testing.T) {
	eachRota(t, func(t *testing.T, r *rotaWorld) {
		err := r.db.Tx(t.Context(), func(tx *db.Tx) error { return r.s.ConfirmDemoTx(tx, r.org, r.jo.AccountID) })
		wantCode(t, err, errs.Internal)
	})
}
