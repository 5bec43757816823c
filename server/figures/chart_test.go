package figures_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"heard/server/figures"
)

// gap stands for a hidden value in the series below.
var gap = math.NaN()

func series(values ...float64) []*float64 {
	all := make([]*float64, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			all[i] = &v
		}
	}
	return all
}

// anySeries draws whole numbers, many of them equal, with gaps.
func anySeries(t *rapid.T) []*float64 {
	return series(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
		if rapid.IntRange(0, 9).Draw(t, "hidden") == 0 {
			return gap
		}
		return float64(rapid.IntRange(0, 12).Draw(t, "value"))
	}), 0, 45).Draw(t, "values")...)
}

func ruleOf(x figures.XmR) []figures.Rule {
	all := make([]figures.Rule, len(x.Points))
	for i, p := range x.Points {
		all[i] = p.Rule
	}
	return all
}

// TestARuleForEveryFlag asks each flag of any chart for what its rule demands, and each point without one for nothing.
func TestARuleForEveryFlag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := anySeries(t)
		x := figures.NewXmR(values, figures.XmROptions{Direction: figures.Up})
		for i, p := range x.Points {
			switch {
			case p.Hidden != (values[i] == nil):
				t.Fatalf("%d: hidden is %v", i, p.Hidden)
			case p.Hidden && (p.Rule != "" || p.Sense != "" || p.Side != 0 || p.Outside || p.Near):
				t.Fatalf("%d: something is said of a hidden value: %+v", i, p)
			case p.Outside && p.Near:
				t.Fatalf("%d: both outside and near", i)
			case p.Rule != reasonFor(values, x, i):
				t.Fatalf("%d: the rule %q, not %q", i, p.Rule, reasonFor(values, x, i))
			case (p.Rule == "") != (p.Towards == 0) || (p.Towards > 0) != (p.Sense == figures.Improvement):
				t.Fatalf("%d: %+v does not hold together", i, p)
			}
		}
	})
}

// reasonFor is the four rules as kpi words them, by looking at every window around the point.
func reasonFor(values []*float64, x figures.XmR, i int) figures.Rule {
	if x.Points[i].Hidden {
		return figures.NoRule
	}
	around := func(length int, holds func(from int) bool) bool {
		for from := max(i-length+1, 0); from <= i && from+length <= len(values); from++ {
			if !slices.Contains(values[from:from+length], nil) && holds(from) {
				return true
			}
		}
		return false
	}
	oneSide := func(points []figures.Point) bool {
		return points[0].Side != 0 && !slices.ContainsFunc(points, func(p figures.Point) bool { return p.Side != points[0].Side })
	}
	switch {
	case x.Points[i].Outside:
		return figures.Outside
	case around(7, func(from int) bool {
		up, down := true, true
		for j := from + 1; j < from+7; j++ {
			up, down = up && *values[j] > *values[j-1], down && *values[j] < *values[j-1]
		}
		return up || down
	}):
		return figures.Trend
	case x.Points[i].Near && around(3, func(from int) bool {
		near := 0
		for _, p := range x.Points[from : from+3] {
			if p.Near {
				near++
			}
		}
		return near >= 2 && oneSide(x.Points[from:from+3])
	}):
		return figures.TwoOfThree
	case around(7, func(from int) bool { return oneSide(x.Points[from : from+7]) }):
		return figures.Shift
	}
	return figures.NoRule
}

// TestTheLimits reckons mean and limits a second way, from sums.
func TestTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := anySeries(t)
		var sum, n, moved, ranges float64
		for i, v := range values {
			if v == nil {
				continue
			}
			sum, n = sum+*v, n+1
			if i > 0 && values[i-1] != nil {
				moved, ranges = moved+math.Abs(*v-*values[i-1]), ranges+1
			}
		}
		for i, p := range figures.NewXmR(values, figures.XmROptions{}).Points {
			if (p.Mean == nil) != (n == 0) || (p.Lower == nil) != (ranges == 0) || (p.Upper == nil) != (ranges == 0) {
				t.Fatalf("%d: %+v of %v values and %v ranges", i, p, n, ranges)
			}
			if ranges == 0 {
				continue
			}
			mean, reach := sum/n, 2.66*moved/ranges
			if !close9(*p.Mean, mean) || !close9(*p.Lower, mean-reach) || !close9(*p.Upper, mean+reach) {
				t.Fatalf("%d: %v %v %v, not %v ± %v", i, *p.Mean, *p.Lower, *p.Upper, mean, reach)
			}
		}
	})
}

