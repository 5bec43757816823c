package figures_test

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"testing"

	"heard/server/figures"
)

// spc is spc_examples.json; a null is a nil.
type spc struct {
	XmR []struct {
		ID      string
		Fragile bool
		Values  []*float64
		Options struct {
			ScreenOutliers       bool   `json:"screen_outliers"`
			FixAfterNPoints      int    `json:"fix_after_n_points"`
			RebaseAt             []int  `json:"rebase_at"`
			ImprovementDirection string `json:"improvement_direction"`
			Target               *float64
		}
		Expect struct {
			Mean             []*float64
			LowerLimit       []*float64 `json:"lower_limit"`
			UpperLimit       []*float64 `json:"upper_limit"`
			Phase            []int
			OutsideLimits    []*bool  `json:"outside_limits"`
			CloseToLimits    []*bool  `json:"close_to_limits"`
			RelativeToMean   []*int   `json:"relative_to_mean"`
			SpecialCauseType []string `json:"special_cause_type"`
			SpecialCause     []bool   `json:"special_cause"`
			PointType        []string `json:"point_type"`
			Assurance        *string
		}
	}
	PChart []struct {
		ID           string
		Fragile      bool
		Numerators   []*int
		Denominators []*int
		Options      struct {
			FreezeAfter int `json:"freeze_after"`
		}
		Expect struct {
			Value, Centre []*float64
			LowerLimit    []*float64 `json:"lower_limit"`
			UpperLimit    []*float64 `json:"upper_limit"`
			OutsideLimits []*bool    `json:"outside_limits"`
		}
	} `json:"p_chart"`
}

func TestXmRAsInR(t *testing.T) {
	var file spc
	vectors(t, "spc_examples.json", &file)
	if len(file.XmR) < 40 {
		t.Fatalf("%d examples, where are the others?", len(file.XmR))
	}
	for _, example := range file.XmR {
		t.Run(example.ID, func(t *testing.T) {
			o, want := example.Options, example.Expect
			got := figures.NewXmR(example.Values, figures.XmROptions{
				ScreenOutliers: o.ScreenOutliers, FixAfter: o.FixAfterNPoints, RebaseAt: o.RebaseAt,
				Direction: directions[o.ImprovementDirection], Target: o.Target,
			})
			for i, p := range got.Points {
				same(t, i, "mean", p.Mean, want.Mean[i])
				same(t, i, "lower limit", p.Lower, want.LowerLimit[i])
				same(t, i, "upper limit", p.Upper, want.UpperLimit[i])
				if p.Phase != want.Phase[i] {
					t.Errorf("%d: phase %d, not %d", i, p.Phase, want.Phase[i])
				}
				if example.Fragile {
					continue
				}
				flag(t, i, "outside", p.Outside, want.OutsideLimits[i])
				flag(t, i, "near", p.Near, want.CloseToLimits[i])
				if r := want.RelativeToMean[i]; r != nil && p.Side != *r {
					t.Errorf("%d: side %d, not %d", i, p.Side, *r)
				}
				if said := inTheirWords(p); said != want.SpecialCauseType[i] || (p.Rule != figures.NoRule) != want.SpecialCause[i] {
					t.Errorf("%d: %s, not %s", i, said, want.SpecialCauseType[i])
				}
				if said := pointType(p); said != want.PointType[i] {
					t.Errorf("%d: %s, not %s", i, said, want.PointType[i])
				}
			}
			wanted := figures.NoAssurance
			if want.Assurance != nil {
				wanted = assurances[*want.Assurance]
			}
			if got.Assurance != wanted {
				t.Errorf("assurance %q, not %q", got.Assurance, wanted)
			}
		})
	}
}

var directions = map[string]figures.Direction{"increase": figures.Up, "decrease": figures.Down, "neutral": figures.Neutral}

var assurances = map[string]figures.Assurance{
	"consistent_pass": figures.Pass, "inconsistent": figures.HitAndMiss, "consistent_fail": figures.Fail,
}

