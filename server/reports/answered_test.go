package reports_test

import (
	"testing"
	"time"
)

// What a lead reads of this week is what is published of it later: the same cards of
// the same service by the same rule. What only a lead may know, what still waits, is
// published nowhere.
func TestALeadReadsWhatWillBePublished(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		came := told{"received", "", false, 0}
		seen, late := told{"seen", w.Sam.ID, false, time.Minute}, told{"overdue", "", false, time.Hour}
		for i, young := range w.young(12) {
			switch {
			case i < 7:
				w.card(young, came, seen)
			case i < 11:
				w.card(young, came, late)
			default:
				w.card(young, came)
			}
		}
		w.k.Clock.Forward(2 * time.Hour)
		w.Lead.SignIn()
		var read struct {
			Services []struct {
				Name    string
				Waiting int
				Week    struct{ Counted, InTime int }
			}
		}
		w.Lead.Get("/answered").Into(&read)
		if len(read.Services) != 1 || read.Services[0].Week.Counted != 11 || read.Services[0].Week.InTime != 7 {
			t.Errorf("the lead reads %+v", read)
		}
		w.moveTo(afterClose)
		w.publish(1)
		if c := w.cell("2026-Q1", w.Home, "cards_in_time"); c.Hidden || *c.A != 7 || *c.N != 11 {
			t.Errorf("%+v is published", c)
		}
	})
}
