package notify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"heard/server/app"
	"heard/server/keys"
	"heard/server/testkit"
	"heard/server/testkit/govnotify"
	"heard/server/testkit/push"
	"heard/server/viewer"
)

func body(sub push.Subscription) map[string]any {
	return map[string]any{"endpoint": sub.Endpoint, "keys": map[string]any{"p256dh": sub.Keys.P256dh, "auth": sub.Keys.Auth}, "label": "Firefox on Linux"}
}

type pushAnswer struct {
	PublicKey     string
	Subscriptions []struct {
		ID, Label, CreatedAt, LastAcceptedAt, TestedAt, Health, LastProblem string
		Current                                                             bool
	}
}

func TestPushOverHTTPFromSubscribingToTheAnsweredTest(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		sam := k.Staff("Sam")
		var health pushAnswer
		sam.Get("/push").Into(&health)
		if health.PublicKey != k.App.Notify.PublicKey() || health.Subscriptions == nil || len(health.Subscriptions) != 0 {
			t.Fatalf("at first: %+v", health)
		}
		sub := k.Push.Subscribe(health.PublicKey)
		var made struct {
			ID    string
			Moved bool
		}
		sam.Post("/push/subscriptions", body(sub)).Into(&made)
		var test struct{ TestID string }
		sam.Post("/push/subscriptions/"+made.ID+"/test", nil).Into(&test)
		got, err := k.Push.Wait(t.Context(), sub.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		var payload struct {
			N, K string
		}
		if err := json.Unmarshal([]byte(got[0].Plain), &payload); err != nil || payload.N != test.TestID || payload.K != "test" || got[0].Problem != "" {
			t.Fatalf("came %+v, %v", got[0], err)
		}
		var open struct{ CardID, TestID string }
		sam.Get("/open/" + payload.N).Into(&open)
		if open.TestID != test.TestID || open.CardID != "" {
			t.Errorf("opens %+v", open)
		}
		sam.Post("/push/tests/"+open.TestID+"/answer", nil).OK()
		k.Eventually("the push is in push health", func() bool {
			sam.Get("/push").Into(&health)
			return health.Subscriptions[0].LastAcceptedAt != ""
		})
		shown := health.Subscriptions[0]
		if !shown.Current || shown.Health != "good" || !strings.HasSuffix(shown.TestedAt, "Z") || shown.Label != "Firefox on Linux" || shown.LastProblem != "" {
			t.Errorf("health: %+v", shown)
		}

		jo := k.Staff("Jo")
		if code, _ := jo.Get("/open/" + payload.N).Problem(); code != "not_found" {
			t.Errorf("another's alert: %s", code)
		}
		for _, path := range []string{"/push/subscriptions/" + made.ID + "/test", "/push/tests/" + test.TestID + "/answer"} {
			if code, _ := jo.Post(path, nil).Problem(); code != "not_found" {
				t.Errorf("%s by another: %s", path, code)
			}
		}
		if code, _ := jo.Do(http.MethodDelete, "/push/subscriptions/"+made.ID, nil).Problem(); code != "not_found" {
			t.Errorf("removed by another: %s", code)
		}
		jo.Post("/push/subscriptions", body(sub)).Into(&made)
		if !made.Moved {
			t.Error("taking over a browser was not said")
		}
		jo.Do(http.MethodDelete, "/push/subscriptions/"+made.ID, nil).OK()
	})
}

func TestMalformedSubscriptionsOverHTTP(t *testing.T) {
	k := testkit.New(t)
	sam := k.Staff("Sam")
	good := k.Push.Subscribe("")
	const canary = "canary-4711"
	spoil := func(change func(map[string]any)) any {
		m := body(good)
		change(m)
		return m
	}
	at := func(endpoint string) any {
		return spoil(func(m map[string]any) { m["endpoint"] = endpoint })
	}
	bad := map[string]any{
		"private address": at("https://10.1.2.3/" + canary), "plain http": at("http://fcm.googleapis.com/" + canary),
		"odd port": at("https://fcm.googleapis.com:8443/" + canary), "unknown host": at("https://" + canary + ".example/x"),
		"user info": at("https://" + canary + "@fcm.googleapis.com/x"), "too long": at("https://fcm.googleapis.com/" + strings.Repeat(canary, 300)),
		"unknown field":  spoil(func(m map[string]any) { m["expirationTime"] = canary }),
		"wrong type":     spoil(func(m map[string]any) { m["endpoint"] = []string{canary} }),
		"no keys":        spoil(func(m map[string]any) { delete(m, "keys") }),
		"keys no object": spoil(func(m map[string]any) { m["keys"] = canary }),
		"key no point":   spoil(func(m map[string]any) { m["keys"] = map[string]any{"p256dh": canary, "auth": good.Keys.Auth} }),
		"label too long": spoil(func(m map[string]any) { m["label"] = strings.Repeat(canary, 20) }),
		"not JSON":       `{"endpoint": "` + canary,
		"nothing":        "",
		"a list":         `["` + canary + `"]`,
	}
	for name, sent := range bad {
		answer := sam.Post("/push/subscriptions", sent)
		code, _ := answer.Problem()
		if answer.Status < 400 || answer.Status >= 500 || code != "invalid" {
			t.Errorf("%s: %d %s", name, answer.Status, code)
		}
		if strings.Contains(string(answer.Body), canary) {
			t.Errorf("%s: the answer repeats what was sent: %s", name, answer.Body)
		}
	}
	if strings.Contains(k.Logs.String(), canary) {
		t.Error("the log holds what was sent")
	}
	var health pushAnswer
	sam.Get("/push").Into(&health)
	if len(health.Subscriptions) != 0 {
		t.Errorf("kept: %+v", health.Subscriptions)
	}
}

