package accounts_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

var relyingParty = virtualwebauthn.RelyingParty{Name: "Heard", ID: "localhost", Origin: publicURL}

// phone is a browser with an authenticator in it.
type phone struct {
	*browser
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func (w *world) phone() *phone {
	return &phone{
		browser: w.browser(), rp: relyingParty, auth: virtualwebauthn.NewAuthenticator(),
		key: newKey(),
	}
}

// newKey makes a key with both coordinates of full length: the virtual
// authenticator drops leading zeros, which a real one does not.
func newKey() virtualwebauthn.Credential {
	for {
		key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(key.Key.AttestationData()) == 77 {
			return key
		}
	}
}

func (w *world) invitation(accountID string) string {
	w.t.Helper()
	var invitation viewer.Invitation
	w.tx(func(tx *db.Tx) (err error) {
		invitation, err = w.s.InviteTx(tx, w.org, accountID, "")
		return err
	})
	_, token, found := strings.Cut(invitation.URL, "#")
	if !found || !strings.HasPrefix(invitation.URL, publicURL+"/") {
		w.t.Fatal(invitation.URL)
	}
	return token
}

// made answers a ceremony that makes a passkey.
func (p *phone) made(begun answer, extra o) o {
	p.w.t.Helper()
	raw, err := json.Marshal(begun.Body["options"])
	must(p.w.t, err)
	options, err := virtualwebauthn.ParseAttestationOptions(string(raw))
	must(p.w.t, err)
	p.auth.Options.UserHandle = []byte(options.UserID)
	return finish(p.w.t, begun, virtualwebauthn.CreateAttestationResponse(p.rp, p.auth, p.key, *options), extra)
}

// used answers a ceremony that signs in.
func (p *phone) used(begun answer) o {
	p.w.t.Helper()
	raw, err := json.Marshal(begun.Body["options"])
	must(p.w.t, err)
	options, err := virtualwebauthn.ParseAssertionOptions(string(raw))
	must(p.w.t, err)
	p.key.Counter++
	return finish(p.w.t, begun, virtualwebauthn.CreateAssertionResponse(p.rp, p.auth, p.key, *options), nil)
}

func finish(t *testing.T, begun answer, response string, extra o) o {
	t.Helper()
	var credential o
	must(t, json.Unmarshal([]byte(response), &credential))
	body := o{"ceremony": begun.str("ceremony"), "credential": credential}
	for k, v := range extra {
		body[k] = v
	}
	return body
}

// invited brings an account in by an invitation.
func (w *world) invited(accountID, place string) *phone {
	w.t.Helper()
	p := w.phone()
	begun := p.ok("POST", "/api/"+place+"/invite/begin", o{"token": w.invitation(accountID)})
	p.ok("POST", "/api/"+place+"/invite/finish", p.made(begun, o{"deviceName": "Work phone"}))
	return p
}

func (p *phone) signIn(place string) answer {
	p.w.t.Helper()
	return p.do("POST", "/api/"+place+"/sign-in/finish", p.used(p.ok("POST", "/api/"+place+"/sign-in/begin", nil)))
}

func TestStaffComeInByInvitationAndPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.account(viewer.KindStaff, "Sam")
		token := w.invitation(sam)
		p := w.phone()
		begun := p.ok("POST", "/api/work/invite/begin", o{"token": token})
		key := begun.Body["options"].(o)["publicKey"].(o)
		selection := key["authenticatorSelection"].(o)
		if begun.str("name") != "Sam" || selection["userVerification"] != "required" || selection["residentKey"] != "required" {
			t.Fatal(begun.Text)
		}
		a := p.ok("POST", "/api/work/invite/finish", p.made(begun, o{"deviceName": "Work phone"}))
		if !a.is("signedIn", true) || !a.is("idle", false) || a.Body["account"].(o)["name"] != "Sam" || a.Body["roles"].([]any)[0] != "keyworker" {
			t.Fatal(a.Text)
		}
		if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "heard_work=") || !strings.Contains(cookie, "Path=/api/work;") {
			t.Fatal(cookie)
		}
		p.ok("GET", "/api/work/read", nil)
		if a := p.ok("GET", "/api/work/passkeys", nil); len(a.Body["passkeys"].([]any)) != 1 {
			t.Fatal(a.Text)
		}

		// On another day, in a browser without a cookie.
		p.browser = w.browser()
		if a := p.signIn("work"); a.Status != 200 || a.Body["account"].(o)["id"] != sam {
			t.Fatal(a.Text)
		}
		p.ok("GET", "/api/work/read", nil)
		if a := p.ok("GET", "/api/work/devices", nil); len(a.Body["devices"].([]any)) != 2 || a.Body["devices"].([]any)[0].(o)["name"] != "Chrome on Android" {
			t.Fatal(a.Text)
		}
		if n := w.count("SELECT count(*) FROM passkeys WHERE last_used_at IS NOT NULL"); n != 1 {
			t.Fatal(n)
		}
	})
}

