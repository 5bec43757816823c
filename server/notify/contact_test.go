package notify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/testkit/govnotify"
	"heard/server/testkit/mail"
)

func TestAnAddressIsProvenBeforeAnythingIsSentThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		id, err := w.n.AddContact(t.Context(), w.sam, notify.SMS, "07700 900123")
		w.must(err)
		w.run(w.n)
		alert := w.enqueue(w.alert(w.sam, "c1"))
		w.becomes("no_channel", statusOf, alert)
		if got := l.texts.Messages(); len(got) != 1 || !strings.HasPrefix(got[0].Text, "Your Heard code is ") {
			t.Fatalf("sent: %+v", got)
		}
		code := l.code(notify.SMS)
		if err := w.n.VerifyContact(t.Context(), w.jo, id, code); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("proven by another: %v", err)
		}
		// Nothing of it is to be read in the database.
		for _, row := range []string{`SELECT address FROM contact_points`, `SELECT code_hash FROM contact_codes`} {
			var stored []byte
			w.must(w.db.Read(context.Background(), func(tx *db.Tx) error { return tx.Gorm().Raw(row).Row().Scan(&stored) }))
			if all := string(stored) + hex.EncodeToString(stored); strings.Contains(all, "7700") || strings.Contains(all, code) {
				t.Errorf("%s shows what it should not", row)
			}
		}
		w.must(w.n.VerifyContact(t.Context(), w.sam, id, code))
		w.must(w.n.VerifyContact(t.Context(), w.sam, id, code))
		// What nobody could be told so far goes there.
		w.becomes("accepted", statusOf, alert)
		shown, err := w.n.Contacts(t.Context(), w.sam)
		w.must(err)
		if len(shown) != 1 || shown[0].Address != "•••• 123" || !shown[0].Verified || shown[0].Kind != notify.SMS {
			t.Errorf("shown: %+v", shown)
		}
		w.must(w.n.RemoveContact(t.Context(), w.sam, id))
		if err := w.n.RemoveContact(t.Context(), w.sam, id); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		gone := w.enqueue(w.alert(w.sam, "c2"))
		w.becomes("no_channel", statusOf, gone)
	})
}

func TestCodesAreFewShortLivedAndHardToGuess(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.withLetters()
		add := func() string {
			id, err := w.n.AddContact(t.Context(), w.sam, notify.Email, "sam@example.org")
			w.must(err)
			return id
		}
		wrong := func(code string) string {
			if code == "000000" {
				return "000001"
			}
			return "000000"
		}
		id := add()
		old := l.code(notify.Email)
		if again := add(); again != id {
			t.Error("one address is kept twice")
		}
		code := l.code(notify.Email)
		if code != old {
			if err := w.n.VerifyContact(t.Context(), w.sam, id, old); errs.ReasonOf(err) != "code_wrong" {
				t.Errorf("an old code: %v", err)
			}
		}
		for range 5 {
			_ = w.n.VerifyContact(t.Context(), w.sam, id, wrong(code))
		}
		if err := w.n.VerifyContact(t.Context(), w.sam, id, code); errs.ReasonOf(err) != "code_expired" {
			t.Errorf("the right code after five wrong ones: %v", err)
		}
		add()
		code = l.code(notify.Email)
		w.clock.forward(11 * time.Minute)
		if err := w.n.VerifyContact(t.Context(), w.sam, id, code); errs.ReasonOf(err) != "code_expired" {
			t.Errorf("the right code too late: %v", err)
		}
		// Removing the address gives no new codes.
		w.must(w.n.RemoveContact(t.Context(), w.sam, id))
		add()
		id = add()
		if _, err := w.n.AddContact(t.Context(), w.sam, notify.Email, "sam@example.org"); errs.ReasonOf(err) != "too_many" {
			t.Errorf("the sixth code in an hour: %v", err)
		}
		w.must(w.n.VerifyContact(t.Context(), w.sam, id, l.code(notify.Email)))
		if _, err := w.n.AddContact(t.Context(), w.sam, notify.Email, "sam@EXAMPLE.org"); errs.ReasonOf(err) != "duplicate" {
			t.Errorf("added again: %v", err)
		}
		w.clock.forward(61 * time.Minute)
		for _, address := range []string{"a@example.org", "b@example.org", "c@example.org", "d@example.org"} {
			_, err := w.n.AddContact(t.Context(), w.sam, notify.Email, address)
			w.must(err)
		}
		if _, err := w.n.AddContact(t.Context(), w.sam, notify.Email, "e@example.org"); errs.ReasonOf(err) != "too_many" {
			t.Errorf("the sixth address: %v", err)
		}
		// Addresses nobody proved are not kept.
		w.clock.forward(8 * 24 * time.Hour)
		w.must(notify.ForgetUnseen(w.n, t.Context()))
		if got := w.value(`SELECT count(*) FROM contact_points`) + w.value(`SELECT count(*) FROM contact_codes`); got != "10" {
			t.Errorf("left: %s", got)
		}
	})
}

