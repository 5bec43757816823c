package reports_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"heard/server/db"
	"heard/server/people"
	"heard/server/reports"
	"heard/server/viewer"
)

// noNoise is a source from which every draw is 0.
type noNoise struct{}

func (noNoise) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 1
	}
	return len(b), nil
}

const afterClose = "2026-04-15T09:00:00Z" // of 2026-Q1

// A closed period becomes one release with noise on its counts; its key is gone, and
// publishing again changes nothing.
func TestAClosedPeriodIsPublishedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer(w.Home, "2026-Q1", "listened", 5, 300)
		w.answer(w.Home, "2026-Q1", "listened", 4, 200)
		w.answer(w.Home, "2026-Q1", "listened", 1, 100)
		w.moveTo("2026-04-14T22:59:59Z")
		w.publish(0)
		w.moveTo("2026-04-14T23:00:00Z") // midnight in London
		w.publish(1)

		got := w.cell("2026-Q1", w.Home, "listened")
		if got.Hidden || *got.A+*got.B+*got.C != *got.N {
			t.Fatalf("the cell is %+v", got)
		}
		for i, about := range []int{300, 200, 100} {
			if n := *[]*int{got.A, got.B, got.C}[i]; n < about-40 || n > about+40 {
				t.Errorf("count %d is %d, of %d", i, n, about)
			}
		}
		for _, c := range w.cells("2026-Q1") {
			if c.Hidden && (c.A != nil || c.B != nil || c.C != nil || c.N != nil) {
				t.Errorf("a hidden cell holds numbers: %+v", c)
			}
		}
		if hidden := w.cell("2026-Q1", w.Home, "serious"); !hidden.Hidden {
			t.Errorf("nobody answered, and the cell is %+v", hidden)
		}
		var left int
		w.read(&left, "SELECT COUNT(*) FROM period_keys")
		if left != 0 {
			t.Error("the period's key is still there")
		}
		w.read(&left, "SELECT COUNT(*) FROM answers")
		if left != 600 {
			t.Errorf("%d answers are left", left)
		}

		before := w.cells("2026-Q1")
		w.answer(w.Home, "2026-Q1", "listened", 1, 50) // however they came there
		w.publish(0)
		if after := w.cells("2026-Q1"); !reflect.DeepEqual(before, after) {
			t.Error("publishing again changed the cells")
		}
	})
}

// Ten answers are shown, nine are not, and nine look like none.
func TestACellOfFewerThanTenIsHidden(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		for question, count := range map[string]int{"listened": 9, "serious": 10, "family_listened": 11} {
			w.answer(w.Home, "2026-Q1", question, 5, count)
		}
		w.moveTo(afterClose)
		w.publish(1)
		for question, want := range map[string]int{"serious": 10, "family_listened": 11} {
			if c := w.cell("2026-Q1", w.Home, question); c.Hidden || *c.N != want || *c.A != want {
				t.Errorf("%s of %d is %+v", question, want, c)
			}
		}
		nine, none := w.cell("2026-Q1", w.Home, "listened"), w.cell("2026-Q1", w.Home, "say")
		if nine.SetKey = none.SetKey; !reflect.DeepEqual(nine, none) {
			t.Errorf("nine are %+v and none %+v", nine, none)
		}
	})
}

// Instances that publish at the same moment make one release together.
func TestInstancesPublishOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer(w.Home, "2026-Q1", "listened", 5, 40)
		w.moveTo(afterClose)
		var wait sync.WaitGroup
		var mu sync.Mutex
		total := 0
		for range 6 {
			other := reports.New(reports.Config{DB: w.k.App.DB, Names: w.k.App.Accounts})
			wait.Go(func() {
				n, err := other.Publish(t.Context())
				mu.Lock()
				defer mu.Unlock()
				total += n
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		var releases int
		w.read(&releases, "SELECT COUNT(*) FROM releases")
		if total != 1 || releases != 1 {
			t.Errorf("%d say they published, and there are %d releases", total, releases)
		}
	})
}

