package feelings_test

import (
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/people"
	"heard/server/viewer"
)

// staffed is Willow House with a rota: Sam and Jo are Leo's keyworkers, Kim covers,
// Ted is on the team, Ola on call, Lea leads, Sue safeguards.
type staffed struct {
	*world
	kim, ted, ola viewer.Viewer
}

func eachStaffed(t *testing.T, test func(t *testing.T, w staffed)) {
	each(t, func(t *testing.T, w *world) {
		s := staffed{w, w.staff("Kim"), w.staff("Ted"), w.staff("Ola")}
		s.shift(s.sam, "team", 8*time.Hour)
		s.shift(s.kim, "cover", 8*time.Hour)
		s.shift(s.ted, "team", 8*time.Hour)
		s.shift(s.ola, "on_call", 8*time.Hour)
		s.takeWoken()
		test(t, s)
	})
}

func notSafe() feelings.Tap {
	return feelings.Tap{ID: db.NewID(), Card: "not_safe", Kind: "not_safe"}
}

// stands says where the young person sees the card stand.
func (w staffed) stands(t *testing.T, id string, state feelings.State, level int, who, told string) feelings.View {
	t.Helper()
	v := w.page(id)
	name := func(p *viewer.Person) string {
		if p == nil {
			return ""
		}
		return p.Name
	}
	if v.State != state || v.Level != level || name(v.Who) != who || name(v.Told) != told {
		t.Fatalf("%s level %d who %q told %q, want %s level %d who %q told %q: %s",
			v.State, v.Level, name(v.Who), name(v.Told), state, level, who, told, kinds(v))
	}
	return v
}

func (w staffed) tells(t *testing.T, id string, who ...viewer.Viewer) {
	t.Helper()
	if got := w.told(id); !slices.Equal(got, ids(who...)) {
		t.Fatalf("told %v, want %v", got, ids(who...))
	}
}

func (w staffed) next(t *testing.T, id, kind string, in time.Duration, who string) {
	t.Helper()
	n := w.page(id).Next
	if n.Kind != kind || n.At == nil || !n.At.Equal(w.now().Add(in)) || (n.Who == nil) != (who == "") || n.Who != nil && n.Who.Name != who {
		t.Fatalf("next %+v, want %s in %v by %q", n, kind, in, who)
	}
}

// TestFromTheAudienceToTheLead follows a card nobody presses from level to level,
// with what the young person is shown at each.
func TestFromTheAudienceToTheLead(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim, w.ted, w.ola)
		id := w.tap(sad()).ID
		w.stands(t, id, "received", 1, "", "")
		w.tells(t, id, w.sam, w.jo)
		w.next(t, id, "tell_next", 30*time.Minute, "Kim")
		if _, err := w.cards.StaffPage(t.Context(), w.kim, id); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("cover reads a card that has not come to them: %v", err)
		}
		w.after(29 * time.Minute)
		w.stands(t, id, "received", 1, "", "")
		w.after(time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.kim)
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 3, "Kim", "Ted")
		w.tells(t, id, w.ted)
		w.next(t, id, "tell_next", 30*time.Minute, "Ola")
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 4, "Ted", "Ola")
		w.tells(t, id, w.ola, w.lea, w.sue)
		w.next(t, id, "again", 30*time.Minute, "")
		w.after(30 * time.Minute)
		w.stands(t, id, "nobody", 4, "", "")
		everybody := []viewer.Viewer{w.sam, w.jo, w.lea, w.sue, w.kim, w.ted, w.ola}
		w.tells(t, id, everybody...) // as the words before it said
		w.next(t, id, "again", 30*time.Minute, "")
		w.after(30 * time.Minute)
		w.stands(t, id, "nobody", 4, "", "")
		w.tells(t, id, everybody...)
		w.next(t, id, "again", 30*time.Minute, "")
		for _, v := range []viewer.Viewer{w.kim, w.ted, w.ola, w.lea} {
			if _, err := w.cards.StaffPage(t.Context(), v, id); err != nil {
				t.Fatalf("%s was told and can't read it: %v", v.SessionID, err)
			}
		}
		box, err := w.cards.Inbox(t.Context(), w.ted)
		if err != nil || len(box.Waiting) != 1 || box.Waiting[0].Level != 4 || box.Waiting[0].Next.Kind != "again" {
			t.Fatalf("%+v, %v", box, err)
		}
		w.seen(w.ted, id)
		w.stands(t, id, "seen", 4, "Ted", "")
		w.next(t, id, "again", 30*time.Minute, "")
	})
}