func TestAMirrorIsTheSameChart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values, by := anySeries(t), float64(rapid.IntRange(-50, 50).Draw(t, "by"))
		mirror := make([]*float64, len(values))
		for i, v := range values {
			if v != nil {
				m := by - *v
				mirror[i] = &m
			}
		}
		target := 4.0
		turned := by - target
		a := figures.NewXmR(values, figures.XmROptions{Direction: figures.Up, Target: &target})
		b := figures.NewXmR(mirror, figures.XmROptions{Direction: figures.Down, Target: &turned})
		if a.Assurance != b.Assurance || !reflect.DeepEqual(ruleOf(a), ruleOf(b)) {
			t.Fatalf("%q %v\n%q %v", a.Assurance, ruleOf(a), b.Assurance, ruleOf(b))
		}
		for i := range a.Points {
			if a.Points[i].Sense != b.Points[i].Sense || a.Points[i].Side != -b.Points[i].Side {
				t.Fatalf("%d: %+v and %+v", i, a.Points[i], b.Points[i])
			}
		}
	})
}

func TestPhasesKnowNothingOfEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := anySeries(t), anySeries(t)
		opt := figures.XmROptions{Direction: figures.Up, FixAfter: rapid.IntRange(0, 12).Draw(t, "fix")}
		a, b := figures.NewXmR(first, opt), figures.NewXmR(second, opt)
		opt.RebaseAt = []int{len(first)}
		both := figures.NewXmR(slices.Concat(first, second), opt)
		for i, p := range slices.Concat(a.Points, b.Points) {
			if len(first) > 0 && i >= len(first) {
				p.Phase = 1
			}
			got := both.Points[i]
			if len(first) == 0 {
				got.Phase = 0
			}
			if !reflect.DeepEqual(got, p) {
				t.Fatalf("%d: %+v, alone %+v", i, got, p)
			}
		}
	})
}

func TestFixedLimitsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := anySeries(t)
		fix := rapid.IntRange(1, 20).Draw(t, "fix")
		a := figures.NewXmR(values, figures.XmROptions{FixAfter: fix})
		b := figures.NewXmR(values[:min(fix, len(values))], figures.XmROptions{})
		for i := range b.Points {
			same2(t, a.Points[i].Lower, b.Points[i].Lower)
			same2(t, a.Points[len(a.Points)-1].Upper, b.Points[i].Upper)
		}
	})
}

func same2(t *rapid.T, a, b *float64) {
	if (a == nil) != (b == nil) || a != nil && *a != *b {
		t.Fatalf("%v and %v", say(a), say(b))
	}
}

func TestTooFewPoints(t *testing.T) {
	target := 5.0
	for name, values := range map[string][]*float64{
		"none": nil, "one": series(7), "all hidden": series(gap, gap, gap), "one between gaps": series(gap, 3, gap),
		"none side by side": series(1, gap, 2, gap, 3, gap, 9),
	} {
		x := figures.NewXmR(values, figures.XmROptions{Direction: figures.Up, Target: &target})
		if len(x.Points) != len(values) || x.Assurance != figures.NoAssurance {
			t.Errorf("%s: %+v", name, x)
		}
		for i, p := range x.Points {
			if p.Lower != nil || p.Upper != nil || p.Rule != figures.NoRule {
				t.Errorf("%s, %d: %+v", name, i, p)
			}
		}
	}
}

