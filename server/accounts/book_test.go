package accounts_test

import (
	"net/http"
	"strings"
	"testing"

	"heard/server/accounts"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

func TestSuspensionEndsEverythingInOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.account(viewer.KindStaff, "Sam")
		p := w.invited(sam, "work")
		pending := w.invitation(sam)
		wakes, stop := w.hub.Subscribe(t.Context(), viewer.Viewer{AccountID: sam, SessionID: "s"})
		defer stop()

		// A failure after it leaves everything as it was, streams too.
		failure := errs.New(errs.Conflict, "no")
		if err := w.db.Tx(t.Context(), func(tx *db.Tx) error {
			must(t, w.s.SuspendTx(tx, w.org, sam))
			return failure
		}); errs.CodeOf(err) != errs.Conflict {
			t.Fatal(err)
		}
		p.ok("GET", "/api/work/read", nil)
		select {
		case <-wakes:
			t.Fatal("streams ended before the commit")
		default:
		}

		w.endedSessions, w.endedAccounts = nil, nil
		w.tx(func(tx *db.Tx) error {
			must(t, w.s.SuspendTx(tx, w.org, sam))
			var open int64
			must(t, tx.Gorm().Raw("SELECT count(*) FROM sessions WHERE account_id = ? AND ended_at IS NULL", sam).Scan(&open).Error)
			if open != 0 || len(w.endedSessions) != 1 || len(w.endedAccounts) != 1 {
				t.Errorf("within the transaction: %d open, hooks %v %v", open, w.endedSessions, w.endedAccounts)
			}
			return nil
		})
		if _, open := <-wakes; open {
			t.Fatal("streams go on")
		}
		p.refused(401, "", "GET", "/api/work/read", nil)
		if a := p.signIn("work"); a.Status != 403 {
			t.Fatal("a suspended account signed in: " + a.Text)
		}
		w.browser().refused(409, "invitation_expired", "POST", "/api/work/invite/begin", o{"token": pending})

		w.tx(func(tx *db.Tx) error { return w.s.RestoreTx(tx, w.org, sam) })
		p.refused(401, "", "GET", "/api/work/read", nil) // nobody is let in unasked
		if a := p.signIn("work"); a.Status != 200 {
			t.Fatal(a.Text)
		}
	})
}

func TestASuspendedYoungPersonsCodeIsDead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		b, words := w.join(kim), w.code(kim)
		w.tx(func(tx *db.Tx) error { return w.s.SuspendTx(tx, w.org, kim) })
		b.refused(401, "", "POST", "/api/young/send", nil)
		w.browser().refused(409, "code_expired", "POST", "/api/young/join", o{"code": words})
		w.tx(func(tx *db.Tx) error { return w.s.RestoreTx(tx, w.org, kim) })
		w.browser().refused(409, "code_expired", "POST", "/api/young/join", o{"code": words})
		w.browser().ok("POST", "/api/young/join", o{"code": w.code(kim)})
	})
}

func TestTheBookIsScopedByOrganisationAndSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.account(viewer.KindStaff, "Sam")
		other := w.organisation(false)
		w.tx(func(tx *db.Tx) error {
			a, err := w.s.AccountTx(tx, w.org, sam)
			if err != nil || a.Name != "Sam Surname" || a.Called != "Sam" || a.Avatar != "a1" || a.Joined || a.Invited || a.Suspended {
				t.Errorf("%+v %v", a, err)
			}
			persons, err := w.s.PersonsTx(tx, w.org, []string{sam, sam, "nobody"})
			if err != nil || len(persons) != 1 || persons[sam].Name != "Sam" {
				t.Errorf("%v %v", persons, err)
			}
			for name, err := range map[string]error{
				"account": second(w.s.AccountTx(tx, other, sam)), "change": w.s.ChangeTx(tx, other, sam, viewer.NewAccount{Name: "x"}),
				"suspend": w.s.SuspendTx(tx, other, sam), "restore": w.s.RestoreTx(tx, other, sam),
				"invite": second(w.s.InviteTx(tx, other, sam, "")), "key": second(w.s.PersonKeyTx(tx, other, sam)),
			} {
				if errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%s: %v", name, err)
				}
			}
			if persons, err := w.s.PersonsTx(tx, other, []string{sam}); err != nil || len(persons) != 0 {
				t.Errorf("%v %v", persons, err)
			}
			return nil
		})
		w.invitation(sam)
		w.tx(func(tx *db.Tx) error {
			must(t, w.s.ChangeTx(tx, w.org, sam, viewer.NewAccount{Name: "Samira Surname", Phone: "01632 960001"}))
			list, err := w.s.ListTx(tx, w.org, []viewer.Kind{viewer.KindStaff}, "", 10)
			if err != nil || len(list) != 1 || list[0].Name != "Samira Surname" || list[0].Called != "Samira Surname" ||
				list[0].Phone != "01632 960001" || list[0].Avatar != "a1" || !list[0].Invited {
				t.Errorf("%+v %v", list, err)
			}
			if list, err := w.s.ListTx(tx, w.org, []viewer.Kind{viewer.KindStaff}, sam, 10); err != nil || len(list) != 0 {
				t.Errorf("%+v %v", list, err)
			}
			k, err := w.s.PersonKeyTx(tx, w.org, sam)
			if err != nil || k == nil {
				t.Error(err)
			}
			var raw []byte
			must(t, tx.Gorm().Raw("SELECT name FROM accounts WHERE id = ?", sam).Row().Scan(&raw))
			if strings.Contains(string(raw), "Samira") {
				t.Error("a name lies open in the database")
			}
			return nil
		})
	})
}

func second[T any](_ T, err error) error { return err }

func TestDemoDoorsOpenInTheDemoOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		real := w.account(viewer.KindStaff, "Sam")
		w.org = w.organisation(true)
		sam, kim := w.account(viewer.KindStaff, "Sam"), w.account(viewer.KindYoungPerson, "Kim")
		if _, err := w.s.EnterDemo(t.Context(), sam, viewer.Work); errs.CodeOf(err) != errs.NotFound {
			t.Fatal("a door opened outside the demo", err)
		}
		demo, err := accounts.New(accounts.Config{DB: w.db, Ring: w.ring, Hub: w.hub, PublicURL: publicURL, Demo: true})
		must(t, err)
		for _, try := range []struct {
			id    string
			place viewer.Place
		}{{real, viewer.Work}, {sam, viewer.Young}, {kim, viewer.Admin}, {"nobody", viewer.Work}} {
			if _, err := demo.EnterDemo(t.Context(), try.id, try.place); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%+v: %v", try, err)
			}
		}
		for range 2 {
			opened, err := demo.EnterDemo(t.Context(), kim, viewer.Young)
			must(t, err)
			v, err := demo.Authenticate(t.Context(), viewer.Young, opened.Token.Reveal(), true)
			if err != nil || v.AccountID != kim || !v.Demo || !v.Reading {
				t.Fatalf("%+v %v", v, err)
			}
			cookie, err := http.ParseSetCookie(demo.Cookie(opened))
			if err != nil || cookie.Name != "heard_young" || cookie.Value != opened.Token.Reveal() {
				t.Fatal(cookie, err)
			}
		}
		if n := w.count("SELECT count(*) FROM devices WHERE account_id = ?", kim); n != 1 {
			t.Fatalf("%d devices behind one door", n)
		}
	})
}

func TestStaffMakeJoinCodesAndOthersDoNot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		p := w.invited(w.account(viewer.KindStaff, "Sam"), "work")
		a := p.ok("POST", "/api/work/young-people/"+kim+"/join-code", nil)
		if len(strings.Fields(a.str("words"))) != 6 || !strings.HasPrefix(a.str("qr"), "data:image/png;base64,") || a.str("expiresAt") == "" {
			t.Fatal(a.Text)
		}
		w.browser().ok("POST", "/api/young/join", o{"code": a.str("words")})
		admin := w.invited(w.account(viewer.KindAdmin, "Ada"), "admin")
		admin.refused(404, "", "POST", "/api/admin/young-people/"+kim+"/join-code", nil)
	})
}
