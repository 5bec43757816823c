package feelings_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/viewer"
)

func (w *world) answered(v viewer.Viewer) feelings.ServiceAnswered {
	w.t.Helper()
	out, err := w.cards.Answered(w.t.Context(), v)
	must(w.t, err)
	if len(out.Services) != 1 || out.Services[0].Name != "Willow House" || !out.ServerTime.Equal(w.now()) {
		w.t.Fatalf("%+v", out)
	}
	return out.Services[0]
}

// A lead is told how many wait, how long and how far they have gone, and how many of
// this week's were seen in time; the week before counts for nothing but what still waits.
func TestHowCardsAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if a := w.answered(w.lea); a.Waiting != 0 || a.Oldest != nil || len(a.Now) != 0 || a.Week.Counted != 0 {
			t.Fatalf("nothing was sent: %+v", a)
		}
		monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		send := func(t feelings.Tap) string {
			t.ID = db.NewID()
			return w.tap(t).ID
		}
		oldest := w.now()
		late := send(feelings.Tap{Card: "sad"})
		w.forward(31 * time.Minute)
		w.due(w.cards)
		came := w.now()
		tired := send(feelings.Tap{Card: "tired"})
		seen := send(feelings.Tap{Card: "sad"})
		w.promise(seen, w.jo, w.now().Add(time.Hour))
		send(feelings.Tap{Kind: "need", Need: "just_know"})
		send(feelings.Tap{Card: "calm", Kept: true})
		closed := send(feelings.Tap{Card: "calm"})
		_, err := w.cards.Close(t.Context(), w.leo, closed, 1, nil)
		must(t, err)
		a := w.answered(w.lea)
		if a.Waiting != 2 || a.Oldest == nil || !a.Oldest.Equal(oldest) {
			t.Errorf("late and new wait: %+v", a)
		}
		if want := []feelings.LevelWaiting{{Level: 1, N: 1}, {Level: w.page(late).Level, N: 1}}; !slices.Equal(a.Now, want) || want[1].Level < 2 {
			t.Errorf("they have gone as far as %+v, want %+v", a.Now, want)
		}
		if want := (feelings.WeekAnswered{From: monday, Counted: 2, InTime: 1}); !a.Week.From.Equal(want.From) || a.Week.Counted != 2 || a.Week.InTime != 1 {
			t.Errorf("this week %+v, want %+v", a.Week, want)
		}

		w.seen(w.sam, late)
		w.promise(late, w.sam, w.now().Add(time.Hour))
		w.seen(w.sam, tired) // and nobody says that they are coming
		w.forward(7 * 24 * time.Hour)
		a = w.answered(w.sue)
		if a.Waiting != 1 || !a.Oldest.Equal(came) || !a.Week.From.Equal(monday.AddDate(0, 0, 7)) || a.Week.Counted != 0 {
			t.Errorf("a week later %+v", a)
		}
	})
}

// Whoever the young person switched off for a card learns nothing of it, not even by a
// number; a card that was taken back and that an adult must still check on waits.
func TestWhatALeadIsNotToldOf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tap(feelings.Tap{ID: db.NewID(), Card: "sad", Audience: ids(w.sam), SwitchedOff: ids(w.lea), Chosen: true})
		if a := w.answered(w.lea); a.Waiting != 0 || len(a.Now) != 0 {
			t.Errorf("the lead who was switched off is told %+v", a)
		}
		if a := w.answered(w.sue); a.Waiting != 1 {
			t.Errorf("the safeguarding lead is told %+v", a)
		}
		r := w.tap(feelings.Tap{ID: db.NewID(), Card: "not_safe", Kind: "not_safe"})
		v, err := w.cards.Withdraw(t.Context(), w.leo, r.ID, 1)
		must(t, err)
		if a := w.answered(w.lea); a.Waiting != 1 {
			t.Errorf("taken back, not checked on: %+v", a)
		}
		_, err = w.cards.CheckedOn(t.Context(), w.sam, r.ID, v.Version)
		must(t, err)
		if a := w.answered(w.lea); a.Waiting != 0 {
			t.Errorf("checked on: %+v", a)
		}
	})
}

// A card counts for the service of the moment at which it came, as in what is published, and
// not for that of the first card of the day.
func TestACardCountsWhereItCame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		elsewhere := db.NewID()
		w.exec("INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'camhs', 'Hill CAMHS', ?)", elsewhere, w.org, db.At(w.now()))
		w.tap(feelings.Tap{ID: db.NewID(), Card: "sad"})
		w.forward(time.Hour)
		w.exec("UPDATE relations SET ended_at = ? WHERE subject_id = ? AND kind = 'served_by'", db.At(w.now()), w.leo.AccountID)
		w.relate(w.leo, "served_by", "service", elsewhere)
		w.forward(time.Hour)
		w.tap(feelings.Tap{ID: db.NewID(), Card: "tired"})
		if a := w.answered(w.lea); a.Waiting != 1 {
			t.Errorf("Willow House counts %+v, of a card before the move and one after it", a)
		}
	})
}

func TestOnlyLeadsSeeHowCardsAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.tap(sad())
		for _, v := range []viewer.Viewer{w.sam, w.kit, w.ann, w.otto, w.dan, w.leo} {
			if out, err := w.cards.Answered(t.Context(), v); err == nil || len(out.Services) != 0 {
				t.Errorf("%s: %+v, %v", v.SessionID, out, err)
			}
		}
		w.endRelations(w.lea)
		if _, err := w.cards.Answered(t.Context(), w.lea); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("a lead no more: %v", err)
		}
	})
}

// The page for leads is about cards. Nothing in this package knows of answers to the
// question, of being asked, or of what was published.
func TestCardsKnowNothingOfAnswers(t *testing.T) {
	const tables = `(answers|answer_copies|told_answers|asks|period_keys|releases?|release_\w+)`
	names := regexp.MustCompile(`(?i)\b(FROM|JOIN|INTO|UPDATE|TABLE)\s+` + tables + `\b|"` + tables + `"`)
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, file := range files {
		source, err := os.ReadFile(file)
		must(t, err)
		if found := names.Find(source); found != nil && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s names %s", file, found)
		}
	}
	if len(files) < 40 || !names.MatchString("SELECT 1 FROM answers a") || !names.MatchString(`return "asks"`) {
		t.Errorf("the test looks in %d files for the wrong words", len(files))
	}
}
