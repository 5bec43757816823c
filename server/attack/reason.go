package main

import (
	"math"
	"slices"
)

// bound is how often a guess between two worlds may be right, at most, when they differ by ε (and either was as likely).
func bound(epsilon float64) float64 { return math.Exp(epsilon) / (1 + math.Exp(epsilon)) }

// a is the noise's: P(k) = (1-a)/(1+a) a^|k|.
var a = math.Exp(-1)

// mostNoise is where its tail is cut off: beyond it lies less than one draw in 10¹⁰.
const mostNoise = 24

// chance is the logarithm of the probability that a count is published as it was.
func chance(published, count int) float64 {
	if published > 0 {
		return math.Log((1-a)/(1+a)) + math.Log(a)*math.Abs(float64(published-count))
	}
	// 0 stands for all that lies below as well.
	if count == 0 {
		return math.Log(1 / (1 + a))
	}
	return math.Log(1/(1+a)) + math.Log(a)*float64(count)
}

// chanceOfTwo is the same for two counts that are published as their sum.
func chanceOfTwo(published, first, second int) float64 {
	sum := 0.0
	for k := range published + 1 {
		sum += math.Exp(chance(k, first) + chance(published-k, second))
	}
	return math.Log(sum)
}

// chanceOfPercent is the same for how many were asked, of which a percentage is published.
func chanceOfPercent(percent, answered, asked int) float64 {
	sum := math.Exp(-3 * mostNoise) // a publisher without noise may say what noise never does
	for noisy := max(asked-mostNoise, 1); noisy <= asked+mostNoise; noisy++ {
		if min((200*answered+noisy)/(2*noisy), 100) == percent {
			sum += math.Exp(chance(noisy, asked))
		}
	}
	return math.Log(sum)
}

// likelihood is how well what would be in a cell explains what was served of it. A publisher that adds no noise is
// believed to the letter: the right world then explains everything, the other one less.
func (s served) likelihood(c cell, is counts) float64 {
	if c.question == asked {
		percent, shown := s.percent[spot{"response_rate", c.unit, c.period}]
		answered := s.shares[spot{words[listened][0], c.unit, c.period}]
		if !shown || answered.n == 0 {
			return 0
		}
		return chanceOfPercent(percent, answered.n, is[0])
	}
	at := spot{words[c.question][0], c.unit, c.period}
	if seen, shown := s.counts(c); shown {
		return chance(seen[0], is[0]) + chance(seen[1], is[1]) + chance(seen[2], is[2])
	}
	if seen, shown := s.shares[at]; shown {
		if slices.Contains(judged, c.question) {
			return chance(seen.x, is[0]) + chance(seen.n-seen.x, is[2])
		}
		return chanceOfTwo(seen.x, is[0], is[1]) + chance(seen.n-seen.x, is[2])
	}
	if s.hidden[at] {
		return -float64(is.n()) // the fewer, the likelier to be hidden
	}
	return 0
}

// guess says which of its two ways a secret is likelier to be.
func (t *trial) guess(s served, about *secret) int {
	var better [2]float64
	for i, way := range about.ways {
		for c, more := range way {
			better[i] += s.likelihood(c, t.base[c].plus(more))
		}
	}
	if better[1] > better[0] {
		return 1
	}
	return 0
}

// claims is what an attack stated, and how much of it was right.
type claims struct{ made, right int }

func (c *claims) say(right bool) {
	c.made++
	if right {
		c.right++
	}
}

func (c *claims) join(d claims) { c.made, c.right = c.made+d.made, c.right+d.right }

// beyond says whether so many are right that luck of this size does not explain it: less than once in a million.
func (c claims) beyond(luck float64) bool {
	if c.made == 0 || float64(c.right) <= luck*float64(c.made) {
		return false
	}
	var tail float64
	for k := c.right; k <= c.made; k++ {
		tail += math.Exp(choose(c.made, k) + float64(k)*math.Log(luck) + float64(c.made-k)*math.Log1p(-luck))
	}
	return tail < 1e-6
}

// choose is the logarithm of n over k.
func choose(n, k int) float64 {
	lg := func(v int) float64 { l, _ := math.Lgamma(float64(v + 1)); return l }
	return lg(n) - lg(k) - lg(n-k)
}

// exactly is how often a published count is the true one by luck.
func exactly(count int) float64 { return math.Exp(chance(count, count)) }
