package notify_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/notify"
	"heard/server/testkit/push"
)

// dutyBook stands for the floor that keeps who is on duty.
type dutyBook struct {
	mu     sync.Mutex
	events []string
	fail   error
}

func (b *dutyBook) TestAnsweredTx(tx *db.Tx, orgID, accountID, subscriptionID string) error {
	return b.note(tx, "answered "+orgID+" "+accountID+" "+subscriptionID)
}

func (b *dutyBook) SubscriptionLostTx(tx *db.Tx, orgID, accountID, subscriptionID string) error {
	return b.note(tx, "lost "+orgID+" "+accountID+" "+subscriptionID)
}

func (b *dutyBook) note(tx *db.Tx, event string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	tx.AfterCommit(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.events = append(b.events, event)
	})
	return b.fail
}

func (b *dutyBook) refuse(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

// told empties the book and gives what stood in it.
func (b *dutyBook) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.events
	b.events = nil
	return all
}

func (w *world) book() *dutyBook {
	b := &dutyBook{}
	w.n.BookDuty(b)
	return b
}

func (w *world) told(b *dutyBook, want ...string) {
	w.t.Helper()
	if got := b.told(); !slices.Equal(got, want) {
		w.t.Errorf("the duty book was told %q, not %q", got, want)
	}
}

func TestOnlyTheTestedDeviceAnswersATest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		book := w.book()
		id, _ := w.subscribe(w.sam)
		other := w.sam
		other.SessionID = "s1b"
		w.subscribe(other)
		test, err := w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
		if err := w.n.AnswerTest(t.Context(), other, test); errs.ReasonOf(err) != "other_device" {
			t.Errorf("answered on another device: %v", err)
		}
		w.told(book)

		book.refuse(errs.New(errs.Conflict, "no"))
		if err := w.n.AnswerTest(t.Context(), w.sam, test); err == nil || w.health(w.sam)[0].TestedAt != nil {
			t.Errorf("answered without the duty book: %v", err)
		}
		book.refuse(nil)
		book.told()
		w.must(w.n.AnswerTest(t.Context(), w.sam, test))
		w.must(w.n.AnswerTest(t.Context(), w.sam, test))
		w.told(book, "answered o1 "+w.sam.AccountID+" "+id)

		test, err = w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
		w.sql(`UPDATE push_subscriptions SET gone_at = 1 WHERE id = ?`, id)
		if err := w.n.AnswerTest(t.Context(), w.sam, test); errs.ReasonOf(err) != "gone" {
			t.Errorf("answered for a device that is gone: %v", err)
		}
		w.told(book)
	})
}

func TestADutyTestGoesToEveryLiveDevice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, first := w.subscribe(w.sam)
		second := w.sam
		second.SessionID = "s1b"
		_, phone := w.subscribe(second)
		third := w.sam
		third.SessionID = "s1c"
		gone, dead := w.subscribe(third)
		w.sql(`UPDATE push_subscriptions SET gone_at = 1 WHERE id = ?`, gone)
		_, jos := w.subscribe(w.jo)
		w.run(w.n)
		ask := func(want int) {
			t.Helper()
			w.tx(func(tx *db.Tx) error {
				sent, err := w.n.SendTestsTx(tx, "o1", w.sam.AccountID)
				if sent != want {
					t.Errorf("%d tests were sent", sent)
				}
				return err
			})
		}
		ask(2)
		for _, sub := range []push.Subscription{first, phone} {
			w.arrived(sub, 1)
		}
		if len(w.push.Requests(dead.ID))+len(w.push.Requests(jos.ID)) != 0 {
			t.Error("a test went where it should not")
		}
		for range 4 {
			ask(2)
		}
		ask(0)
		w.clock.forward(11 * time.Minute)
		ask(2)
	})
}

func TestTheDutyBookHearsOfEveryLostDevice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		book := w.book()
		lost := func(id string) string { return "lost o1 " + w.sam.AccountID + " " + id }

		id, _ := w.subscribe(w.sam)
		w.must(w.n.Unsubscribe(t.Context(), w.sam, id))
		w.told(book, lost(id))

		// The same browser under a new endpoint.
		id, _ = w.subscribe(w.sam)
		next, sub := w.subscribe(w.sam)
		w.told(book, lost(id))

		// Opened again by the same person: not lost. By another: lost.
		_, _, err := w.n.Subscribe(t.Context(), w.sam, request(sub))
		w.must(err)
		w.told(book)
		_, _, err = w.n.Subscribe(t.Context(), w.jo, request(sub))
		w.must(err)
		w.told(book, lost(next))

		id, _ = w.subscribe(w.sam)
		w.tx(func(tx *db.Tx) error { return w.n.EndSessionTx(tx, w.sam.SessionID) })
		w.told(book, lost(id))
		id, _ = w.subscribe(w.sam)
		w.tx(func(tx *db.Tx) error { return w.n.EndAccountTx(tx, w.sam.AccountID) })
		w.told(book, lost(id))
		id, _ = w.subscribe(w.sam)
		w.clock.forward(61 * 24 * time.Hour)
		w.sql(`UPDATE push_subscriptions SET last_seen_at = ? WHERE account_id = ?`, db.At(w.clock.Now()), w.jo.AccountID)
		w.must(notify.ForgetUnseen(w.n, t.Context()))
		w.told(book, lost(id))

		for _, status := range []int{404, 410} {
			id, sub = w.subscribe(w.sam)
			stop := w.run(w.n)
			w.push.Answer(sub.ID, push.Answer{Status: status})
			w.becomes("no_channel", statusOf, w.enqueue(w.alert(w.sam, db.NewID())))
			stop()
			w.told(book, lost(id))
			// It is gone already: nothing more is lost.
			w.must(w.n.Unsubscribe(t.Context(), w.sam, id))
			w.told(book)
		}
	})
}
