package notify_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/testkit/push"
	"heard/server/viewer"
)

func TestNothingAboutASubscriptionCanBeReadInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		var row struct{ Endpoint, P256dh, Auth, EndpointHash []byte }
		w.must(w.db.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Gorm().Raw(`SELECT endpoint, p256dh, auth, endpoint_hash FROM push_subscriptions WHERE id = ?`, id).Scan(&row).Error
		}))
		secret, err := base64.RawURLEncoding.DecodeString(sub.Keys.Auth)
		w.must(err)
		all := string(row.Endpoint) + string(row.P256dh) + string(row.Auth) + string(row.EndpointHash)
		if strings.Contains(all, sub.ID) || strings.Contains(all, string(secret)) || strings.Contains(all, sub.Keys.Auth) {
			t.Error("the row holds it in the clear")
		}
	})
}

func TestABrowserBelongsToWhoeverUsedItLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, sub := w.subscribe(w.sam)
		again, moved, err := w.n.Subscribe(t.Context(), w.sam, request(sub))
		w.must(err)
		if again != first || moved {
			t.Errorf("again: %s for %s, moved %v", again, first, moved)
		}
		second, moved, err := w.n.Subscribe(t.Context(), w.jo, request(sub))
		w.must(err)
		if !moved || second == first {
			t.Errorf("moved %v, %s for %s", moved, second, first)
		}
		if len(w.health(w.sam)) != 0 || len(w.health(w.jo)) != 1 {
			t.Error("both have it, or neither")
		}
		w.run(w.n)
		w.enqueue(w.alert(w.jo, "c1"))
		sams := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("no_channel", statusOf, sams)
		w.arrived(sub, 1)
	})
}

func TestOpeningAgainRefreshesTheSubscriptionAndItsSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.clock.forward(time.Hour)
		later := w.sam
		later.SessionID = "s1-later"
		_, _, err := w.n.Subscribe(t.Context(), later, request(sub))
		w.must(err)
		want := fmt.Sprint(db.At(w.clock.Now()))
		if got := w.value(`SELECT last_seen_at FROM push_subscriptions WHERE id = ? AND session_id = 's1-later'`, id); got != want {
			t.Errorf("seen at %q", got)
		}
		if shown, _ := w.n.List(t.Context(), later); !shown[0].Current {
			t.Error("the browser that asks is not told from others")
		}
		if w.health(w.sam)[0].Current {
			t.Error("another session's browser is shown as this one")
		}
		// A browser whose endpoint changed leaves none behind.
		_, _, err = w.n.Subscribe(t.Context(), later, request(w.push.Subscribe("")))
		w.must(err)
		if got := len(w.health(w.sam)); got != 1 {
			t.Errorf("one browser has %d subscriptions", got)
		}
	})
}

func TestADroppedBrowserComesBackUntested(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.push.Answer(sub.ID, push.Answer{Status: 410}, push.Answer{})
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("no_channel", statusOf, alert)
		if got := w.health(w.sam)[0].Health; got != notify.Gone {
			t.Fatalf("health is %s", got)
		}
		if _, err := w.n.SendTest(t.Context(), w.sam, id); errs.ReasonOf(err) != "gone" {
			t.Errorf("test of a dropped one: %v", err)
		}
		_, moved, err := w.n.Subscribe(t.Context(), w.sam, request(sub))
		w.must(err)
		if moved {
			t.Error("moved from oneself")
		}
		w.becomes("accepted", statusOf, alert)
		if got := w.health(w.sam); len(got) != 1 || got[0].Health != notify.Untested {
			t.Errorf("health: %+v", got)
		}
	})
}

func TestATestPushGoesToOneDeviceAndMustBeAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, sub := w.subscribe(w.sam)
		w.sam.SessionID = "s1b"
		_, other := w.subscribe(w.sam)
		w.run(w.n)
		test, err := w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
		if got := w.arrived(sub, 1)[0]; !strings.Contains(got.Plain, test) || !strings.Contains(got.Plain, `"test"`) {
			t.Errorf("came: %s", got.Plain)
		}
		w.becomes("accepted", statusOf, test)
		if len(w.push.Requests(other.ID)) != 0 {
			t.Error("it went to the other device too")
		}
		if got := w.health(w.sam)[0].Health; got != notify.Untested {
			t.Errorf("health is %s before the answer", got)
		}
		kind, subject, err := w.opens(w.sam, test)
		w.must(err)
		if kind != "push_test" || subject != id {
			t.Errorf("opens %s %s", kind, subject)
		}
		w.sam.SessionID = "s1"
		if err := w.n.AnswerTest(t.Context(), w.jo, test); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("answered by another: %v", err)
		}
		w.must(w.n.AnswerTest(t.Context(), w.sam, test))
		w.must(w.n.AnswerTest(t.Context(), w.sam, test))
		if got := w.health(w.sam)[0]; got.Health != notify.Good || got.TestedAt == nil {
			t.Errorf("health: %+v", got)
		}
		if w.heard.outcomes(test) != "" {
			t.Error("the floor above heard of a test")
		}
		late, err := w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
		w.clock.forward(61 * time.Minute)
		if err := w.n.AnswerTest(t.Context(), w.sam, late); errs.ReasonOf(err) != "expired" {
			t.Errorf("answered an hour later: %v", err)
		}
	})
}

