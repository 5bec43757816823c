package demo_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/reports"
	"heard/server/viewer"
)

// the demo's charts, at dates of different kinds: in the middle of the year, just after a
// month has come out, and on the day a month and a quarter close together.
var chartDays = []string{"2026-03-02T14:02:00Z", "2026-05-15T00:30:00+01:00", "2026-10-14T12:00:00+01:00", "2027-01-15T09:00:00Z"}

func (h *house) series(t *testing.T, v viewer.Viewer, measure, unit string) reports.Series {
	t.Helper()
	s, err := h.reports.Series(t.Context(), v, measure, unit)
	must(t, err)
	return s
}

func (h *house) overview(t *testing.T, v viewer.Viewer) (reports.Overview, map[string]string) {
	t.Helper()
	o, err := h.reports.Overview(t.Context(), v)
	must(t, err)
	units := map[string]string{}
	for _, u := range o.Units {
		units[strings.Join(u.Services, ", ")] = u.ID
	}
	return o, units
}

// TestTheFiguresSayWhatWasMadeUp: eighteen months of two services, in one of which young
// people came to feel more listened to; the rules of the chart see that one and not the other.
func TestTheFiguresSayWhatWasMadeUp(t *testing.T) {
	for _, clock := range chartDays {
		t.Run(clock, func(t *testing.T) {
			h := newHouse(t, db.Config{Path: filepath.Join(t.TempDir(), "heard.db"), Key: bytes.Repeat([]byte{7}, 32)})
			var err error
			h.now, err = time.Parse(time.RFC3339, clock)
			must(t, err)
			must(t, h.demo.Open(t.Context()))
			mina, carol := h.enter(t, "mina"), h.enter(t, "carol")

			_, own := h.overview(t, mina)
			if len(own) != 1 || own["Riverside CAMHS"] == "" {
				t.Fatalf("the service manager sees %v", own)
			}
			o, units := h.overview(t, carol)
			if len(units) != 4 || len(o.Releases) != 24 || !o.MayWrite {
				t.Fatalf("the commissioner sees %v in %d releases", units, len(o.Releases))
			}
			newest := o.Releases[0].PublishedAt
			for _, r := range o.Releases {
				if r.PublishedAt.After(h.now) || r.PublishedAt.After(newest) {
					t.Errorf("release %d of %s is from %v", r.Number, r.Period, r.PublishedAt)
				}
			}
			camhs := h.series(t, mina, "felt_listened", own["Riverside CAMHS"])
			if n := len(camhs.Points); n != 18 || flagged(camhs, 0, 9, "concern") < 7 || flagged(camhs, 9, 18, "improvement") < 7 {
				t.Errorf("the change is not seen: %d points, %+v", n, camhs.Chart)
			}
			if camhs.Chart.Target == nil || len(camhs.Notes) != 2 || camhs.Headline == nil || *camhs.Headline.Rate < 0.7 {
				t.Errorf("%+v, notes %+v, target %v", camhs.Headline, camhs.Notes, camhs.Chart.Target)
			}
			for _, p := range camhs.Response {
				if p.Hidden || p.Percent == nil || *p.Percent < 50 || *p.Percent > 95 {
					t.Errorf("response %+v", p)
				}
			}
			if care := h.series(t, carol, "felt_listened", units["Riverside social care"]); flagged(care, 0, 18, "") >= 7 {
				t.Errorf("a change where there is none: %+v", care.Chart)
			}
			hidden := 0
			for _, p := range h.series(t, carol, "felt_listened", units["Kingsmead Ward"]).Points {
				if p.Hidden {
					hidden++
				}
			}
			if hidden != 1 {
				t.Errorf("%d quarters of the ward are hidden", hidden)
			}
		})
	}
}

// flagged counts the points of a chart that a rule marks.
func flagged(s reports.Series, from, to int, sense string) int {
	n := 0
	for _, p := range s.Chart.Points[min(from, len(s.Chart.Points)):min(to, len(s.Chart.Points))] {
		if p.Rule != "" && (sense == "" || p.Sense == sense) {
			n++
		}
	}
	return n
}

// TestNothingIsPublishedTwice: another start finds the releases as they were, cell for cell.
func TestNothingIsPublishedTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.demo.Open(t.Context()))
		cells := func() (list []string) {
			must(t, h.db.Read(t.Context(), func(tx *db.Tx) error {
				return tx.Gorm().Raw(`SELECT period || ' ' || unit_id || ' ' || set_key || ' ' || COALESCE(a, -1) || ' ' || COALESCE(n, -1)
 FROM release_cells ORDER BY 1`).Scan(&list).Error
			}))
			return list
		}
		before := cells()
		for range 2 {
			h.start(t)
			must(t, h.demo.Open(t.Context()))
			if n, err := h.reports.Publish(t.Context()); err != nil || n != 0 {
				t.Fatalf("published %d more: %v", n, err)
			}
		}
		if after := cells(); len(before) == 0 || strings.Join(before, "\n") != strings.Join(after, "\n") {
			t.Errorf("%d cells, then %d", len(before), len(after))
		}
		var keys []string
		must(t, h.db.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Gorm().Raw(`SELECT k.period FROM period_keys k JOIN releases r ON r.period = k.period AND r.organisation_id = k.organisation_id`).Scan(&keys).Error
		}))
		if len(keys) > 0 {
			t.Errorf("keys of published periods are left: %v", keys)
		}
		// Left running, the next period comes out by itself, once.
		h.now = h.now.AddDate(0, 1, 0)
		if n, err := h.reports.Publish(t.Context()); err != nil || n == 0 {
			t.Errorf("a month later %d: %v", n, err)
		}
		if n, err := h.reports.Publish(t.Context()); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
	})
}
