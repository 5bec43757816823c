package outbox_test

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/outbox"
	"heard/server/testkit"
)

// A server that starts makes the first key, keeps it, and makes the next in time.
func TestAKeyIsSucceeded(t *testing.T) {
	clock := testkit.NewClock(time.Date(2026, 3, 4, 14, 4, 0, 0, time.UTC))
	secret := bytes.Repeat([]byte{7}, keys.KeySize)
	ring, err := keys.Load("", base64.StdEncoding.EncodeToString(secret))
	must(t, err)
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: secret, Now: clock.Now})
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	must(t, d.Migrate(t.Context()))
	start := func() string {
		t.Helper()
		s, err := outbox.New(t.Context(), outbox.Config{DB: d, Ring: ring})
		must(t, err)
		var key outbox.PublicKey
		must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) { key, err = s.KeyTx(tx); return err }))
		return key.ID
	}
	first := start()
	clock.Forward(outbox.KeyAge - time.Hour)
	if again := start(); first == "" || again != first {
		t.Errorf("%q became %q too early", first, again)
	}
	clock.Forward(time.Hour)
	if next := start(); next == first {
		t.Error("the key is given out for ever")
	}

	other, err := keys.Load("", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, keys.KeySize)))
	must(t, err)
	if _, err := outbox.New(t.Context(), outbox.Config{DB: d, Ring: other}); err == nil {
		t.Error("a server with another key starts, and could open nothing")
	}
}
