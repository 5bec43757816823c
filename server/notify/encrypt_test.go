package notify_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
	"heard/server/testkit/push"
)

// The example of RFC 8291, appendix A, byte for byte.
func TestEncryptionIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../testkit/push/testdata/rfc8291.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Example map[string]any `json:"rfc8291"`
	}
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	value := func(name string) []byte {
		text, _ := all.Example[name].(string)
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(b) == 0 {
			t.Fatalf("%s: %q, %v", name, text, err)
		}
		return b
	}
	record := append(value("plaintext"), 2)
	got, err := notify.Seal(record, 4096, value("ua_public"), value("auth_secret"), value("as_private"), value("salt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := value("body"); string(got) != string(want) {
		t.Errorf("sealed as\n%x\nnot\n%x", got, want)
	}
}

// One signature serves many pushes; a service that takes it no more gets a new one.
func TestOneTokenServesManyPushes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, sub := w.subscribe(w.sam)
		w.run(w.n)
		send := func(n int) push.Request {
			w.enqueue(w.alert(w.sam, db.NewID()))
			all := w.arrived(sub, n)
			return all[n-1]
		}
		first, second := send(1), send(2)
		if first.Problem != "" || second.Problem != "" || first.Authorization == "" || first.Authorization != second.Authorization {
			t.Errorf("two pushes: %q %q, %v", first.Problem, second.Problem, first.Authorization == second.Authorization)
		}
		if good := time.Until(time.Unix(first.Claims.Expires, 0)); good < 11*time.Hour || good > 13*time.Hour {
			t.Errorf("a token is good for %s", good)
		}
		w.push.Answer(sub.ID, push.Answer{Status: 403}, push.Answer{})
		refused := send(3)
		after := send(4)
		if refused.Authorization != first.Authorization || after.Authorization == first.Authorization || after.Problem != "" {
			t.Errorf("after a refusal: the same token %v, %q", after.Authorization == first.Authorization, after.Problem)
		}
	})
}
