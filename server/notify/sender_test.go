package notify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/testkit/push"
)

const (
	statusOf = `SELECT status FROM alerts WHERE id = ?`
	dueOf    = `SELECT due_at FROM alerts WHERE id = ?`
	pushOf   = `SELECT status FROM alert_pushes WHERE alert_id = ? AND subscription_id = ?`
)

func TestAnAlertArrivesAndSettlesItsSubject(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		alert := w.alert(w.sam, "c1")
		alert.TTL = 45 * time.Minute
		id := w.enqueue(alert)
		got := w.arrived(sub, 1)[0]
		if got.Problem != "" || got.TTL != "2700" || got.Urgency != "high" || got.Topic != "" {
			t.Errorf("push: %+v", got)
		}
		if got.Claims.Subject != "mailto:heard@example.org" || got.Claims.Key != w.n.PublicKey() {
			t.Errorf("claims: %+v", got.Claims)
		}
		var payload map[string]any
		w.must(json.Unmarshal([]byte(got.Plain), &payload))
		if payload["n"] != id || payload["k"] != "card" || payload["v"] != float64(1) || len(payload) != 3 {
			t.Errorf("payload: %v", payload)
		}
		w.becomes("", dueOf, id)
		if got := w.value(statusOf, id); got != "accepted" {
			t.Errorf("alert is %s", got)
		}
		w.settles(id, "accepted")
		if sam := w.health(w.sam)[0]; sam.LastAcceptedAt == nil || sam.Health != notify.Untested {
			t.Errorf("health: %+v", sam)
		}
	})
}

// What each answer of a push service means for the alert, for the subscription and for the next try.
func TestEveryAnswerOfAPushService(t *testing.T) {
	cases := []struct {
		name    string
		answer  push.Answer
		push    string // state kept for this push
		problem string
		alert   string
		gone    bool
		wait    [2]time.Duration // when it is tried again
	}{
		{name: "200", answer: push.Answer{Status: 200}, push: "accepted", alert: "accepted"},
		{name: "201", answer: push.Answer{Status: 201}, push: "accepted", alert: "accepted"},
		{name: "202", answer: push.Answer{Status: 202}, push: "accepted", alert: "accepted"},
		{name: "404", answer: push.Answer{Status: 404}, push: "gone", problem: "gone", alert: "no_channel", gone: true},
		{name: "410", answer: push.Answer{Status: 410}, push: "gone", problem: "gone", alert: "no_channel", gone: true},
		{name: "400", answer: push.Answer{Status: 400}, push: "refused", problem: "bad_request", alert: "no_channel"},
		{name: "401", answer: push.Answer{Status: 401}, push: "refused", problem: "unauthorised", alert: "no_channel"},
		{name: "403", answer: push.Answer{Status: 403}, push: "refused", problem: "unauthorised", alert: "no_channel"},
		{name: "413", answer: push.Answer{Status: 413}, push: "refused", problem: "too_large", alert: "no_channel"},
		{name: "418", answer: push.Answer{Status: 418}, push: "refused", problem: "refused", alert: "no_channel"},
		{name: "302", answer: push.Answer{Status: 302, Location: "/wpush/v2/elsewhere"}, push: "refused", problem: "redirected", alert: "no_channel"},
		{name: "307", answer: push.Answer{Status: 307, Location: "/wpush/v2/elsewhere"}, push: "refused", problem: "redirected", alert: "no_channel"},
		{name: "429 with seconds", answer: push.Answer{Status: 429, RetryAfter: "90"}, push: "retry", problem: "rate_limited", alert: "waiting", wait: [2]time.Duration{90 * time.Second, 90 * time.Second}},
		{name: "429 alone", answer: push.Answer{Status: 429}, push: "retry", problem: "rate_limited", alert: "waiting", wait: [2]time.Duration{500 * time.Millisecond, time.Second}},
		{name: "429 for longer than it is worth", answer: push.Answer{Status: 429, RetryAfter: "86400"}, push: "retry", problem: "rate_limited", alert: "no_channel"},
		{name: "500", answer: push.Answer{Status: 500}, push: "retry", problem: "service_down", alert: "waiting", wait: [2]time.Duration{500 * time.Millisecond, time.Second}},
		{name: "503 with a date", answer: push.Answer{Status: 503, RetryAfter: time.Now().Add(5 * time.Minute).UTC().Format(http.TimeFormat)}, push: "retry", problem: "service_down", alert: "waiting", wait: [2]time.Duration{3 * time.Minute, 5 * time.Minute}},
		{name: "reset", answer: push.Answer{Reset: true}, push: "retry", problem: "unreachable", alert: "waiting", wait: [2]time.Duration{500 * time.Millisecond, time.Second}},
	}
	each(t, func(t *testing.T, w *world) {
		w.run(w.n)
		for _, c := range cases {
			sam := w.staff("s-" + c.name)
			id, sub := w.subscribe(sam)
			w.push.Answer(sub.ID, c.answer)
			alert := w.enqueue(w.alert(sam, "c-"+c.name))
			w.becomes(c.push, pushOf, alert, id)
			w.becomes("", `SELECT lease_by FROM alerts WHERE id = ?`, alert)
			if got := w.value(statusOf, alert); got != c.alert {
				t.Errorf("%s: alert is %s", c.name, got)
			}
			w.settles(alert, strings.TrimPrefix(c.alert, "waiting"))
			shown := w.health(sam)[0]
			if shown.LastProblem != c.problem || (shown.Health == notify.Gone) != c.gone {
				t.Errorf("%s: health %+v", c.name, shown)
			}
			due := w.value(dueOf, alert)
			if (due == "") != (c.wait[1] == 0) {
				t.Errorf("%s: due %q", c.name, due)
			} else if due != "" {
				var at db.Millis
				_, err := fmt.Sscan(due, &at)
				w.must(err)
				if wait := at.Time().Sub(w.clock.Now().UTC()); wait < c.wait[0]-time.Millisecond || wait > c.wait[1] {
					t.Errorf("%s: tried again after %s", c.name, wait)
				}
			}
			if got := len(w.push.Requests(sub.ID)); got != 1 {
				t.Errorf("%s: pushed %d times", c.name, got)
			}
		}
		if got := w.push.Requests("elsewhere"); len(got) != 0 {
			t.Error("a redirect was followed")
		}
	})
}

func TestAPushServiceThatNeverAnswersIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Hang: true})
		w.run(w.service(notify.Config{Timeout: 200 * time.Millisecond}))
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("retry", pushOf, alert, id)
		w.becomes("", `SELECT lease_by FROM alerts WHERE id = ?`, alert)
		if shown := w.health(w.sam)[0]; shown.LastProblem != "timeout" || shown.Health != notify.Failing {
			t.Errorf("health: %+v", shown)
		}
		if w.value(statusOf, alert) != "waiting" || w.value(dueOf, alert) == "" {
			t.Error("it is not tried again")
		}
	})
}

func TestRetriesComeWhenAskedAndEndWithTheAlert(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Status: 429, RetryAfter: "60"}, push.Answer{Status: 503}, push.Answer{})
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("1", `SELECT attempts FROM alert_pushes WHERE alert_id = ?`, alert)
		w.clock.forward(59 * time.Second)
		fence := w.enqueue(w.alert(w.jo, "fence")) // has no channel: settled, so the sender has looked
		w.becomes("no_channel", statusOf, fence)
		if got := len(w.push.Requests(sub.ID)); got != 1 {
			t.Fatalf("pushed %d times before it was asked to", got)
		}
		w.clock.forward(time.Second)
		w.becomes("2", `SELECT attempts FROM alert_pushes WHERE alert_id = ?`, alert)
		w.clock.forward(2 * time.Second)
		w.becomes("accepted", statusOf, alert)
		if got := w.value(`SELECT failures FROM push_subscriptions WHERE id = ?`, id); got != "0" {
			t.Errorf("failures after an acceptance: %s", got)
		}

		w.push.Answer(sub.ID, push.Answer{Status: 500})
		late := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("retry", pushOf, late, id)
		w.clock.forward(31 * time.Minute)
		w.becomes("no_channel", statusOf, late)
		w.becomes("", dueOf, late)
		w.settles(late, "no_channel")
	})
}

func TestOneDeadDeviceDoesNotSilenceTheOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sam.SessionID = "s1"
		dead, deadSub := w.subscribe(w.sam)
		w.sam.SessionID = "s1b"
		slow, slowSub := w.subscribe(w.sam)
		w.sam.SessionID = "s1c"
		well, wellSub := w.subscribe(w.sam)
		w.push.Answer(deadSub.ID, push.Answer{Status: 410})
		w.push.Answer(slowSub.ID, push.Answer{Hang: true})
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.arrived(wellSub, 1)
		// Settled while the slow one still hangs.
		w.becomes("accepted", statusOf, alert)
		w.eventually("the slow push hangs", func() bool { return w.push.Hanging() == 1 })
		w.settles(alert, "accepted")
		if w.value(dueOf, alert) == "" {
			t.Error("nothing is left to do")
		}
		w.becomes("gone", pushOf, alert, dead)
		if got := w.value(`SELECT count(*) FROM push_subscriptions WHERE gone_at IS NULL AND id IN (?, ?)`, slow, well); got != "2" {
			t.Errorf("%s of the two others are left", got)
		}
		// Nothing of the dropped one is left to send to.
		if got := w.value(`SELECT length(endpoint) + length(p256dh) + length(auth) FROM push_subscriptions WHERE id = ?`, dead); got != "0" {
			t.Errorf("%s bytes of the dropped subscription are kept", got)
		}
		again := w.enqueue(w.alert(w.sam, "c2"))
		w.arrived(wellSub, 2)
		w.becomes("accepted", statusOf, again)
		if got := len(w.push.Requests(deadSub.ID)); got != 1 || w.value(pushOf, again, dead) != "" {
			t.Errorf("the dropped one was sent to %d times, then %q", got, w.value(pushOf, again, dead))
		}
	})
}

