package figures_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"heard/server/figures"
)

func vectors(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// close9 compares to nine places, relative to the larger where that is above 1.
func close9(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}

func TestWilsonAsInR(t *testing.T) {
	var file struct {
		Wilson []struct {
			ID                     string
			X, N, Conf             float64
			Estimate, Lower, Upper float64
		}
	}
	vectors(t, "wilson_examples.json", &file)
	if len(file.Wilson) < 15 {
		t.Fatalf("%d examples, where are the others?", len(file.Wilson))
	}
	for _, w := range file.Wilson {
		got := figures.Wilson(w.X, w.N, math.Sqrt2*math.Erfinv(w.Conf))
		if !close9(got.Rate, w.Estimate) || !close9(got.Low, w.Lower) || !close9(got.High, w.Upper) {
			t.Errorf("%s: %v of %v at %v: %+v, not %v %v %v", w.ID, w.X, w.N, w.Conf, got, w.Estimate, w.Lower, w.Upper)
		}
	}
}

func TestTheQuantiles(t *testing.T) {
	for p, z := range map[float64]float64{0.95: figures.Z95, 0.998: figures.Z998} {
		if want := math.Sqrt2 * math.Erfinv(p); math.Abs(want-z) > 1e-13 {
			t.Errorf("%v: %.16f, not %.16f", p, z, want)
		}
	}
}

func TestWilsonHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 2_000_000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		i := figures.Wilson(float64(x), float64(n), figures.Z95)
		if !(0 <= i.Low && i.Low <= i.Rate && i.Rate <= i.High && i.High <= 1) {
			t.Fatalf("%d of %d: %+v is out of order", x, n, i)
		}
		if (x == 0) != (i.Low == 0) || (x == n) != (i.High == 1) {
			t.Fatalf("%d of %d: %+v: certain of an end, or not of the end it stands on", x, n, i)
		}
		mirror := figures.Wilson(float64(n-x), float64(n), figures.Z95)
		if !close9(i.Low, 1-mirror.High) || !close9(i.High, 1-mirror.Low) {
			t.Fatalf("%d of %d: %+v is not the mirror of %+v", x, n, i, mirror)
		}
		if more := figures.Wilson(float64(x)*4, float64(n)*4, figures.Z95); more.High-more.Low >= i.High-i.Low {
			t.Fatalf("%d of %d: four times the sample knows no more", x, n)
		}
		if wide := figures.Wilson(float64(x), float64(n), figures.Z998); wide.High-wide.Low <= i.High-i.Low {
			t.Fatalf("%d of %d: 99.8 %% is no wider than 95 %%", x, n)
		}
		if x < n {
			next := figures.Wilson(float64(x+1), float64(n), figures.Z95)
			if next.Low < i.Low || next.High < i.High || next.Rate <= i.Rate {
				t.Fatalf("%d of %d: one more lowers something", x, n)
			}
		}
		// The interval is made of the rates that a score test would not refuse.
		for _, end := range []float64{i.Low, i.High} {
			if score := math.Abs(i.Rate-end) / math.Sqrt(end*(1-end)/float64(n)); end > 0 && end < 1 && math.Abs(score-figures.Z95) > 1e-5 {
				t.Fatalf("%d of %d: the score at %v is %v", x, n, end, score)
			}
		}
	})
}

func TestNothingIsKnownOfNobody(t *testing.T) {
	all := figures.Interval{High: 1}
	if got := figures.Wilson(0, 0, figures.Z95); got != all {
		t.Errorf("%+v", got)
	}
	if got := figures.NoisyWilson(0, 0, 2, 1); got != all {
		t.Errorf("%+v", got)
	}
}

func TestNoiseWidensTheInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		inside := rapid.IntRange(0, 24).Draw(t, "inside")
		outside := rapid.IntRange(0, 24).Draw(t, "outside")
		plain := figures.Wilson(float64(x), float64(n), figures.Z95)
		noisy := figures.NoisyWilson(x, n, inside, outside)
		if !(0 <= noisy.Low && noisy.Low <= noisy.Rate && noisy.Rate <= noisy.High && noisy.High <= 1) || noisy.Rate != plain.Rate {
			t.Fatalf("%d of %d: %+v", x, n, noisy)
		}
		if inside+outside == 0 {
			if !close9(noisy.Low, plain.Low) || !close9(noisy.High, plain.High) {
				t.Fatalf("%d of %d: without noise %+v, not %+v", x, n, noisy, plain)
			}
		} else if noisy.High-noisy.Low <= plain.High-plain.Low {
			t.Fatalf("%d of %d: noise makes it no wider", x, n)
		}
		mirror := figures.NoisyWilson(n-x, n, outside, inside)
		if !close9(noisy.Low, 1-mirror.High) || !close9(noisy.High, 1-mirror.Low) {
			t.Fatalf("%d of %d: %+v is not the mirror of %+v", x, n, noisy, mirror)
		}
	})
}

// TestNoisyWilsonCovers draws what a service would see: true answers, noise on three counts, the interval from the
// noisy ones. It must hold the true rate about as often as it says; the interval without noise does not.
func TestNoisyWilsonCovers(t *testing.T) {
	random := seeded("coverage")
	const people, rounds = 25, 20_000
	for _, rate := range []float64{0.5, 0.8} {
		held, plain := 0, 0
		for range rounds {
			x := 0
			for range people {
				if uniform(t, random) < rate {
					x++
				}
			}
			top, second, lower := noisy(t, random, x/2), noisy(t, random, x-x/2), noisy(t, random, people-x)
			n := top + second + lower
			if i := figures.NoisyWilson(top+second, n, 2, 1); i.Low <= rate && rate <= i.High {
				held++
			}
			if i := figures.Wilson(float64(top+second), float64(n), figures.Z95); i.Low <= rate && rate <= i.High {
				plain++
			}
		}
		if share := float64(held) / rounds; share < 0.94 || share > 0.985 {
			t.Errorf("the rate %v lies in %.1f %% of the intervals", rate, 100*share)
		}
		if share := float64(plain) / rounds; share > 0.93 {
			t.Errorf("the rate %v lies in %.1f %% of intervals that ignore the noise: this test shows nothing", rate, 100*share)
		}
	}
}
