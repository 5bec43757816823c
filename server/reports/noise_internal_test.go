package reports

import (
	"crypto/rand"
	"testing"

	"heard/server/figures"
)

// What young people said when they closed a card is drawn as answers are: the same
// closings do not always give the same counts.
func TestClosingsCarryNoise(t *testing.T) {
	s := &Service{noise: rand.Reader}
	seen := map[Cell]bool{}
	for range 200 {
		c, err := s.drawnHelped(closings{helped: 14, not: 12})
		if err != nil {
			t.Fatal(err)
		}
		if !c.Hidden && (c.B != 0 || c.A+c.C != c.N) {
			t.Fatalf("drawn was %+v", c)
		}
		seen[c] = true
	}
	if len(seen) < 5 {
		t.Errorf("200 draws gave %d different cells", len(seen))
	}
	m, _ := MeasureOf("it_helped")
	one := &sum{}
	one.add(Cell{Set: SetHelped, A: 14, C: 12, N: 26}, 0)
	if got, want := one.interval(m), figures.NoisyWilson(14, 26, 1, 1); got != want {
		t.Errorf("the interval is %+v, with the noise of two counts it is %+v", got, want)
	}
}
