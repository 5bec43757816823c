package accounts_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/accounts"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

type o = map[string]any

func TestAYoungPersonJoinsWithSixWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		words := w.code(kim)
		b := w.browser()
		if a := b.ok("GET", "/api/young/session", nil); !a.is("signedIn", false) || !a.is("lock", "none") {
			t.Fatal(a.Text)
		}
		// However they are typed: capitals, hyphens, double spaces.
		typed := "  " + strings.ToUpper(strings.Replace(words, " ", "-", 2)) + " "
		a := b.ok("POST", "/api/young/join", o{"code": typed, "deviceName": "My phone"})
		if !a.is("signedIn", true) || !a.is("historyOpen", true) || !a.is("locked", false) || a.Body["account"].(o)["name"] != "Kim" ||
			a.Body["organisation"].(o)["keyworkerWord"] != "my person" || a.str("deviceId") == "" || a.str("csrf") == "" {
			t.Fatal(a.Text)
		}
		cookie := a.Header.Get("Set-Cookie")
		if !strings.HasPrefix(cookie, "heard_young=") || !strings.Contains(cookie, "Path=/api/young;") ||
			!strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Fatal(cookie)
		}
		b.ok("GET", "/api/young/read", nil)
		if a := b.ok("GET", "/api/young/devices", nil); len(a.Body["devices"].([]any)) != 1 || a.Body["devices"].([]any)[0].(o)["name"] != "My phone" {
			t.Fatal(a.Text)
		}
		if w.count("SELECT count(*) FROM sessions WHERE token_hash IS NULL") != 0 || strings.Contains(w.log.String(), words) {
			t.Fatal("a secret was kept or logged")
		}
	})
}

func TestACodeOpensOnceAndNotForEver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		join := func(words string) func(status int, reason string) {
			return func(status int, reason string) {
				t.Helper()
				a := w.browser().refused(status, reason, "POST", "/api/young/join", o{"code": words})
				if strings.Contains(a.Text, strings.Fields(words + " x")[0]) || a.Header.Get("Set-Cookie") != "" {
					t.Fatal("the answer echoes the words or hands out a cookie: " + a.Text)
				}
			}
		}
		used := w.code(kim)
		b := w.browser()
		b.ok("POST", "/api/young/join", o{"code": used})
		b.ok("GET", "/api/young/session", nil)
		join(used)(409, "code_used")

		replaced, fresh := w.code(kim), w.code(kim)
		join(replaced)(409, "code_expired")
		w.forward(7*24*time.Hour - time.Second)
		w.browser().ok("POST", "/api/young/join", o{"code": fresh})

		late := w.code(kim)
		w.forward(7 * 24 * time.Hour)
		join(late)(409, "code_expired")
		join("zebra zebra zebra zebra zebra zebra")(422, "code_wrong")
		join("only four words here")(422, "code_wrong")
		join("")(422, "code_wrong")
	})
}

func TestWrongTriesCountAgainstTheCode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		words := w.code(kim)
		parts := strings.Fields(words)
		wrong := strings.Join(append(parts[:2:2], "acorn", "acorn", "acorn", "acorn"), " ")
		for i := range 10 {
			reason, status := "code_wrong", 422
			if i == 9 {
				reason, status = "code_blocked", 409
			}
			w.browser().refused(status, reason, "POST", "/api/young/join", o{"code": wrong})
		}
		w.browser().refused(409, "code_blocked", "POST", "/api/young/join", o{"code": words})
		if w.count("SELECT count(*) FROM sessions") != 0 {
			t.Fatal("a spent code opened a session")
		}
	})
}

func TestNineWrongTriesDoNotSpendACode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		words := w.code(kim)
		wrong := strings.Join(append(strings.Fields(words)[:2:2], "acorn", "acorn", "acorn", "acorn"), " ")
		for range 9 {
			w.browser().refused(422, "code_wrong", "POST", "/api/young/join", o{"code": wrong})
		}
		w.browser().ok("POST", "/api/young/join", o{"code": words})
	})
}

func TestMakingCodesIsLimitedForOneYoungPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim, lee := w.account(viewer.KindYoungPerson, "Kim"), w.account(viewer.KindYoungPerson, "Lee")
		for range 12 {
			w.code(kim)
		}
		v := viewer.Viewer{AccountID: w.account(viewer.KindStaff, "Jo"), OrganisationID: w.org, Kind: viewer.KindStaff}
		if _, err := w.s.MakeJoinCode(t.Context(), v, kim, around().MayMakeCode); errs.ReasonOf(err) != "too_many" {
			t.Fatal(err)
		}
		w.code(lee)
		w.forward(24 * time.Hour)
		w.code(kim)
		other := viewer.Viewer{AccountID: v.AccountID, OrganisationID: w.organisation(false), Kind: viewer.KindStaff}
		if _, err := w.s.MakeJoinCode(t.Context(), other, kim, around().MayMakeCode); errs.CodeOf(err) != errs.NotFound {
			t.Fatal("another organisation's worker made a code", err)
		}
		v.Kind = viewer.KindAdmin
		if _, err := w.s.MakeJoinCode(t.Context(), v, kim, around().MayMakeCode); errs.CodeOf(err) != errs.NotFound {
			t.Fatal("the policy was not asked", err)
		}
	})
}

