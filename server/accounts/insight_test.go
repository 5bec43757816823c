package accounts_test

import (
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// Published figures have a door of their own for the accounts of staff and administrators:
// the same passkey, another session.
func TestStaffAndAdministratorsEnterInsightWithTheirPasskey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for kind, home := range map[viewer.Kind]string{viewer.KindStaff: "work", viewer.KindAdmin: "admin"} {
			id := w.account(kind, "Sam")
			p := w.invited(id, home)
			a := p.signIn("insight")
			if a.Status != 200 || a.Body["account"].(o)["id"] != id || a.str("may") != "read" {
				t.Fatal(a.Text)
			}
			if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "heard_insight=") || !strings.Contains(cookie, "Path=/api/insight;") {
				t.Fatal(cookie)
			}
			p.ok("GET", "/api/insight/read", nil)
			if a := p.ok("GET", "/api/"+home+"/session", nil); !a.is("signedIn", true) || a.str("may") != "" {
				t.Fatal(a.Text) // one browser holds both
			}
			// A token of one place opens nothing at another.
			p.cookies["heard_"+home].Value, p.cookies["heard_insight"].Value = p.cookies["heard_insight"].Value, p.cookies["heard_"+home].Value
			p.refused(401, "", "GET", "/api/insight/read", nil)
			p.refused(401, "", "GET", "/api/"+home+"/read", nil)
			p.cookies["heard_"+home].Value, p.cookies["heard_insight"].Value = p.cookies["heard_insight"].Value, p.cookies["heard_"+home].Value

			w.forward(10 * time.Minute)
			if a := p.ok("GET", "/api/insight/session", nil); !a.is("idle", true) || a.str("may") != "" || a.str("csrf") != "" {
				t.Fatal(a.Text)
			}
			p.refused(401, "idle", "GET", "/api/insight/read", nil)
			if a := p.signIn("insight"); a.Status != 200 {
				t.Fatal(a.Text)
			}
			p.ok("POST", "/api/insight/sign-out", nil)
			p.refused(401, "", "GET", "/api/insight/read", nil)
		}
		// Whoever has no account to sign in with finds no way in here either.
		p := w.invited(w.account(viewer.KindStaff, "Jo"), "work")
		if a := p.signIn("admin"); a.Status != 403 {
			t.Fatal(a.Text)
		}
	})
}

// An invitation opens where somebody will be: those who only read figures begin there.
func TestAnInvitationMayOpenAtInsight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ann := w.account(viewer.KindStaff, "Ann")
		p := w.invited(ann, "insight")
		p.ok("GET", "/api/insight/read", nil)
		p.refused(401, "", "GET", "/api/work/read", nil)
		token := w.invitation(w.account(viewer.KindStaff, "Bo"))
		q := w.phone()
		q.refused(422, "invitation_wrong", "POST", "/api/admin/invite/begin", o{"token": token})
		// Begun at one place, it is not finished at another.
		begun := q.ok("POST", "/api/work/invite/begin", o{"token": token})
		q.refused(422, "ceremony", "POST", "/api/insight/invite/finish", q.made(begun, nil))
	})
}

func TestSuspensionEndsInsightToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ann := w.account(viewer.KindStaff, "Ann")
		p := w.invited(ann, "insight")
		w.tx(func(tx *db.Tx) error { return w.s.SuspendTx(tx, w.org, ann) })
		p.refused(401, "", "GET", "/api/insight/read", nil)
		if a := p.signIn("insight"); a.Status == 200 {
			t.Fatal(a.Text)
		}
	})
}
