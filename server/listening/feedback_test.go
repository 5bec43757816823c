package listening_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/figures"
	"heard/server/testkit"
	"heard/server/web"
)

type questions struct {
	Open, Mine []struct {
		Contact metView
		Service string
		At      *time.Time
		Scores  []int
		InFile  bool
	}
	Keyworkers []person
}

func (w *world) questions() questions {
	w.t.Helper()
	var q questions
	w.Leo.Get("/feedback").Into(&q)
	return q
}

func (w *world) switchFeedback(p *testkit.Person, on bool) {
	w.t.Helper()
	p.Do(http.MethodPut, "/services/"+w.Home+"/session-feedback", map[string]any{"on": on}).OK()
}

func (w *world) session() string {
	w.t.Helper()
	return w.record(contact{Kind: "session", Outcome: "happened", At: w.now().Add(-time.Hour)})
}

func (w *world) export(days map[string]any) *testkit.Answer {
	w.t.Helper()
	return w.Lead.Post("/services/"+w.Home+"/session-feedback/export", days)
}

func (w *world) exported(days map[string]any) string {
	w.t.Helper()
	var file struct{ CSV string }
	w.export(days).Into(&file)
	return file.CSV
}

const (
	noLines = `"person_reference","code","score","date"` + "\r\n"
	codes   = "1047381000000103 1047391000000101 1047401000000103 1047411000000101"
)

// lines is the export of one record, byte for byte.
func lines(youngPersonID, date string, scores ...string) string {
	text := ""
	for i, code := range strings.Fields(codes) {
		text += `"` + youngPersonID + `","` + code + `",` + scores[i] + `,"` + date + `"` + "\r\n"
	}
	return text
}

func TestSessionFeedbackFromThePhoneToTheFile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		met, f := w.session(), w.phone(w.Leo)
		if q := w.questions(); len(q.Open) != 0 {
			t.Errorf("a service that never switched it on asks %+v", q)
		}
		f.seal("session_feedback", said{"contact": met, "scores": []int{1, 2, 3, 4}}).send().refused("while it is off", 404, "feedback_off")
		w.switchFeedback(w.k.Admin(), true)
		w.switchFeedback(w.Lead, true)
		q := w.questions()
		if len(q.Open) != 1 || q.Open[0].Contact.ID != met || q.Open[0].Service != "Oak House" || len(q.Keyworkers) != 2 || len(q.Mine) != 0 {
			t.Fatalf("asked is %+v", q)
		}
		answers, told := w.rows("SELECT * FROM answers"), w.count("SELECT count(*) FROM told_answers")
		first := f.seal("session_feedback", said{"contact": met, "scores": []int{5, 1, 3, 2}})
		one := first.send().taken()
		if again := first.send().taken(); !again.Duplicate || again.ClientID != one.ClientID || one.Duplicate || one.Told || one.CountsIn != "" {
			t.Errorf("receipts %+v and %+v", one, again)
		}
		f.seal("session_feedback", said{"contact": met, "scores": []int{4, 1, 3, 2}}).send().taken()
		if late := first.send().taken(); !late.Duplicate {
			t.Error("a late try of what was replaced is taken anew")
		}
		q = w.questions()
		if len(q.Open) != 0 || len(q.Mine) != 1 || !slices.Equal(q.Mine[0].Scores, []int{4, 1, 3, 2}) || q.Mine[0].InFile || q.Mine[0].Contact.ID != met {
			t.Errorf("given is %+v", q)
		}

		today := w.now().UTC().Format(time.DateOnly)
		want := noLines + lines(w.Leo.ID, today, "4", "1", "3", "2")
		for _, nothing := range []map[string]any{{"from": "2031-01-01"}, {"to": "2020-01-01"}} {
			if got := w.exported(nothing); got != noLines {
				t.Errorf("%v: %s", nothing, got)
			}
		}
		if got := w.exported(map[string]any{"from": today, "to": today}); got != want {
			t.Errorf("exported is\n%s, want\n%s", got, want)
		}
		if got := w.exported(map[string]any{}); got != want {
			t.Errorf("exported again is\n%s", got)
		}
		f.seal("session_feedback", said{"contact": met, "scores": []int{1, 1, 1, 1}}).send().refused("after the export", 422, "exported")
		if again := first.send().taken(); !again.Duplicate {
			t.Error("a late try after the export is no duplicate")
		}
		if q := w.questions(); !q.Mine[0].InFile || q.Mine[0].Scores[0] != 4 {
			t.Errorf("after the export: %+v", q.Mine)
		}
		looked := string(w.Leo.Get("/looked").OK().Body)
		if n := strings.Count(looked, `"what":"session_feedback"`); n != 2 || !strings.Contains(looked, "Priya") {
			t.Errorf("two exports show %d times in %s", n, looked)
		}
		if !slices.Equal(w.rows("SELECT * FROM answers"), answers) || w.count("SELECT count(*) FROM told_answers") != told || len(w.listened(w.Leo).Mine) != 0 {
			t.Error("session feedback is among the answers")
		}
		w.switchFeedback(w.Lead, false)
		if got := w.exported(map[string]any{}); got != want {
			t.Errorf("what was given is gone with the switch: %s", got)
		}
		w.change("UPDATE accounts SET wrapped_key = ? WHERE id = ?", []byte("gone"), w.Leo.ID)
		if got := w.exported(map[string]any{}); got != noLines || len(w.questions().Mine) != 0 {
			t.Errorf("without the key: %s", got)
		}
	})
}