func same(t *testing.T, i int, what string, got, want *float64) {
	t.Helper()
	if (got == nil) != (want == nil) || got != nil && !close9(*got, *want) {
		t.Errorf("%d: %s %v, not %v", i, what, say(got), say(want))
	}
}

func say(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func flag(t *testing.T, i int, what string, got bool, want *bool) {
	t.Helper()
	if got != (want != nil && *want) {
		t.Errorf("%d: %s is %v", i, what, got)
	}
}

func inTheirWords(p figures.Point) string {
	high := p.Towards > 0
	pick := func(a, b string) string {
		if high {
			return a
		}
		return b
	}
	switch p.Rule {
	case figures.Outside:
		return pick("Above UCL", "Below LCL")
	case figures.Trend:
		return pick("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)")
	case figures.TwoOfThree:
		return pick("2 in 3 Above CL", "2 in 3 Below CL")
	case figures.Shift:
		return pick("7 Points Above CL", "7 Points Below CL")
	}
	return "Common Cause"
}

func pointType(p figures.Point) string {
	switch {
	case p.Rule == figures.NoRule:
		return "common_cause"
	case p.Sense == figures.Improvement:
		return "special_cause_improvement"
	case p.Sense == figures.Concern:
		return "special_cause_concern"
	case p.Towards > 0:
		return "special_cause_neutral_high"
	}
	return "special_cause_neutral_low"
}

func TestPChartAsInR(t *testing.T) {
	var file spc
	vectors(t, "spc_examples.json", &file)
	if len(file.PChart) < 6 {
		t.Fatalf("%d examples, where are the others?", len(file.PChart))
	}
	for _, example := range file.PChart {
		t.Run(example.ID, func(t *testing.T) {
			want := example.Expect
			got := figures.PChart(counts(example.Numerators), counts(example.Denominators), figures.POptions{
				FixAfter: example.Options.FreezeAfter, Direction: figures.Up,
			})
			for i, p := range got.Points {
				same(t, i, "rate", got.Rates[i], want.Value[i])
				same(t, i, "centre", p.Mean, want.Centre[i])
				same(t, i, "lower limit", p.Lower, want.LowerLimit[i])
				same(t, i, "upper limit", p.Upper, want.UpperLimit[i])
				if !example.Fragile {
					flag(t, i, "outside", p.Outside, want.OutsideLimits[i])
				}
			}
		})
	}
}

func counts(of []*int) []int {
	all := make([]int, len(of))
	for i, v := range of {
		if v != nil {
			all[i] = *v
		}
	}
	return all
}

func TestTheCodesOfTheDataSet(t *testing.T) {
	file, err := os.Open(filepath.Join("testdata", "snomed_codes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, n := bufio.NewScanner(file), 0
	for lines.Scan() {
		n++
		code := lines.Text()
		if !figures.Verhoeff(code) {
			t.Errorf("%s: refused", code)
		}
		noticed(t, code)
	}
	if lines.Err() != nil || n < 48 {
		t.Errorf("%d codes read: %v", n, lines.Err())
	}
}

// noticed changes every digit into every other and exchanges all neighbours.
func noticed(t *testing.T, code string) {
	t.Helper()
	for i := range code {
		for d := byte('0'); d <= '9'; d++ {
			wrong := []byte(code)
			if wrong[i] = d; string(wrong) != code && figures.Verhoeff(string(wrong)) {
				t.Errorf("%s taken for %s", wrong, code)
			}
		}
		if i > 0 && code[i] != code[i-1] {
			wrong := []byte(code)
			if wrong[i], wrong[i-1] = wrong[i-1], wrong[i]; figures.Verhoeff(string(wrong)) {
				t.Errorf("%s taken for %s", wrong, code)
			}
		}
	}
}

func TestWhatIsNoCode(t *testing.T) {
	for _, text := range []string{"", "0", "5", "237", "2363 ", " 2363", "23 63", "２３６３", "-2363", "236x"} {
		if figures.Verhoeff(text) {
			t.Errorf("%q taken for a code", text)
		}
	}
	if !figures.Verhoeff("2363") {
		t.Error("Verhoeff's own example refused")
	}
}
