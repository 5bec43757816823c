package reports_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// A token reads what its maker may pass on, which is less than what they may read, and
// only for as long.
func TestATokenLosesWhatItsMakerMayNoLongerPassOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.k.Service("childrens_home", "Hill House")
		w.unit(other, people.Quarterly)
		w.k.Relate(w.Lead.ID, "lead_of", other)
		both := w.k.Analyst("Bea", w.Home, w.Lead)
		second := w.k.RelateAndConfirm(w.Lead, both.ID, "analyst_of", other)
		w.k.RelateAndConfirm(w.Lead, both.ID, "lead_of", other)
		w.moveTo(afterClose)
		w.publish(1)
		both.SignIn()
		in := map[string]any{"name": "Dashboard", "expiresAt": w.k.Clock.Now().AddDate(0, 6, 0).Format(time.RFC3339)}
		lead := w.Lead.At(viewer.Insight)
		if a := lead.Post("/tokens", in); a.Status != http.StatusForbidden {
			t.Errorf("a lead reads and passes nothing on: status %d", a.Status)
		}
		var made struct{ ID, Secret string }
		both.Post("/tokens", in).Into(&made)
		reads := func() string {
			program := w.k.Browser("")
			request := program.Request("GET", "figures/v1/overview", nil)
			request.Header.Set("Authorization", "Bearer "+made.Secret)
			a := program.Send(request)
			if a.Status != http.StatusOK {
				return http.StatusText(a.Status)
			}
			var names []string
			for name, id := range map[string]string{"home": w.Home, "other": other} {
				if strings.Contains(string(a.Body), id) {
					names = append(names, name)
				}
			}
			return strings.Join(names, " ")
		}
		if got := reads(); len(got) != len("home other") {
			t.Fatalf("reads %q", got)
		}
		// As a lead they go on reading the other service, but answer for it no more.
		w.tx(func(tx *db.Tx) error {
			return tx.Gorm().Exec("UPDATE relations SET ended_at = ? WHERE id = ?", db.At(w.k.Clock.Now()), second).Error
		})
		if a := both.Get("/series?measure=felt_listened&unit=" + other); a.Status != http.StatusOK {
			t.Errorf("their own page: status %d", a.Status)
		}
		if got := reads(); got != "home" {
			t.Errorf("after the end of one: reads %q", got)
		}
		if a := both.Post("/tokens", map[string]any{"name": "Other", "units": []string{other}, "expiresAt": in["expiresAt"]}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a token of what is only read: status %d", a.Status)
		}
	})
}
