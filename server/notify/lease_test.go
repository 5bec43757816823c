package notify_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/testkit/push"
)

func TestTwoSendersNeverSendTheSameAlert(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const alerts = 150
		_, sub := w.subscribe(w.sam)
		other := w.service(notify.Config{})
		w.run(w.n)
		w.run(other)
		for i := range alerts {
			w.enqueue(w.alert(w.sam, fmt.Sprint("c", i)))
		}
		w.becomes(fmt.Sprint(alerts), `SELECT count(*) FROM alerts WHERE status = 'accepted' AND due_at IS NULL`)
		seen := map[string]int{}
		for _, r := range w.push.Requests(sub.ID) {
			seen[r.Plain]++
		}
		if len(seen) != alerts {
			t.Errorf("%d different alerts came", len(seen))
		}
		for plain, n := range seen {
			if n != 1 {
				t.Errorf("came %d times: %s", n, plain)
			}
		}
	})
}

func TestAKilledSendersAlertIsTakenOverWithinTenSeconds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		// What a sender leaves behind that died right after it took the alert.
		w.tx(func(tx *db.Tx) error {
			_, err := db.Lease(tx, db.LeaseSpec{Table: "alerts", Worker: "killed", For: notify.DefaultLease, Limit: 1})
			return err
		})
		w.run(w.n)
		fence := w.enqueue(w.alert(w.jo, "fence"))
		w.becomes("no_channel", statusOf, fence)
		if got := len(w.push.Requests(sub.ID)); got != 0 {
			t.Fatal("sent while another's lease was running")
		}
		w.clock.forward(10*time.Second - notify.DefaultPoll)
		w.arrived(sub, 1)
		w.becomes("accepted", statusOf, alert)
	})
}

func TestALeaseIsRenewedWhileAPushHangs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Hang: true})
		w.run(w.service(notify.Config{RenewEvery: 20 * time.Millisecond, Timeout: time.Minute}))
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.arrived(sub, 1)
		w.run(w.n) // would take the alert at once if the lease ran out
		for range 5 {
			w.clock.forward(notify.DefaultLease * 2 / 3)
			w.becomes(fmt.Sprint(db.At(w.clock.Now().Add(notify.DefaultLease))), `SELECT lease_until FROM alerts WHERE id = ?`, alert)
		}
		if got := len(w.push.Requests(sub.ID)); got != 1 {
			t.Errorf("sent %d times", got)
		}
	})
}

func TestAPushIsBrokenOffWhenItsLeaseIsLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Hang: true})
		w.run(w.service(notify.Config{RenewEvery: 20 * time.Millisecond, Timeout: time.Minute}))
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.eventually("the push hangs", func() bool { return w.push.Hanging() == 1 })
		w.sql(`UPDATE alerts SET lease_by = 'other', lease_until = lease_until + 60000 WHERE id = ?`, alert)
		w.eventually("the push is broken off", func() bool { return w.push.Hanging() == 0 })
		if got := w.value(`SELECT lease_by FROM alerts WHERE id = ?`, alert); got != "other" {
			t.Errorf("the alert is %q's", got)
		}
		if got := w.value(pushOf, alert, id); got != "" {
			t.Errorf("something was kept of a push nobody knows the end of: %s", got)
		}
	})
}

func TestStoppingGivesAlertsBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Hang: true}, push.Answer{})
		stop := w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.eventually("the push hangs", func() bool { return w.push.Hanging() == 1 })
		stop()
		if got := w.value(`SELECT lease_by FROM alerts WHERE id = ?`, alert); got != "" {
			t.Errorf("still leased by %s", got)
		}
		w.run(w.service(notify.Config{}))
		w.becomes("accepted", statusOf, alert)
	})
}

// What is due again at once may be taken before its last round was put down. It must not wait for a lease to run
// out, which never happens here: the clock stands.
func TestAnAlertThatIsDueAgainAtOnceIsNotLeftOnLease(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const alerts = 300
		l := w.withLetters()
		w.proven(l, w.sam, notify.SMS, "07700 900123")
		_, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, slices.Repeat([]push.Answer{{Status: 400}}, alerts)...)
		w.run(w.n)
		for i := range alerts {
			w.enqueue(w.alert(w.sam, fmt.Sprint("c", i)))
		}
		w.becomes(fmt.Sprint(alerts), `SELECT count(*) FROM alerts WHERE status = 'accepted' AND due_at IS NULL AND lease_by IS NULL`)
	})
}