// What fails half-way leaves nothing, and the next run draws for the first time.
func TestAPublicationThatFailsLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer(w.Home, "2026-Q1", "listened", 5, 40)
		w.moveTo(afterClose)
		fails := true
		w.k.App.Reports.OnPublished(func(*db.Tx, string, reports.Release) error {
			if fails {
				return errors.New("made up for a test")
			}
			return nil
		})
		if n, err := w.k.App.Reports.Publish(t.Context()); err == nil || n != 0 {
			t.Fatalf("published %d, %v", n, err)
		}
		var rows, keys int
		w.read(&rows, "SELECT (SELECT COUNT(*) FROM releases) + (SELECT COUNT(*) FROM release_cells) + (SELECT COUNT(*) FROM release_units)")
		w.read(&keys, "SELECT COUNT(*) FROM period_keys")
		if rows != 0 || keys != 1 {
			t.Fatalf("%d rows stayed and %d keys", rows, keys)
		}
		fails = false
		w.publish(1)
	})
}

// What fails is reported and tried again, and everything else comes out meanwhile: the
// figures of others, and its own organisation's of other periods.
func TestOneThatFailsStopsNoOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := ""
		w.tx(func(tx *db.Tx) (err error) {
			if other, err = w.k.App.People.CreateOrganisationTx(tx, people.NewOrganisation{Name: "Elsewhere"}); err != nil {
				return err
			}
			service := db.NewID()
			err = tx.Gorm().Exec("INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'ward', 'Elm', ?)", service, other, db.At(tx.Now)).Error
			for year := 2025; year <= 2026 && err == nil; year++ {
				err = people.KeepCadenceTx(tx, other, service, year, people.Unit{ID: service, Cadence: people.Quarterly})
			}
			return err
		})
		failing := map[string]bool{w.org: true}
		w.k.App.Reports.OnPublished(func(_ *db.Tx, orgID string, r reports.Release) error {
			if failing[orgID] && r.Period == "2026-Q1" {
				return errors.New("made up for " + orgID)
			}
			return nil
		})
		w.moveTo("2026-07-15T09:00:00Z") // two quarters have closed
		n, err := w.k.App.Reports.Publish(t.Context())
		if err == nil || !strings.Contains(err.Error(), w.org) || n != 3 {
			t.Fatalf("published %d, %v", n, err)
		}
		if len(w.cells("2026-Q1")) > 0 || len(w.cells("2026-Q2")) == 0 {
			t.Error("one period that failed held up the other, or came out itself")
		}
		delete(failing, w.org)
		w.publish(1)
		if len(w.cells("2026-Q1")) == 0 {
			t.Error("what had failed did not come out")
		}
	})
}

// What failed comes out late, under a later number, and is not the newest for that.
func TestWhatComesOutLateIsNotTheNewest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		hill := w.k.Service("camhs", "Hill CAMHS")
		w.unit(hill, people.Monthly)
		for _, month := range []string{"2026-05", "2026-06", "2026-07"} {
			w.answer(hill, month, "listened", 5, 60)
		}
		fails := true
		w.k.App.Reports.OnPublished(func(_ *db.Tx, _ string, r reports.Release) error {
			if fails && r.Period == "2026-06" {
				return errors.New("made up for a test")
			}
			return nil
		})
		theo := viewer.Viewer{AccountID: w.k.YoungPerson("Theo", hill).ID, OrganisationID: w.org, Place: viewer.Young, Kind: viewer.KindYoungPerson}
		is := func(when, name string, months ...string) {
			t.Helper()
			var o reports.Overview
			w.get(w.commissioner, "/overview", &o)
			if len(o.Units) != 2 || o.Units[0].Name != name || o.Next == nil || o.Next.Period != "2026-08" {
				t.Errorf("%s there is %+v, and next comes %+v", when, o.Units, o.Next)
			}
			var fhir struct{ ID string }
			w.get(w.commissioner, "/measure-report.json?measure=felt_listened&unit="+hill, &fhir)
			if fhir.ID != "felt-listened-2026-07" {
				t.Errorf("%s the newest report is %q", when, fhir.ID)
			}
			said, err := w.k.App.Reports.YouSaid(t.Context(), theo)
			must(t, err)
			var of []string
			for _, one := range said {
				if one.Unit == name {
					of = append(of, one.Period)
				}
			}
			if !slices.Equal(of, months) {
				t.Errorf("%s a young person reads of %q, want %q", when, of, months)
			}
		}
		w.moveTo("2026-08-15T09:00:00Z")
		if _, err := w.k.App.Reports.Publish(t.Context()); err == nil || len(w.cells("2026-06")) > 0 || len(w.cells("2026-07")) == 0 {
			t.Fatalf("June is out, or July is not: %v", err)
		}
		is("while June fails", "Hill CAMHS", "2026-07", "2026-05", "2026-04", "2026-03")
		fails = false
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Exec("UPDATE services SET name = 'Renamed' WHERE id = ?", hill).Error
		})
		w.publish(1)
		is("when June is out", "Hill CAMHS", "2026-07", "2026-06", "2026-05", "2026-04", "2026-03")
	})
}

