package feelings_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
)

func TestOnlyAPressMakesACardSeen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		_, err := w.cards.StaffPage(t.Context(), w.sam, r.ID)
		must(t, err)
		_, err = w.cards.Inbox(t.Context(), w.sam)
		must(t, err)
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("looking moved it to %s", v.State)
		}
		v := w.seen(w.sam, r.ID)
		if v.State != feelings.StateSeen || v.Who.Name != "Sam" || v.YoungPerson.Name != "Leo" {
			t.Fatalf("%+v", v)
		}
		evidence := w.relations[w.sam.AccountID]
		if w.count("SELECT count(*) FROM card_events WHERE kind = 'seen' AND actor_id = ? AND evidence = ?", w.sam.AccountID, "relation:"+evidence) != 1 {
			t.Fatal("the press does not say by which relation")
		}
		if !slices.Contains(w.takeWoken(), w.leo.AccountID) {
			t.Fatal("Leo was not woken")
		}
		again, err := w.cards.Seen(t.Context(), w.sam, r.ID, 1)
		if err != nil || again.Version != v.Version {
			t.Fatalf("pressing again gave %+v, %v", again, err)
		}
	})
}

func TestAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		now := w.now()
		for name, c := range map[string]struct {
			answer  feelings.Answer
			promise feelings.Promise
			by, due time.Time
		}{
			"on my way":           {feelings.Answer{Kind: feelings.AnswerOnMyWay}, feelings.PromiseComing, now.Add(10 * time.Minute), now.Add(10 * time.Minute)},
			"on my way by a time": {feelings.Answer{Kind: feelings.AnswerOnMyWay, At: now.Add(time.Hour)}, feelings.PromiseComing, now.Add(time.Hour), now.Add(time.Hour)},
			"coming at":           {feelings.Answer{Kind: feelings.AnswerComingAt, At: now.Add(2 * time.Hour)}, feelings.PromiseComing, now.Add(2 * time.Hour), now.Add(2 * time.Hour)},
			"sit with you":        {feelings.Answer{Kind: feelings.AnswerSitWithYou}, feelings.PromiseSit, now.Add(10 * time.Minute), now.Add(10 * time.Minute)},
			"talk after":          {feelings.Answer{Kind: feelings.AnswerTalkAfter, At: now.Add(time.Hour)}, feelings.PromiseTalk, now.Add(time.Hour), now.Add(75 * time.Minute)},
		} {
			r := w.tap(sad())
			_, err := w.cards.Answer(t.Context(), w.sam, r.ID, r.Version, c.answer)
			must(t, err)
			v := w.page(r.ID)
			if v.State != feelings.StatePromised || v.Promise != c.promise || !v.By.Equal(c.by) || v.Who.Name != "Sam" ||
				v.Next.Kind != "promise_due" || !v.Next.At.Equal(c.due) {
				t.Errorf("%s: %+v", name, v)
			}
			if kinds(v) != "received seen promised" {
				t.Errorf("%s: an answer implies that it was seen, got %s", name, kinds(v))
			}
			if w.count("SELECT count(*) FROM card_dues WHERE id = ? AND due_at = ?", r.ID, db.At(c.due)) != 1 {
				t.Errorf("%s: no due row at %v", name, c.due)
			}
		}
	})
}

func kinds(v feelings.View) string {
	var all []string
	for _, e := range v.Events {
		all = append(all, string(e.Kind))
	}
	return strings.Join(all, " ")
}

func TestAnswersThatAreNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		for name, a := range map[string]feelings.Answer{
			"a time that has passed":   {Kind: feelings.AnswerComingAt, At: w.now()},
			"a time too far off":       {Kind: feelings.AnswerComingAt, At: w.now().Add(24*time.Hour + time.Minute)},
			"no time at all":           {Kind: feelings.AnswerTalkAfter},
			"an unknown answer":        {Kind: "wave"},
			"no words":                 {Kind: feelings.AnswerOwnWords, Words: "  "},
			"too many words":           {Kind: feelings.AnswerOwnWords, Words: strings.Repeat("x", 301)},
			"a handover to nobody":     {Kind: feelings.AnswerHandOver},
			"a handover to oneself":    {Kind: feelings.AnswerHandOver, To: w.sam.AccountID},
			"a handover to family":     {Kind: feelings.AnswerHandOver, To: w.dan.AccountID},
			"a handover to a stranger": {Kind: feelings.AnswerHandOver, To: w.kit.AccountID},
		} {
			_, err := w.cards.Answer(t.Context(), w.sam, r.ID, 1, a)
			if errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%s gave %v", name, err)
			}
		}
		if v := w.page(r.ID); v.State != feelings.StateReceived || len(v.Events) != 1 {
			t.Fatalf("something stayed: %+v", v)
		}
	})
}

func TestHandingOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Audience: ids(w.sam, w.jo)})
		if _, err := w.cards.StaffPage(t.Context(), w.lea, r.ID); errs.CodeOf(err) != errs.NotFound {
			t.Fatalf("the lead reads it before: %v", err)
		}
		_, err := w.cards.Answer(t.Context(), w.sam, r.ID, 1, feelings.Answer{Kind: feelings.AnswerHandOver, To: w.lea.AccountID})
		must(t, err)
		v := w.page(r.ID)
		if v.State != feelings.StateSeen || v.Who.Name != "Sam" || v.Next.Kind != "handed_over" || v.Next.Who.Name != "Lea" {
			t.Fatalf("%+v", v)
		}
		if got := w.alertsOf(r.ID, "waiting"); !slices.Contains(got, w.lea.AccountID) {
			t.Fatal("Lea was not told")
		}
		box, err := w.cards.Inbox(t.Context(), w.lea)
		must(t, err)
		if len(box.Waiting) != 1 || !box.Waiting[0].HandedToMe {
			t.Fatalf("Lea's inbox: %+v", box)
		}
		_, err = w.cards.Answer(t.Context(), w.lea, r.ID, v.Version, feelings.Answer{Kind: feelings.AnswerOnMyWay})
		must(t, err)
		if v := w.page(r.ID); v.State != feelings.StatePromised || v.Who.Name != "Lea" {
			t.Fatalf("%+v", v)
		}
	})
}