// What cannot be meant is refused with a reason, and what is not the young person's or
// was never the service's is not there.
func TestSessionFeedbackThatIsRefused(t *testing.T) {
	w := newWorld(t, testkit.New(t))
	w.switchFeedback(w.Lead, true)
	met, f := w.session(), w.phone(w.Leo)
	for what, scores := range map[string]any{
		"three": []int{1, 2, 3}, "five": []int{1, 2, 3, 4, 5}, "a nought": []int{1, 2, 0, 4}, "a six": []int{1, 2, 6, 4},
		"a half": []float64{1, 2, 2.5, 4}, "a word": []any{1, 2, "3", 4}, "none": nil, "a text": "1234",
	} {
		f.seal("session_feedback", said{"contact": met, "scores": scores}).send().refused(what, 422, "scores")
	}
	good := []int{1, 2, 3, 4}
	f.seal("session_feedback", said{"id": "7", "contact": met, "scores": good}).send().refused("no id", 422, "no_id")
	mine := f.seal("contact", said{"with": w.Sam.ID, "kind": "session", "at": w.now()}).send().taken()
	mia := w.phone(w.k.YoungPerson("Mia", w.Home))
	for what, id := range map[string]string{
		"no contact there is": nobody,
		"a visit":             w.met(),
		"a missed session":    w.record(contact{Kind: "session", Outcome: "missed", At: w.now().Add(-time.Hour)}),
		"one of their own":    mine.ID,
	} {
		f.seal("session_feedback", said{"contact": id, "scores": good}).send().refused(what, 404, "contact")
	}
	mia.seal("session_feedback", said{"contact": met, "scores": good}).send().refused("somebody else's session", 404, "contact")
	if len(w.questions().Open) != 1 || w.count("SELECT count(*) FROM session_feedback") != 0 {
		t.Error("something was taken or offered that should not have been")
	}
	other := w.record(contact{Kind: "meeting", Outcome: "happened", At: w.now().Add(-2 * time.Hour)})
	taken := f.seal("session_feedback", said{"contact": met, "scores": good})
	id := taken.send().taken().ClientID
	f.seal("session_feedback", said{"id": id, "contact": other, "scores": good}).send().refused("an id of another contact", 422, "another")
	w.pass(15 * day)
	if open := w.questions().Open; len(open) != 0 {
		t.Errorf("after fifteen days it is still asked: %+v", open)
	}
	f.seal("session_feedback", said{"contact": other, "scores": good}).send().taken() // it waited on the phone
	for _, days := range []map[string]any{{"from": "yesterday"}, {"to": "2026-02-30"}} {
		if a := w.export(days); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%v: status %d", days, a.Status)
		}
	}
}

