package push_test

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/coder/websocket"

	"heard/server/testkit/push"
)

type vectors struct {
	RFC8291 struct {
		Plaintext  string `json:"plaintext"`
		UAPrivate  string `json:"ua_private"`
		AuthSecret string `json:"auth_secret"`
		Body       string `json:"body"`
	} `json:"rfc8291"`
	MustFail []struct {
		Why  string `json:"why"`
		Body string `json:"body"`
	} `json:"rfc8291_must_fail"`
	RFC8292 struct {
		Origin        string      `json:"endpoint_origin"`
		Authorization string      `json:"authorization"`
		PublicKey     string      `json:"public_key"`
		Claims        push.Claims `json:"jwt_claims"`
	} `json:"rfc8292"`
}

func load(t *testing.T) vectors {
	t.Helper()
	raw, err := os.ReadFile("testdata/rfc8291.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecryptAgainstRFC8291(t *testing.T) {
	v := load(t)
	private, err := ecdh.P256().NewPrivateKey(raw(t, v.RFC8291.UAPrivate))
	if err != nil {
		t.Fatal(err)
	}
	auth := raw(t, v.RFC8291.AuthSecret)
	plain, err := push.Decrypt(private, auth, raw(t, v.RFC8291.Body))
	if err != nil || string(plain) != string(raw(t, v.RFC8291.Plaintext)) {
		t.Fatalf("got %q, %v", plain, err)
	}
	if len(v.MustFail) == 0 {
		t.Fatal("no vectors that must fail")
	}
	for _, bad := range v.MustFail {
		if plain, err := push.Decrypt(private, auth, raw(t, bad.Body)); err == nil {
			t.Errorf("%s: decrypted to %q", bad.Why, plain)
		}
	}
	for _, n := range []int{0, 86, 102} {
		if _, err := push.Decrypt(private, auth, raw(t, v.RFC8291.Body)[:n]); err == nil {
			t.Errorf("decrypted the first %d bytes", n)
		}
	}
}

func TestVerifyVAPIDAgainstRFC8292(t *testing.T) {
	v := load(t).RFC8292
	expires := time.Unix(v.Claims.Expires, 0)
	claims, err := push.VerifyVAPID(v.Authorization, v.Origin, expires.Add(-time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if claims.Subject != v.Claims.Subject || claims.Key != v.PublicKey {
		t.Errorf("claims: %+v", claims)
	}
	signature := strings.LastIndex(v.Authorization, ", k=") - 20
	flipped := v.Authorization[:signature] + flip(v.Authorization[signature]) + v.Authorization[signature+1:]
	bad := []struct {
		why, header, origin string
		now                 time.Time
	}{
		{"expired", v.Authorization, v.Origin, expires},
		{"lasts more than 24 hours", v.Authorization, v.Origin, expires.Add(-24*time.Hour - time.Second)},
		{"another origin", v.Authorization, "https://push.example.com", expires.Add(-time.Second)},
		{"signature changed", flipped, v.Origin, expires.Add(-time.Second)},
		{"no key", strings.Split(v.Authorization, ", k=")[0], v.Origin, expires.Add(-time.Second)},
		{"another scheme", "WebPush x", v.Origin, expires.Add(-time.Second)},
		{"none", "", v.Origin, expires.Add(-time.Second)},
	}
	for _, b := range bad {
		if _, err := push.VerifyVAPID(b.header, b.origin, b.now); err == nil {
			t.Errorf("%s: accepted", b.why)
		}
	}
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

type sender struct{ private, public, subject string }

func newSender(t *testing.T) sender {
	t.Helper()
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		t.Fatal(err)
	}
	return sender{private, public, "ops@example.org"}
}

func (s sender) send(t *testing.T, to push.Subscription, text string) *http.Response {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := webpush.SendNotificationWithContext(t.Context(), []byte(text),
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{P256dh: to.Keys.P256dh, Auth: to.Keys.Auth}},
		&webpush.Options{HTTPClient: client, Subscriber: s.subject, TTL: 60, Urgency: webpush.UrgencyHigh, VAPIDPublicKey: s.public, VAPIDPrivateKey: s.private})
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response
}

func TestServiceAnswersAsTold(t *testing.T) {
	service, from := push.Start(t), newSender(t)
	sub := service.Subscribe(from.public)
	service.Answer(sub.ID, push.Answer{Status: 429, RetryAfter: "7"}, push.Answer{Status: 307, Location: "http://127.0.0.1:1/"}, push.Answer{})
	for i, want := range []int{429, 307, 201, 201} {
		got := from.send(t, sub, "hello")
		if got.StatusCode != want {
			t.Errorf("push %d: %d, not %d", i, got.StatusCode, want)
		}
		if i == 0 && got.Header.Get("Retry-After") != "7" {
			t.Error("Retry-After was not sent")
		}
	}
	service.Unsubscribe(sub.ID)
	if got := from.send(t, sub, "hello").StatusCode; got != http.StatusGone {
		t.Errorf("after unsubscribing: %d", got)
	}
	stranger := newSender(t)
	if got := stranger.send(t, service.Subscribe(from.public), "hello").StatusCode; got != http.StatusForbidden {
		t.Errorf("with another server's key: %d", got)
	}
	sub.Endpoint += "x"
	if got := from.send(t, sub, "hello").StatusCode; got != http.StatusNotFound {
		t.Errorf("unknown endpoint: %d", got)
	}
	first := service.Requests("")[0]
	if first.Plain != "hello" || first.Problem != "" || first.TTL != "60" || first.Urgency != "high" || first.Claims.Subject != "mailto:ops@example.org" {
		t.Errorf("recorded: %+v", first)
	}
}

func TestServiceFindsWhatABrowserWouldDrop(t *testing.T) {
	service, from := push.Start(t), newSender(t)
	sub, other := service.Subscribe(""), service.Subscribe("")
	sub.Keys = other.Keys
	from.send(t, sub, "hello")
	if got := service.Requests(sub.ID)[0]; got.Problem == "" || got.Plain != "" {
		t.Errorf("a push encrypted for another browser: %+v", got)
	}
	from.subject = "mailto:ops@example.org" // becomes mailto:mailto:, which Apple refuses
	if got := from.send(t, other, "hello").StatusCode; got != http.StatusForbidden {
		t.Errorf("doubled mailto: %d", got)
	}
}

// firefox is the browser's side of Mozilla's protocol.
type firefox struct {
	t    *testing.T
	conn *websocket.Conn
}

func connect(t *testing.T, service *push.Service) firefox {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(service.URL, "http")+"/",
		&websocket.DialOptions{Subprotocols: []string{"push-notification"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return firefox{t, conn}
}

func (f firefox) say(message string) {
	f.t.Helper()
	if err := f.conn.Write(f.t.Context(), websocket.MessageText, []byte(message)); err != nil {
		f.t.Fatal(err)
	}
}

func (f firefox) hear() map[string]any {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 10*time.Second)
	defer cancel()
	_, raw, err := f.conn.Read(ctx)
	if err != nil {
		f.t.Fatal(err)
	}
	var message map[string]any
	if err := json.Unmarshal(raw, &message); err != nil {
		f.t.Fatal(err)
	}
	return message
}

func TestServiceSpeaksMozillasProtocol(t *testing.T) {
	service, from := push.Start(t), newSender(t)
	browser := connect(t, service)
	browser.say(`{"messageType":"hello","uaid":"","use_webpush":true,"broadcasts":{}}`)
	hello := browser.hear()
	if hello["status"] != float64(200) || hello["use_webpush"] != true || hello["uaid"] == "" {
		t.Fatalf("hello: %v", hello)
	}
	browser.say(`{}`)
	if got := browser.hear(); len(got) != 0 {
		t.Errorf("ping: %v", got)
	}
	browser.say(`{"messageType":"register","channelID":"c1","key":"` + from.public + `="}`)
	registered := browser.hear()
	endpoint, _ := registered["pushEndpoint"].(string)
	if !strings.HasPrefix(endpoint, service.URL) || registered["channelID"] != "c1" {
		t.Fatalf("register: %v", registered)
	}
	keys := service.Subscribe("").Keys // stands in for Firefox's own
	sub := push.Subscription{Endpoint: endpoint, Keys: keys}
	if got := from.send(t, sub, "hello").StatusCode; got != http.StatusCreated {
		t.Fatalf("push: %d", got)
	}
	got := browser.hear()
	headers, _ := got["headers"].(map[string]any)
	if got["channelID"] != "c1" || got["data"] == "" || headers["encoding"] != "aes128gcm" {
		t.Fatalf("notification: %v", got)
	}

	// Without an acknowledgement it comes again with the next connection.
	_ = browser.conn.CloseNow()
	uaid, _ := hello["uaid"].(string)
	browser = connect(t, service)
	browser.say(`{"messageType":"hello","uaid":"` + uaid + `","use_webpush":true}`)
	if again := browser.hear(); again["uaid"] != uaid {
		t.Fatalf("hello again: %v", again)
	}
	version, _ := browser.hear()["version"].(string)
	browser.say(`{"messageType":"ack","updates":[{"channelID":"c1","version":"` + version + `","code":100}]}`)
	browser.say(`{"messageType":"unregister","channelID":"c1","code":200}`)
	if bye := browser.hear(); bye["status"] != float64(200) {
		t.Fatalf("unregister: %v", bye)
	}
	channel := service.Clients()[0].Channels[0]
	if !channel.Gone || channel.Acked != 1 || channel.Waiting != 0 {
		t.Errorf("state: %+v", channel)
	}
	if got := from.send(t, sub, "hello").StatusCode; got != http.StatusGone {
		t.Errorf("after unregister: %d", got)
	}
}
