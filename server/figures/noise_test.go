package figures_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"
	mathrand "math/rand/v2"
	"testing"

	"heard/server/figures"
)

// seeded is a source of bytes that is the same in every run.
func seeded(name string) io.Reader {
	return mathrand.NewChaCha8(sha256.Sum256([]byte(name)))
}

func draw(t *testing.T, from io.Reader) int {
	t.Helper()
	k, err := figures.Geometric(from)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func noisy(t *testing.T, from io.Reader, count int) int {
	t.Helper()
	return max(count+draw(t, from), 0)
}

func uniform(t *testing.T, from io.Reader) float64 {
	t.Helper()
	var b [8]byte
	if _, err := io.ReadFull(from, b[:]); err != nil {
		t.Fatal(err)
	}
	return float64(binary.LittleEndian.Uint64(b[:])>>11) / (1 << 53)
}

// twoSided is the probability of k.
func twoSided(k int) float64 {
	a := math.Exp(-1)
	return (1 - a) / (1 + a) * math.Pow(a, math.Abs(float64(k)))
}

const edge = 8 // of 100,000 draws some 25 are expected at 8 or beyond on either side

// chiSquare compares draws with the exact distribution: one class for each number, the tails in one class each.
func chiSquare(draws []int) float64 {
	seen := map[int]float64{}
	for _, k := range draws {
		seen[max(-edge, min(edge, k))]++
	}
	a, sum := math.Exp(-1), 0.0
	for k := -edge; k <= edge; k++ {
		p := twoSided(k)
		if k == edge || k == -edge {
			p /= 1 - a // the whole tail
		}
		want := p * float64(len(draws))
		sum += (seen[k] - want) * (seen[k] - want) / want
	}
	return sum
}

// highest is the quantile 0.999 of chi-square with 16 degrees of freedom.
const highest = 39.252

func TestTheNoiseIsTwoSidedGeometric(t *testing.T) {
	random, draws := seeded("the noise of a release"), make([]int, 100_000)
	for i := range draws {
		draws[i] = draw(t, random)
	}
	if x := chiSquare(draws); x > highest {
		t.Errorf("chi-square %.1f, above %v", x, highest)
	} else {
		t.Logf("chi-square %.1f of 16 degrees of freedom", x)
	}
	var sum, squares float64
	for _, k := range draws {
		sum, squares = sum+float64(k), squares+float64(k*k)
	}
	n := float64(len(draws))
	if sd := math.Sqrt(figures.NoiseVariance / n); math.Abs(sum/n) > 4*sd {
		t.Errorf("the mean is %v", sum/n)
	}
	if v := squares / n; math.Abs(v-figures.NoiseVariance) > 0.08 {
		t.Errorf("the variance is %v, not %v", v, figures.NoiseVariance)
	}
}

// TestOtherNoiseIsNoticed shows what the comparison above is worth.
func TestOtherNoiseIsNoticed(t *testing.T) {
	random := seeded("other noise")
	geometric := func(a float64) int {
		k := 0
		for uniform(t, random) < a {
			k++
		}
		return k
	}
	// The difference of two one-sided draws is two-sided.
	difference := func(a float64) int {
		first := geometric(a)
		return first - geometric(a)
	}
	e := math.Exp(-1)
	for name, wrong := range map[string]func() int{
		"a = 0.5":          func() int { return difference(0.5) },
		"a = 0.38":         func() int { return difference(0.38) },
		"one-sided":        func() int { return geometric(e) },
		"zero twice":       func() int { return geometric(e) * (1 - 2*int(uniform(t, random)*2)) },
		"no noise":         func() int { return 0 },
		"never very large": func() int { return max(-6, min(6, difference(e))) },
	} {
		draws := make([]int, 100_000)
		for i := range draws {
			draws[i] = wrong()
		}
		if x := chiSquare(draws); x <= highest {
			t.Errorf("%s: chi-square %.1f, nothing noticed", name, x)
		}
	}
	// And the same way of drawing, with the right a, passes: it is the distribution that is judged.
	draws := make([]int, 100_000)
	for i := range draws {
		draws[i] = difference(e)
	}
	if x := chiSquare(draws); x > highest {
		t.Errorf("the right distribution: chi-square %.1f", x)
	}
}

func TestDrawsAreNotTied(t *testing.T) {
	random := seeded("one after the other")
	var product float64
	const n = 100_000
	last := draw(t, random)
	for range n {
		k := draw(t, random)
		product += float64(k * last)
		last = k
	}
	if r := product / n / figures.NoiseVariance; math.Abs(r) > 4/math.Sqrt(n) {
		t.Errorf("a draw says something of the next: %v", r)
	}
}

func TestTheNoiseNeedsARandomSource(t *testing.T) {
	if _, err := figures.Geometric(rand.Reader); err != nil {
		t.Error(err)
	}
	for name, from := range map[string]io.Reader{
		"only zeros": repeat(0), "only ones": repeat(0xff), "one byte again and again": repeat(0x38),
	} {
		// A source that repeats itself may end a draw or not; it must never hang.
		if k, err := figures.Geometric(from); err != nil && !errors.Is(err, figures.ErrSource) {
			t.Errorf("%s: %d, %v", name, k, err)
		}
	}
	if _, err := figures.Geometric(repeat(0)); !errors.Is(err, figures.ErrSource) {
		t.Errorf("zeros without end: %v", err)
	}
	if _, err := figures.Geometric(bytes.NewReader([]byte{1, 2, 3})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source that ends: %v", err)
	}
	if _, err := figures.Geometric(bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("an empty source: %v", err)
	}
}

type repeat byte

func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
}
