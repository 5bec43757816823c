package keys_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"heard/server/keys"
)

func TestABoxOpensOnlyWhatWasSealedToIt(t *testing.T) {
	server, err := keys.NewBox()
	must(t, err)
	phone, err := keys.NewBox()
	must(t, err)
	iv, ad := bytes.Repeat([]byte{3}, keys.BoxIVSize), []byte("card 1")
	sealed, err := phone.SealTo(server.Public(), iv, []byte("I had a bad day"), "v1", ad)
	must(t, err)
	if bytes.Contains(sealed, []byte("bad day")) {
		t.Fatal("sealed in name only")
	}

	// As after a restart: nothing but the private half that was stored.
	again, err := keys.BoxOf(server.Private())
	must(t, err)
	plain, err := again.Open(phone.Public(), iv, sealed, "v1", ad)
	if err != nil || string(plain) != "I had a bad day" {
		t.Fatalf("got %q, %v", plain, err)
	}

	other, err := keys.NewBox()
	must(t, err)
	refused := func(what string, b *keys.Box, epk, iv, sealed []byte, info string, ad []byte) {
		t.Helper()
		if _, err := b.Open(epk, iv, sealed, info, ad); err == nil {
			t.Errorf("%s: it opens", what)
		}
	}
	refused("another server", other, phone.Public(), iv, sealed, "v1", ad)
	refused("another phone", server, other.Public(), iv, sealed, "v1", ad)
	refused("another purpose", server, phone.Public(), iv, sealed, "v2", ad)
	refused("another card", server, phone.Public(), iv, sealed, "v1", []byte("card 2"))
	refused("another IV", server, phone.Public(), bytes.Repeat([]byte{4}, keys.BoxIVSize), sealed, "v1", ad)
	refused("a short IV", server, phone.Public(), iv[:11], sealed, "v1", ad)
	refused("no IV", server, phone.Public(), nil, sealed, "v1", ad)
	refused("no text", server, phone.Public(), iv, nil, "v1", ad)
	refused("no key", server, nil, iv, sealed, "v1", ad)
	bent := bytes.Clone(phone.Public())
	bent[64] ^= 1 // not on the curve
	refused("a point beside the curve", server, bent, iv, sealed, "v1", ad)
	// The phone itself does not hold what opens it: its own half agrees with nothing.
	refused("the phone", phone, phone.Public(), iv, sealed, "v1", ad)
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		refused(fmt.Sprintf("byte %d changed", i), server, phone.Public(), iv, bent, "v1", ad)
	}
}

func TestABoxNeverPrints(t *testing.T) {
	b, err := keys.BoxOf(bytes.Repeat([]byte{9}, 32))
	must(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, v := range []any{b, struct{ B *keys.Box }{b}} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, "0909") || strings.Contains(got, "9 9 9") || strings.Contains(got, "0x9, 0x9") {
				t.Errorf("%s prints %s", verb, got)
			}
		}
	}
	text, err := json.Marshal(b)
	must(t, err)
	if string(text) != `"[private]"` {
		t.Errorf("JSON is %s", text)
	}
}