func TestPushIsForStaffAtWork(t *testing.T) {
	k := testkit.New(t)
	somebody := k.Browser(viewer.Work)
	for _, path := range []string{"/push", "/open/x"} {
		if code, _ := somebody.Get(path).Problem(); code != "unauthenticated" {
			t.Errorf("%s without a session: %s", path, code)
		}
	}
	sam := k.Staff("Sam")
	forged := k.Browser(viewer.Work)
	if code, _ := forged.Post("/push/subscriptions", body(k.Push.Subscribe(""))).Problem(); code != "unauthenticated" {
		t.Errorf("subscribing without a session: %s", code)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.URL+"/api/work/push/subscriptions", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", k.URL)
	if code, reason := sam.Send(request).Problem(); fmt.Sprint(code, reason) != "forbiddencsrf" {
		t.Errorf("without the token: %s %s", code, reason)
	}
}

func TestChannelsOverHTTP(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		texts := govnotify.Start(t)
		k := testkit.OpenWith(t, databaseURL, func(c *app.Config) {
			c.NotifyAPIKey, c.NotifyURL, c.NotifySMSTemplate, c.NotifyCallbackToken = keys.Secret(texts.APIKey), texts.URL, govnotify.Template, token
		})
		world := k.World()
		sam, leo := world.Sam, world.Leo
		var shown struct {
			Email, SMS bool
			Channels   []struct {
				ID, Kind, Address, CreatedAt, LastProblem string
				Verified                                  bool
			}
		}
		sam.Get("/channels").Into(&shown)
		if shown.Email || !shown.SMS || shown.Channels == nil {
			t.Fatalf("at first: %+v", shown)
		}
		if _, reason := sam.Post("/channels", map[string]any{"kind": "email", "address": "sam@example.org"}).Problem(); reason != "not_offered" {
			t.Errorf("e-mail: %s", reason)
		}
		var made struct{ ID string }
		sam.Post("/channels", map[string]any{"kind": "sms", "address": "07700 900123"}).Into(&made)
		verify := "/channels/" + made.ID + "/verify"
		code := sixDigits.FindString(texts.Messages()[0].Text)
		for _, wrong := range []string{"12345", "1234567", "12345a"} {
			if code, _ := sam.Post(verify, map[string]any{"code": wrong}).Problem(); code != "invalid" {
				t.Errorf("%q: %s", wrong, code)
			}
		}
		jo := k.Staff("Jo")
		if code, _ := jo.Post(verify, map[string]any{"code": code}).Problem(); code != "not_found" {
			t.Errorf("by another: %s", code)
		}
		sam.Post(verify, map[string]any{"code": code}).OK()
		sam.Get("/channels").Into(&shown)
		if c := shown.Channels[0]; c.ID != made.ID || c.Kind != "sms" || c.Address != "•••• 123" || !c.Verified || !strings.HasSuffix(c.CreatedAt, "Z") {
			t.Errorf("shown: %+v", c)
		}
		if code, _ := jo.Do(http.MethodDelete, "/channels/"+made.ID, nil).Problem(); code != "not_found" {
			t.Errorf("removed by another: %s", code)
		}

		card := k.NewCard(sam)
		var received struct{ ID string }
		leo.Post("/cards", card).Into(&received)
		k.Eventually("the text message", func() bool { return len(texts.Messages()) == 2 })
		var status struct{ State string }
		state := func() string { leo.Get("/cards/" + received.ID + "/status").Into(&status); return status.State }
		k.Eventually("somebody is being told", func() bool { return state() == "alerting" })
		m := texts.Messages()[1]
		if alert := m.Text[strings.LastIndex(m.Text, "/")+1:]; !strings.HasPrefix(m.Text, "Someone needs you. Open Heard: "+k.URL+"/work/open/") || sam.Get("/open/"+alert).Status != http.StatusOK {
			t.Errorf("the text message: %s", m.Text)
		}
		call := func(bearer string, body []byte, want int) {
			t.Helper()
			status, err := govnotify.Call(t.Context(), k.URL+"/api/notify/callback", bearer, body)
			if err != nil || status != want {
				t.Errorf("a report with %q: status %d, %v", bearer, status, err)
			}
		}
		lost := govnotify.Report(m, "permanent-failure")
		for _, body := range [][]byte{lost, nil, []byte("{"), bytes.Repeat([]byte(" "), 20<<10)} {
			call("not-the-token", body, http.StatusNotFound)
			call("", body, http.StatusNotFound)
		}
		call(token, bytes.Repeat([]byte(" "), 20<<10), http.StatusRequestEntityTooLarge)
		call(token, []byte("{"), http.StatusOK)
		call(token, govnotify.Report(govnotify.Message{ID: m.ID, Reference: "0198c0de-0000-7000-8000-00000000dead"}, "permanent-failure"), http.StatusOK)
		if got := state(); got != "alerting" {
			t.Errorf("the card is %s", got)
		}
		call(token, lost, http.StatusOK)
		call(token, lost, http.StatusOK)
		k.Eventually("the report is heard", func() bool {
			sam.Get("/channels").Into(&shown)
			return shown.Channels[0].LastProblem == "undelivered"
		})
		sam.Do(http.MethodDelete, "/channels/"+made.ID, nil).OK()
	})
}

// Without a token nobody can report, not even with an empty one.
func TestReportsNeedATokenToBeSet(t *testing.T) {
	k := testkit.New(t)
	for _, bearer := range []string{"", "x", token} {
		if status, err := govnotify.Call(t.Context(), k.URL+"/api/notify/callback", bearer, []byte("{}")); err != nil || status != http.StatusNotFound {
			t.Errorf("with %q: %d, %v", bearer, status, err)
		}
	}
}