func TestAnInvitationOpensOnceInItsOwnPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.account(viewer.KindStaff, "Sam")
		begin := func(status int, reason, place, token string) {
			t.Helper()
			a := w.browser().refused(status, reason, "POST", "/api/"+place+"/invite/begin", o{"token": token})
			if strings.Contains(a.Text, token) || strings.Contains(a.Text, "Sam") {
				t.Fatal(a.Text)
			}
		}
		older, token := w.invitation(sam), w.invitation(sam)
		begin(409, "invitation_expired", "work", older)
		begin(422, "invitation_wrong", "work", strings.Repeat("A", 43))
		begin(422, "invitation_wrong", "admin", token)

		// Two browsers begin with the same link: the first to finish has it.
		p, q := w.phone(), w.phone()
		mine, theirs := p.ok("POST", "/api/work/invite/begin", o{"token": token}), q.ok("POST", "/api/work/invite/begin", o{"token": token})
		p.ok("POST", "/api/work/invite/finish", p.made(mine, nil))
		q.refused(409, "invitation_used", "POST", "/api/work/invite/finish", q.made(theirs, nil))
		begin(409, "invitation_used", "work", token)
		if n := w.count("SELECT count(*) FROM passkeys"); n != 1 {
			t.Fatal(n)
		}
		late := w.invitation(sam)
		w.forward(7 * 24 * time.Hour)
		begin(409, "invitation_expired", "work", late)

		kim := w.account(viewer.KindYoungPerson, "Kim")
		err := w.db.Tx(t.Context(), func(tx *db.Tx) error { _, err := w.s.InviteTx(tx, w.org, kim, ""); return err })
		if errs.CodeOf(err) != errs.Invalid {
			t.Fatal("a young person was invited by a link", err)
		}
	})
}

func TestACeremonyIsForOnceForItsPurposeAndShort(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.invited(w.account(viewer.KindStaff, "Sam"), "work")
		begun := p.ok("POST", "/api/work/sign-in/begin", nil)
		body := p.used(begun)
		w.browser().refused(422, "ceremony", "POST", "/api/admin/sign-in/finish", body)
		p.ok("POST", "/api/work/sign-in/finish", body)
		p.refused(422, "ceremony", "POST", "/api/work/sign-in/finish", body)

		late := p.used(p.ok("POST", "/api/work/sign-in/begin", nil))
		w.forward(5 * time.Minute)
		p.refused(422, "ceremony", "POST", "/api/work/sign-in/finish", late)

		// One begun by somebody else adds no passkey here.
		other := w.invited(w.account(viewer.KindStaff, "Jo"), "work")
		other.key = newKey()
		theirs := other.made(other.ok("POST", "/api/work/passkeys/begin", nil), nil)
		p.refused(422, "ceremony", "POST", "/api/work/passkeys/finish", theirs)

		// A wrong answer spends its ceremony too.
		begun = p.ok("POST", "/api/work/sign-in/begin", nil)
		stranger := w.phone()
		stranger.auth.Options.UserHandle = []byte("nobody")
		p.refused(403, "passkey", "POST", "/api/work/sign-in/finish", stranger.used(begun))
		p.refused(422, "ceremony", "POST", "/api/work/sign-in/finish", p.used(begun))
	})
}

func TestAWrongPasskeyOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.account(viewer.KindStaff, "Sam")
		p := w.invited(sam, "work")
		for name, spoil := range map[string]func(*phone){
			"another key": func(q *phone) {
				k := newKey()
				k.ID = q.key.ID
				q.key = k
			},
			"no user verification":     func(q *phone) { q.auth.Options.UserNotVerified = true },
			"another site":             func(q *phone) { q.rp.Origin = "https://evil.example" },
			"another site's keys":      func(q *phone) { q.rp.ID = "evil.example" },
			"another user's handle":    func(q *phone) { q.auth.Options.UserHandle = []byte(w.account(viewer.KindStaff, "Jo")) },
			"no handle":                func(q *phone) { q.auth.Options.UserHandle = nil },
			"a counter that went back": func(q *phone) { p.key.Counter = 9; p.signIn("work"); q.key.Counter = 2 },
		} {
			q := &phone{browser: w.browser(), rp: p.rp, auth: p.auth, key: p.key}
			spoil(q)
			if a := q.signIn("work"); a.Status != 403 || a.str("reason") != "passkey" || len(q.cookies) != 0 {
				t.Errorf("%s: %d %s", name, a.Status, a.Text)
			}
		}
		q := w.phone()
		q.auth.Options.UserNotVerified = true
		begun := q.ok("POST", "/api/work/invite/begin", o{"token": w.invitation(sam)})
		q.refused(403, "passkey", "POST", "/api/work/invite/finish", q.made(begun, nil))

		admin := w.invited(w.account(viewer.KindAdmin, "Ada"), "admin")
		admin.browser = w.browser()
		if a := admin.signIn("work"); a.Status != 403 || a.str("reason") != "passkey" {
			t.Error("an administrator came in at work: " + a.Text)
		}
		if a := admin.signIn("admin"); a.Status != 200 {
			t.Error(a.Text)
		}
	})
}

