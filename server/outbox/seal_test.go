package outbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"

	"heard/server/keys"
	"heard/server/outbox"
)

// vector is one card sealed with known keys. The front end proves the same bytes
// with its own copy of the file.
type vector struct {
	Info             string          `json:"info"`
	ServerPrivate    string          `json:"serverPrivate"`
	ServerPublic     string          `json:"serverPublic"`
	EphemeralPrivate string          `json:"ephemeralPrivate"`
	Body             string          `json:"body"`
	PaddedLength     int             `json:"paddedLength"`
	Envelope         outbox.Envelope `json:"envelope"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/sealed.json")
	must(t, err)
	copied, err := os.ReadFile("../../frontend/src/lib/golden/sealed.json")
	must(t, err)
	if !bytes.Equal(text, copied) {
		t.Error("the front end proves another file than this one")
	}
	var all []vector
	must(t, json.Unmarshal(text, &all))
	if len(all) < 3 {
		t.Fatalf("%d vectors", len(all))
	}
	return all
}

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	must(t, err)
	return b
}

func TestSealedCardsAreTheBytesOfTheVectors(t *testing.T) {
	for _, v := range vectors(t) {
		server, err := keys.BoxOf(bytesOf(t, v.ServerPrivate))
		must(t, err)
		if !bytes.Equal(server.Public(), bytesOf(t, v.ServerPublic)) {
			t.Fatal("the server's two halves do not belong together")
		}
		ephemeral, err := keys.BoxOf(bytesOf(t, v.EphemeralPrivate))
		must(t, err)
		made, err := outbox.SealWith(ephemeral, bytesOf(t, v.Envelope.IV), v.Envelope.Key, server.Public(), v.Envelope.ID, v.Envelope.Ticket, []byte(v.Body))
		must(t, err)
		if made != v.Envelope {
			t.Errorf("sealed\n%+v, want\n%+v", made, v.Envelope)
		}
		if n := len(bytesOf(t, made.Sealed)) - 16; n != v.PaddedLength || n%512 != 0 {
			t.Errorf("%d bytes inside, want %d", n, v.PaddedLength)
		}
		plain, err := outbox.Open(v.Envelope, server)
		if err != nil || string(plain) != v.Body {
			t.Errorf("opened %q, %v", plain, err)
		}
	}
}

// Lengths come in steps: a longer word is not a longer message.
func TestTheLengthOfACardIsHidden(t *testing.T) {
	server, err := keys.NewBox()
	must(t, err)
	length := func(n int) int {
		e, err := outbox.Seal("k", server.Public(), "id", "ticket", bytes.Repeat([]byte("x"), n))
		must(t, err)
		plain, err := outbox.Open(e, server)
		if err != nil || len(plain) != n {
			t.Fatalf("opened %d bytes of %d, %v", len(plain), n, err)
		}
		return len(e.Sealed)
	}
	if length(1) != length(512) || length(0) != length(1) || length(512) == length(513) {
		t.Errorf("%d %d %d %d", length(0), length(1), length(512), length(513))
	}
}
