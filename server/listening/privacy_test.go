package listening_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"heard/server/db"
	"heard/server/testkit"
	"heard/server/viewer"
)

var (
	parameter = regexp.MustCompile(`\{[^}]+\}`)
	changing  = regexp.MustCompile(`"requestId":"[^"]*"`)
)

// screens is everything that adults can ask for: each GET of theirs with its
// status, its headers and every byte.
func (w *world) screens(adults []*testkit.Person, ids []string) map[string]string {
	w.t.Helper()
	seen := map[string]string{}
	for _, r := range w.k.App.Web.Routes() {
		if r.Method != http.MethodGet || strings.HasSuffix(r.Path, "/live") {
			continue
		}
		for _, p := range adults {
			if p.Place != r.Place {
				continue
			}
			for _, id := range ids {
				path := strings.TrimPrefix(parameter.ReplaceAllString(r.Path, id), "/api/"+string(r.Place))
				a := p.Get(path)
				a.Header.Del("Date")
				a.Header.Del("X-Request-Id")
				seen[p.Name+" "+path] = fmt.Sprintf("%d %v %s", a.Status, a.Header, changing.ReplaceAll(a.Body, nil))
			}
		}
	}
	return seen
}

// written is what is written down for adults to come to see.
func (w *world) written() map[string]string {
	w.t.Helper()
	seen := map[string]string{}
	for _, table := range []string{"audit", "alerts", "alert_pushes", "alert_deliveries", "notices", "relations", "cards", "card_events", "told_answers"} {
		seen[table] = strings.Join(w.rows("SELECT * FROM "+table+" ORDER BY 1"), "\n")
	}
	return seen
}

// woken says which adults' live streams f woke.
func (w *world) woken(adults []*testkit.Person, f func()) (names []string) {
	w.t.Helper()
	wakes := map[string][]<-chan struct{}{}
	for _, p := range adults {
		v := viewer.Viewer{AccountID: p.ID, SessionID: "of the test"}
		c, stop := w.k.App.Hub.Subscribe(w.t.Context(), v)
		defer stop()
		private, stop := w.k.App.Hub.SubscribePrivate(w.t.Context(), v)
		defer stop()
		wakes[p.Name] = []<-chan struct{}{c, private}
	}
	f()
	for name, all := range wakes {
		for _, c := range all {
			select {
			case <-c:
				names = append(names, name)
			default:
			}
		}
	}
	return names
}

// What a crowded machine was slow at names its tables and, as server/db shows, no value.
func quickOnly(log string) string {
	lines := strings.Split(log, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "slow statement") }), "\n")
}

// No answer to any adult, no row they can come to see, no wake and no line of the
// log says who answered what, or that somebody answered: every byte of every screen
// is the same before and after. Telling Sam changes what Sam is told, and that alone.
func TestNothingTellsThatSomebodyAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var card struct{ ID string }
		w.Leo.Post("/cards", w.k.NewCard(w.Sam, w.Jo, w.Lead)).Into(&card)
		met, f := w.met(), w.phone(w.Leo)
		ask, relatives := w.listened(w.Leo).Ask.ID, w.link(met)
		w.k.Admin().Name = "Ada"
		adults := []*testkit.Person{w.Sam, w.Jo, w.Lead, w.k.Admin()}
		ids := []string{w.Leo.ID, card.ID, met, w.Sam.ID, w.Home, w.Team}
		w.screens(adults, ids) // what a first look writes down is written
		before := w.screens(adults, ids)
		if len(before) < 100 || !strings.Contains(before["Sam /contacts"], met) {
			t.Fatalf("%d screens: %s", len(before), before["Sam /contacts"])
		}
		for what, body := range map[string]said{
			"an answer":                 {"ask": ask, "contact": met, "listened": 1, "serious": 1, "say": 2, "words": canary},
			"a skip":                    {"ask": ask, "listened": "skip"},
			"not sure":                  {"contact": met, "listened": "not_sure", "words": canary},
			"an answer nobody asked":    {"with": w.Sam.ID, "listened": 5},
			"an answer about nothing":   {"listened": 5},
			"an answer to a stranger":   {"with": nobody, "listened": 5, "tell": true},
			"an answer that is refused": {"contact": nobody, "listened": 5, "words": canary},
		} {
			logged, rows := len(w.k.Logs.String()), w.written()
			if woken := w.woken(adults, func() { f.seal("answer", body).send() }); len(woken) > 0 {
				t.Errorf("%s wakes %v", what, woken)
			}
			w.same(what, rows, w.written())
			w.same(what, before, w.screens(adults, ids))
			log := quickOnly(strings.ReplaceAll(w.k.Logs.String()[logged:], "/api/work/answered", "")) // the page of cards, which was looked at here
			if strings.Contains(log, w.Leo.ID) || strings.Contains(log, met) || strings.Contains(log, canary) || strings.Contains(log, "answer") {
				t.Errorf("%s is in the log: %s", what, log)
			}
		}
		logged, rows := len(w.k.Logs.String()), w.written()
		if woken := w.woken(adults, func() { relatives.answer(1).OK() }); len(woken) > 0 {
			t.Errorf("a family's answer wakes %v", woken)
		}
		w.same("a family's answer", rows, w.written())
		w.same("a family's answer", before, w.screens(adults, ids))
		if log := w.k.Logs.String()[logged:]; strings.Contains(log, w.Leo.ID) || strings.Contains(log, met) || strings.Contains(log, relatives.token) {
			t.Errorf("a family's answer is in the log: %s", log)
		}
		f.seal("contact", said{"with": w.Sam.ID, "kind": "visit", "at": w.now()}).send().taken()
		w.same("a contact the young person added", before, w.screens(adults, ids))

		if woken := w.woken(adults, func() { f.answer(said{"contact": met, "listened": 3, "words": canary, "tell": true}) }); !slices.Equal(woken, []string{"Sam"}) {
			t.Errorf("telling Sam wakes %v", woken)
		}
		told := w.screens(adults, ids)
		if !strings.Contains(told["Sam /told"], canary) {
			t.Errorf("Sam is told %s", told["Sam /told"])
		}
		told["Sam /told"] = before["Sam /told"]
		w.same("telling Sam", before, told)
	})
}