func TestASessionGoesIdleAndIsOpenedAgainByThePasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.invited(w.account(viewer.KindStaff, "Sam"), "work")
		session := sessionOf(w, p.ok("GET", "/api/work/session", nil).str("deviceId"))
		w.forward(9 * time.Minute)
		p.ok("GET", "/api/work/read", nil)
		w.forward(9 * time.Minute)
		if a := p.do("GET", "/api/work/read", nil, "X-Heard-Background", "1"); a.Status != 200 {
			t.Fatal(a.Text)
		}
		w.forward(time.Minute)
		p.refused(401, "idle", "GET", "/api/work/read", nil)
		a := p.ok("GET", "/api/work/session", nil)
		if !a.is("signedIn", true) || !a.is("idle", true) || a.Body["account"].(o)["name"] != "Sam" || a.str("csrf") != "" {
			t.Fatal(a.Text)
		}
		p.refused(401, "idle", "GET", "/api/work/read", nil) // asking who is here opened nothing

		before := p.clone()
		if a := p.signIn("work"); a.Status != 200 || !a.is("idle", false) {
			t.Fatal(a.Text)
		}
		p.ok("GET", "/api/work/read", nil)
		if got := sessionOf(w, p.ok("GET", "/api/work/session", nil).str("deviceId")); got != session {
			t.Fatal("what hangs on the session was lost")
		}
		before.refused(401, "", "GET", "/api/work/read", nil)
	})
}

func TestStaffSessionsEndAfterTwelveHoursWhateverIsDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.invited(w.account(viewer.KindAdmin, "Ada"), "admin")
		for range 12*60/9 - 1 {
			w.forward(9 * time.Minute)
			p.ok("GET", "/api/admin/read", nil)
		}
		w.forward(9*time.Minute + 9*time.Minute)
		p.refused(401, "", "GET", "/api/admin/read", nil)
		if a := p.ok("GET", "/api/admin/session", nil); !a.is("signedIn", false) || !a.is("idle", false) {
			t.Fatal(a.Text)
		}
		// Signing in again is the same device, with a new session.
		if a := p.signIn("admin"); a.Status != 200 {
			t.Fatal(a.Text)
		}
		if w.count("SELECT count(*) FROM devices") != 1 || w.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL") != 1 || len(w.endedSessions) != 1 {
			t.Fatal("not the same device, or the old session goes on")
		}
	})
}

func TestAnotherAccountInTheSameBrowserEndsTheFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.invited(w.account(viewer.KindStaff, "Sam"), "work")
		q := w.invited(w.account(viewer.KindStaff, "Jo"), "work")
		left := p.clone()
		q.browser = p.browser
		if a := q.signIn("work"); a.Status != 200 || a.Body["account"].(o)["name"] != "Jo" {
			t.Fatal(a.Text)
		}
		left.refused(401, "", "GET", "/api/work/read", nil)
	})
}

func TestPasskeysAreAddedAndEndedButNeverTheLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.invited(w.account(viewer.KindStaff, "Sam"), "work")
		first := p.ok("GET", "/api/work/passkeys", nil).Body["passkeys"].([]any)[0].(o)["id"].(string)
		p.refused(409, "last_passkey", "DELETE", "/api/work/passkeys/"+first, nil)

		q := &phone{browser: p.browser, rp: p.rp, auth: virtualwebauthn.NewAuthenticator(), key: newKey()}
		begun := q.ok("POST", "/api/work/passkeys/begin", nil)
		if excluded := begun.Body["options"].(o)["publicKey"].(o)["excludeCredentials"].([]any); len(excluded) != 1 {
			t.Fatal(begun.Text)
		}
		second := q.ok("POST", "/api/work/passkeys/finish", q.made(begun, o{"name": "Laptop"})).str("id")

		stranger := w.invited(w.account(viewer.KindStaff, "Jo"), "work")
		stranger.refused(404, "", "DELETE", "/api/work/passkeys/"+second, nil)

		p.ok("DELETE", "/api/work/passkeys/"+first, nil)
		p.refused(404, "", "DELETE", "/api/work/passkeys/"+first, nil)
		p.refused(409, "last_passkey", "DELETE", "/api/work/passkeys/"+second, nil)
		p.browser = w.browser()
		if a := p.signIn("work"); a.Status != 403 {
			t.Fatal("an ended passkey signed in: " + a.Text)
		}
		q.browser = w.browser()
		if a := q.signIn("work"); a.Status != 200 {
			t.Fatal(a.Text)
		}
	})
}
