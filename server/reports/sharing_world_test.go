package reports_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/keys"
	"heard/server/reports"
	"heard/server/testkit"
	"heard/server/viewer"
)

const (
	unitA = "0198c0de-0000-7000-8000-0000000000aa"
	unitB = "0198c0de-0000-7000-8000-0000000000bb"
)

// released stands in for what is published: two units, one measure, one of its cells hidden.
type released struct{ number int }

func (r *released) Overview(context.Context, viewer.Viewer) (reports.Overview, error) {
	o := reports.Overview{
		Units:    []reports.UnitView{{ID: unitA, Name: "=Oak House"}, {ID: unitB, Name: "Elm House"}},
		Measures: []reports.MeasureView{{Key: "felt_listened", Kind: "rate"}},
	}
	for n := r.number; n > 0; n-- {
		o.Releases = append(o.Releases, reports.ReleaseView{Number: n, Period: "2025-Q4", Label: "October to December 2025", PublishedAt: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)})
	}
	return o, nil
}

func (r *released) Series(_ context.Context, _ viewer.Viewer, measure, unit string) (reports.Series, error) {
	if measure != "felt_listened" || unit != "" && unit != unitA && unit != unitB {
		return reports.Series{}, errs.New(errs.NotFound, "")
	}
	s := reports.Series{Measure: measure, Unit: unit}
	for n := 1; n <= r.number; n++ {
		p := reports.Point{Period: "2025-Q4", Label: "October to December 2025", Release: n, Figure: reports.Figure{Hidden: unit == unitB}}
		if !p.Hidden {
			count, rate, low, high := 40, 0.6, 0.45, 0.74
			p.N, p.Rate, p.Low, p.High = &count, &rate, &low, &high
		}
		s.Points = append(s.Points, p)
	}
	return s, nil
}

func (r *released) Compare(_ context.Context, _ viewer.Viewer, measure, period string) (reports.Compare, error) {
	if measure != "felt_listened" {
		return reports.Compare{}, errs.New(errs.NotFound, "")
	}
	return reports.Compare{Measure: measure, Period: period, Rows: []reports.Row{{Unit: unitA}, {Unit: unitB}}}, nil
}

// sharing is a running Heard with what gets figures out of it.
type sharing struct {
	*testkit.Kit
	world        *testkit.World
	figures      *released
	e            *reports.Exports
	h            reports.ExportHandlers
	commissioner viewer.Viewer
	analyst      viewer.Viewer
	worker       viewer.Viewer
}

func eachSharing(t *testing.T, webhooks string, f func(t *testing.T, s *sharing)) {
	t.Helper()
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		s := &sharing{Kit: k, world: w, figures: &released{number: 1}}
		ring, err := keys.Load(t.TempDir()+"/key", "")
		if err != nil {
			t.Fatal(err)
		}
		s.e, err = reports.NewExports(reports.ExportsConfig{
			Figures: s.figures, DB: k.App.DB, Ring: ring, Names: k.App.Accounts, PublicURL: "https://heard.example.org",
			TestWebhookOrigin: webhooks, Poll: 5 * time.Millisecond, Timeout: 5 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.h = s.e.Handlers()
		s.commissioner = s.viewerOf(k.Commissioner("Cleo", w.Lead))
		s.analyst = s.viewerOf(k.Analyst("Ann", w.Home, w.Lead))
		s.worker = s.viewerOf(w.Sam)
		f(t, s)
	})
}

func (s *sharing) viewerOf(p *testkit.Person) viewer.Viewer {
	s.T.Helper()
	v := viewer.Viewer{AccountID: p.ID, Place: viewer.Insight, Kind: viewer.KindStaff, Reading: true}
	s.read("SELECT organisation_id FROM accounts WHERE id = ?", &v.OrganisationID, p.ID)
	return v
}

func (s *sharing) as(v viewer.Viewer) context.Context { return viewer.With(s.T.Context(), v) }

func (s *sharing) read(query string, into any, args ...any) {
	s.T.Helper()
	err := s.App.DB.Read(s.T.Context(), func(tx *db.Tx) error { return tx.Gorm().Raw(query, args...).Scan(into).Error })
	if err != nil {
		s.T.Fatal(err)
	}
}

// token makes a token and gives its Authorization header.
func (s *sharing) token(v viewer.Viewer, units ...string) (id, header string) {
	s.T.Helper()
	id, secret, err := s.e.AddToken(s.as(v), v, reports.NewToken{Name: "Dashboard", Units: units, ExpiresAt: s.Clock.Now().AddDate(0, 6, 0)})
	if err != nil {
		s.T.Fatal(err)
	}
	return id, "Bearer " + secret.Reveal()
}

func (s *sharing) series(header, unit, known string) (*reports.FileOutput, error) {
	in := &reports.SeriesInput{Measure: "felt_listened", Unit: unit}
	in.Authorization, in.IfNoneMatch = header, known
	return s.h.TokenSeries(s.T.Context(), in)
}

// publish tells of a release as the release job does.
func (s *sharing) publish(number int, fail error) error {
	s.figures.number = number
	return s.App.DB.Tx(s.T.Context(), func(tx *db.Tx) error {
		release := reports.Release{Number: number, Period: figures.Period("2025-Q4"), PublishedAt: tx.Now}
		if err := s.e.OnPublishedTx(tx, s.commissioner.OrganisationID, release); err != nil {
			return err
		}
		return fail
	})
}

func wants(t *testing.T, what string, err error, code errs.Code) {
	t.Helper()
	if errs.CodeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func hasStatus(t *testing.T, what string, out *reports.FileOutput, err error, status int) *reports.FileOutput {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if out.Status != status || status == http.StatusNotModified && len(out.Body) > 0 {
		t.Errorf("%s: status %d, %d bytes", what, out.Status, len(out.Body))
	}
	return out
}
