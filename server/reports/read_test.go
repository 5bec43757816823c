package reports_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/reports"
	"heard/server/testkit"
	"heard/server/viewer"
)

func (w *world) get(p *testkit.Person, path string, into any) {
	w.t.Helper()
	p.SignIn() // sessions of staff last twelve hours, and these tests take months
	p.Get(path).Into(into)
}

func (w *world) refused(p *testkit.Person, path string) {
	w.t.Helper()
	p.SignIn()
	if code, _ := p.Get(path).Problem(); code != "not_found" {
		w.t.Errorf("%s reads %s: %q", p.Name, path, code)
	}
}

// Figures are read by whom they concern: a service's by its people, all by who
// commissions; for everybody else nothing is there.
func TestFiguresAreReadByWhomTheyConcern(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.k.Service("camhs", "Hill CAMHS")
		w.unit(other, people.Quarterly)
		w.answer(w.Home, "2026-Q1", "listened", 5, 80)
		w.answer(w.Home, "2026-Q1", "listened", 2, 20)
		w.answer(other, "2026-Q1", "listened", 4, 50)
		w.moveTo(afterClose)
		w.publish(1)

		var all, own reports.Overview
		w.get(w.commissioner, "/overview", &all)
		w.get(w.analyst, "/overview", &own)
		if len(all.Units) != 2 || all.Units[0].Name != "Hill CAMHS" || len(all.Releases) != 1 || all.Next == nil || all.Next.Period != "2026-Q2" || !all.MayWrite {
			t.Errorf("who commissions sees %+v", all)
		}
		if len(own.Units) != 1 || own.Units[0].ID != w.Home {
			t.Errorf("Oak House's analyst sees %+v", own.Units)
		}
		w.refused(w.nobody, "/overview")
		w.refused(w.analyst, "/series?measure=felt_listened&unit="+other)
		w.refused(w.nobody, "/series?measure=felt_listened&unit="+w.Home)
		w.refused(w.nobody, "/series?measure=felt_listened")
		w.refused(w.nobody, "/compare?measure=felt_listened&period=2026-Q1")
		w.refused(w.commissioner, "/series?measure=everything")
		w.refused(w.commissioner, "/compare?measure=felt_listened&period=2025-Q1")

		var series reports.Series
		w.get(w.analyst, "/series?measure=felt_listened&unit="+w.Home, &series)
		p := series.Points[0]
		if len(series.Points) != 1 || p.Hidden || *p.Rate < 0.7 || *p.Rate > 0.9 || *p.Low >= *p.Rate || *p.High <= *p.Rate || series.Says.Kind != "few" {
			t.Errorf("Oak House's series is %+v, %+v", p, series.Says)
		}
		var compared reports.Compare
		w.get(w.analyst, "/compare?measure=felt_listened&period=2026-Q1", &compared)
		if len(compared.Rows) != 1 || compared.Rows[0].Unit != w.Home {
			t.Errorf("the analyst compares %+v", compared.Rows)
		}
	})
}

// A total is the sum of what is shown: of a hidden cell nothing follows from it.
func TestTotalsLeaveHiddenCellsOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		shown, hidden := w.k.Service("camhs", "Hill CAMHS"), w.k.Service("ward", "Elm ward")
		w.unit(shown, people.Monthly)
		w.unit(hidden, people.Quarterly)
		for _, month := range []string{"2026-04", "2026-05", "2026-06"} {
			w.answer(shown, month, "listened", 5, 12)
		}
		w.answer(w.Home, "2026-Q2", "listened", 3, 14)
		w.answer(hidden, "2026-Q2", "listened", 1, 9)
		w.moveTo("2026-06-20T09:00:00Z")
		w.publish(4) // 2026-03, 2026-Q1, 2026-04, 2026-05

		var series reports.Series
		w.get(w.commissioner, "/series?measure=felt_listened", &series)
		if slices.ContainsFunc(series.Points, func(p reports.Point) bool { return p.Period == "2026-Q2" }) {
			t.Error("a quarter is shown before its last month")
		}
		w.moveTo("2026-07-15T09:00:00Z")
		w.publish(2)
		w.get(w.commissioner, "/series?measure=felt_listened", &series)
		p := series.Points[len(series.Points)-1]
		if p.Period != "2026-Q2" || *p.N != 50 || *p.Rate != 36.0/50 {
			t.Errorf("the quarter of all is %+v", p)
		}
		var compared reports.Compare
		w.get(w.commissioner, "/compare?measure=felt_listened&period=2026-Q2", &compared)
		if len(compared.Rows) != 3 || *compared.Total.N != 50 || len(compared.Funnel.Lines) < 2 || compared.Funnel.Lines[0].N != 10 || compared.Funnel.Centre != 36.0/50 {
			t.Errorf("compared are %+v", compared)
		}
		for _, row := range compared.Rows {
			if row.Hidden != (row.Unit == hidden) || row.Hidden && row.N != nil {
				t.Errorf("a row is %+v", row)
			}
		}
	})
}

