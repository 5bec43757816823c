package app_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
)

// Words that must be nowhere but on the screens of those they are for.
const (
	replyCanary  = "heron-waits-by-the-lift"
	reasonCanary = "otter-under-the-stairs"
	phoneCanary  = "07700900641"
)

var secrets = []string{canary, replyCanary, phoneCanary}

// names stand sealed in the database and never in a log or push.
var names = []string{"Leocadia", "Samphire"}

// story has everything private happen once: a card with words, an answer in own
// words, a reason, names, a phone number, a push.
type story struct {
	leo, sam *testkit.Person
	phone    string // the endpoint, a secret of its own
	card     string
	live     *stream
}

func tell(t *testing.T, k *testkit.Kit) story {
	w := k.World()
	s := story{leo: k.YoungPerson("Leocadia", w.Home), sam: k.Staff("Samphire")}
	k.Admin().Do("PUT", "/staff/"+s.sam.ID, map[string]any{"phone": phoneCanary}).OK()
	k.RelateAndConfirm(w.Lead, s.sam.ID, "keyworker_of", s.leo.ID)
	_, phone := s.sam.Subscribe()
	s.phone = phone.Endpoint
	s.live = openStream(t, s.sam)
	card := k.NewCard(s.sam)
	card.Words = canary
	var r receipt
	s.leo.Post("/cards", card).Into(&r)
	s.card = r.ID
	if _, err := k.Push.Wait(t.Context(), phone.ID, 1); err != nil {
		t.Fatal(err)
	}
	version := map[string]any{"version": 1, "kind": "own_words", "words": replyCanary}
	s.sam.Post("/cards/"+r.ID+"/answer", version).OK()
	w.Lead.Post("/break-glass", map[string]any{"youngPersonId": s.leo.ID, "reason": reasonCanary}).OK()
	if a := s.leo.Get("/cards/" + r.ID); !sees(a, canary) || !sees(a, replyCanary) || !sees(s.leo.Get("/people"), phoneCanary) {
		t.Fatalf("the story is not told: %s", a.Body)
	}
	census(k)
	return s
}

// Private words are in no log, no push, no live event and no refusal, and not in
// the rows of the database as they stand.
func TestPrivateWordsStayPrivate(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := tell(t, k)
		sealed := append(append([]string{s.phone, s.leo.Token(), s.sam.Token()}, secrets...), names...)
		everything := append([]string{reasonCanary}, sealed...)
		private(t, "the log", []byte(k.Logs.String()), everything...)
		for _, push := range k.Push.Requests("") {
			private(t, "a push", fmt.Appendf(nil, "%+v", push), append(append([]string{s.card, "sad"}, secrets...), names...)...)
		}
		s.sam.Post("/sign-out", nil).OK()
		s.live.over(t, "Sam")
		private(t, "the live stream", []byte(s.live.frames.String()), append([]string{s.card}, everything...)...)
		rows := dump(t, k)
		if !strings.Contains(rows, s.card) {
			t.Fatal("the dump lacks the card itself")
		}
		private(t, "the database", []byte(rows), sealed...)
	})
}

// dump is every column of every row as text, bytes as they are and in hexadecimal.
func dump(t *testing.T, k *testkit.Kit) string {
	t.Helper()
	var out strings.Builder
	for _, table := range tables(k) {
		var rows []map[string]any
		err := k.App.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Table(table).Find(&rows).Error })
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for column, value := range row {
				if b, ok := value.([]byte); ok {
					value = string(b) + " " + hex.EncodeToString(b)
				}
				fmt.Fprintf(&out, "%s.%s=%v\n", table, column, value)
			}
		}
	}
	return out.String()
}

// On SQLite the files themselves are unreadable, the log of writes too: not even a
// column's name is in them.
func TestFilesAreUnreadable(t *testing.T) {
	k := testkit.New(t)
	s := tell(t, k)
	folder := k.App.Config.DataDir
	searched := 0
	for _, name := range []string{"heard.db", "heard.db-wal"} {
		file, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		searched += len(file)
		for _, word := range append([]string{s.card, s.phone, "organisation_id", "CREATE TABLE", "SQLite format", "Oak House", reasonCanary}, append(secrets, names...)...) {
			if bytes.Contains(file, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	}
	if searched < 100_000 {
		t.Errorf("only %d bytes were searched", searched)
	}
}

// Words taken back before anyone saw the card are gone, not hidden; afterwards
// adults keep what they saw.
func TestWordsTakenBackAreGone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		for _, seen := range []bool{false, true} {
			card := k.NewCard(w.Sam)
			card.Words, card.Need = canary, "quiet"
			var r receipt
			w.Leo.Post("/cards", card).Into(&r)
			has := func() int { return count(k, "SELECT count(*) FROM cards WHERE id = ? AND words IS NOT NULL", r.ID) }
			if has() != 1 {
				t.Fatal("the words were never stored")
			}
			if seen {
				w.Sam.Post("/cards/"+r.ID+"/seen", map[string]any{"version": 1}).OK()
			}
			page := w.Leo.Post("/cards/"+r.ID+"/withdraw", map[string]any{"version": count(k, "SELECT version FROM cards WHERE id = ?", r.ID)}).OK()
			if left := has() == 1; left != seen || sees(page, canary) != seen {
				t.Errorf("seen %v: the words are left: %v, on the page: %v", seen, left, sees(page, canary))
			}
			if !seen {
				denied(t, "a card taken back", w.Sam.Get("/cards/"+r.ID), w.Sam.Get("/cards/"+nobodysID))
			}
		}
	})
}
