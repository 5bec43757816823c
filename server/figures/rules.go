package figures

import "math"

// Rule is why a point is flagged. The order of the constants is the order in which they are asked.
type Rule string

// The rules of "Making Data Count"; the empty one stands for common cause.
const (
	NoRule     Rule = ""
	Outside    Rule = "outside"      // beyond a limit
	Trend      Rule = "trend"        // one of 7 points that each lie above the one before, or each below; a tie breaks it
	TwoOfThree Rule = "two_of_three" // one of 2 of 3 that are near a limit, all 3 on one side of the mean
	Shift      Rule = "shift"        // one of 7 on one side of the mean; a point on it breaks the run
)

const run = 7

// Point is what a chart says at one value.
type Point struct {
	Hidden             bool
	Phase              int
	Mean, Lower, Upper *float64 // nil where there is nothing to reckon them from
	Outside            bool     // beyond a limit
	Near               bool     // within it, but beyond two thirds of the way to it
	Side               int      // 1 above the mean, -1 below, 0 on it
	Rule               Rule
	Towards            int // the way the rule points: 1 up, -1 down, 0 without a rule
	Sense              Sense
}

// place holds a value against a mean and limits that lie reach from it on either side; either may be NaN. Two numbers
// closer than rounding makes them, at the scale of the largest, are the same number.
func place(value *float64, mean, reach, scale float64) Point {
	p := Point{Hidden: value == nil, Mean: known(mean), Lower: known(mean - reach), Upper: known(mean + reach)}
	if value == nil {
		return p
	}
	const rounding = 1e-12
	off, tiny := *value-mean, rounding*scale
	switch {
	case off > tiny:
		p.Side = 1
	case off < -tiny:
		p.Side = -1
	}
	p.Outside = math.Abs(off) > reach+tiny
	p.Near = !p.Outside && math.Abs(off) > 2*reach/3+tiny
	return p
}

func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// applyRules flags the points of one phase; the first rule that holds for a point is its rule.
func applyRules(points []Point, values []*float64, better Direction) {
	trend, near, shift := trends(values), twoOfThree(points), shifts(points)
	for i := range points {
		p := &points[i]
		switch {
		case p.Outside:
			p.Rule, p.Towards = Outside, p.Side
		case trend[i] != 0:
			p.Rule, p.Towards = Trend, trend[i]
		case near[i] != 0:
			p.Rule, p.Towards = TwoOfThree, near[i]
		case shift[i] != 0:
			p.Rule, p.Towards = Shift, shift[i]
		}
		p.Sense = senseOf(p.Towards, better)
	}
}

func senseOf(towards int, better Direction) Sense {
	switch {
	case towards == 0 || (better != Up && better != Down):
		return NoSense
	case (towards > 0) == (better == Up):
		return Improvement
	}
	return Concern
}

// trends gives 1 for each point that is part of a rising run, -1 of a falling one. A turning point belongs to both:
// the later run has it.
func trends(values []*float64) []int {
	part := make([]int, len(values))
	steps, last := 0, 0
	for i := 1; i < len(values); i++ {
		step := 0
		if values[i-1] != nil && values[i] != nil {
			step = sign(*values[i] - *values[i-1])
		}
		if step != last {
			steps = 0
		}
		last = step
		if steps++; step != 0 && steps >= run-1 {
			fill(part[i-run+1:i+1], step)
		}
	}
	return part
}

// shifts gives 1 for each point that is part of a run above the mean, -1 below it.
func shifts(points []Point) []int {
	part := make([]int, len(points))
	length, last := 0, 0
	for i, p := range points {
		if p.Side != last {
			length = 0
		}
		last = p.Side
		if length++; p.Side != 0 && length >= run {
			fill(part[i-run+1:i+1], p.Side)
		}
	}
	return part
}

// twoOfThree gives the side of each point near a limit that has another such point with it within three points, all
// three on that side of the mean.
func twoOfThree(points []Point) []int {
	part := make([]int, len(points))
	for i := 2; i < len(points); i++ {
		three, near := points[i-2:i+1], 0
		for _, p := range three {
			if p.Near {
				near++
			}
		}
		side := three[0].Side
		if near < 2 || three[1].Side != side || three[2].Side != side {
			continue
		}
		for j, p := range three {
			if p.Near {
				part[i-2+j] = side
			}
		}
	}
	return part
}

// assure says what the limits promise about a target; a target on a limit may be hit and may be missed.
func (p Point) assure(target float64, better Direction) Assurance {
	if p.Lower == nil || p.Upper == nil || (better != Up && better != Down) {
		return NoAssurance
	}
	switch {
	case target > *p.Upper:
		return either(better == Up, Fail, Pass)
	case target < *p.Lower:
		return either(better == Up, Pass, Fail)
	}
	return HitAndMiss
}

func either(first bool, a, b Assurance) Assurance {
	if first {
		return a
	}
	return b
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func fill(part []int, with int) {
	for i := range part {
		part[i] = with
	}
}