// Months of a large service and the quarter of the small ones are published each in
// its own time; a service made later has no part in what was before.
func TestEachCadenceHasItsPeriods(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		big := w.k.Service("camhs", "Hill CAMHS")
		w.unit(big, people.Monthly)
		w.moveTo("2026-06-20T09:00:00Z")
		w.tx(func(tx *db.Tx) error { // too small for figures of its own: it begins the pool
			return tx.Gorm().Exec("INSERT INTO services (id, organisation_id, kind, name, created_at) VALUES (?, ?, 'ward', 'Elm', ?)",
				db.NewID(), w.org, db.At(tx.Now)).Error
		})
		w.publish(4) // March, its quarter, April, May
		var periods []string
		w.read(&periods, "SELECT period FROM releases ORDER BY number")
		if got := strings.Join(periods, " "); got != "2026-03 2026-Q1 2026-04 2026-05" {
			t.Errorf("published in the order %s", got)
		}
		var units int
		w.read(&units, "SELECT COUNT(DISTINCT unit_id) FROM release_units WHERE period = '2026-Q1'")
		if units != 1 {
			t.Errorf("%d units in a quarter in which one was there", units)
		}
		w.moveTo("2026-07-20T09:00:00Z")
		w.publish(2)
		w.read(&units, "SELECT COUNT(DISTINCT unit_id) FROM release_units WHERE period = '2026-Q2'")
		if units != 2 {
			t.Errorf("%d units in the quarter in which the pool began", units)
		}
	})
}

// No statement changes a release or takes it back.
func TestAReleaseNeverChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer(w.Home, "2026-Q1", "listened", 5, 40)
		w.moveTo(afterClose)
		w.publish(1)
		before := w.cells("2026-Q1")
		for _, sql := range []string{
			"UPDATE release_cells SET hidden = TRUE, a = NULL, b = NULL, c = NULL, n = NULL", "DELETE FROM release_cells",
			"UPDATE releases SET number = 7", "DELETE FROM releases", "UPDATE release_units SET pool = TRUE", "DELETE FROM release_units",
		} {
			err := w.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Exec(sql).Error })
			if err == nil {
				t.Errorf("%s was done", sql)
			}
		}
		if !reflect.DeepEqual(before, w.cells("2026-Q1")) {
			t.Error("the cells changed")
		}
	})
}

// Only the file of the job that publishes, and those who take answers in, name the
// table of answers.
func TestOnlyTheJobReadsAnswers(t *testing.T) {
	names := regexp.MustCompile(`(?i)(FROM|JOIN|INTO|UPDATE|TABLE|Table\(")\s*"?answers\b|return "answers"|period_keys`)
	keys := regexp.MustCompile(`period_keys SET closed|FROM period_keys WHERE organisation_id = \? AND period = \? AND closed`)
	files, err := filepath.Glob("../*/*.go")
	must(t, err)
	named := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		if filepath.ToSlash(file) == "../people/store_cadence.go" {
			text = keys.ReplaceAll(text, nil) // it closes periods, and asks whether they are
		}
		if !names.Match(text) {
			continue
		}
		named++
		switch folder := filepath.Base(filepath.Dir(file)); {
		case filepath.ToSlash(file) == "../reports/store_answers.go", folder == "listening", folder == "demo", folder == "attack", folder == "bench":
		default:
			t.Errorf("%s names the table of answers", file)
		}
	}
	if named < 2 {
		t.Errorf("only %d files name it: the test looks for the wrong words", named)
	}
}
