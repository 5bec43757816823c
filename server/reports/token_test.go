package reports_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/reports"
	"heard/server/viewer"
)

func TestATokenReadsWhatItIsFor(t *testing.T) {
	eachSharing(t, "", func(t *testing.T, s *sharing) {
		_, all := s.token(s.commissioner)
		_, one := s.token(s.commissioner, unitA)
		for _, unit := range []string{"", unitA, unitB} {
			out, err := s.series(all, unit, "")
			hasStatus(t, "a token without bounds", out, err, http.StatusOK)
		}
		out, err := s.series(one, unitA, "")
		first := hasStatus(t, "the unit in scope", out, err, http.StatusOK)
		for _, unit := range []string{"", unitB, "no-such-unit"} {
			_, err := s.series(one, unit, "")
			wants(t, "out of scope: "+unit, err, errs.NotFound)
		}
		overview, err := s.h.TokenOverview(t.Context(), &reports.OverviewInput{Authorization: one})
		hasStatus(t, "overview", overview, err, http.StatusOK)
		if bytes.Contains(overview.Body, []byte(unitB)) || !bytes.Contains(overview.Body, []byte(unitA)) {
			t.Errorf("the overview shows %s", overview.Body)
		}
		in := &reports.CompareInput{Measure: "felt_listened", Period: "2025-Q4"}
		in.Authorization = one
		_, err = s.h.TokenCompare(t.Context(), in)
		wants(t, "side by side with what is out of scope", err, errs.NotFound)
		report := &reports.TokenReportInput{ReportInput: reports.ReportInput{Measure: "felt_listened"}, Authorization: one}
		file, err := s.h.TokenMeasureReport(t.Context(), report)
		hasStatus(t, "measure report", file, err, http.StatusOK)
		if bytes.Contains(file.Body, []byte("Elm House")) {
			t.Error("the measure report goes beyond the scope")
		}

		// Nothing but a release changes a byte.
		out, err = s.series(one, unitA, first.ETag)
		hasStatus(t, "known already", out, err, http.StatusNotModified)
		again, err := s.series(one, unitA, `"other"`)
		if hasStatus(t, "again", again, err, http.StatusOK); !bytes.Equal(again.Body, first.Body) || again.ETag != first.ETag {
			t.Error("the same figures gave other bytes")
		}
		s.figures.number = 2
		out, err = s.series(one, unitA, first.ETag)
		hasStatus(t, "after a release", out, err, http.StatusOK)
	})
}

func TestATokenThatIsNoneOpensNothing(t *testing.T) {
	eachSharing(t, "", func(t *testing.T, s *sharing) {
		id, good := s.token(s.commissioner)
		for _, header := range []string{"", "Bearer ", "Bearer hrd_", good[len("Bearer "):], good + "x", "Basic " + good, strings.Replace(good, "hrd_", "", 1)} {
			_, err := s.series(header, unitA, "")
			wants(t, "a wrong token", err, errs.Unauthenticated)
		}
		wants(t, "somebody else's", s.e.EndToken(s.as(s.analyst), s.analyst, id), errs.NotFound)
		if _, err := s.series(good, unitA, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.e.EndToken(s.as(s.commissioner), s.commissioner, id); err != nil {
			t.Fatal(err)
		}
		_, err := s.series(good, unitA, "")
		wants(t, "an ended token", err, errs.Unauthenticated)

		_, short := s.token(s.commissioner)
		s.Clock.Forward(184 * 24 * time.Hour)
		_, err = s.series(short, unitA, "")
		wants(t, "an expired token", err, errs.Unauthenticated)
	})
}

// Whoever sends a token that is none does not wait for, or hold up, whoever writes.
func TestAnUnknownTokenWritesNothing(t *testing.T) {
	eachSharing(t, "", func(t *testing.T, s *sharing) {
		_, ended := s.token(s.commissioner)
		s.Clock.Forward(184 * 24 * time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		err := s.App.DB.Tx(ctx, func(tx *db.Tx) error {
			if err := tx.Gorm().Exec("UPDATE figure_tokens SET name = name").Error; err != nil {
				return err
			}
			for _, header := range []string{"Bearer hrd_nobody", ended} {
				short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				in := &reports.SeriesInput{Measure: "felt_listened", Unit: unitA}
				in.Authorization = header
				_, err := s.h.TokenSeries(short, in)
				cancel()
				wants(t, "while somebody writes", err, errs.Unauthenticated)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhoMayMakeTokens(t *testing.T) {
	eachSharing(t, "", func(t *testing.T, s *sharing) {
		in := func(days int, units ...string) reports.NewToken {
			return reports.NewToken{Name: "Dashboard", Units: units, ExpiresAt: s.Clock.Now().AddDate(0, 0, days)}
		}
		_, _, err := s.e.AddToken(s.as(s.worker), s.worker, in(30))
		wants(t, "a worker", err, errs.Forbidden)
		_, err = s.e.Tokens(s.as(s.worker), s.worker)
		wants(t, "a worker's list", err, errs.Forbidden)
		for what, n := range map[string]reports.NewToken{
			"more than a year": in(366), "already over": in(-1), "a unit nobody knows": in(30, "x"), "no name": {ExpiresAt: s.Clock.Now().AddDate(0, 1, 0)},
		} {
			_, _, err := s.e.AddToken(s.as(s.commissioner), s.commissioner, n)
			wants(t, what, err, errs.Invalid)
		}
		s.token(s.commissioner)
		_, header := s.token(s.analyst)
		if _, err := s.series(header, unitA, ""); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[viewer.Viewer]int{s.analyst: 1, s.commissioner: 2} {
			tokens, err := s.e.Tokens(s.as(who), who)
			if err != nil || len(tokens) != want {
				t.Fatalf("%d tokens, %v; want %d", len(tokens), err, want)
			}
			for _, token := range tokens {
				if used := token.LastUsedOn; token.MadeBy.Name == "Ann" && used != s.Clock.Now().Format(time.DateOnly) || token.MadeBy.Name == "Cleo" && used != "" {
					t.Errorf("%s's token was last used on %q", token.MadeBy.Name, used)
				}
			}
		}
		var hashes int
		s.read("SELECT count(*) FROM figure_tokens WHERE length(token_hash) = 32", &hashes)
		if hashes != 2 {
			t.Errorf("%d tokens are kept as a hash", hashes)
		}
	})
}

func TestATokenIsCountedByTheMinute(t *testing.T) {
	eachSharing(t, "", func(t *testing.T, s *sharing) {
		_, header := s.token(s.commissioner)
		for range 120 {
			if _, err := s.series(header, unitA, ""); err != nil {
				t.Fatal(err)
			}
		}
		_, err := s.series(header, unitA, "")
		wants(t, "the 121st in a minute", err, errs.Unavailable)
		s.Clock.Forward(time.Minute)
		_, err = s.series(header, unitA, "")
		wants(t, "a minute later", err, "")
	})
}
