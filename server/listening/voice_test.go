package listening_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/audio"
	"heard/server/db"
	"heard/server/testkit"
	"heard/server/testkit/voices"
)

func voiceOf(raw []byte) said {
	return said{"type": "audio/webm;codecs=opus", "data": base64.RawURLEncoding.EncodeToString(raw)}
}

// plays says whether somebody gets exactly this recording, as a file of its type.
func plays(t *testing.T, p *testkit.Person, path, kind string, raw []byte) {
	t.Helper()
	a := p.Get(path)
	if a.Status != http.StatusOK || !bytes.Equal(a.Body, raw) {
		t.Errorf("%s gets %d and %d bytes at %s", p.Name, a.Status, len(a.Body), path)
	}
	for name, want := range map[string]string{
		"Content-Type": kind, "Content-Disposition": "attachment", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A voice note is played by the young person and by the one they chose, while that
// one stands in a relation to them; everybody else finds nothing there.
func TestOnlyTheChosenHearAVoiceNote(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		tests := map[string]string{"chromium.webm": "audio/webm", "firefox.webm": "audio/webm", "firefox.ogg": "audio/ogg", "chromium.mp4": "audio/mp4"}
		for name, kind := range tests {
			raw := voices.Recorded(t, name)
			r := f.answer(said{"contact": met, "listened": 2, "voice": voiceOf(raw), "tell": true})
			mine, told := w.listened(w.Leo).Mine[0], w.told(w.Sam)[0]
			if !r.Told || mine.ID != r.ClientID || mine.Voice == nil || mine.Voice.Seconds != 1 || told.Voice == nil || told.Voice.Seconds != 1 {
				t.Fatalf("%s: Leo sees %+v, Sam %+v", name, mine, told)
			}
			own, theirs := "/listened/"+r.ClientID+"/voice", "/told/"+told.ID+"/voice"
			plays(t, w.Leo, own, kind, raw)
			plays(t, w.Sam, theirs, kind, raw)
			mia := w.k.YoungPerson("Mia", w.Home)
			for _, c := range []struct {
				who  *testkit.Person
				path string
			}{
				{w.Jo, theirs}, {w.Lead, theirs}, {mia, own}, {w.Sam, "/told/" + r.ClientID + "/voice"}, {w.Leo, "/listened/" + told.ID + "/voice"},
				{w.Sam, "/told/" + nobody + "/voice"}, {w.Leo, "/listened/" + nobody + "/voice"},
			} {
				if a := c.who.Get(c.path); a.Status != http.StatusNotFound {
					t.Errorf("%s: %s gets %d at %s", name, c.who.Name, a.Status, c.path)
				}
			}
			before := len(w.told(w.Sam))
			f.answer(said{"contact": met, "listened": 1, "voice": voiceOf(raw), "tell": false})
			if len(w.told(w.Sam)) != before {
				t.Error("what is for nobody is told")
			}
			w.pass(time.Minute) // newest first
		}
		told := w.told(w.Sam)[0].ID
		w.Leo.Post("/lock-setup", map[string]any{"kind": "pin", "secret": "135790"}).OK()
		mine := w.listened(w.Leo).Mine[0].ID
		w.Leo.Post("/lock", nil).OK()
		if a := w.Leo.Get("/listened/" + mine + "/voice"); a.Status != http.StatusForbidden {
			t.Errorf("a locked phone plays: %d", a.Status)
		}
		w.change("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'keyworker_of'", db.At(w.now()), w.Sam.ID)
		if a := w.Sam.Get("/told/" + told + "/voice"); a.Status != http.StatusNotFound {
			t.Errorf("after his relation has ended Sam gets %d", a.Status)
		}
	})
}

