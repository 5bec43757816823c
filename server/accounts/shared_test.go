package accounts_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

// sit joins a young person on a shared tablet.
func (b *browser) sit(youngPerson string) answer {
	b.w.t.Helper()
	b.ok("POST", "/api/young/join", o{"code": b.w.code(youngPerson), "shared": true})
	return b.ok("GET", "/api/young/session", nil)
}

func (b *browser) leave() {
	b.w.t.Helper()
	b.ok("POST", "/api/young/shared/leave", nil)
}

// pictures gives the ids of those who can be picked.
func (b *browser) pictures() []string {
	b.w.t.Helper()
	var ids []string
	for _, one := range b.ok("GET", "/api/young/shared", nil).Body["people"].([]any) {
		ids = append(ids, one.(o)["id"].(string))
	}
	return ids
}

func (b *browser) pick(id string) answer {
	b.w.t.Helper()
	return b.ok("POST", "/api/young/shared/pick", o{"id": id})
}

func TestTwoYoungPeopleShareATablet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		leo, mia := w.account(viewer.KindYoungPerson, "Leo"), w.account(viewer.KindYoungPerson, "Mia")
		b := w.browser()
		if a := b.ok("GET", "/api/young/shared", nil); !a.is("shared", false) || len(b.pictures()) != 0 {
			t.Fatal(a.Text)
		}

		// Leo joins, may send, and reads once there is a lock.
		if a := b.sit(leo); !a.is("shared", true) || !a.is("locked", false) || !a.is("lock", "none") || a.Header.Get("Set-Cookie") != "" {
			t.Fatal(a.Text, a.Header)
		}
		tablet := b.cookies["heard_tablet"]
		if tablet == nil || !tablet.HttpOnly || tablet.Path != "/api/young" || tablet.SameSite != http.SameSiteLaxMode {
			t.Fatalf("%+v", tablet)
		}
		b.ok("POST", "/api/young/send", nil)
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		b.ok("GET", "/api/young/read", nil)

		// Left, his cookie opens nothing any more.
		before := b.clone()
		b.leave()
		before.refused(401, "", "GET", "/api/young/read", nil)
		if a := b.ok("GET", "/api/young/session", nil); !a.is("signedIn", false) || !a.is("shared", true) {
			t.Fatal(a.Text)
		}

		// Mia joins for herself, as she thinks; the tablet is shared all the same.
		b.ok("POST", "/api/young/join", o{"code": w.code(mia)})
		if a := b.ok("GET", "/api/young/session", nil); !a.is("shared", true) {
			t.Fatal(a.Text)
		}
		b.ok("POST", "/api/young/lock-setup", o{"kind": "picture", "secret": "sun-boat-tree-fox"})
		list := b.ok("GET", "/api/young/shared", nil)
		seats := b.pictures()
		if len(seats) != 2 || strings.Contains(list.Text, "Leo") || strings.Contains(list.Text, "Mia") || strings.Contains(list.Text, leo) || strings.Contains(list.Text, mia) {
			t.Fatal(list.Text)
		}

		// Picking Leo leaves Mia at once, and opens nothing of his.
		mias := b.clone()
		a := b.pick(seats[0])
		if !a.is("signedIn", true) || !a.is("locked", true) || !a.is("lock", "pin") || a.Body["account"].(o)["id"] != leo || strings.Contains(a.Text, "Leo") || strings.Contains(a.Text, mia) {
			t.Fatal(a.Text)
		}
		mias.refused(401, "", "GET", "/api/young/read", nil)
		mias.refused(401, "", "POST", "/api/young/send", nil)
		b.ok("POST", "/api/young/send", nil)
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		b.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "135799"})
		if a := b.ok("POST", "/api/young/unlock", o{"secret": "246813"}); a.Body["account"].(o)["name"] != "Leo" {
			t.Fatal(a.Text)
		}
		b.ok("GET", "/api/young/read", nil)
		w.forward(10 * time.Minute)
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		if n := w.count("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"); n != 0 {
			t.Errorf("%d sessions ended on the way", n)
		}
	})
}