func TestAddressesThatAreNone(t *testing.T) {
	w := newWorld(t, db.SQLite)
	l := w.withLetters()
	for address, kind := range map[string]notify.Channel{
		"sam": notify.Email, "Sam <sam@example.org>": notify.Email, "sam@example.org, jo@example.org": notify.Email, "sam@localhost": notify.Email,
		"sam@example.org\r\nBcc: x@example.org": notify.Email, "07700": notify.SMS, "call me": notify.SMS, "+0 7700 900123": notify.SMS, "sam@example.org": "fax",
	} {
		if _, err := w.n.AddContact(t.Context(), w.sam, kind, address); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%q as %s: %v", address, kind, err)
		}
	}
	for address, want := range map[string]string{"07700 900 124": "+447700900124", "+44 (7700) 900-125": "+447700900125", "00491701234567": "+491701234567"} {
		sam := w.staff(db.NewID())
		_, err := w.n.AddContact(t.Context(), sam, notify.SMS, address)
		w.must(err)
		if all := l.texts.Messages(); all[len(all)-1].To != want {
			t.Errorf("%s became %s", address, all[len(all)-1].To)
		}
	}
	l.texts.Answer(govnotify.Trial)
	if _, err := w.n.AddContact(t.Context(), w.sam, notify.SMS, "07700900126"); errs.ReasonOf(err) != "not_sent" {
		t.Errorf("a code that could not be sent: %v", err)
	}
	demo := w.sam
	demo.Demo = true
	if _, err := w.n.AddContact(t.Context(), demo, notify.Email, "stranger@example.org"); errs.ReasonOf(err) != "not_offered" {
		t.Errorf("from the demo: %v", err)
	}
	plain := w.service(notify.Config{})
	if _, err := plain.AddContact(t.Context(), w.sam, notify.Email, "sam@example.org"); errs.ReasonOf(err) != "not_offered" {
		t.Errorf("without a mail server: %v", err)
	}
}

func TestSettingsThatWouldFailLaterAreRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	key := "live-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	good := notify.Channels{
		SMTPURL: "smtp://heard:pa55@mail.example.org", SMTPFrom: "heard@example.org",
		NotifyAPIKey: keys.Secret(key), NotifySMSTemplate: govnotify.Template, CallbackToken: "sixteen-letters!",
	}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	if err := (notify.Channels{}).Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*notify.Channels){
		"HEARD_SMTP_URL must":              func(c *notify.Channels) { c.SMTPURL = "mail.example.org:25" },
		"HEARD_SMTP_URL must look":         func(c *notify.Channels) { c.SMTPURL = "https://heard:pa55@mail.example.org" },
		"HEARD_SMTP_URL has a port":        func(c *notify.Channels) { c.SMTPURL = "smtp://heard:pa55@mail.example.org:99999" },
		"HEARD_SMTP_FROM":                  func(c *notify.Channels) { c.SMTPFrom = "" },
		"HEARD_NOTIFY_API_KEY":             func(c *notify.Channels) { c.NotifyAPIKey = "live-pa55" },
		"HEARD_NOTIFY_URL":                 func(c *notify.Channels) { c.NotifyURL = "http://api.example.org" },
		"HEARD_NOTIFY_SMS_TEMPLATE":        func(c *notify.Channels) { c.NotifySMSTemplate = "hello" },
		"HEARD_NOTIFY_CALLBACK_TOKEN must": func(c *notify.Channels) { c.CallbackToken = "pa55" },
	} {
		c := good
		spoil(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pa55") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A mail server elsewhere must be spoken to in secret, or not at all; here on loopback a certificate nobody vouches
// for stands for one that is wrong.
func TestMailIsSentInSecret(t *testing.T) {
	w := newWorld(t, db.SQLite)
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	secret := mail.Start(t, mail.Options{TLS: &tls.Config{Certificates: certified.TLS.Certificates}, User: "heard", Password: "pass word/1"})
	asks := mail.Start(t, mail.Options{User: "heard", Password: "pass word/1"})
	send := func(url string) error {
		n := w.service(notify.Config{Channels: notify.Channels{SMTPURL: keys.Secret(url), SMTPFrom: "heard@example.org"}, LetterTimeout: time.Second})
		_, err := n.AddContact(t.Context(), w.staff(db.NewID()), notify.Email, "sam@example.org")
		return err
	}
	if err := send("smtp://heard:pass%20word%2F1@" + secret.Address); errs.ReasonOf(err) != "not_sent" || secret.Asked() != 0 {
		t.Errorf("sent to a server with a wrong certificate: %v", err)
	}
	if !strings.Contains(w.log.String(), `"problem":"insecure"`) {
		t.Errorf("the log: %s", w.log.String())
	}
	if err := send("smtp://heard:wrong@" + asks.Address); errs.ReasonOf(err) != "not_sent" || !strings.Contains(w.log.String(), `"problem":"unauthorised"`) {
		t.Errorf("with a wrong password: %v", err)
	}
	w.must(send("smtp://heard:pass%20word%2F1@" + asks.Address))
	if got := asks.Messages(); len(got) != 1 || got[0].User != "heard" {
		t.Errorf("came: %+v", got)
	}

	pool := x509.NewCertPool()
	pool.AddCert(certified.Certificate())
	for scheme, server := range map[string]*mail.Server{
		"smtp":  mail.Start(t, mail.Options{TLS: &tls.Config{Certificates: certified.TLS.Certificates}, User: "heard", Password: "x"}),
		"smtps": mail.Start(t, mail.Options{Implicit: true, TLS: &tls.Config{Certificates: certified.TLS.Certificates}, User: "heard", Password: "x"}),
	} {
		problem := notify.Mail(scheme+"://heard:x@"+server.Address, "example.com", pool)
		if got := server.Messages(); problem != "" || len(got) != 1 || !got[0].TLS || got[0].User != "heard" {
			t.Errorf("%s: %q, came %+v", scheme, problem, got)
		}
	}
	// Anywhere but here, a server that offers no secrecy is given nothing.
	open := mail.Start(t, mail.Options{})
	if problem := notify.Mail("smtp://"+open.Address, "example.com", pool); problem != "insecure" || open.Asked() != 0 {
		t.Errorf("without TLS: %q, asked %d", problem, open.Asked())
	}
}