func TestASecondDeviceSendsOnlyUntilAnOlderOneApproves(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		first := w.join(kim)
		second := w.join(kim)
		a := second.ok("GET", "/api/young/session", nil)
		if !a.is("historyOpen", false) || !a.is("locked", false) {
			t.Fatal(a.Text)
		}
		second.ok("POST", "/api/young/send", nil)
		second.refused(403, "locked", "GET", "/api/young/read", nil)
		second.refused(403, "locked", "GET", "/api/young/devices", nil)
		second.refused(403, "locked", "POST", "/api/young/devices/"+a.str("deviceId")+"/approve", nil)
		second.refused(403, "locked", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})

		if a := first.ok("GET", "/api/young/session", nil); !a.is("newDevices", 1.0) {
			t.Fatal("the first device is not told: " + a.Text)
		}
		stranger := w.join(w.account(viewer.KindYoungPerson, "Lee"))
		stranger.refused(404, "", "POST", "/api/young/devices/"+a.str("deviceId")+"/approve", nil)
		stranger.refused(404, "", "DELETE", "/api/young/devices/"+a.str("deviceId"), nil)
		second.refused(403, "locked", "GET", "/api/young/read", nil)

		first.ok("POST", "/api/young/devices/"+a.str("deviceId")+"/approve", nil)
		second.ok("GET", "/api/young/read", nil)
	})
}

func TestASecondDeviceOpensWithTheSecret(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		first := w.join(kim)
		first.ok("POST", "/api/young/lock-setup", o{"kind": "picture", "secret": "cat-boat-cat-sun"})
		second := w.join(kim)
		if a := second.ok("GET", "/api/young/session", nil); !a.is("locked", true) || !a.is("lock", "picture") || !a.is("historyOpen", false) {
			t.Fatal(a.Text)
		}
		second.ok("POST", "/api/young/send", nil)
		a := second.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "cat-boat-sun-cat"})
		if a.Body["fields"].(o)["left"] != "4" || strings.Contains(a.Text, "boat") {
			t.Fatal(a.Text)
		}
		second.refused(403, "locked", "GET", "/api/young/read", nil)
		if a := second.ok("POST", "/api/young/unlock", o{"secret": "cat-boat-cat-sun"}); !a.is("historyOpen", true) || !a.is("locked", false) {
			t.Fatal(a.Text)
		}
		second.ok("GET", "/api/young/read", nil)
		// Joining again in the same browser is the same device, not a new one.
		second.ok("POST", "/api/young/join", o{"code": w.code(kim)})
		if n := w.count("SELECT count(*) FROM devices WHERE account_id = ?", kim); n != 2 {
			t.Fatalf("%d devices", n)
		}
		if a := second.ok("GET", "/api/young/session", nil); !a.is("historyOpen", true) || !a.is("locked", true) {
			t.Fatal(a.Text)
		}
	})
}

func TestALockShutsReadingButNeverSending(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		b.refused(409, "no_lock", "POST", "/api/young/lock", nil)
		for _, weak := range []string{"111111", "123456", "987654", "12345", "abcdef", "12345x"} {
			b.refused(422, "", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": weak})
		}
		b.refused(422, "", "POST", "/api/young/lock-setup", o{"kind": "picture", "secret": "cat-cat-cat-cat"})
		b.refused(422, "", "POST", "/api/young/lock-setup", o{"kind": "picture", "secret": "cat-dog-sun"})
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		b.ok("GET", "/api/young/read", nil)
		if a := b.ok("POST", "/api/young/lock", nil); !a.is("locked", true) || !a.is("lock", "pin") {
			t.Fatal(a.Text)
		}
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		b.ok("POST", "/api/young/send", nil)
		b.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		b.ok("GET", "/api/young/read", nil)

		b.refused(422, "secret_needed", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "135792"})
		b.refused(422, "secret_wrong", "POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "135792", "current": "000001"})
		b.refused(422, "secret_wrong", "DELETE", "/api/young/lock-setup", o{"current": "135792"})
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "135792", "current": "246813"})
		if a := b.ok("DELETE", "/api/young/lock-setup", o{"current": "135792"}); !a.is("lock", "none") || !a.is("locked", false) {
			t.Fatal(a.Text)
		}
	})
}