// TestAStalePress: what somebody else pressed since is looked at again first; the
// server's own events make nothing stale.
func TestAStalePress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		w.settle(r.ID, w.sam, "accepted")
		v, err := w.cards.Seen(t.Context(), w.sam, r.ID, r.Version)
		if err != nil || v.State != feelings.StateSeen {
			t.Fatalf("alerting made the press stale: %v", err)
		}
		_, err = w.cards.Here(t.Context(), w.jo, r.ID, r.Version)
		want(t, err, errs.Conflict, "stale")
		_, err = w.cards.Withdraw(t.Context(), w.leo, r.ID, r.Version)
		want(t, err, errs.Conflict, "stale")
		_, err = w.cards.Here(t.Context(), w.jo, r.ID, v.Version+1)
		want(t, err, errs.Conflict, "stale")
		_, err = w.cards.Here(t.Context(), w.jo, r.ID, v.Version)
		must(t, err)
		_, err = w.cards.Check(t.Context(), w.leo, r.ID, w.page(r.ID).Version, "yes")
		want(t, err, errs.Conflict, "not_now")
	})
}

// TestTwoPressesAtOnce: of two presses made on the same version one is stale.
func TestTwoPressesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		results := make(chan error, 2)
		go func() { _, err := w.cards.Here(w.t.Context(), w.sam, r.ID, 1); results <- err }()
		go func() { _, err := w.cards.Here(w.t.Context(), w.jo, r.ID, 1); results <- err }()
		one, two := <-results, <-results
		if (one == nil) == (two == nil) {
			t.Fatalf("%v and %v", one, two)
		}
		for _, err := range []error{one, two} {
			if err != nil {
				want(t, err, errs.Conflict, "stale")
			}
		}
	})
}

func TestFromHereToSorted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		press := func(do func(version int) (feelings.View, error)) feelings.View {
			t.Helper()
			_, err := do(w.page(r.ID).Version)
			must(t, err)
			return w.page(r.ID)
		}
		here := press(func(v int) (feelings.View, error) { return w.cards.Here(t.Context(), w.sam, r.ID, v) })
		if here.State != feelings.StateHere || here.Who.Name != "Sam" {
			t.Fatalf("%+v", here)
		}
		check := press(func(v int) (feelings.View, error) { return w.cards.Met(t.Context(), w.sam, r.ID, v) })
		if check.State != feelings.StateCheck || !slices.Contains(check.Can, feelings.ActCheck) {
			t.Fatalf("%+v", check)
		}
		w.exec("UPDATE alerts SET status = 'accepted', due_at = NULL")
		no := press(func(v int) (feelings.View, error) { return w.cards.Check(t.Context(), w.leo, r.ID, v, "no") })
		if no.State != feelings.StateReceived || no.Who != nil {
			t.Fatalf("no: %+v", no)
		}
		if got := w.alertsOf(r.ID, "waiting"); !slices.Equal(got, ids(w.sam, w.jo)) {
			t.Fatalf("after no, %v are told", got)
		}
		press(func(v int) (feelings.View, error) { return w.cards.Met(t.Context(), w.jo, r.ID, v) })
		yes := press(func(v int) (feelings.View, error) { return w.cards.Check(t.Context(), w.leo, r.ID, v, "yes") })
		if yes.State != feelings.StateClosed || yes.Who != nil || !slices.Equal(yes.Can, []feelings.Act{feelings.ActReopen}) {
			t.Fatalf("yes: %+v", yes)
		}
		again := press(func(v int) (feelings.View, error) { return w.cards.Reopen(t.Context(), w.leo, r.ID, v) })
		if again.State != feelings.StateReceived {
			t.Fatalf("%+v", again)
		}
		helped := true
		closed := press(func(v int) (feelings.View, error) { return w.cards.Close(t.Context(), w.leo, r.ID, v, &helped) })
		if closed.State != feelings.StateClosed || w.count("SELECT count(*) FROM card_events WHERE kind = 'closed' AND helped = ?", true) != 1 {
			t.Fatalf("%+v", closed)
		}
	})
}

func TestALeadClosesWithAReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(feelings.Tap{ID: db.NewID(), Card: "not_safe", Kind: "not_safe"})
		_, err := w.cards.CloseFor(t.Context(), w.sam, r.ID, 1, "all well")
		want(t, err, errs.Forbidden, "")
		_, err = w.cards.CloseFor(t.Context(), w.lea, r.ID, 1, "all well")
		want(t, err, errs.NotFound, "")
		_, err = w.cards.CloseFor(t.Context(), w.sue, r.ID, 1, " ")
		want(t, err, errs.Invalid, "")
		_, err = w.cards.CloseFor(t.Context(), w.sue, r.ID, 1, "We spoke on the phone.")
		must(t, err)
		v := w.page(r.ID)
		if v.State != feelings.StateClosed || v.Who.Name != "Sue" || v.Quote != "We spoke on the phone." {
			t.Fatalf("%+v", v)
		}
	})
}