// TestAfterSeenThereIsALimitAgain: somebody looked, and nobody answered.
func TestAfterSeenThereIsALimitAgain(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(sad()).ID
		w.told(id)
		w.after(10 * time.Minute)
		w.seen(w.sam, id)
		w.next(t, id, "tell_next", 30*time.Minute, "Kim")
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.sam, w.jo, w.kim) // the others had stood down
		w.seen(w.jo, id)
		w.stands(t, id, "seen", 2, "Jo", "")
		w.promise(id, w.jo, w.now().Add(time.Hour))
		w.after(59 * time.Minute)
		w.stands(t, id, "promised", 2, "Jo", "")
		w.after(time.Minute)
		w.stands(t, id, "nobody", 4, "Jo", "Lea") // Ted and Ola never answered the test push
		w.promise(id, w.jo, w.now().Add(time.Hour))
		w.stands(t, id, "promised", 4, "Jo", "")
		_, err := w.cards.Here(t.Context(), w.jo, id, w.page(id).Version)
		must(t, err)
		if w.count("SELECT count(*) FROM card_dues WHERE id = ?", id) != 0 {
			t.Fatal("somebody is with them, and still something is due")
		}
	})
}

// TestLevelsWithNobodyOnDutyArePassedAtOnce in the transaction of the tap.
func TestLevelsWithNobodyOnDutyArePassedAtOnce(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.ted)
		r := w.tap(sad())
		w.stands(t, r.ID, "received", 3, "", "")
		w.tells(t, r.ID, w.sam, w.jo, w.ted)
		if r.Version != 2 || r.State != feelings.StateReceived {
			t.Fatalf("%+v", r)
		}
		w.settle(r.ID, w.sam, notify.Accepted) // he is off duty, and his phone took it
		w.stands(t, r.ID, "alerting", 3, "Sam", "")
		w.after(30 * time.Minute)
		w.stands(t, r.ID, "nobody", 4, "", "Lea")
		w.tells(t, r.ID, w.lea, w.sue)
	})
}

// TestNobodyIsOn: the truth at once, and whoever comes on duty is told at once.
func TestNobodyIsOn(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		r := w.tap(sad())
		if r.State != feelings.StateNobody {
			t.Fatalf("%+v", r)
		}
		w.stands(t, r.ID, "nobody", 4, "", "Lea")
		w.tells(t, r.ID, w.sam, w.jo, w.lea, w.sue)
		w.settle(r.ID, w.sam, notify.Accepted)
		w.stands(t, r.ID, "nobody", 4, "", "Lea")
		w.forward(5 * time.Minute)
		w.answers(w.sam)
		w.after(0)
		w.stands(t, r.ID, "received", 4, "", "")
		w.tells(t, r.ID, w.sam)
		w.next(t, r.ID, "again", 30*time.Minute, "")
		w.settle(r.ID, w.sam, notify.Accepted)
		w.stands(t, r.ID, "alerting", 4, "Sam", "")
		w.after(30 * time.Minute)
		w.stands(t, r.ID, "nobody", 4, "", "")
		w.tells(t, r.ID, w.sam, w.jo, w.lea, w.sue)
		w.answers(w.kim)
		w.after(0)
		w.tells(t, r.ID, w.kim)
		w.stands(t, r.ID, "received", 4, "", "")
	})
}

// TestNotSafeComesRoundEveryFiveMinutes until a person has pressed, and rests only
// after a safeguarding lead has pressed too.
func TestNotSafeComesRoundEveryFiveMinutes(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam)
		id := w.tap(notSafe()).ID
		w.tells(t, id, w.sam, w.jo, w.sue)
		w.after(2 * time.Minute)
		w.stands(t, id, "nobody", 4, "", "Lea")
		w.tells(t, id, w.lea)
		w.after(3 * time.Minute)
		w.tells(t, id, w.sue) // the safeguarding lead, five minutes after the first time
		w.after(2 * time.Minute)
		for range 3 {
			w.tells(t, id, w.sam, w.jo, w.sue, w.lea)
			w.after(5 * time.Minute)
		}
		w.told(id)
		_, err := w.cards.Here(t.Context(), w.sam, id, w.page(id).Version)
		must(t, err)
		w.after(5 * time.Minute)
		w.stands(t, id, "here", 4, "Sam", "")
		w.tells(t, id, w.sue)
		w.after(5 * time.Minute)
		w.tells(t, id, w.sue)
		if n := w.page(id).Next; n.Kind != "none" {
			t.Fatalf("the young person is shown the lead's reminders: %+v", n)
		}
		w.seen(w.sue, id)
		if w.count("SELECT count(*) FROM card_dues WHERE id = ?", id) != 0 {
			t.Fatal("the safeguarding lead has pressed, and still something is due")
		}
	})
}