// What is no recording, or too much of one, is refused with the answer it came with,
// and kept sealed for its young person; with "not sure" and "skip" no voice is kept.
func TestVoiceNotesThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.met(), w.phone(w.Leo)
		noise := append([]byte(canary), make([]byte, audio.MaxNote-len(canary)+1)...)
		for what, c := range map[string]struct {
			voice  any
			status int
			reason string
		}{
			"over two minutes":  {voiceOf(voices.WebM(t, 123*voices.PerSecond)), http.StatusUnprocessableEntity, "voice_too_long"},
			"a picture":         {voiceOf([]byte("\x89PNG\r\n\x1a\n" + canary)), http.StatusUnprocessableEntity, "voice"},
			"no base64":         {said{"type": "audio/webm", "data": "***"}, http.StatusUnprocessableEntity, "voice"},
			"a text":            {"voice", http.StatusUnprocessableEntity, "voice"},
			"a byte over 480 K": {voiceOf(noise), http.StatusRequestEntityTooLarge, "voice_too_big"},
		} {
			f.seal("answer", said{"contact": met, "listened": 3, "voice": c.voice, "tell": true}).send().refused(what, c.status, c.reason)
		}
		if n := w.count("SELECT count(*) FROM refused_cards"); n != 5 {
			t.Errorf("%d are kept", n)
		}
		if n := w.count("SELECT count(*) FROM voice_notes") + w.count("SELECT count(*) FROM answer_copies") + w.count("SELECT count(*) FROM answers"); n != 0 {
			t.Errorf("%d rows of refused voices", n)
		}
		raw := voiceOf(voices.Recorded(t, "firefox.webm"))
		f.answer(said{"contact": met, "listened": "not_sure", "voice": raw})
		f.answer(said{"contact": met, "listened": "skip", "voice": raw})
		if n := w.count("SELECT count(*) FROM voice_notes"); n != 0 {
			t.Errorf("%d voices of no answer", n)
		}
		f.answer(said{"contact": met, "listened": 3, "voice": voiceOf(voices.WebM(t, 119*voices.PerSecond))})

		for range 39 {
			w.change(`INSERT INTO voice_notes (organisation_id, id, young_person_id, part, of_id, at, sealed)
 VALUES ((SELECT organisation_id FROM accounts WHERE id = ?), ?, ?, 'copy', ?, ?, ?)`, w.Leo.ID, db.NewID(), w.Leo.ID, db.NewID(), db.At(w.now()), []byte("x"))
		}
		f.seal("answer", said{"contact": met, "listened": 3, "voice": raw}).send().refused("the 41st of a day", http.StatusUnprocessableEntity, "voice_too_many")
		f.answer(said{"contact": met, "listened": 3, "words": canary})
		w.k.Clock.Forward(day)
		f.answer(said{"contact": met, "listened": 3, "voice": raw})
	})
}

// The database holds no piece of what was said, and nothing at all once the young
// person's key is gone. Nobody who was not told finds anything changed.
func TestAVoiceNoteLiesSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f, raw := w.met(), w.phone(w.Leo), voices.Recorded(t, "firefox.webm")
		adults := []*testkit.Person{w.Sam, w.Jo, w.Lead}
		ids := []string{w.Leo.ID, met, w.Home}
		w.screens(adults, ids)
		before, written := w.screens(adults, ids), w.written()
		mine := f.answer(said{"contact": met, "listened": 1, "voice": voiceOf(raw), "tell": false}).ClientID
		w.same("a voice for nobody", before, w.screens(adults, ids))
		w.same("a voice for nobody", written, w.written())
		f.answer(said{"contact": met, "listened": 1, "voice": voiceOf(raw), "tell": true})
		told := "/told/" + w.told(w.Sam)[0].ID + "/voice"
		for _, table := range []string{"voice_notes", "answer_copies", "told_answers", "outbox_tickets", "audit", "answers"} {
			dump := strings.Join(w.rows("SELECT * FROM "+table), "\n")
			for at := 0; at+16 <= len(raw); at += 16 {
				if strings.Contains(dump, hex.EncodeToString(raw[at:at+16])) {
					t.Fatalf("%s holds a piece of what was said", table)
				}
			}
		}
		for _, row := range w.rows("SELECT length(sealed) AS size FROM voice_notes") {
			if !strings.HasPrefix(row, "size=655") { // 64 KiB, a nonce, a tag
				t.Errorf("how long somebody spoke can be seen: %s", row)
			}
		}
		w.change("UPDATE accounts SET wrapped_key = ? WHERE id = ?", []byte("gone"), w.Leo.ID)
		for p, path := range map[*testkit.Person]string{w.Leo: "/listened/" + mine + "/voice", w.Sam: told} {
			if a := p.Get(path); a.Status != http.StatusNotFound {
				t.Errorf("without the key %s gets %d", p.Name, a.Status)
			}
		}
	})
}
