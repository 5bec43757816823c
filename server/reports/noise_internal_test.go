package reports

import (
	"crypto/rand"
	"testing"

	"heard/server/figures"
)

// What young people said when they closed a card, or whether they said how a move went, is
// drawn as answers are: the same people do not always give the same counts.
func TestJudgementsCarryNoise(t *testing.T) {
	s := &Service{noise: rand.Reader}
	seen := map[Cell]bool{}
	for range 200 {
		c, err := s.drawnJudgement(judgement{yes: 14, no: 12})
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

// From a response rate and the count beside it, nobody reckons how many were asked: the
// same answers and the same people asked give one percent or another.
func TestHowManyWereAskedCarriesNoise(t *testing.T) {
	s := &Service{noise: rand.Reader}
	listened := Cell{Set: SetListened, A: 20, B: 10, C: 6, N: 36}
	const asked = 40
	exact, seen := 0, map[int]int{}
	for range 400 {
		c, err := s.drawnResponse(listened, asked)
		if err != nil {
			t.Fatal(err)
		}
		if c.Hidden || c.A < 1 || c.A > 100 {
			t.Fatalf("drawn was %+v", c)
		}
		seen[c.A]++
		if c.A == 90 {
			exact++
		}
	}
	if len(seen) < 4 || exact > 300 {
		t.Errorf("400 draws gave the percents %v", seen)
	}
	// Nobody asked is hidden, ten are not always shown, and no rate says that more answered
	// than were asked.
	var hidden [2]int
	for range 400 {
		for i, few := range []int{0, 10} {
			c, err := s.drawnResponse(listened, few)
			if err != nil {
				t.Fatal(err)
			}
			if c.A > 100 {
				t.Fatalf("drawn was %+v", c)
			}
			if c.Hidden {
				hidden[i]++
			}
		}
	}
	if hidden[0] < 390 || hidden[1] == 0 || hidden[1] == 400 {
		t.Errorf("of 400, %d were hidden when nobody was asked and %d when ten were", hidden[0], hidden[1])
	}
	if c, err := s.drawnResponse(Cell{Hidden: true}, 40); err != nil || !c.Hidden {
		t.Errorf("beside a hidden count the rate is %+v, %v", c, err)
	}
}
