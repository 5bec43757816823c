package reports_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"heard/server/testkit"
)

// The routes themselves, before the first release: files are empty tables with a tag, and
// the open API asks for a token.
func TestFilesAndTokensOverHTTP(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		cleo := k.Commissioner("Cleo", w.Lead)
		csv := cleo.Get("/export.csv").OK()
		tag := csv.Header.Get("ETag")
		if !strings.HasPrefix(string(csv.Body), `"measure_id","measure",`) || strings.Count(string(csv.Body), "\r\n") != 1 {
			t.Errorf("%s", string(csv.Body))
		}
		for name, want := range map[string]string{
			"Content-Type": "text/csv; charset=utf-8; header=present", "Content-Disposition": `attachment; filename="heard-figures.csv"`,
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		} {
			if got := csv.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		request := cleo.Request("GET", "/export.csv", nil)
		request.Header.Set("If-None-Match", tag)
		if a := cleo.Send(request); a.Status != http.StatusNotModified || string(a.Body) != "" || tag == "" || a.Header.Get("ETag") != tag {
			t.Errorf("known already: status %d, %q, tag %q", a.Status, string(a.Body), a.Header.Get("ETag"))
		}
		if f, err := excelize.OpenReader(bytes.NewReader(cleo.Get("/export.xlsx").OK().Body)); err != nil || len(f.GetSheetList()) != 2 {
			t.Errorf("the workbook does not open: %v", err)
		}
		report := cleo.Get("/report.html").OK()
		if policy := report.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.HasSuffix(policy, "; sandbox") ||
			report.Header.Get("Content-Disposition") != "" || report.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(string(report.Body), "Nothing has been published") {
			t.Errorf("the report: %v %s", report.Header, report.Body)
		}
		if a := cleo.Get("/measure-report.json?measure=felt_listened"); a.Status != http.StatusNotFound {
			t.Errorf("a report before any release: status %d", a.Status)
		}

		var made struct{ ID, Secret string }
		cleo.Post("/tokens", map[string]any{"name": "Dashboard", "expiresAt": k.Clock.Now().AddDate(0, 6, 0).Format(time.RFC3339)}).Into(&made)
		overview := func(authorization string) int {
			program := k.Browser("")
			request := program.Request("GET", "figures/v1/overview", nil)
			request.Header.Set("Authorization", authorization)
			a := program.Send(request)
			if a.Status != http.StatusOK && a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("refused as %s", a.Header.Get("Content-Type"))
			}
			return a.Status
		}
		if got := overview("Bearer " + made.Secret); got != http.StatusOK {
			t.Errorf("with a token: status %d", got)
		}
		if got := overview("Bearer hrd_wrong"); got != http.StatusUnauthorized {
			t.Errorf("with a wrong token: status %d", got)
		}
		if text := string(cleo.Get("/tokens").OK().Body); strings.Contains(text, made.Secret) || !strings.Contains(text, `"lastUsedOn":"2026-03-04"`) {
			t.Errorf("tokens: %s", text)
		}
		k.Admin().Post("/staff/"+cleo.ID+"/suspend", map[string]any{"reason": "left"}).OK()
		if got := overview("Bearer " + made.Secret); got != http.StatusUnauthorized {
			t.Errorf("after its maker was suspended: status %d", got)
		}
	})
}
