package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestEveryNaivePublisherIsFoundOut: the attacks find what they are for.
func TestEveryNaivePublisherIsFoundOut(t *testing.T) {
	for _, n := range naives {
		t.Run(n.name, func(t *testing.T) {
			t.Parallel()
			found, err := live(t.Context(), options{organisations: n.organisations, kills: 1}, rand.New(rand.NewPCG(7, 1)), n.open)
			if err != nil {
				t.Fatal(err)
			}
			if missed := n.missed(found); missed != "" {
				t.Errorf("%s went through: %s", missed, found.story())
			}
		})
	}
}

// TestTheNoiseIsKnown: what the attack reckons with adds up to certainty, and one person changes it by ε = 1.
func TestTheNoiseIsKnown(t *testing.T) {
	adds := func(what string, count int, p func(published int) float64) {
		sum := 0.0
		for published := range 200 {
			sum += math.Exp(p(published))
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s %d: the probabilities add up to %v", what, count, sum)
		}
	}
	for count := range 20 {
		adds("a count of", count, func(published int) float64 { return chance(published, count) })
		adds("two counts beside", count, func(published int) float64 { return chanceOfTwo(published, count, 3) })
		for published := range 200 {
			if step := math.Abs(chance(published, count) - chance(published, count+1)); step > 1+1e-9 {
				t.Errorf("%d published: ε = %v between %d and %d", published, step, count, count+1)
			}
		}
	}
	for asked := 10; asked < 20; asked++ {
		for percent := range 101 {
			p, q := chanceOfPercent(percent, 12, asked), chanceOfPercent(percent, 12, asked+1)
			if step := math.Abs(p - q); step > 1+1e-3 && max(p, q) > -mostNoise/2 {
				t.Errorf("%d %% of %d: ε = %v", percent, asked, step)
			}
		}
	}
}

func TestLuckIsNoProof(t *testing.T) {
	for _, c := range []struct {
		claims
		luck   float64
		beyond bool
	}{
		{claims{0, 0}, 0.5, false},
		{claims{10, 10}, 0.5, false},
		{claims{100, 60}, 0.5, false},
		{claims{100, 80}, 0.5, true},
		{claims{150, 150}, bound(2), true},
		{claims{150, 140}, bound(2), false},
	} {
		if got := c.claims.beyond(c.luck); got != c.beyond {
			t.Errorf("%+v at %v: %v", c.claims, c.luck, got)
		}
	}
}