// TestTakenBackStillGoesOn: an urgent card that was taken back goes from level to
// level until an adult has checked.
func TestTakenBackStillGoesOn(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim, w.ted)
		card := feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Need: "sit_with_me"}
		id := w.tap(card).ID
		w.told(id)
		w.after(4 * time.Minute)
		_, err := w.cards.Withdraw(t.Context(), w.leo, id, w.page(id).Version)
		must(t, err)
		w.next(t, id, "tell_next", time.Minute, "Kim")
		w.after(time.Minute)
		w.stands(t, id, "withdrawn", 2, "", "")
		w.tells(t, id, w.kim)
		w.after(5 * time.Minute)
		w.stands(t, id, "withdrawn", 3, "", "")
		w.after(5 * time.Minute)
		w.told(id)
		w.after(5 * time.Minute)
		w.stands(t, id, "withdrawn", 4, "", "")
		w.tells(t, id, w.sam, w.jo, w.kim, w.ted, w.lea, w.sue)
		_, err = w.cards.CheckedOn(t.Context(), w.kim, id, w.page(id).Version)
		must(t, err)
		if w.count("SELECT count(*) FROM card_dues WHERE id = ?", id) != 0 {
			t.Fatal("checked on, and still something is due")
		}
	})
}

// TestHandedOver: who it was handed to has the limit to press.
func TestHandedOver(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(sad()).ID
		w.after(20 * time.Minute)
		_, err := w.cards.Answer(t.Context(), w.sam, id, w.page(id).Version, feelings.Answer{Kind: feelings.AnswerHandOver, To: w.jo.AccountID})
		must(t, err)
		w.next(t, id, "handed_over", 30*time.Minute, "Jo")
		w.told(id)
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 2, "Jo", "Kim")
		w.seen(w.jo, id)
		w.stands(t, id, "seen", 2, "Jo", "")
	})
}

// TestTheEndOfAShift: a card that rests on whoever goes home goes back to those who
// are there; an unanswered test push alone takes nothing from their hands.
func TestTheEndOfAShift(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(sad()).ID
		_, err := w.cards.Here(t.Context(), w.sam, id, 1)
		must(t, err)
		w.told(id)
		w.lapses(w.sam)
		w.stands(t, id, "here", 1, "Sam", "")
		w.goesHome(w.sam)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.jo, w.kim)
		w.next(t, id, "tell_next", 30*time.Minute, "")
		w.settle(id, w.kim, notify.Accepted)
		w.stands(t, id, "alerting", 2, "Kim", "")
		w.goesHome(w.kim) // nothing rests on her yet
		w.stands(t, id, "alerting", 2, "Kim", "")
		w.after(30 * time.Minute)
		w.stands(t, id, "nobody", 4, "Kim", "Lea")
	})
}

// TestNoChannelTellsTheNextLevelAtOnce.
func TestNoChannelTellsTheNextLevelAtOnce(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim, w.ted)
		card := sad()
		card.Audience, card.Chosen = ids(w.sam), true
		id := w.tap(card).ID
		w.told(id)
		w.settle(id, w.sam, notify.NoChannel)
		w.stands(t, id, "no_channel", 2, "Sam", "Kim")
		w.tells(t, id, w.kim)
		w.settle(id, w.sam, notify.NoChannel) // once more of the same
		w.tells(t, id)
		w.settle(id, w.kim, notify.Accepted)
		w.stands(t, id, "alerting", 2, "Kim", "")
		w.settle(id, w.kim, notify.NoChannel) // a text message that was reported lost
		w.stands(t, id, "no_channel", 3, "Kim", "Ted")
		w.after(30 * time.Minute)
		w.stands(t, id, "nobody", 4, "", "Lea")
		for _, v := range []viewer.Viewer{w.lea, w.sue} {
			w.settle(id, v, notify.NoChannel)
		}
		w.stands(t, id, "nobody", 4, "", "Lea")
	})
}

// TestJustToKnow waits for nobody, until somebody says they come and does not.
func TestJustToKnow(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(feelings.Tap{ID: db.NewID(), Card: "just_know", Kind: "need", Audience: ids(w.jo), Chosen: true}).ID
		if w.count("SELECT count(*) FROM card_dues") != 0 || w.page(id).Next.Kind != "none" {
			t.Fatal("there is a deadline")
		}
		w.stands(t, id, "received", 1, "", "")
		w.promise(id, w.jo, w.now().Add(time.Hour))
		w.after(time.Hour)
		w.stands(t, id, "overdue", 2, "Jo", "Kim")
		feeling := w.tap(feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Need: "just_know"}).ID
		w.next(t, feeling, "tell_next", 30*time.Minute, "Kim")
	})
}

