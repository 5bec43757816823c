package keys_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"heard/server/keys"
)

var kek = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{9}, 32))

func ring(t *testing.T) *keys.Ring {
	t.Helper()
	r, err := keys.Load("", kek)
	must(t, err)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFieldOpensOnlyWhereItWasSealed(t *testing.T) {
	_, k, err := ring(t).NewKey("organisation:1")
	must(t, err)
	ad := keys.AD{Table: "cards", Column: "words", Row: "1"}
	sealed, err := k.Seal([]byte("I had a bad day"), ad)
	must(t, err)
	if bytes.Contains(sealed, []byte("bad day")) {
		t.Fatal("sealed in name only")
	}
	plain, err := k.Open(sealed, ad)
	if err != nil || string(plain) != "I had a bad day" {
		t.Fatalf("got %q, %v", plain, err)
	}
	for _, other := range []keys.AD{
		{Table: "cards", Column: "words", Row: "2"}, {Table: "cards", Column: "reply", Row: "1"}, {Table: "card", Column: "swords", Row: "1"},
		{Table: "cardswords", Column: "", Row: "1"}, {},
	} {
		if _, err := k.Open(sealed, other); err == nil {
			t.Errorf("opened in %+v", other)
		}
	}
	_, another, err := ring(t).NewKey("organisation:1")
	must(t, err)
	if _, err := another.Open(sealed, ad); err == nil {
		t.Error("another key opened it")
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := k.Open(bent, ad); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
	}
	for _, short := range []keys.Sealed{nil, {}, {1}, {1, 2, 3}} {
		if _, err := k.Open(short, ad); err == nil {
			t.Errorf("opened %v", short)
		}
	}
	again, err := k.Seal([]byte("I had a bad day"), ad)
	must(t, err)
	if bytes.Equal(sealed, again) {
		t.Error("the same words are sealed to the same bytes")
	}
}

func TestKeysWrapKeysForOneOwner(t *testing.T) {
	r := ring(t)
	wrapped, organisation, err := r.NewKey("organisation:1")
	must(t, err)
	inner, account, err := organisation.NewKey("account:1")
	must(t, err)
	ad := keys.AD{Table: "cards", Column: "words", Row: "1"}
	sealed, err := account.Seal([]byte("words"), ad)
	must(t, err)

	// As after a restart: nothing but the wrapped keys and the key outside.
	unwrapped, err := ring(t).Unwrap(wrapped, "organisation:1")
	must(t, err)
	back, err := unwrapped.Unwrap(inner, "account:1")
	must(t, err)
	if plain, err := back.Open(sealed, ad); err != nil || string(plain) != "words" {
		t.Fatalf("got %q, %v", plain, err)
	}
	if _, err := r.Unwrap(wrapped, "organisation:2"); err == nil {
		t.Error("unwrapped for another owner")
	}
	if _, err := unwrapped.Unwrap(inner, "account:2"); err == nil {
		t.Error("unwrapped for another account")
	}
	if _, err := r.Unwrap(inner, "account:1"); err == nil {
		t.Error("an account's key was unwrapped without its organisation's")
	}
	// A wrapped key is not a field, whatever the row is called.
	if _, err := unwrapped.Open(inner, keys.AD{Table: "account:1"}); err == nil {
		t.Error("a wrapped key opened as a field")
	}
	other, err := keys.Load("", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32)))
	must(t, err)
	if _, err := other.Unwrap(wrapped, "organisation:1"); err == nil {
		t.Error("unwrapped with another key-encryption key")
	}
}

func TestTheServersOwnFieldsAndDerivedKeys(t *testing.T) {
	r := ring(t)
	ad := keys.AD{Table: "push_keys", Column: "private_key", Row: "1"}
	sealed, err := r.Seal([]byte("vapid"), ad)
	must(t, err)
	if plain, err := ring(t).Open(sealed, ad); err != nil || string(plain) != "vapid" {
		t.Fatalf("got %q, %v", plain, err)
	}
	mac := r.MAC("session", []byte("token"))
	if len(mac) != 32 || !bytes.Equal(mac, ring(t).MAC("session", []byte("token"))) {
		t.Fatal("a MAC is 32 bytes and the same after a restart")
	}
	database := r.DatabaseKey()
	raw, err := base64.StdEncoding.DecodeString(kek)
	must(t, err)
	for _, other := range [][]byte{r.MAC("csrf", []byte("token")), r.MAC("session", []byte("tokens")), database, raw} {
		if bytes.Equal(mac, other) {
			t.Error("two purposes share a key")
		}
	}
	if len(database) != 32 || bytes.Equal(database, raw) {
		t.Error("the database's key is not derived")
	}
	clear(database)
	if bytes.Equal(database, r.DatabaseKey()) {
		t.Error("a caller can change the ring")
	}
}

func TestTheKeyFileIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "heard.key")
	var all sync.WaitGroup
	macs := make([][]byte, 8)
	for i := range macs {
		all.Go(func() {
			r, err := keys.Load(path, "")
			if err != nil {
				t.Error(err)
				return
			}
			macs[i] = r.MAC("x", nil)
		})
	}
	all.Wait()
	for _, m := range macs {
		if !bytes.Equal(m, macs[0]) {
			t.Fatal("instances that started together have different keys")
		}
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o400 {
		t.Fatalf("got %v", info.Mode())
	}
	left, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(left) != 1 {
		t.Fatalf("left behind: %v", left)
	}
	must(t, os.Chmod(path, 0o440))
	if _, err := keys.Load(path, ""); err == nil {
		t.Error("a key file that others can read was accepted")
	}
	must(t, os.Chmod(path, 0o600))
	must(t, os.WriteFile(path, []byte("short"), 0o600))
	if _, err := keys.Load(path, ""); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongKeyInTheEnvironmentIsRefusedAndNotQuoted(t *testing.T) {
	for _, env := range []string{"not base64 at all!", base64.StdEncoding.EncodeToString(make([]byte, 31)), " "} {
		if _, err := keys.Load(filepath.Join(t.TempDir(), "key"), env); err == nil || strings.Contains(err.Error(), strings.TrimSpace(env)) && env != " " {
			t.Errorf("%q: %v", env, err)
		}
	}
	if _, err := keys.Load("", kek+"\n"); err != nil {
		t.Error(err)
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	const canary = "canary-secret"
	r := ring(t)
	_, k, err := r.NewKey("x")
	must(t, err)
	type holder struct {
		S     keys.Secret
		P     *keys.Secret
		Map   map[string]keys.Secret
		Slice []keys.Secret
		Ring  *keys.Ring
		Key   *keys.Key
		Any   any
	}
	s := keys.Secret(canary)
	h := holder{S: s, P: &s, Map: map[string]keys.Secret{"m": s}, Slice: []keys.Secret{s}, Ring: r, Key: k, Any: s}
	leaks := func(how, text string) {
		t.Helper()
		// The key-encryption key is 32 times the byte 9.
		for _, word := range []string{canary, fmt.Sprintf("%x", canary), kek, "9 9 9", "0909", `\t\t`, "0x9, 0x9"} {
			if strings.Contains(text, word) {
				t.Errorf("%s prints it: %s", how, text)
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3s", "%c", "%T"} {
		for _, v := range []any{s, h, &h, r, k, []any{s, r, k}} {
			leaks(verb, fmt.Sprintf(verb, v))
		}
	}
	if got := fmt.Sprintf("%v %s %q %#v", s, s, s, s); got != "[private] [private] [private] [private]" {
		t.Errorf("got %s", got)
	}
	leaks("concatenation of String", s.String()+r.String()+k.String())
	leaks("an error", fmt.Errorf("cannot use %v, %v", s, h).Error())
	text, err := json.Marshal(h)
	must(t, err)
	leaks("JSON", string(text))
	if got := string(text); !strings.Contains(got, `"S":"[private]"`) || !strings.Contains(got, `{"m":"[private]"}`) {
		t.Errorf("got %s", got)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text log": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"JSON log": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("x", "secret", s, "pointer", &s, "holder", h, "ring", r, "key", k, slog.Group("g", "s", s))
		leaks(name, b.String())
	}
	if s.Reveal() != canary {
		t.Error("Reveal does not reveal")
	}
	var back keys.Secret
	must(t, json.Unmarshal([]byte(`"`+canary+`"`), &back))
	if back != s {
		t.Error("a secret cannot be read from JSON")
	}
}

func TestAStreamOpensOnlyWholeAndWhereItBelongs(t *testing.T) {
	r := ring(t)
	plain := bytes.Repeat([]byte("something private "), 20_000)
	var sealed bytes.Buffer
	w, err := r.SealStream("backup", []byte("salt"), &sealed, []byte("header"))
	must(t, err)
	_, err = w.Write(plain)
	must(t, errors.Join(err, w.Close()))
	open := func(r *keys.Ring, purpose, salt, ad string, from []byte) ([]byte, error) {
		in, err := r.OpenStream(purpose, []byte(salt), bytes.NewReader(from), []byte(ad))
		must(t, err)
		return io.ReadAll(in)
	}
	if got, err := open(r, "backup", "salt", "header", sealed.Bytes()); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	stranger, err := keys.Load("", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32)))
	must(t, err)
	changed := bytes.Clone(sealed.Bytes())
	changed[len(changed)/2] ^= 1
	for what, try := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return open(stranger, "backup", "salt", "header", sealed.Bytes()) },
		"another purpose": func() ([]byte, error) { return open(r, "other", "salt", "header", sealed.Bytes()) },
		"another salt":    func() ([]byte, error) { return open(r, "backup", "sand", "header", sealed.Bytes()) },
		"another place":   func() ([]byte, error) { return open(r, "backup", "salt", "footer", sealed.Bytes()) },
		"cut short": func() ([]byte, error) {
			return open(r, "backup", "salt", "header", sealed.Bytes()[:sealed.Len()-70_000])
		},
		"changed": func() ([]byte, error) { return open(r, "backup", "salt", "header", changed) },
	} {
		if _, err := try(); err == nil {
			t.Errorf("%s: it opened", what)
		}
	}
}