func TestOnlyWhoSitsAtATabletCanBePicked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		leo, mia := w.account(viewer.KindYoungPerson, "Leo"), w.account(viewer.KindYoungPerson, "Mia")
		b, elsewhere, stranger := w.browser(), w.browser(), w.browser()
		b.sit(leo)
		elsewhere.sit(mia)
		leos := b.pictures()[0]
		b.leave()
		for _, id := range []string{elsewhere.pictures()[0], leo, mia, db.NewID(), "", "' OR 1=1 --"} {
			b.refused(404, "", "POST", "/api/young/shared/pick", o{"id": id})
		}
		stranger.refused(404, "", "POST", "/api/young/shared/pick", o{"id": leos})
		stranger.cookies["heard_tablet"] = &http.Cookie{Name: "heard_tablet", Value: strings.Repeat("A", 43), Path: "/api/young"}
		stranger.refused(404, "", "POST", "/api/young/shared/pick", o{"id": leos})
		if len(stranger.pictures()) != 0 {
			t.Error("an invented tablet shows pictures")
		}
		// A token of the browser's own making never becomes a tablet's.
		stranger.sit(mia)
		if stranger.cookies["heard_tablet"].Value == strings.Repeat("A", 43) {
			t.Error("an invented token is taken for the tablet's")
		}
		// Not shared: there is nothing to leave, and nobody is signed out.
		own := w.join(leo)
		own.refused(409, "not_shared", "POST", "/api/young/shared/leave", nil)
		own.ok("POST", "/api/young/send", nil)
		w.browser().leave()
	})
}

func TestWhoHasGoneIsNotAmongThePictures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for what, end := range map[string]func(b *browser, kim string){
			"signed out": func(b *browser, _ string) { b.ok("POST", "/api/young/sign-out", nil) },
			"suspended": func(_ *browser, kim string) {
				w.tx(func(tx *db.Tx) error { return w.s.SuspendTx(tx, w.org, kim) })
			},
			"device ended elsewhere": func(b *browser, kim string) {
				phone := w.join(kim)
				w.letIn(kim)
				for _, d := range phone.ok("GET", "/api/young/devices", nil).Body["devices"].([]any) {
					if !d.(o)["current"].(bool) {
						phone.ok("DELETE", "/api/young/devices/"+d.(o)["id"].(string), nil)
					}
				}
			},
			"expired": func(*browser, string) { w.forward(31 * 24 * time.Hour) },
		} {
			kim := w.account(viewer.KindYoungPerson, "Kim")
			b := w.browser()
			b.sit(kim)
			id := b.pictures()[0]
			end(b, kim)
			if len(b.pictures()) != 0 {
				t.Errorf("%s: still among the pictures", what)
			}
			b.refused(404, "", "POST", "/api/young/shared/pick", o{"id": id})
		}
	})
}

// Whoever stands in front of the tablet, or made the code, must not become the
// child by setting the lock in their place.
func TestTheLockOfASharedTabletIsTheYoungPersonsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		b := w.browser()
		b.sit(kim)
		b.ok("POST", "/api/young/send", nil)
		b.leave()

		closed := func(what string) {
			t.Helper()
			if a := b.ok("GET", "/api/young/session", nil); !a.is("locked", true) || !a.is("lock", "none") {
				t.Fatalf("%s: %s", what, a.Text)
			}
			b.refused(403, "locked", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
			b.refused(403, "locked", "GET", "/api/young/read", nil)
			b.refused(409, "no_lock", "POST", "/api/young/unlock", o{"secret": "246813"})
			b.ok("POST", "/api/young/send", nil)
		}
		b.pick(b.pictures()[0])
		closed("picked")
		b.sit(kim)
		closed("joined again")
		if len(b.pictures()) != 1 {
			t.Errorf("%d places for one person", len(b.pictures()))
		}

		// Also after ten quiet minutes beside a tablet that was just joined.
		ida := w.account(viewer.KindYoungPerson, "Ida")
		b = w.browser()
		b.sit(ida)
		w.forward(10 * time.Minute)
		closed("left lying")
	})
}

func TestALaterTabletOpensWithTheLockOfThePhone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		phone, tablet := w.join(kim), w.browser()
		if a := tablet.sit(kim); !a.is("historyOpen", false) {
			t.Fatal(a.Text)
		}
		tablet.refused(403, "locked", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "135799"})
		phone.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		tablet.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		tablet.ok("GET", "/api/young/read", nil)

		// Taking the lock away on the phone does not open the tablet.
		tablet.leave()
		tablet.pick(tablet.pictures()[0])
		phone.ok("GET", "/api/young/session", nil)
		phone.ok("DELETE", "/api/young/lock-setup", o{"current": "246813"})
		tablet.refused(403, "locked", "GET", "/api/young/read", nil)
		tablet.refused(403, "locked", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "135799"})
	})
}

func TestGuessesOnATabletDoNotShutThePhone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		phone, tablet := w.join(kim), w.browser()
		phone.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		tablet.sit(kim)
		for range 8 { // as somebody does in a day: right answers are no guesses
			tablet.ok("POST", "/api/young/unlock", o{"secret": "246813"})
			tablet.ok("POST", "/api/young/lock", nil)
		}
		for range 4 {
			tablet.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "000001"})
		}
		tablet.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "000001"})
		tablet.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "246813"})
		phone.ok("POST", "/api/young/lock", nil)
		phone.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		w.forward(time.Hour)
		tablet.ok("POST", "/api/young/unlock", o{"secret": "246813"})
	})
}
