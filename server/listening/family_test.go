package listening_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/listening"
	"heard/server/testkit"
)

// family is somebody with a link and nothing else: no account, no cookie.
type family struct {
	w     *world
	token string
}

// link has Sam make a link for the family of a contact's young person.
func (w *world) link(contactID string) family {
	w.t.Helper()
	var made struct {
		URL, QR   string
		ExpiresAt time.Time
	}
	w.Sam.Post("/contacts/"+contactID+"/family-link", nil).Into(&made)
	token, found := strings.CutPrefix(made.URL, w.k.App.Config.PublicURL+"/family/#")
	if !found || !strings.HasPrefix(made.QR, "data:image/png;base64,") || !made.ExpiresAt.Equal(w.now().Add(14*day)) {
		w.t.Fatalf("the link is %+v", made)
	}
	return family{w, token}
}

func (f family) open() *testkit.Answer {
	f.w.t.Helper()
	return f.w.k.Browser("").Post("family/open", said{"token": f.token})
}

func (f family) answer(listened any) *testkit.Answer {
	f.w.t.Helper()
	return f.w.k.Browser("").Post("family/answer", said{"token": f.token, "listened": listened})
}

// same is an answer without what differs from request to request.
func same(a *testkit.Answer) string {
	a.Header.Del("Date")
	a.Header.Del("X-Request-Id")
	return fmt.Sprintf("%d %v %s", a.Status, a.Header, changing.ReplaceAll(a.Body, nil))
}

// A link opens one question, which names nobody whose family it is, and is answered
// once. What is counted is a family's answer and nothing else; whatever ended the
// link, it looks like one that never was.
func TestAFamilyAnswersOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met := w.met()
		f, asks := w.link(met), w.rows("SELECT * FROM asks")
		if looked := string(w.Leo.Get("/looked").OK().Body); strings.Count(looked, `"what":"family_link"`) != 1 || !strings.Contains(looked, w.Sam.ID) {
			t.Errorf("Leo does not see that Sam made a link: %s", looked)
		}
		for range 2 { // looking ends nothing
			a := f.open().OK()
			want := `{"kind":"visit","day":"2026-03-04","with":"Sam","service":"Oak House","order":"best_`
			if !strings.HasPrefix(string(a.Body), want) || strings.Contains(string(a.Body), "Leo") || strings.Contains(string(a.Body), w.Leo.ID) {
				t.Errorf("the question is %s", a.Body)
			}
		}
		if a := f.answer(7); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a face that is none: %d %s", a.Status, a.Body)
		}
		if a := f.answer(4).OK(); string(a.Body) != "{}\n" && string(a.Body) != "{}" {
			t.Errorf("the receipt says %s", a.Body)
		}
		rows := w.rows("SELECT * FROM answers")
		if len(rows) != 1 || !strings.Contains(rows[0], "period=2026-Q1 question=family_listened ") || !strings.Contains(rows[0], " value=4 ") {
			t.Errorf("counted is %q", rows)
		}
		if after := w.rows("SELECT * FROM asks"); !slices.Equal(asks, after) {
			t.Errorf("prompts were %q and are %q", asks, after)
		}

		late := w.link(met)
		w.change("UPDATE family_links SET expires_at = ? WHERE NOT closed", db.At(w.now()))
		never := family{w, strings.Repeat("A", 43)}
		want := same(f.open())
		for what, dead := range map[string]family{
			"used": f, "run out": late, "never made": never, "no token": {w, "a link"}, "empty": {w, ""}, "of another length": {w, late.token[:40]},
		} {
			for _, a := range []*testkit.Answer{dead.open(), dead.answer(1)} {
				if got := same(a); a.Status != http.StatusNotFound || got != want {
					t.Errorf("a link that is %s: %s, want %s", what, got, want)
				}
			}
		}
		if n := w.count("SELECT count(*) FROM answers"); n != 1 {
			t.Errorf("%d answers are counted", n)
		}
		// Whoever sends a token that opens nothing does not wait for, or hold up, whoever writes.
		must(t, w.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
			if err := tx.Gorm().Exec("UPDATE family_links SET closed = closed").Error; err != nil {
				return err
			}
			for _, token := range []string{f.token, late.token, never.token} {
				short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				err := w.k.App.Listening.AnswerByFamily(short, token, 5)
				cancel()
				if errs.CodeOf(err) != errs.NotFound {
					t.Errorf("while somebody writes: %v", err)
				}
			}
			return nil
		}))
		for _, token := range []string{f.token, late.token} {
			if strings.Contains(w.k.Logs.String(), token) || strings.Contains(strings.Join(w.rows("SELECT * FROM family_links"), ""), token) {
				t.Error("a token is in the log or in the table")
			}
		}
	})
}