func (w *world) same(what string, before, after map[string]string) {
	w.t.Helper()
	for name, was := range before {
		if is := after[name]; is != was {
			at := 0
			for at < min(len(was), len(is)) && was[at] == is[at] {
				at++
			}
			w.t.Errorf("after %s, %s was …%.200s and is …%.200s", what, name, was[at:], is[at:])
		}
	}
}

// A prompt closed by an answer, by "not sure" and by "skip" is the same row.
func TestClosedPromptsLookTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, listened := range []any{1, 5, "not_sure", "skip"} {
			p := w.k.YoungPerson("Mia", w.Home)
			w.k.RelateAndConfirm(w.Lead, w.Sam.ID, "keyworker_of", p.ID)
			w.Sam.Post("/contacts", contact{ID: db.NewID(), YoungPersonID: p.ID, Kind: "visit", At: w.now(), Outcome: "happened"}).OK()
			w.phone(p).answer(said{"ask": w.listened(p).Ask.ID, "listened": listened, "tell": false})
			if w.listened(p).Ask != nil {
				t.Errorf("%v leaves the prompt open", listened)
			}
		}
		rows := w.rows("SELECT organisation_id, unit_id, period, at, expires_at, closed FROM asks")
		if len(rows) != 4 || len(slices.Compact(slices.Clone(rows))) != 1 {
			t.Errorf("closed prompts differ:\n%s", strings.Join(rows, "\n"))
		}
	})
}

// What is counted holds nobody: no id of a person, a contact or a device, and no
// time finer than the period.
func TestAnswersHoldNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var people []string
		for range 8 {
			p := w.k.YoungPerson("Mia", w.Home)
			people = append(people, p.ID)
			w.phone(p).answer(said{"listened": 3, "serious": 3, "say": 3, "tell": false})
		}
		met := w.met()
		w.phone(w.Leo).answer(said{"contact": met, "listened": 3, "tell": true})
		rows := w.rows("SELECT * FROM answers")
		if len(rows) != 25 {
			t.Fatalf("%d rows", len(rows))
		}
		shape := regexp.MustCompile(`^face_order=best_(first|last) organisation_id=\S{36} period=2026-Q1 question=(listened|serious|say) tag=[0-9a-f]{64} unit_id=\S{36} value=3 $`)
		tags := map[string]bool{}
		for _, row := range rows {
			if !shape.MatchString(row) {
				t.Errorf("a row holds something else: %s", row)
			}
			for _, id := range append(people, w.Leo.ID, w.Sam.ID, met, w.Home) {
				if strings.Contains(row, id) {
					t.Errorf("a row holds somebody: %s", row)
				}
			}
			tags[strings.Fields(row)[4]] = true
		}
		if len(tags) != len(rows) {
			t.Errorf("%d tags for %d rows: questions of one person can be joined", len(tags), len(rows))
		}
		if w.k.App.DB.Dialect() == db.SQLite {
			sorted := w.rows("SELECT * FROM answers ORDER BY organisation_id, period, question, tag")
			if !slices.Equal(rows, sorted) {
				t.Error("the rows lie in another order than that of their tags")
			}
			err := w.k.App.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec("SELECT rowid FROM answers").Error })
			if err == nil {
				t.Error("the rows are numbered in the order they came")
			}
		}
	})
}