func TestTestsAreFewInTenMinutes(t *testing.T) {
	w := newWorld(t, db.SQLite)
	id, _ := w.subscribe(w.sam)
	for range 5 {
		_, err := w.n.SendTest(t.Context(), w.sam, id)
		w.must(err)
	}
	if _, err := w.n.SendTest(t.Context(), w.sam, id); errs.ReasonOf(err) != "too_many" {
		t.Errorf("the sixth: %v", err)
	}
	w.clock.forward(11 * time.Minute)
	_, err := w.n.SendTest(t.Context(), w.sam, id)
	w.must(err)
}

func TestOnesOwnOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.subscribe(w.sam)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		elsewhere := w.sam
		elsewhere.OrganisationID = "o2"
		for _, v := range []viewer.Viewer{w.jo, elsewhere, {}} {
			shown, err := w.n.List(t.Context(), v)
			w.must(err)
			if len(shown) != 0 {
				t.Errorf("%+v sees %d", v, len(shown))
			}
			if _, err := w.n.SendTest(t.Context(), v, id); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("test: %v", err)
			}
			if err := w.n.Unsubscribe(t.Context(), v, id); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("unsubscribe: %v", err)
			}
			if _, _, err := w.opens(v, alert); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("open: %v", err)
			}
		}
		kind, subject, err := w.opens(w.sam, alert)
		if kind != "card" || subject != "c1" || err != nil {
			t.Errorf("own: %s %s %v", kind, subject, err)
		}
		w.must(w.n.Unsubscribe(t.Context(), w.sam, id))
		if len(w.health(w.sam)) != 0 {
			t.Error("still there")
		}
	})
}

func TestSubscriptionsEndWithSessionAndAccount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.subscribe(w.sam)
		kept := w.sam
		kept.SessionID = "s1b"
		w.subscribe(kept)
		w.subscribe(w.jo)
		w.tx(func(tx *db.Tx) error { return w.n.EndSessionTx(tx, "s1") })
		if got := w.health(kept); len(got) != 1 || !got[0].Current {
			t.Errorf("left after the session: %+v", got)
		}
		w.tx(func(tx *db.Tx) error { return w.n.EndAccountTx(tx, w.sam.AccountID) })
		if len(w.health(w.sam)) != 0 || len(w.health(w.jo)) != 1 {
			t.Error("not exactly the account's subscriptions ended")
		}
		// In the same transaction or not at all.
		_ = w.db.Tx(t.Context(), func(tx *db.Tx) error {
			w.must(w.n.EndAccessTx(tx, w.jo.AccountID))
			return errs.New(errs.Conflict, "no")
		})
		if len(w.health(w.jo)) != 1 {
			t.Error("ended without its cause")
		}
	})
}

func TestUnseenSubscriptionsEnd(t *testing.T) {
	w := newWorld(t, db.SQLite)
	w.subscribe(w.sam)
	w.clock.forward(59 * 24 * time.Hour)
	w.must(notify.ForgetUnseen(w.n, t.Context()))
	if len(w.health(w.sam)) != 1 {
		t.Error("ended too early")
	}
	w.clock.forward(2 * 24 * time.Hour)
	w.must(notify.ForgetUnseen(w.n, t.Context()))
	if len(w.health(w.sam)) != 0 {
		t.Error("kept too long")
	}
}

func TestServersThatStartTogetherShareTheirKeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sql(`DELETE FROM push_keys`)
		public := make([]string, 6)
		var all sync.WaitGroup
		for i := range public {
			all.Go(func() { public[i] = w.service(notify.Config{}).PublicKey() })
		}
		all.Wait()
		for _, key := range public {
			if key != public[0] || key == "" {
				t.Fatalf("keys: %v", public)
			}
		}
		if raw, err := base64.RawURLEncoding.DecodeString(public[0]); err != nil || len(raw) != 65 {
			t.Errorf("key: %d bytes, %v", len(raw), err)
		}
		stranger, err := keys.Load(filepath.Join(t.TempDir(), "other.key"), "")
		w.must(err)
		if _, err := notify.New(t.Context(), notify.Config{DB: w.db, Ring: stranger, Log: w.logger()}); err == nil {
			t.Error("another server's key opened the push keys")
		}
	})
}

func TestOneBrowserAddedTwiceAtOnceIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sub := request(w.push.Subscribe(""))
		var all sync.WaitGroup
		for i := range 8 {
			v := w.sam
			if i%2 == 1 {
				v = w.jo
			}
			all.Go(func() {
				if _, _, err := w.n.Subscribe(t.Context(), v, sub); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := w.value(`SELECT count(*) FROM push_subscriptions`); got != "1" {
			t.Errorf("kept %s times", got)
		}
	})
}

func TestAnAccountHasRoomForTwentyBrowsers(t *testing.T) {
	w := newWorld(t, db.SQLite)
	v := w.sam
	for i := range 21 {
		v.SessionID = rand.Text()
		_, _, err := w.n.Subscribe(t.Context(), v, request(w.push.Subscribe("")))
		if (i < 20) != (err == nil) || i == 20 && errs.ReasonOf(err) != "too_many" {
			t.Errorf("browser %d: %v", i, err)
		}
	}
}
