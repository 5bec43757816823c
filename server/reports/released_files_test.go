package reports_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xuri/excelize/v2"

	"heard/server/people"
	"heard/server/testkit"
)

// A release's own figures in every file: the same as on the pages, hidden where they are.
func TestFilesShowWhatWasReleased(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.k.Service("camhs", "=Hill CAMHS")
		w.unit(other, people.Quarterly)
		w.answer(w.Home, "2026-Q1", "listened", 5, 80)
		w.answer(w.Home, "2026-Q1", "listened", 2, 20)
		w.moveTo(afterClose)
		w.publish(1)
		w.commissioner.SignIn()
		one, err := csv.NewReader(bytes.NewReader(w.commissioner.Get("/export.csv?measure=felt_listened&unit=" + other).OK().Body)).ReadAll()
		if err != nil || len(one) != 2 || one[1][3] != "'=Hill CAMHS" || one[1][8] != "Hidden: fewer than 10 young people" {
			t.Errorf("%q, %v", one, err)
		}
		if _, err := excelize.OpenReader(bytes.NewReader(w.commissioner.Get("/export.xlsx").OK().Body)); err != nil {
			t.Error(err)
		}
		schema, err := jsonschema.NewCompiler().Compile("testdata/measurereport.schema.json")
		must(t, err)
		for _, m := range []string{"felt_listened", "felt_fully"} {
			a := w.commissioner.Get("/measure-report.json?measure=" + m)
			if a.Status != http.StatusOK {
				t.Errorf("%s: %d %s", m, a.Status, a.Body)
				continue
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.Body))
			must(t, err)
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v\n%s", m, err, a.Body)
			}
		}
		w.analyst.SignIn()
		if a := w.analyst.Get("/export.csv?unit=" + other); a.Status != 404 {
			t.Errorf("another's unit: %d", a.Status)
		}
		w.commissioner.SignIn()
		files := []string{"/export.csv", "/export.xlsx", "/report.html", "/measure-report.json?measure=felt_listened"}
		before := map[string]*testkit.Answer{}
		for _, path := range files {
			before[path] = w.commissioner.Get(path).OK()
		}
		report := string(before["/report.html"].Body)
		if !strings.Contains(report, "As published up to release 1, ") || !strings.Contains(report, "Felt listened to: =Hill CAMHS") || strings.Count(report, "Hidden: fewer than 10") < 4 {
			t.Errorf("the report says %s", report)
		}
		var made struct{ Secret string }
		in := map[string]any{"name": "Dashboard", "expiresAt": w.k.Clock.Now().AddDate(0, 6, 0).Format(time.RFC3339)}
		w.commissioner.Post("/tokens", in).Into(&made)
		program := func(known string) *testkit.Answer {
			request := w.k.Browser("").Request("GET", "figures/v1/series?measure=felt_listened", nil)
			request.Header.Set("Authorization", "Bearer "+made.Secret)
			request.Header.Set("If-None-Match", known)
			return w.k.Browser("").Send(request)
		}
		tag := program("").OK().Header.Get("ETag")
		w.answer(w.Home, "2026-Q2", "listened", 1, 50)
		if a := program(tag); tag == "" || a.Status != http.StatusNotModified || len(a.Body) > 0 {
			t.Errorf("known already: status %d, tag %q", a.Status, tag)
		}
		for _, path := range files {
			if after := w.commissioner.Get(path).OK(); !bytes.Equal(before[path].Body, after.Body) || before[path].Header.Get("ETag") != after.Header.Get("ETag") {
				t.Errorf("answers before the release change %s", path)
			}
		}

		w.moveTo("2026-07-15T12:00:00Z") // the second quarter has closed
		w.publish(1)
		w.commissioner.SignIn()
		if a := program(tag).OK(); a.Header.Get("ETag") == tag {
			t.Error("a release keeps the tag of the API's answer")
		}
		for _, path := range files {
			if before[path].Header.Get("ETag") == w.commissioner.Get(path).OK().Header.Get("ETag") {
				t.Errorf("a release keeps the tag of %s", path)
			}
		}
	})
}