// The codes are texts of the data set with right check digits, one an item.
func TestTheCodesOfSessionFeedback(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "figures", "testdata", "snomed_codes.txt"))
	must(t, err)
	defer file.Close()
	known := map[string]bool{}
	for scan := bufio.NewScanner(file); scan.Scan(); {
		known[scan.Text()] = true
	}
	w := newWorld(t, testkit.New(t))
	w.switchFeedback(w.Lead, true)
	w.phone(w.Leo).seal("session_feedback", said{"contact": w.session(), "scores": []int{1, 2, 3, 4}}).send().taken()
	records, err := csv.NewReader(strings.NewReader(w.exported(map[string]any{}))).ReadAll()
	must(t, err)
	var found []string
	for _, r := range records[1:] {
		if !figures.Verhoeff(r[1]) || !known[r[1]] {
			t.Errorf("%s is no code of the data set", r[1])
		}
		found = append(found, r[1])
	}
	if got := strings.Join(found, " "); got != codes {
		t.Errorf("exported are %s", got)
	}
}

// Nothing that makes or reads figures, or counts answers, knows session feedback, and
// nothing of session feedback writes answers.
func TestSessionFeedbackLiesApart(t *testing.T) {
	apart := func(pattern string, words ...string) {
		files, err := filepath.Glob(pattern)
		must(t, err)
		if len(files) == 0 {
			t.Fatalf("%s is nothing", pattern)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			must(t, err)
			for _, word := range words {
				if bytes.Contains(source, []byte(word)) {
					t.Errorf("%s speaks of %s", file, word)
				}
			}
		}
	}
	apart("../reports/*.go", "session_feedback", "feedback_services")
	apart("../figures/*.go", "session_feedback", "feedback_services")
	apart("store_answers.go", "session_feedback", "feedbackRow")
	apart("answer.go", "session_feedback", "feedbackRow")
	for _, file := range []string{"feedback.go", "feedback_give.go", "feedback_export.go", "store_feedback.go"} {
		apart(file, "answerRow", "putAnswerTx", "CountsInTx", "periodKeyTx", "insertToldTx")
	}
}

// Feedback shows in the file of whoever leads the service and nowhere else: every other
// byte that adults can ask for, the log and their streams stay as they were.
func TestSessionFeedbackShowsInItsFileAlone(t *testing.T) {
	w := newWorld(t, testkit.New(t))
	w.switchFeedback(w.Lead, true)
	met, f := w.session(), w.phone(w.Leo)
	w.k.Admin().Name = "Ada"
	adults := []*testkit.Person{w.Sam, w.Jo, w.Lead, w.k.Admin()}
	ids := []string{w.Leo.ID, met, w.Home}
	w.screens(adults, ids) // what a first look writes down is written
	before, logged := w.screens(adults, ids), len(w.k.Logs.String())
	if woken := w.woken(adults, func() {
		f.seal("session_feedback", said{"contact": met, "scores": []int{1, 2, 1, 2}}).send().taken()
	}); len(woken) > 0 {
		t.Errorf("it wakes %v", woken)
	}
	if log := w.k.Logs.String()[logged:]; strings.Contains(log, w.Leo.ID) || strings.Contains(log, met) {
		t.Errorf("it is in the log: %s", log)
	}
	w.same("session feedback", before, w.screens(adults, ids))
	if file := w.exported(map[string]any{}); !strings.Contains(file, w.Leo.ID) {
		t.Errorf("the file is %s", file)
	}
}

// What was read cannot be changed any more, and it is written down who read it. So nothing
// but their own page has a lead read it: no link, and no page of somebody else's.
func TestSessionFeedbackIsReadByNoLink(t *testing.T) {
	w := newWorld(t, testkit.New(t))
	w.switchFeedback(w.Lead, true)
	met, f := w.session(), w.phone(w.Leo)
	f.seal("session_feedback", said{"contact": met, "scores": []int{1, 2, 3, 4}}).send().taken()
	path := "/services/" + w.Home + "/session-feedback"
	for _, link := range []string{path + ".csv", path + "/export"} {
		if a := w.Lead.Get(link); a.Status < 400 {
			t.Errorf("a link to %s: status %d", link, a.Status)
		}
	}
	elsewhere := w.Lead.Request(http.MethodPost, path+"/export", map[string]any{})
	elsewhere.Header.Del(web.CSRFHeader)
	if _, reason := w.Lead.Send(elsewhere).Problem(); reason != "csrf" {
		t.Errorf("without a token the answer is %q", reason)
	}
	f.seal("session_feedback", said{"contact": met, "scores": []int{4, 3, 2, 1}}).send().taken()
	if n := w.count("SELECT count(*) FROM audit WHERE action LIKE 'session_feedback.%' AND action <> 'session_feedback.on'"); n != 0 {
		t.Errorf("%d exports are written down", n)
	}
}
