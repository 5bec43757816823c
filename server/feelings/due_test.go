package feelings_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/notify"
	"heard/server/viewer"
)

func TestWhatAnAlertsEndProves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := sad()
		card.Audience = ids(w.sam, w.jo, w.dan)
		r := w.tap(card)
		w.settle(r.ID, w.dan, notify.Accepted)
		w.settle(r.ID, w.sam, notify.NoChannel)
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("family told and one of two staff without a channel: %s", v.State)
		}
		w.settle(r.ID, w.jo, notify.NoChannel)
		if v := w.page(r.ID); v.State != feelings.StateNoChannel || v.Who == nil {
			t.Fatalf("%+v", v)
		}
		w.takeWoken()
		w.settle(r.ID, w.jo, notify.Accepted)
		v := w.page(r.ID)
		if v.State != feelings.StateAlerting || v.Who.Name != "Jo" || len(v.Events) != 3 {
			t.Fatalf("%+v", v)
		}
		if !slices.Contains(w.takeWoken(), w.leo.AccountID) {
			t.Fatal("Leo was not woken")
		}
		if w.count("SELECT count(*) FROM card_events WHERE kind = 'alerting' AND evidence LIKE 'push:%' AND about_id = ?", w.jo.AccountID) != 1 {
			t.Fatal("the event does not say which push")
		}
		seen := w.seen(w.jo, r.ID)
		for _, outcome := range []notify.Outcome{notify.Accepted, notify.NoChannel} {
			w.settle(r.ID, w.sam, outcome)
			if v := w.page(r.ID); v.State != feelings.StateSeen || v.Version != seen.Version {
				t.Fatalf("a late %s moved it to %s", outcome, v.State)
			}
		}
	})
}

func TestSettlingSomethingElseMovesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		for _, a := range []notify.Settled{
			{OrganisationID: w.org, AccountID: w.sam.AccountID, SubjectKind: "release", SubjectID: r.ID, Outcome: notify.Accepted},
			{OrganisationID: w.otto.OrganisationID, AccountID: w.sam.AccountID, SubjectKind: "card", SubjectID: r.ID, Outcome: notify.Accepted},
			{OrganisationID: w.org, AccountID: w.kit.AccountID, SubjectKind: "card", SubjectID: r.ID, Outcome: notify.Accepted},
			{OrganisationID: w.org, AccountID: w.sam.AccountID, SubjectKind: "card", SubjectID: db.NewID(), Outcome: notify.Accepted},
		} {
			w.tx(func(tx *db.Tx) error { return w.cards.SettleTx(tx, a) })
		}
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("%+v", v)
		}
	})
}

func (w *world) promise(id string, by viewer.Viewer, at time.Time) {
	w.t.Helper()
	_, err := w.cards.Answer(w.t.Context(), by, id, w.page(id).Version, feelings.Answer{Kind: feelings.AnswerComingAt, At: at})
	must(w.t, err)
}

func (w *world) due(s *feelings.Service) int {
	w.t.Helper()
	n, err := s.DueOnce(w.t.Context())
	must(w.t, err)
	return n
}

func TestAPromiseThatPasses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		w.promise(r.ID, w.sam, w.now().Add(30*time.Minute))
		w.exec("UPDATE alerts SET status = 'accepted', due_at = NULL")
		w.forward(29 * time.Minute)
		if w.due(w.cards) != 0 {
			t.Fatal("too early")
		}
		w.forward(time.Minute)
		w.takeWoken()
		if w.due(w.cards) != 1 || w.due(w.cards) != 0 {
			t.Fatal("it happens once")
		}
		v := w.page(r.ID)
		if v.State != feelings.StateOverdue || v.Who.Name != "Sam" || v.By.IsZero() {
			t.Fatalf("%+v", v)
		}
		if got := w.alertsOf(r.ID, "waiting"); !slices.Equal(got, ids(w.sam, w.jo, w.lea, w.sue)) || v.Level != 4 || v.Told.Name != "Lea" {
			t.Fatalf("told: %v, level %d, %v", got, v.Level, v.Told)
		}
		if woken := w.takeWoken(); !slices.Contains(woken, w.leo.AccountID) || !slices.Contains(woken, w.jo.AccountID) {
			t.Fatalf("woke %v", woken)
		}
		if w.count("SELECT count(*) FROM card_dues WHERE kind = 'limit' AND due_at = ?", db.At(w.now().Add(30*time.Minute))) != 1 {
			t.Fatal("the next level has no deadline")
		}
		// An answer made on the card as it was before it became overdue still counts.
		w.promise(r.ID, w.jo, w.now().Add(time.Hour))
		if v := w.page(r.ID); v.State != feelings.StatePromised || v.Who.Name != "Jo" || w.count("SELECT count(*) FROM card_dues") != 1 {
			t.Fatalf("%+v", v)
		}
	})
}

func TestOnePromiseOneDueRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		steps := []struct {
			do   func(version int) (feelings.View, error)
			rows int
		}{
			{func(v int) (feelings.View, error) {
				return w.cards.Answer(t.Context(), w.sam, r.ID, v, feelings.Answer{Kind: feelings.AnswerOnMyWay})
			}, 1},
			{func(v int) (feelings.View, error) {
				return w.cards.Answer(t.Context(), w.jo, r.ID, v, feelings.Answer{Kind: feelings.AnswerSitWithYou, At: w.now().Add(time.Hour)})
			}, 1},
			{func(v int) (feelings.View, error) {
				return w.cards.Answer(t.Context(), w.jo, r.ID, v, feelings.Answer{Kind: feelings.AnswerOwnWords, Words: "Nearly there"})
			}, 1},
			{func(v int) (feelings.View, error) { return w.cards.Here(t.Context(), w.jo, r.ID, v) }, 0},
			{func(v int) (feelings.View, error) {
				return w.cards.Answer(t.Context(), w.sam, r.ID, v, feelings.Answer{Kind: feelings.AnswerTalkAfter, At: w.now().Add(time.Hour)})
			}, 1},
			{func(v int) (feelings.View, error) { return w.cards.Close(t.Context(), w.leo, r.ID, v, nil) }, 0},
		}
		for i, step := range steps {
			_, err := step.do(w.page(r.ID).Version)
			must(t, err)
			if n := w.count("SELECT count(*) FROM card_dues WHERE id = ?", r.ID); n != step.rows {
				t.Fatalf("step %d leaves %d due rows", i, n)
			}
			next := w.page(r.ID).Next
			if step.rows == 1 && w.count("SELECT count(*) FROM card_dues WHERE id = ? AND due_at = ?", r.ID, db.At(*next.At)) != 1 {
				t.Fatalf("step %d leaves the due row at another time than %v", i, next.At)
			}
		}
	})
}

// TestADeadWorkerIsTakenOver: a worker leases a due row and dies; another takes it
// when the lease ends, within ten seconds.
func TestADeadWorkerIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		w.promise(r.ID, w.sam, w.now().Add(10*time.Minute))
		w.forward(10 * time.Minute)
		w.tx(func(tx *db.Tx) error {
			_, err := db.Lease(tx, db.LeaseSpec{Table: "card_dues", Worker: "dead", For: 8 * time.Second, Limit: 10})
			return err
		})
		if w.due(w.cards) != 0 {
			t.Fatal("the row was taken from a worker that may live")
		}
		w.forward(10 * time.Second)
		if w.due(w.cards) != 1 || w.page(r.ID).State != feelings.StateOverdue {
			t.Fatal("nobody took the row over")
		}
	})
}

// TestManyWorkers: however many look at once, a promise passes once.
func TestManyWorkers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 20 {
			w.promise(w.tap(sad()).ID, w.sam, w.now().Add(10*time.Minute))
		}
		w.forward(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 4 {
			s := w.service()
			wg.Go(func() {
				if err := s.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		for w.count("SELECT count(*) FROM card_dues WHERE kind = 'promise'") > 0 {
			if t.Context().Err() != nil {
				t.Fatal("the promises were never looked at")
			}
		}
		cancel()
		wg.Wait()
		if n := w.count("SELECT count(*) FROM card_events WHERE kind = 'overdue'"); n != 20 {
			t.Fatalf("%d cards became overdue, not 20", n)
		}
		if n := w.count("SELECT count(*) FROM cards WHERE state = 'overdue'"); n != 20 {
			t.Fatalf("%d", n)
		}
	})
}

// TestTheInboxThatIsOpen: a live stream that was written proves that a member of
// staff is being told, and nothing more.
func TestTheInboxThatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		wakes := make(chan struct{}, 1)
		sent := make(chan string)
		refuse := make(chan error, 1)
		ended := make(chan error, 1)
		go func() {
			ended <- w.cards.Live(streams{wakes})(ctx, w.sam, func(event string, _ any) error {
				sent <- event
				return <-refuse
			})
		}()
		<-sent
		r := w.tap(sad())
		refuse <- nil
		wakes <- struct{}{}
		<-sent
		refuse <- nil
		wakes <- struct{}{}
		<-sent // the second wake is written after the first was acted on
		v := w.page(r.ID)
		if v.State != feelings.StateAlerting || v.Who.Name != "Sam" {
			t.Fatalf("%+v", v)
		}
		if w.count("SELECT count(*) FROM card_events WHERE kind = 'alerting' AND evidence = 'inbox:session-Sam'") != 1 {
			t.Fatal("the event does not say which inbox")
		}
		refuse <- nil
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

// TestAStreamThatCantBeWritten proves nothing: whoever it was for has gone.
func TestAStreamThatCantBeWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.tap(sad())
		wakes := make(chan struct{})
		close(wakes) // a stream that goes on all the same ends here, without the error
		err := w.cards.Live(streams{wakes})(t.Context(), w.sam, func(string, any) error {
			return errs.New(errs.Unavailable, "gone")
		})
		want(t, err, errs.Unavailable, "")
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("a write that failed moved the card to %s", v.State)
		}
	})
}

type streams struct{ wakes chan struct{} }

func (s streams) Subscribe(context.Context, viewer.Viewer) (<-chan struct{}, func()) {
	return s.wakes, func() {}
}

func (s streams) SubscribePrivate(context.Context, viewer.Viewer) (<-chan struct{}, func()) {
	return nil, func() {}
}

func TestAnOpenInboxProvesNothingForOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		card := feelings.Tap{ID: db.NewID(), Card: "sad", Kind: "feeling", Audience: ids(w.sam), SwitchedOff: ids(w.jo), Chosen: true}
		r := w.tap(card)
		for _, v := range []viewer.Viewer{w.jo, w.lea, w.kit, w.otto, w.dan, w.leo} {
			must(t, w.cards.InboxOpen(t.Context(), v))
		}
		w.endRelations(w.sam)
		must(t, w.cards.InboxOpen(t.Context(), w.sam))
		if v := w.page(r.ID); v.State != feelings.StateReceived {
			t.Fatalf("%+v", v)
		}
	})
}
