package notify_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/notify"
)

func TestOnlySubscriptionsOfKnownPushServicesAreKept(t *testing.T) {
	w := newWorld(t, db.SQLite)
	good := request(w.push.Subscribe(""))
	allowed := []string{
		"https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
		"https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d", "https://web.push.apple.com/QGk", "https://api.push.apple.com/3/device/1",
		"https://FCM.googleapis.com/fcm/send/x", w.push.URL + "/wpush/v2/x",
	}
	for i, endpoint := range allowed {
		n := good
		n.Endpoint = endpoint
		v := w.staff(fmt.Sprint("a", i))
		if _, _, err := w.n.Subscribe(t.Context(), v, n); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	port := w.push.URL[strings.LastIndex(w.push.URL, ":"):]
	refused := []string{
		"", "x", "//fcm.googleapis.com/x", "javascript:alert(1)", "https:fcm.googleapis.com/x", "https:///x",
		"http://fcm.googleapis.com/fcm/send/x",        // not https
		"https://fcm.googleapis.com:8443/fcm/send/x",  // odd port
		"https://fcm.googleapis.com:443/fcm/send/x",   // no browser writes it
		"https://fcm.googleapis.com:/fcm/send/x",      //
		"https://me@fcm.googleapis.com/fcm/send/x",    // user info
		"https://me:pw@fcm.googleapis.com/fcm/send/x", //
		"https://fcm.googleapis.com/fcm/send/x#part",  // fragment
		"https://fcm.googleapis.com/fcm/send/x#",      //
		"https://fcm.googleapis.com", "https://fcm.googleapis.com/",
		"https://example.org/push", "https://fcm.googleapis.com.example.org/x", "https://xfcm.googleapis.com/x",
		"https://evil.example/?fcm.googleapis.com/x", "https://evil.example\\@fcm.googleapis.com/x", "https://evil.example\\.fcm.googleapis.com/x",
		"https://fcm.googleapis.com./x", "https://.notify.windows.com/x", "https://notify.windows.com.evil.example/x",
		"https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/x",
		"https://[fd00::1]/x", "https://[fe80::1%25eth0]/x", "https://2130706433/x", "https://0x7f.1/x", "https://localhost/x",
		"http://127.0.0.1/x", "http://127.0.0.1:1/x", "http://localhost" + port + "/x", "http://127.0.0.1" + port + "@evil.example/x", "http://127.0.0.1" + port,
		"https://fcm.googleapis.com/fcm/send/\r\nHost: x", "https://fcm.googleapis.com/fcm send", "https://fcm.googleapis.com/é", "https://fcm.googleapis.com/%zz",
		"https://fcm.googleapis.com/" + strings.Repeat("a", 2048),
	}
	for _, endpoint := range refused {
		n := good
		n.Endpoint = endpoint
		_, _, err := w.n.Subscribe(t.Context(), w.sam, n)
		if errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%q: %v", endpoint, err)
		}
		if err != nil && len(endpoint) > 5 && strings.Contains(err.Error(), endpoint) {
			t.Errorf("the error repeats the endpoint: %v", err)
		}
	}
	if got := w.value(`SELECT count(*) FROM push_subscriptions WHERE account_id = ?`, w.sam.AccountID); got != "0" {
		t.Errorf("%s refused subscriptions are kept", got)
	}
}

func TestMalformedKeysAndLabelsAreRefused(t *testing.T) {
	w := newWorld(t, db.SQLite)
	good := request(w.push.Subscribe(""))
	encode := base64.RawURLEncoding.EncodeToString
	point, err := base64.RawURLEncoding.DecodeString(good.P256dh)
	w.must(err)
	offCurve := append([]byte(nil), point...)
	offCurve[64] ^= 1
	compressed := append([]byte{2}, point[1:33]...)
	bad := map[string]func(n *notify.NewSubscription){
		"no key":           func(n *notify.NewSubscription) { n.P256dh = "" },
		"key no base64":    func(n *notify.NewSubscription) { n.P256dh = "!" + n.P256dh[1:] },
		"key short":        func(n *notify.NewSubscription) { n.P256dh = encode(point[:64]) },
		"key long":         func(n *notify.NewSubscription) { n.P256dh = encode(append(point[:65:65], 0)) },
		"key off curve":    func(n *notify.NewSubscription) { n.P256dh = encode(offCurve) },
		"key at infinity":  func(n *notify.NewSubscription) { n.P256dh = encode([]byte{0}) },
		"key compressed":   func(n *notify.NewSubscription) { n.P256dh = encode(compressed) },
		"no secret":        func(n *notify.NewSubscription) { n.Auth = "" },
		"secret short":     func(n *notify.NewSubscription) { n.Auth = encode(make([]byte, 15)) },
		"secret long":      func(n *notify.NewSubscription) { n.Auth = encode(make([]byte, 17)) },
		"label long":       func(n *notify.NewSubscription) { n.Label = strings.Repeat("é", 61) },
		"label not text":   func(n *notify.NewSubscription) { n.Label = "\xff" },
		"secret and a tab": func(n *notify.NewSubscription) { n.Auth += "\t" },
	}
	for name, spoil := range bad {
		n := good
		spoil(&n)
		if _, _, err := w.n.Subscribe(t.Context(), w.sam, n); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	padded := good
	padded.Auth, padded.P256dh, padded.Label = padded.Auth+"==", padded.P256dh+"=", ""
	_, _, err = w.n.Subscribe(t.Context(), w.sam, padded)
	w.must(err)
}

func TestWithoutATestOriginLoopbackIsRefused(t *testing.T) {
	w := newWorld(t, db.SQLite)
	earnest, err := notify.New(t.Context(), notify.Config{DB: w.db, Ring: w.ring, Log: w.logger()})
	w.must(err)
	if _, _, err := earnest.Subscribe(t.Context(), w.sam, request(w.push.Subscribe(""))); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("loopback: %v", err)
	}
	for _, origin := range []string{"http://example.org:80", "https://127.0.0.1:443", "http://10.0.0.1:80", "http://127.0.0.1:80/", "http://127.0.0.1:80/x", "http://localhost:80", "127.0.0.1:80", "http://me@127.0.0.1:80"} {
		if _, err := notify.New(t.Context(), notify.Config{DB: w.db, Ring: w.ring, Log: w.logger(), TestPushOrigin: origin}); err == nil {
			t.Errorf("test origin %s was taken", origin)
		}
	}
	// One that was kept in a test is not sent to in earnest.
	id, sub := w.subscribe(w.sam)
	alert := w.enqueue(w.alert(w.sam, "c1"))
	w.run(earnest)
	w.becomes("no_channel", statusOf, alert)
	if got := w.value(pushOf, alert, id); got != "refused" || len(w.push.Requests(sub.ID)) != 0 {
		t.Errorf("push is %q", got)
	}
	if got := w.health(w.sam)[0]; got.LastProblem != "unreadable" {
		t.Errorf("health: %+v", got)
	}
}