// One young person's family is one in a period, however many links they have, and what
// it said first stays: the worker, who can make one more link, takes nothing back by it.
// Each link is used by one, and what counts looks like what does not.
func TestOneFamilyCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second := w.met(), w.record(contact{Outcome: "happened", At: w.now().Add(-2 * time.Hour)})
		w.link(first).answer(1).OK()
		w.link(first).answer("not_sure").OK()
		w.link(first).answer("skip").OK()
		if w.counted("family_listened", 1) != 1 {
			t.Error("not answering took the answer away")
		}
		other := w.link(second)
		if a := other.answer(5).OK(); strings.TrimSpace(string(a.Body)) != "{}" {
			t.Errorf("the receipt of what does not count says %s", a.Body)
		}
		if a := other.answer(5); a.Status != http.StatusNotFound {
			t.Errorf("the link is used again: %d %s", a.Status, a.Body)
		}
		if rows := w.rows("SELECT value FROM answers"); !slices.Equal(rows, []string{"value=1 "}) {
			t.Errorf("the first answer of the family should be the one that counts: %q", rows)
		}
		closed := w.rows("SELECT closed FROM family_links")
		if len(closed) != 4 || len(slices.Compact(closed)) != 1 {
			t.Errorf("used links differ: %q", closed)
		}
		if a := w.Sam.Post("/contacts/"+first+"/family-link", nil); a.Status != http.StatusConflict {
			t.Errorf("a fourth link: %d %s", a.Status, a.Body)
		}

		f, done := w.link(second), make([]error, 4)
		var all sync.WaitGroup
		for i := range done {
			all.Go(func() { done[i] = w.k.App.Listening.AnswerByFamily(t.Context(), f.token, listening.Face(i+1)) })
		}
		all.Wait()
		taken := 0
		for _, err := range done {
			if err == nil {
				taken++
			} else if errs.CodeOf(err) != errs.NotFound {
				t.Errorf("one of many at once: %v", err)
			}
		}
		if taken != 1 {
			t.Errorf("one link was used %d times", taken)
		}
	})
}

// Links of one family that are used at the same moment are all taken, and one counts.
func TestOneFamilyCountsOnceAtTheSameMoment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var links []family
		for i := range 4 {
			met := w.record(contact{Outcome: "happened", At: w.now().Add(-time.Duration(i+1) * 30 * time.Minute)})
			links = append(links, w.link(met), w.link(met))
		}
		done := make([]error, len(links))
		var all sync.WaitGroup
		for i, f := range links {
			all.Go(func() { done[i] = w.k.App.Listening.AnswerByFamily(t.Context(), f.token, listening.Face(i%5+1)) })
		}
		all.Wait()
		for _, err := range done {
			must(t, err)
		}
		if rows := w.rows("SELECT question FROM answers"); !slices.Equal(rows, []string{"question=family_listened "}) {
			t.Errorf("counted is %q", rows)
		}
	})
}

// A family's answer counts in the contact's period, or in the one open now when that
// has closed; and no more once the young person's account has ended.
func TestAFamilysAnswerCountsInItsPeriod(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.pass(19 * day) // 23 March
		met := w.met()
		w.pass(12 * day)
		early, late, after := w.link(met), w.link(met), w.link(met)
		early.answer(2).OK()
		w.pass(12 * day) // the first quarter closes on 15 April
		late.answer(3).OK()
		rows := w.rows("SELECT period, value FROM answers ORDER BY period")
		if !slices.Equal(rows, []string{"period=2026-Q1 value=2 ", "period=2026-Q2 value=3 "}) {
			t.Errorf("counted are %q", rows)
		}
		w.k.Admin().Post("/young-people/"+w.Leo.ID+"/suspend", nil).OK()
		if a := after.open(); a.Status != http.StatusNotFound {
			t.Errorf("the account has ended, and its link answers %d %s", a.Status, a.Body)
		}
	})
}

// A link is made by the worker whose contact it was, while it is fresh and they stand
// in a relation; for everybody else the contact is not there.
func TestWhoMayMakeAFamilyLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met := w.met()
		try := func(p *testkit.Person, id string) (int, string) {
			a := p.Post("/contacts/"+id+"/family-link", nil)
			_, reason := a.Problem()
			return a.Status, reason
		}
		for _, p := range []*testkit.Person{w.Jo, w.Lead, w.Safeguarding, w.k.Staff("Otto")} {
			if p == w.Safeguarding {
				p.SignIn()
			}
			if status, _ := try(p, met); status != http.StatusNotFound {
				t.Errorf("%s makes a link for Sam's contact: %d", p.Name, status)
			}
		}
		own := w.phone(w.Leo).seal("contact", said{"with": w.Sam.ID, "kind": "visit", "at": w.now().Format(time.RFC3339)}).send().taken()
		for _, id := range []string{own.ID, nobody} {
			if status, _ := try(w.Sam, id); status != http.StatusNotFound {
				t.Errorf("Sam makes a link for a contact he doesn't know of: %d", status)
			}
		}
		var card struct{ ID string }
		w.Leo.Post("/cards", w.k.NewCard(w.Sam)).Into(&card)
		w.Sam.Post("/cards/"+card.ID+"/here", map[string]any{"version": w.count("SELECT version FROM cards WHERE id = ?", card.ID)}).OK()
		w.Leo.Post("/cards/"+card.ID+"/close", map[string]any{"version": w.count("SELECT version FROM cards WHERE id = ?", card.ID)}).OK()
		for what, id := range map[string]string{
			"a card's":        w.rows("SELECT id FROM contacts WHERE kind = 'card'")[0][len("id="):][:36],
			"one missed":      w.record(contact{Outcome: "missed", At: w.now()}),
			"one of long ago": w.record(contact{Outcome: "happened", At: w.now().Add(-14*day - time.Minute)}),
		} {
			if status, reason := try(w.Sam, id); status != http.StatusConflict || reason != "nothing_to_ask" {
				t.Errorf("a link for a contact that is %s: %d %s", what, status, reason)
			}
		}
		w.link(met).answer(5).OK()
		w.change("UPDATE relations SET ended_at = ? WHERE subject_id = ?", db.At(w.now()), w.Sam.ID)
		if status, _ := try(w.Sam, met); status != http.StatusNotFound {
			t.Errorf("Sam's relation has ended, and he makes a link: %d", status)
		}
	})
}