func TestTheLockShutsByItselfAndSendingDoesNotOpenIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		w.forward(time.Hour)
		b.ok("GET", "/api/young/read", nil) // without a lock nothing could open it again
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		w.forward(9 * time.Minute)
		b.ok("GET", "/api/young/read", nil) // an act: ten minutes begin anew
		w.forward(9 * time.Minute)
		if a := b.do("GET", "/api/young/read", nil, "X-Heard-Background", "1"); a.Status != 200 { // no act
			t.Fatal(a.Text)
		}
		w.forward(time.Minute)
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		b.ok("POST", "/api/young/send", nil)
		b.refused(403, "locked", "GET", "/api/young/read", nil)
		if a := b.ok("GET", "/api/young/session", nil); !a.is("locked", true) {
			t.Fatal(a.Text)
		}
		b.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		b.ok("GET", "/api/young/read", nil)
	})
}

func TestWrongSecretsAreCountedOnTheServer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		b := w.join(kim)
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		b.ok("POST", "/api/young/lock", nil)
		other := w.join(kim) // another device that was let in shares the count
		w.letIn(kim)
		for i, wait := range []time.Duration{0, 0, 0, 0, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour} {
			from := b
			if i%2 == 1 {
				from = other
			}
			if wait == 0 {
				from.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "000001"})
				continue
			}
			a := from.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "000001"})
			until, err := time.Parse(time.RFC3339, a.Body["fields"].(o)["until"].(string))
			must(t, err)
			if got := until.Sub(w.clock()); got != wait {
				t.Fatalf("try %d: blocked for %s, want %s", i+1, got, wait)
			}
			b.refused(403, "blocked", "POST", "/api/young/unlock", o{"secret": "246813"}) // the right one too
			b.ok("POST", "/api/young/send", nil)
			w.forward(wait)
		}
		b.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		b.ok("POST", "/api/young/lock", nil)
		b.refused(422, "secret_wrong", "POST", "/api/young/unlock", o{"secret": "000001"}) // the count began anew
	})
}

func TestUnlockingChangesTheTokenAndForgivesALostAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		b.ok("POST", "/api/young/lock-setup", o{"kind": "pin", "secret": "246813"})
		before := b.clone()
		b.ok("POST", "/api/young/unlock", o{"secret": "246813"})
		if b.cookies["heard_young"].Value == before.cookies["heard_young"].Value {
			t.Fatal("the token stayed the same")
		}
		// The phone that never got the answer goes on with the token it has.
		w.forward(5 * time.Minute)
		before.ok("POST", "/api/young/send", nil)
		// Once the new token was seen, the old one ends.
		b.ok("GET", "/api/young/read", nil)
		w.forward(59 * time.Second)
		before.ok("POST", "/api/young/send", nil)
		w.forward(time.Second)
		before.refused(401, "", "POST", "/api/young/send", nil)
		b.ok("POST", "/api/young/send", nil)
	})
}

func TestASessionSlidesForThirtyDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		for range 3 {
			w.forward(29 * 24 * time.Hour)
			b.ok("POST", "/api/young/send", nil)
		}
		w.forward(30 * 24 * time.Hour)
		b.refused(401, "", "POST", "/api/young/send", nil)
		if a := b.ok("GET", "/api/young/session", nil); !a.is("signedIn", false) {
			t.Fatal(a.Text)
		}
	})
}

func TestForgedAndForeignSessionsOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		forged := b.clone()
		forged.cookies["heard_young"] = &http.Cookie{Name: "heard_young", Path: "/api/young", Value: strings.Repeat("A", 43)}
		forged.refused(401, "", "GET", "/api/young/read", nil)

		// A cookie carried to another place, under that place's name.
		for _, place := range []string{"work", "admin"} {
			moved := w.browser()
			moved.cookies["x"] = &http.Cookie{Name: "heard_" + place, Path: "/api/" + place, Value: b.cookies["heard_young"].Value}
			moved.refused(401, "", "GET", "/api/"+place+"/read", nil)
		}
		wrong := b.clone()
		wrong.csrf = w.join(w.account(viewer.KindYoungPerson, "Lee")).csrf
		wrong.refused(403, "csrf", "POST", "/api/young/send", nil)
		b.refused(403, "csrf", "POST", "/api/young/send", nil, "Origin", "https://evil.example")
		b.refused(403, "csrf", "POST", "/api/young/join", o{"code": "x"}, "Sec-Fetch-Site", "cross-site")
		b.ok("POST", "/api/young/send", nil)
	})
}

