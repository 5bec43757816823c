package accounts_test

import (
	"testing"
	"time"

	"heard/server/viewer"
)

func TestAPhoneThatNeverHeardTheAnswerJoinsAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		lost, b, late := w.browser(), w.browser(), w.browser()
		words := w.code(kim)
		lost.ok("POST", "/api/young/join", o{"code": words})
		lost2 := w.browser()
		lost2.ok("POST", "/api/young/join", o{"code": words})
		w.forward(9 * time.Minute)
		if a := b.ok("POST", "/api/young/join", o{"code": words}); !a.is("historyOpen", true) {
			t.Fatal(a.Text)
		}
		b.ok("GET", "/api/young/read", nil)
		// Nobody reads beside them with a token from before, and the words are used now.
		lost.refused(401, "", "GET", "/api/young/read", nil)
		lost2.refused(401, "", "GET", "/api/young/read", nil)
		late.refused(409, "code_used", "POST", "/api/young/join", o{"code": words})
		if n := w.count("SELECT count(*) FROM devices WHERE account_id = ?", kim); n != 1 {
			t.Fatalf("%d devices", n)
		}
	})
}

func TestADeviceNobodyHeardOfIsNotTheFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		lost, b := w.browser(), w.browser()
		words := w.code(kim)
		lost.ok("POST", "/api/young/join", o{"code": words})
		w.forward(10 * time.Minute)
		b.refused(409, "code_used", "POST", "/api/young/join", o{"code": words})
		if a := b.ok("POST", "/api/young/join", o{"code": w.code(kim)}); !a.is("historyOpen", true) {
			t.Fatal(a.Text)
		}
		b.ok("GET", "/api/young/read", nil)
		lost.refused(401, "", "GET", "/api/young/read", nil)
		// From here on it is a second device.
		if a := w.browser().ok("POST", "/api/young/join", o{"code": w.code(kim)}); !a.is("historyOpen", false) {
			t.Fatal(a.Text)
		}
	})
}

func TestAStrangersGuessesDoNotShutTheYoungPersonOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		b := w.join(kim)
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		b.ok("POST", "/api/young/lock", nil)
		stranger, another := w.join(kim), w.join(kim)
		for range 4 {
			stranger.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "000001"})
		}
		stranger.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "000001"})
		another.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "000001"}) // no new tries for a new device
		stranger.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "246813"})
		b.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		stranger.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "246813"})
		w.forward(4 * time.Hour)
		stranger.ok("POST", "/api/young/unlock", o{"secret": "246813"})
	})
}
