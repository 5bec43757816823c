package notify_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/testkit/push"
)

// Every status a push service can answer with means one thing.
func TestOnlyGoneIsGone(t *testing.T) {
	t.Parallel()
	for status := 100; status < 700; status++ {
		want := "refused"
		switch {
		case status >= 200 && status < 300:
			want = "accepted"
		case status == 404, status == 410:
			want = "gone"
		case status == 408, status == 429, status >= 500 && status < 600:
			want = "retry"
		}
		if got := notify.JudgeStatus(status); got != want {
			t.Errorf("%d is %s, not %s", status, got, want)
		}
	}
}

// device is one browser in the property below, and what its push service will say.
type device struct {
	id      string
	sub     push.Subscription
	answers []push.Answer
	heard   int       // pushes that came so far
	before  time.Time // when it may be sent to again at the earliest
}

func (d *device) last() push.Answer {
	if d.heard == 0 {
		return push.Answer{}
	}
	return d.answers[min(d.heard, len(d.answers))-1]
}

func (d *device) retries() bool {
	status := d.last().Status
	return d.heard > 0 && (status == 429 || status >= 500)
}

// Whatever push services answer, in whatever order: a device is dropped for 404 and 410 and for nothing else; 429 and
// 5xx are tried again, never sooner than told; the alert is accepted when one device's service took it, once, and
// stays so. (Invariant 6 of the cards; that an acceptance is never shown as seen is held where cards are.)
func TestWhateverPushServicesAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.run(w.n)
		rapid.Check(t, func(rt *rapid.T) {
			sam := w.staff(db.NewID())
			devices := make([]*device, rapid.IntRange(1, 3).Draw(rt, "devices"))
			for i := range devices {
				sam.SessionID = db.NewID()
				d := &device{}
				d.id, d.sub = w.subscribe(sam)
				// The last answer stays.
				d.answers = append(rapid.SliceOfN(rapid.Custom(anyAnswer), 0, 3).Draw(rt, fmt.Sprint("answers of ", i)), push.Answer{Status: 201})
				w.push.Answer(d.sub.ID, d.answers...)
				devices[i] = d
			}
			a := w.alert(sam, db.NewID())
			a.TTL = 24 * time.Hour
			alert := w.enqueue(a)
			for round := 0; ; round++ {
				due := w.quiet(alert)
				w.look(rt, alert, devices)
				if due == 0 {
					break
				}
				if round > 20 {
					rt.Fatal("it never ends")
				}
				w.clock.forward(due.Time().Sub(w.clock.Now()))
			}
			w.atTheEnd(rt, alert, devices)
		})
	})
}

func anyAnswer(rt *rapid.T) push.Answer {
	a := push.Answer{Status: rapid.SampledFrom([]int{200, 201, 302, 400, 401, 403, 404, 410, 413, 418, 429, 429, 500, 502, 503, 503}).Draw(rt, "status")}
	if a.Status == 429 || a.Status == 503 {
		if seconds := rapid.SampledFrom([]int{0, 1, 7, 40, 3600}).Draw(rt, "retry after"); seconds > 0 {
			a.RetryAfter = strconv.Itoa(seconds)
		}
	}
	return a
}

// quiet waits until nothing is left to do for the alert now, and says when there is again; 0 for never.
func (w *world) quiet(alert string) db.Millis {
	w.t.Helper()
	var row struct {
		DueAt   *db.Millis
		LeaseBy *string
	}
	w.eventually("quiet", func() bool {
		err := w.db.Read(w.t.Context(), func(tx *db.Tx) error {
			return tx.Gorm().Raw(`SELECT due_at, lease_by FROM alerts WHERE id = ?`, alert).Scan(&row).Error
		})
		if err != nil {
			w.t.Logf("asked again: %v", err)
			return false
		}
		return row.LeaseBy == nil && (row.DueAt == nil || *row.DueAt > db.At(w.clock.Now()))
	})
	if row.DueAt == nil {
		return 0
	}
	return *row.DueAt
}

// look compares what came with what was asked for.
func (w *world) look(rt *rapid.T, alert string, devices []*device) {
	now := w.clock.Now()
	for i, d := range devices {
		came := len(w.push.Requests(d.sub.ID))
		if came > d.heard+1 || came > d.heard && now.Before(d.before) {
			rt.Fatalf("device %d: %d pushes more, %s too early", i, came-d.heard, d.before.Sub(now))
		}
		if came > d.heard {
			d.heard = came
			if seconds, err := strconv.Atoi(d.last().RetryAfter); err == nil {
				// Stored in whole milliseconds.
				d.before = now.Add(time.Duration(seconds)*time.Second - time.Millisecond)
			}
		}
		state := w.value(pushOf, alert, d.id)
		if d.retries() != (state == "retry") {
			rt.Fatalf("device %d: after %d the push is %q", i, d.last().Status, state)
		}
		gone := d.last().Status == 404 || d.last().Status == 410
		if dropped := w.value(`SELECT gone_at FROM push_subscriptions WHERE id = ?`, d.id) != ""; dropped != gone {
			rt.Fatalf("device %d: after %d dropped is %v", i, d.last().Status, dropped)
		}
	}
}

func (w *world) atTheEnd(rt *rapid.T, alert string, devices []*device) {
	accepted := false
	for i, d := range devices {
		if d.retries() {
			rt.Fatalf("device %d is given up after %d", i, d.last().Status)
		}
		status := d.last().Status
		accepted = accepted || status == 200 || status == 201
	}
	want := "no_channel"
	if accepted {
		want = "accepted"
	}
	if got := w.value(statusOf, alert); got != want {
		rt.Fatalf("the alert is %s, not %s", got, want)
	}
	w.settles(alert, want)
}