func TestSigningOutForgetsTheDevice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		b := w.join(kim)
		kept := b.clone()
		b.ok("POST", "/api/young/sign-out", nil)
		if len(b.cookies) != 0 {
			t.Fatal("the cookie stayed")
		}
		kept.refused(401, "", "POST", "/api/young/send", nil)
		if len(w.endedSessions) != 1 || w.count("SELECT count(*) FROM devices WHERE ended_at IS NULL") != 0 {
			t.Fatal("something is left")
		}
		b.ok("POST", "/api/young/sign-out", nil) // twice does no harm
		// The code that comes after opens a later device, not the first one again.
		if a := w.join(kim).ok("GET", "/api/young/session", nil); !a.is("historyOpen", false) {
			t.Fatal(a.Text)
		}
	})
}

func TestADeviceCanBeEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		first, second := w.join(kim), w.join(kim)
		id := second.ok("GET", "/api/young/session", nil).str("deviceId")
		wakes, stop := w.hub.Subscribe(t.Context(), viewer.Viewer{AccountID: "x", SessionID: sessionOf(w, id)})
		defer stop()
		first.ok("DELETE", "/api/young/devices/"+id, nil)
		if _, open := <-wakes; open {
			t.Fatal("the ended device's streams go on")
		}
		second.refused(401, "", "POST", "/api/young/send", nil)
		first.ok("POST", "/api/young/send", nil)
		first.refused(404, "", "DELETE", "/api/young/devices/"+id, nil)
	})
}

func sessionOf(w *world, deviceID string) (id string) {
	must(w.t, w.db.Read(w.t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT id FROM sessions WHERE device_id = ? AND ended_at IS NULL", deviceID).Scan(&id).Error
	}))
	return id
}

func TestBadInputEchoesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const canary = "zebra-in-the-attic"
		b := w.join(w.account(viewer.KindYoungPerson, "Kim"))
		for _, try := range []struct {
			method, path string
			body         any
		}{
			{"POST", "/api/young/join", o{"code": canary}},
			{"POST", "/api/young/join", o{"code": "a", "deviceName": strings.Repeat(canary, 9)}},
			{"POST", "/api/young/join", o{"code": "a", canary: 1}},
			{"POST", "/api/young/lock-setup", o{"kind": canary, "secret": canary}},
			{"POST", "/api/young/lock-setup", o{"kind": "pin", "secret": canary}},
			{"POST", "/api/young/unlock", o{"secret": canary}},
			{"POST", "/api/young/devices/" + canary + "/approve", nil},
			{"POST", "/api/work/invite/begin", o{"token": canary}},
			{"POST", "/api/work/sign-in/finish", o{"ceremony": canary, "credential": o{"id": canary}}},
			{"POST", "/api/work/invite/finish", o{"ceremony": canary, "credential": o{"rawId": canary}, "deviceName": canary}},
		} {
			a := b.do(try.method, try.path, try.body)
			if a.Status < 400 || a.Status >= 500 || a.str("code") == "" || strings.Contains(a.Text, canary) {
				t.Errorf("%s: %d %s", try.path, a.Status, a.Text)
			}
		}
		if strings.Contains(w.log.String(), canary) {
			t.Error("the log holds what was submitted")
		}
	})
}

func TestACodeIsShownAsWordsLinkAndPicture(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kim := w.account(viewer.KindYoungPerson, "Kim")
		v := viewer.Viewer{AccountID: w.account(viewer.KindStaff, "Sam"), OrganisationID: w.org, Kind: viewer.KindStaff}
		code, err := w.s.MakeJoinCode(t.Context(), v, kim, around().MayMakeCode)
		must(t, err)
		if len(strings.Fields(code.Words)) != 6 || code.URL != publicURL+"/join#"+strings.ReplaceAll(code.Words, " ", "-") ||
			!code.ExpiresAt.Equal(w.clock().Add(7*24*time.Hour)) {
			t.Fatalf("%+v", code)
		}
		picture, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(code.QR, "data:image/png;base64,"))
		must(t, err)
		if !strings.HasPrefix(string(picture), "\x89PNG") {
			t.Fatal("no picture")
		}
		if n := w.count("SELECT count(*) FROM audit WHERE action = 'join_code.made' AND subject_id = ?", kim); n != 1 {
			t.Fatalf("%d audit rows", n)
		}
	})
}

func TestTheWordsAreFitForAChild(t *testing.T) {
	words := accounts.Words()
	seen := map[string]bool{}
	for _, word := range words {
		if seen[word] || len(word) < 3 || len(word) > 11 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q", word)
		}
		seen[word] = true
	}
	if len(words) < 512 {
		t.Fatalf("only %d words", len(words))
	}
}