// Between two releases every byte stays as it is, whatever is answered meanwhile.
func TestNoByteTellsOfAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer(w.Home, "2026-Q1", "listened", 5, 40)
		w.moveTo(afterClose)
		w.publish(1)
		bytes := func() string {
			all := ""
			w.commissioner.SignIn()
			for _, path := range []string{"/overview", "/series?measure=felt_listened", "/series?measure=felt_listened&chart=p&unit=" + w.Home,
				"/series?measure=response_rate", "/compare?measure=felt_listened&period=2026-Q1"} {
				answer := w.commissioner.Get(path).OK()
				if answer.Header.Get("ETag") == "" {
					t.Errorf("%s has no ETag", path)
				}
				all += answer.Header.Get("ETag") + answer.Header.Get("Content-Length") + answer.Header.Get("Last-Modified") + string(answer.Body)
			}
			return all
		}
		before := bytes()
		for range 12 {
			w.answer(w.Home, "2026-Q2", "listened", 1, 1)
			w.k.Clock.Forward(time.Minute)
			w.publish(0)
			if bytes() != before {
				t.Fatal("the bytes changed with an answer")
			}
		}
	})
}

// What was done about it is written by who answers for the service and read by its
// young people, who see tenths and nothing finer.
func TestYoungPeopleReadWhatWasDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		w.answer(w.Home, "2026-Q1", "listened", 5, 74)
		w.answer(w.Home, "2026-Q1", "listened", 1, 26)
		w.moveTo(afterClose)
		w.publish(1)
		body := map[string]any{"unit": w.Home, "did": "We leave phones outside meetings."}
		put := func(p *testkit.Person, path string, body any) (code string) {
			p.SignIn()
			if answer := p.Do(http.MethodPut, path, body); answer.Status >= 300 {
				code, _ = answer.Problem()
			}
			return code
		}
		for _, try := range []struct {
			who  *testkit.Person
			path string
			body any
			want string
		}{
			{w.nobody, "/releases/1/note", body, "not_found"},
			{w.analyst, "/releases/2/note", body, "not_found"},
			{w.analyst, "/releases/1/note", map[string]any{"unit": w.Home, "did": "\x07"}, "invalid"},
			{w.analyst, "/releases/1/note", body, ""},
			{w.analyst, "/targets", map[string]any{"measure": "felt_listened", "percent": 80}, "forbidden"},
			{w.commissioner, "/targets", map[string]any{"measure": "felt_listened", "percent": 101}, "invalid"},
			{w.commissioner, "/targets", map[string]any{"measure": "felt_listened", "percent": 80}, ""},
		} {
			if got := put(try.who, try.path, try.body); got != try.want {
				t.Errorf("%s writes %s: %q, want %q", try.who.Name, try.path, got, try.want)
			}
		}
		leo := viewer.Viewer{AccountID: w.Leo.ID, OrganisationID: w.org, Place: viewer.Young, Kind: viewer.KindYoungPerson}
		said, err := w.k.App.Reports.YouSaid(t.Context(), leo)
		must(t, err)
		if len(said) != 1 || *said[0].Tenths != 7 || said[0].Did != body["did"] || said[0].Unit != "Oak House" {
			t.Errorf("Leo reads %+v", said)
		}
		var series reports.Series
		w.get(w.commissioner, "/series?measure=felt_listened&unit="+w.Home, &series)
		if len(series.Notes) != 1 || series.Notes[0].By != "Anna" || *series.Chart.Target != 80 {
			t.Errorf("the series has %+v and %+v", series.Notes, series.Chart)
		}
		body["did"] = " "
		if got := put(w.analyst, "/releases/1/note", body); got != "" {
			t.Errorf("taking the note away: %q", got)
		}
		said, err = w.k.App.Reports.YouSaid(t.Context(), leo)
		must(t, err)
		if said[0].Did != "" {
			t.Error("the note is still there")
		}
	})
}

// A year and a half has a chart with limits, and says what it means.
func TestAShiftIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.k.App.Reports.NoiseFrom(noNoise{})
		w.unit(w.Home, people.Monthly)
		month := time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC)
		w.tx(func(tx *db.Tx) error { return tx.Gorm().Exec("DELETE FROM service_cadences").Error })
		w.unit(w.Home, people.Monthly)
		for i := range 18 {
			period := month.AddDate(0, i, 0).Format("2006-01")
			top := 25 + i%3
			if i >= 11 {
				top += 15
			}
			w.answer(w.Home, period, "listened", 5, top)
			w.answer(w.Home, period, "listened", 2, 50-top)
		}
		w.moveTo("2026-03-20T09:00:00Z")
		w.publish(18)
		var series reports.Series
		w.get(w.analyst, "/series?measure=felt_fully&unit="+w.Home, &series)
		if series.Cadence != "month" || len(series.Points) != 18 || series.Chart.Kind != "xmr" || series.Chart.Mean == nil {
			t.Fatalf("the series is %s of %d, %+v", series.Cadence, len(series.Points), series.Chart)
		}
		if s := series.Says; s.Kind != "change" || s.Sense != "improvement" || !s.Up || s.Count < 1 {
			t.Errorf("it says %+v", s)
		}
		if series.Headline == nil || series.Headline.Period != "2026-02" || *series.Headline.Before != 41.0/50 {
			t.Errorf("the headline is %+v", series.Headline)
		}
	})
}
