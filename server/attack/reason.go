package main

import (
	"math"

	"heard/server/figures"
)

// bound is how often a guess between two worlds may be right, at most, when they differ by ε (and either was as likely).
func bound(epsilon float64) float64 { return math.Exp(epsilon) / (1 + math.Exp(epsilon)) }

// a is the noise's: P(k) = (1-a)/(1+a) a^|k|.
var a = math.Exp(-1)

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

// likelihood is how well a world explains what was served of a unit. A publisher that adds no noise is believed to
// the letter: the right world then explains everything, the other one less.
func likelihood(q quarterly, unit string, is counts) float64 {
	if seen, shown := q.triple(unit); shown {
		return chance(seen[0], is[0]) + chance(seen[1], is[1]) + chance(seen[2], is[2])
	}
	if q.hidden[unit] {
		return -float64(is.n()) // the fewer, the likelier to be hidden
	}
	return 0
}

// guess says which world is likelier.
func (t *trial) guess(q quarterly) int {
	var better [2]float64
	for i, w := range t.worlds {
		for c, is := range w {
			if c.question == "listened" {
				better[i] += likelihood(q, c.unit, is)
			}
		}
	}
	// A world that hides a unit in which nobody answered holds no cell for it.
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

// leftOver is the total without its parts: what is left belongs to what is not shown.
func leftOver(q quarterly, measure string) (share, bool) {
	total, shown := q.totals[measure]
	if !shown {
		return share{}, false
	}
	for _, row := range q.rows[measure] {
		total.x, total.n = total.x-row.x, total.n-row.n
	}
	return total, total != share{}
}

func yearOf(q figures.Period) string { return string(q[:4]) }