func TestSettlingAndItsSubjectStandOrFallTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.heard.refuse(errors.New("the card can't be moved"))
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.arrived(sub, 1)
		w.eventually("the failure is logged", func() bool { return strings.Contains(w.log.String(), "cannot be written down") })
		if got := w.value(statusOf, alert) + w.value(pushOf, alert, id); got != "waiting" {
			t.Errorf("written without its subject: %s", got)
		}
		w.heard.refuse(nil)
		w.clock.forward(notify.DefaultLease + time.Millisecond)
		w.becomes("accepted", statusOf, alert)
		w.settles(alert, "accepted")
	})
}

func TestNobodyToSendToIsNoChannelUntilADeviceIsAdded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("no_channel", statusOf, alert)
		old := w.alert(w.sam, "c0")
		old.TTL = 5 * time.Minute
		expired := w.enqueue(old)
		w.becomes("no_channel", statusOf, expired)
		w.clock.forward(6 * time.Minute)
		_, sub := w.subscribe(w.sam)
		if got := w.arrived(sub, 1)[0]; !strings.Contains(got.Plain, alert) {
			t.Errorf("came: %s", got.Plain)
		}
		w.becomes("accepted", statusOf, alert)
		w.becomes("", dueOf, alert)
		w.settles(alert, "no_channel,accepted")
		if got := w.value(statusOf, expired); got != "no_channel" {
			t.Errorf("an alert that is no longer worth telling is %s", got)
		}
	})
}

// Only PostgreSQL lets somebody else commit while an alert is being given up.
func TestADeviceAddedAtTheLastMomentIsNotMissed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if w.db.Dialect() == db.Postgres {
			w.heard.once = func() { w.subscribe(w.sam) }
		}
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		if w.db.Dialect() == db.SQLite {
			w.becomes("no_channel", statusOf, alert)
			w.subscribe(w.sam)
		}
		w.becomes("accepted", statusOf, alert)
		w.becomes("", dueOf, alert)
		if w.db.Dialect() == db.Postgres {
			w.settles(alert, "accepted")
		}
	})
}

func TestACancelledAlertIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.tx(func(tx *db.Tx) error { return w.n.CancelTx(tx, "c1") })
		w.run(w.n)
		fence := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("accepted", statusOf, fence)
		if got := w.value(statusOf, alert); got != "cancelled" {
			t.Errorf("alert is %s", got)
		}
		if got := len(w.push.Requests(sub.ID)); got != 1 {
			t.Errorf("%d pushes came", got)
		}
		if got := w.heard.outcomes(alert); got != "" {
			t.Errorf("settled as %q", got)
		}
		// One that was accepted stays so.
		w.tx(func(tx *db.Tx) error { return w.n.CancelTx(tx, "c2") })
		if got := w.value(statusOf, fence); got != "accepted" {
			t.Errorf("alert is %s", got)
		}
	})
}

func TestAnAlertThatIsRolledBackIsNeverSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
			w.must(w.n.EnqueueTx(tx, []notify.Alert{w.alert(w.sam, "c1")}))
			return errors.New("no card after all")
		})
		if err == nil {
			t.Fatal("the transaction went through")
		}
		w.enqueue(w.alert(w.sam, "c2"))
		w.arrived(sub, 1)
		w.becomes("1", `SELECT count(*) FROM alerts`)
	})
}

// Whatever is sent looks the same from outside and says nothing inside.
func TestPushesDifferInNothingButTheAlert(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		for _, body := range []notify.Body{notify.NeedsYou, notify.Card, notify.Test} {
			alert := w.alert(w.sam, "canary-subject")
			alert.Body = body
			w.enqueue(alert)
		}
		sizes, plain := map[int]bool{}, map[int]bool{}
		for _, r := range w.arrived(sub, 3) {
			sizes[r.BodySize], plain[len(r.Plain)] = true, true
			for _, private := range []string{"canary", "o1", w.sam.AccountID, "Sam"} {
				if strings.Contains(r.Plain, private) {
					t.Errorf("payload holds %q: %s", private, r.Plain)
				}
			}
		}
		if len(sizes) != 1 || len(plain) != 1 {
			t.Errorf("sizes on the wire %v, of the payload %v", sizes, plain)
		}
	})
}

func TestLogsHoldNoEndpointAndNobodysID(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.run(w.service(notify.Config{Timeout: 200 * time.Millisecond}))
		for i, answer := range []push.Answer{{Status: 400}, {Status: 500}, {Reset: true}, {Hang: true}, {Status: 410}} {
			w.push.Answer(sub.ID, answer)
			w.enqueue(w.alert(w.sam, fmt.Sprint("canary-", i)))
			w.eventually("a warning", func() bool { return strings.Count(w.log.String(), "push not accepted") > i })
		}
		for _, private := range []string{sub.ID, sub.Endpoint, w.push.URL, w.sam.AccountID, sub.Keys.Auth, "canary"} {
			if strings.Contains(w.log.String(), private) {
				t.Errorf("the log holds %s:\n%s", private, w.log.String())
			}
		}
	})
}
