package app_test

import (
	"net/http"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// A card is never refused for what a phone, old or new, says around it: what is
// not understood is left out, and the card goes to a person.
func TestACardIsKept(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		mia := k.YoungPerson("Mia", w.Home)
		id := db.NewID
		kept := map[string]struct {
			body       string
			card, kind string
		}{
			"unknown fields":         {`{"id":"` + id() + `","card":"sad","kind":"feeling","` + canary + `":{"x":[1]}}`, "sad", "feeling"},
			"an unknown card":        {`{"id":"` + id() + `","card":"` + canary + `","kind":"feeling"}`, "something_else", "feeling"},
			"an unknown kind":        {`{"id":"` + id() + `","card":"sad","kind":"` + canary + `"}`, "sad", "feeling"},
			"wrong types":            {`{"id":17,"card":"sad","kind":4,"words":{},"audience":"x","kept":[],"tappedAt":1,"intensity":true}`, "sad", "feeling"},
			"no id":                  {`{"card":"sad","kind":"feeling"}`, "sad", "feeling"},
			"an id that is none":     {`{"id":"a\u0000b","card":"sad","kind":"feeling","tappedAt":"2026-03-04T14:04:00Z"}`, "sad", "feeling"},
			"strangers as audience":  {`{"id":"` + id() + `","card":"sad","kind":"feeling","audience":["` + nobodysID + `","` + mia.ID + `"]}`, "sad", "feeling"},
			"a clock gone wrong":     {`{"id":"` + id() + `","card":"sad","kind":"feeling","tappedAt":"1970-01-01T00:00:00Z"}`, "sad", "feeling"},
			"not safe under a guise": {`{"id":"` + id() + `","card":"happy","kind":"not_safe"}`, "not_safe", "not_safe"},
			"bytes that are no text": {"{\"id\":\"" + id() + "\",\"card\":\"sad\",\"kind\":\"feeling\",\"words\":\"a\xff\xfeb\\u0000\"}", "sad", "feeling"},
		}
		for what, c := range kept {
			var r receipt
			w.Leo.Post("/cards", c.body).Into(&r)
			got := texts(k, "SELECT card || ' ' || kind FROM cards WHERE id = ?", r.ID)
			if len(got) != 1 || got[0] != c.card+" "+c.kind {
				t.Errorf("%s: stored as %v", what, got)
			}
			for _, p := range []*testkit.Person{w.Sam, w.Jo} {
				if n := count(k, "SELECT count(*) FROM alerts WHERE subject_id = ? AND account_id = ?", r.ID, p.ID); n != 1 {
					t.Errorf("%s: %d alerts for %s", what, n, p.Name)
				}
			}
			if n := count(k, "SELECT count(*) FROM card_recipients WHERE card_id = ? AND account_id = ?", r.ID, mia.ID); n != 0 {
				t.Errorf("%s: another young person receives it", what)
			}
		}
		sameID(t, k, w)
	})
}

// The same id with the same body is the same card; with another body it is a
// second one, told to its people as well.
func sameID(t *testing.T, k *testkit.Kit, w *testkit.World) {
	t.Helper()
	w.Sam.Subscribe() // whoever can't be reached at all is one more reason to tell others
	w.Jo.Subscribe()
	card := k.NewCard(w.Sam, w.Jo)
	var first, again, second, third receipt
	w.Leo.Post("/cards", card).Into(&first)
	w.Leo.Post("/cards", card).Into(&again)
	card.Card = "angry"
	w.Leo.Post("/cards", card).Into(&second)
	w.Leo.Post("/cards", card).Into(&third)
	if again.ID != first.ID || !again.Duplicate || first.Duplicate || second.ID == first.ID || second.Duplicate ||
		third.ID != second.ID || !third.Duplicate || second.ClientID != card.ID {
		t.Errorf("receipts %+v, %+v, %+v, %+v", first, again, second, third)
	}
	for _, r := range []receipt{first, second} {
		if n := count(k, "SELECT count(*) FROM alerts WHERE subject_id = ?", r.ID); n != 2 {
			t.Errorf("%d alerts", n)
		}
	}
}

// Only what is no card at all is refused, with a reason a phone can show; nothing
// of it is stored, told or logged.
func TestNoCardAtAll(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		before := census(k)
		for what, c := range map[string]struct{ body, reason string }{
			"no JSON":           {canary, ""},
			"half of it":        {`{"card":"sad","words":"` + canary, ""},
			"a list":            {`["` + canary + `"]`, "no_card"},
			"null":              {`null`, "no_card"},
			"nothing":           {`{}`, "no_card"},
			"no card, no kind":  {`{"id":"` + db.NewID() + `","words":"` + canary + `"}`, "no_card"},
			"too many words":    {`{"id":"` + db.NewID() + `","card":"sad","kind":"feeling","words":"` + strings.Repeat(canary, 40) + `"}`, "words_too_long"},
			"not safe and kept": {`{"id":"` + db.NewID() + `","card":"not_safe","kind":"not_safe","kept":true,"words":"` + canary + `"}`, "kept_not_safe"},
		} {
			a := w.Leo.Post("/cards", c.body)
			code, reason := a.Problem()
			if a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest || code != "invalid" || reason != c.reason {
				t.Errorf("%s: status %d, %s", what, a.Status, a.Body)
			}
			private(t, what, a.Body, canary)
		}
		unchanged(k, before)
		private(t, "the log", []byte(k.Logs.String()), canary)
	})
}

// Push subscriptions that could send the server somewhere else are refused.
func TestBadPushSubscriptions(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		good := k.Push.Subscribe("")
		before := census(k)
		for _, endpoint := range []string{
			"http://fcm.googleapis.com/fcm/send/x", "https://fcm.googleapis.com:8443/fcm/send/x", "https://127.0.0.1/x", "https://10.0.0.1/x",
			"https://[::1]/x", "https://localhost/x", "https://169.254.169.254/latest/meta-data", "https://evil.example/" + canary,
			"https://fcm.googleapis.com@evil.example/x", "https://fcm.googleapis.com.evil.example/x", "ftp://fcm.googleapis.com/x", "", canary,
			"https://fcm.googleapis.com/", "https://fcm.googleapis.com/x#" + canary, "https://fcm.googleapis.com/" + strings.Repeat("x", 3000),
		} {
			a := w.Sam.Post("/push/subscriptions", map[string]any{"endpoint": endpoint, "keys": good.Keys, "label": "x"})
			if code, _ := a.Problem(); a.Status != http.StatusUnprocessableEntity || code != "invalid" {
				t.Errorf("%s: status %d", endpoint, a.Status)
			}
			private(t, endpoint, a.Body, canary, "evil.example")
		}
		for what, keys := range map[string]map[string]any{
			"no keys": {"p256dh": "", "auth": ""}, "short auth": {"p256dh": good.Keys.P256dh, "auth": "AAAA"},
			"no point": {"p256dh": strings.Repeat("A", 87), "auth": good.Keys.Auth}, "no base64": {"p256dh": canary, "auth": canary},
		} {
			a := w.Sam.Post("/push/subscriptions", map[string]any{"endpoint": good.Endpoint, "keys": keys, "label": "x"})
			if code, _ := a.Problem(); a.Status != http.StatusUnprocessableEntity || code != "invalid" {
				t.Errorf("%s: status %d", what, a.Status)
			}
		}
		unchanged(k, before)
		private(t, "the log", []byte(k.Logs.String()), canary)
	})
}