// TestRoundsEnd: what is promised is done, as long as it is promised; a card that
// everybody has forgotten rings no more, and whoever comes on duty is told still.
func TestRoundsEnd(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		id := w.tap(sad()).ID
		w.stands(t, id, "nobody", 4, "", "Lea")
		w.told(id)
		rounds := 0
		for range 20 {
			promised := w.page(id).Next.Kind == "again"
			w.after(30 * time.Minute)
			told := w.told(id)
			if promised != (len(told) > 0) {
				t.Fatalf("after %d rounds: another was promised: %v, and told were %v", rounds, promised, told)
			}
			if slices.Contains(told, w.dan.AccountID) {
				t.Fatal("the family is rung again")
			}
			if promised {
				rounds++
			}
		}
		if n := w.page(id).Next; rounds != 7 || n.Kind != "none" || n.At != nil {
			t.Fatalf("%d rounds, next %+v", rounds, n)
		}
		if w.count("SELECT count(*) FROM alerts WHERE subject_id = ? AND ttl_seconds > 3600", id) != 4 {
			t.Fatal("a round is worth telling until long after the next")
		}
		w.shift(w.kim, "cover", 8*time.Hour)
		w.answers(w.kim)
		w.after(0)
		w.tells(t, id, w.kim)
		w.stands(t, id, "received", 4, "", "")
		w.after(30 * time.Minute)
		w.tells(t, id)
		w.promise(id, w.kim, w.now().Add(time.Minute))
		w.after(time.Minute)
		w.told(id)
		w.next(t, id, "again", 30*time.Minute, "")
	})
}

// TestARoundOutlivesNoNext: a phone that was off finds the last rounds, not all.
func TestARoundOutlivesNoNext(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		id := w.tap(notSafe()).ID
		w.after(2 * time.Minute)
		w.told(id)
		w.after(3 * time.Minute)
		w.told(id)
		before := w.count("SELECT count(*) FROM alerts")
		for range 3 {
			w.after(5 * time.Minute)
		}
		after := w.count("SELECT count(*) FROM alerts")
		if n := w.count("SELECT count(*) FROM alerts WHERE ttl_seconds = 600"); after == before || n < after-before {
			t.Fatalf("%d told again, %d of them for ten minutes", after-before, n)
		}
	})
}

// TestMoreTimeMovesNoDeadline that people were told of.
func TestMoreTimeMovesNoDeadline(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		id := w.tap(sad()).ID
		w.told(id)
		w.after(20 * time.Minute)
		w.limits(people.Limits{NotSafe: 2 * time.Minute, SitWithMe: 5 * time.Minute, Other: 2 * time.Hour})
		w.next(t, id, "tell_next", 10*time.Minute, "Kim")
		w.after(10 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.kim)
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
	})
}

// TestTheShorterLimitApplies, and a service sets its own.
func TestTheShorterLimitApplies(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim)
		w.limits(people.Limits{NotSafe: 3 * time.Minute, SitWithMe: 2 * time.Minute, Other: 10 * time.Minute})
		for _, c := range []struct {
			card, kind, need string
			limit            time.Duration
		}{
			{"sad", "feeling", "", 10 * time.Minute},
			{"sad", "feeling", "sit_with_me", 2 * time.Minute},
			{"sit_with_me", "need", "", 2 * time.Minute},
			{"need_stop", "need", "", 2 * time.Minute},
			{"not_safe", "not_safe", "", 3 * time.Minute},
			{"not_safe", "not_safe", "sit_with_me", 2 * time.Minute},
			{"purple", "need", "", 10 * time.Minute},
		} {
			id := w.tap(feelings.Tap{ID: db.NewID(), Card: c.card, Kind: c.kind, Need: c.need}).ID
			w.next(t, id, "tell_next", c.limit, "Kim")
		}
	})
}

// TestWhoIsSwitchedOffIsPassedOver by the levels too.
func TestWhoIsSwitchedOffIsPassedOver(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim, w.ted)
		card := sad()
		card.SwitchedOff, card.Chosen = ids(w.kim, w.lea), true
		id := w.tap(card).ID
		w.told(id)
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 3, "Sam", "Ted")
		w.tells(t, id, w.ted)
		w.after(30 * time.Minute)
		w.tells(t, id, w.sue)
	})
}

// TestOpenedAgain: "no" and opening again begin at level 1, with a new deadline.
func TestOpenedAgain(t *testing.T) {
	eachStaffed(t, func(t *testing.T, w staffed) {
		w.answers(w.sam, w.kim, w.ted)
		id := w.tap(sad()).ID
		w.after(30 * time.Minute)
		w.after(30 * time.Minute)
		_, err := w.cards.Met(t.Context(), w.ted, id, w.page(id).Version)
		must(t, err)
		w.told(id)
		_, err = w.cards.Check(t.Context(), w.leo, id, w.page(id).Version, "no")
		must(t, err)
		w.stands(t, id, "received", 1, "", "")
		w.tells(t, id, w.sam, w.jo)
		w.after(30 * time.Minute)
		w.stands(t, id, "overdue", 2, "Sam", "Kim")
		w.tells(t, id, w.kim)
	})
}