// TestHeardsLimits: from 13 shown points on there are limits, rules and an assurance; before there is a mean.
func TestHeardsLimits(t *testing.T) {
	target := 50.0
	opt := figures.XmROptions{Direction: figures.Up, Target: &target, Need: figures.LimitsFrom}
	rising := make([]float64, 0, 14)
	for i := range 12 {
		rising = append(rising, float64(i))
	}
	short := figures.NewXmR(series(append(rising, gap)...), opt)
	for i, p := range short.Points {
		if p.Mean == nil || p.Lower != nil || p.Upper != nil || p.Rule != figures.NoRule {
			t.Errorf("12 points, %d: %+v", i, p)
		}
	}
	if short.Assurance != figures.NoAssurance {
		t.Errorf("12 points: %q", short.Assurance)
	}
	long := figures.NewXmR(series(append(rising, gap, 12)...), opt)
	if long.Points[0].Lower == nil || long.Points[0].Rule == figures.NoRule || long.Assurance != figures.Fail {
		t.Errorf("13 points: %+v, %q", long.Points[0], long.Assurance)
	}
}

func TestEqualValuesAreNoSignal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "points")
		v := float64(rapid.IntRange(0, 1000).Draw(t, "of")) / float64(rapid.IntRange(1, 1000).Draw(t, "n"))
		values := make([]*float64, n)
		for i := range values {
			values[i] = &v
		}
		for i, p := range figures.NewXmR(values, figures.XmROptions{Direction: figures.Up}).Points {
			if p.Rule != figures.NoRule || p.Side != 0 {
				t.Fatalf("%v, %d times: %d: %+v", v, n, i, p)
			}
		}
	})
}

func TestATieBreaksATrendAndTheMeanBreaksAShift(t *testing.T) {
	for name, c := range map[string]struct {
		values []*float64
		rule   figures.Rule
		wanted int
	}{
		"seven rising":              {series(0, 20, 0, 20, 0, 20, 0, 20, 7, 8, 9, 10, 11, 12, 13, 0, 20, 0, 20), figures.Trend, 7},
		"seven rising with a tie":   {series(0, 20, 0, 20, 0, 20, 0, 20, 7, 8, 9, 10, 10, 11, 12, 13, 0, 20, 0), figures.Trend, 0},
		"seven rising across a gap": {series(0, 20, 0, 20, 0, 20, 0, 20, 7, 8, 9, gap, 10, 11, 12, 13, 0, 20), figures.Trend, 0},
		"six above, one on, six":    {series(1, 2, 1, 2, 1, 2, 0, 1, 2, 1, 2, 1, 2, -9, -9), figures.Shift, 0},
		"seven above, one between":  {series(1, 2, 1, 2, 1, 2, gap, 1, 2, 1, 2, 1, 2, -9, -9), figures.Shift, 0},
		"seven above":               {series(1, 2, 1, 2, 1, 2, 1, -10), figures.Shift, 7},
	} {
		got := 0
		for _, r := range ruleOf(figures.NewXmR(c.values, figures.XmROptions{})) {
			if r == c.rule {
				got++
			}
		}
		if got != c.wanted {
			t.Errorf("%s: %d points by the rule %q, not %d", name, got, c.rule, c.wanted)
		}
	}
}

func TestATargetOnALimitIsHitAndMissed(t *testing.T) {
	values := series(4, 6, 4, 6, 4, 6, 4, 6, 4, 6, 4, 6, 4, 6)
	p := figures.NewXmR(values, figures.XmROptions{}).Points[0]
	for _, c := range []struct {
		target   float64
		better   figures.Direction
		promised figures.Assurance
	}{
		{*p.Upper, figures.Up, figures.HitAndMiss}, {*p.Lower, figures.Up, figures.HitAndMiss},
		{math.Nextafter(*p.Upper, 99), figures.Up, figures.Fail}, {math.Nextafter(*p.Lower, -99), figures.Up, figures.Pass},
		{math.Nextafter(*p.Upper, 99), figures.Down, figures.Pass}, {math.Nextafter(*p.Lower, -99), figures.Down, figures.Fail},
		{99, figures.Neutral, figures.NoAssurance}, {99, "", figures.NoAssurance},
	} {
		if x := figures.NewXmR(values, figures.XmROptions{Direction: c.better, Target: &c.target}); x.Assurance != c.promised {
			t.Errorf("%v where %q is better: %q, not %q", c.target, c.better, x.Assurance, c.promised)
		}
	}
}

func TestPChartHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SliceOfN(rapid.IntRange(0, 300), 0, 40).Draw(t, "n")
		x := make([]int, len(n))
		var all, of int
		for i := range n {
			x[i] = rapid.IntRange(0, n[i]).Draw(t, "x")
			all, of = all+n[i], of+x[i]
		}
		c := figures.PChart(x, n, figures.POptions{Direction: figures.Up})
		for i, p := range c.Points {
			switch {
			case p.Hidden != (n[i] == 0) || (c.Rates[i] == nil) != p.Hidden:
				t.Fatalf("%d: %+v of %d", i, p, n[i])
			case p.Hidden:
				if p.Lower != nil || p.Rule != figures.NoRule {
					t.Fatalf("%d: %+v is said of nobody", i, p)
				}
				continue
			case !close9(*p.Mean, float64(of)/float64(all)):
				t.Fatalf("%d: centre %v", i, *p.Mean)
			case !(0 <= *p.Lower && *p.Lower <= *p.Mean+1e-12 && *p.Mean <= *p.Upper+1e-12 && *p.Upper <= 1):
				t.Fatalf("%d: limits %v, %v around %v", i, *p.Lower, *p.Upper, *p.Mean)
			}
			if beyond := *c.Rates[i] > *p.Upper+1e-9 || *c.Rates[i] < *p.Lower-1e-9; beyond && !p.Outside {
				t.Fatalf("%d: %v lies beyond %v, %v", i, *c.Rates[i], *p.Lower, *p.Upper)
			}
			for j := range n {
				if n[j] > n[i] && *c.Points[j].Upper-*c.Points[j].Lower > *p.Upper-*p.Lower+1e-12 {
					t.Fatalf("%d of %d has narrower limits than %d of %d", i, n[i], j, n[j])
				}
			}
		}
	})
}

func TestPChartOfTooFew(t *testing.T) {
	target := 0.5
	c := figures.PChart([]int{3, 9, 4}, []int{10, 20, 0}, figures.POptions{Direction: figures.Up, Target: &target, Need: figures.LimitsFrom})
	for i, p := range c.Points {
		if p.Mean == nil || p.Lower != nil || p.Rule != figures.NoRule {
			t.Errorf("%d: %+v", i, p)
		}
	}
	if c.Assurance != figures.NoAssurance {
		t.Errorf("%q", c.Assurance)
	}
}

// TestFunnelAndIntervalAgree: a place lies outside the 95 % lines exactly when its interval misses the centre.
func TestFunnelAndIntervalAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		centre := rapid.Float64Range(0.01, 0.99).Draw(t, "centre")
		f, i := figures.FunnelLimits(centre, n), figures.Wilson(float64(x), float64(n), figures.Z95)
		if !(0 <= f.Low998 && f.Low998 <= f.Low95 && f.Low95 <= centre && centre <= f.High95 && f.High95 <= f.High998 && f.High998 <= 1) {
			t.Fatalf("%+v around %v", f, centre)
		}
		const touch = 1e-9
		if math.Abs(i.Rate-f.Low95) < touch || math.Abs(i.Rate-f.High95) < touch {
			return
		}
		if out, misses := i.Rate < f.Low95 || i.Rate > f.High95, centre < i.Low || centre > i.High; out != misses {
			t.Fatalf("%d of %d around %v: outside %v, interval misses %v", x, n, centre, out, misses)
		}
		noisy := figures.NoisyFunnel(centre, n, 2, 1)
		if noisy.Low95 > f.Low95 || noisy.High998 < f.High998 || noisy.High95 < f.High95 {
			t.Fatalf("noise narrows %+v to %+v", f, noisy)
		}
	})
	if f := figures.NoisyFunnel(0.5, 0, 2, 1); f != (figures.Funnel{High95: 1, High998: 1}) {
		t.Errorf("of nothing: %+v", f)
	}
}
