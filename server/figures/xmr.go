package figures

import "math"

// Direction is where a measure gets better.
type Direction string

// The directions; neither way is better where it is neutral.
const (
	Up      Direction = "up"
	Down    Direction = "down"
	Neutral Direction = "neutral"
)

// Sense is what a flagged point means for a measure.
type Sense string

// The senses; the empty one stands for a point that nothing is said about.
const (
	NoSense     Sense = ""
	Improvement Sense = "improvement"
	Concern     Sense = "concern"
)

// Assurance is what the limits say about a target.
type Assurance string

// The assurances; the empty one where there is no target, no limits or no better direction.
const (
	NoAssurance Assurance = ""
	Pass        Assurance = "pass"
	HitAndMiss  Assurance = "hit_and_miss"
	Fail        Assurance = "fail"
)

// LimitsFrom is the number of shown points from which Heard draws limits.
const LimitsFrom = 13

const (
	limitFactor     = 2.66  // 3/1.128: from a mean moving range to three standard deviations
	screeningFactor = 3.267 // the limit of moving ranges themselves
)

// XmROptions are the choices a chart leaves open. Heard's are Direction, Target and Need = LimitsFrom.
type XmROptions struct {
	Direction Direction
	Target    *float64 // in the unit of the values
	Need      int      // how many shown points a phase needs for limits; at fewer it has a mean and no rules
	FixAfter  int      // limits come from the first so many points of each phase; 0 takes all
	RebaseAt  []int    // the first point of each further phase, counted from 0, in rising order
	// ScreenOutliers leaves out moving ranges not below 3.267 times their mean, once. Heard does not.
	ScreenOutliers bool
}

// XmR is a chart of single values and their moving ranges.
type XmR struct {
	Points    []Point
	Assurance Assurance // by the limits of the last point
}

// NewXmR reckons an XmR chart as "Making Data Count" of NHS England does (reference: NHSRplotthedots, an R package of
// the NHS-R Community, MIT): the mean, limits at mean ± 2.66 × mean moving range, and the rules of Rule. nil is a hidden
// value: it breaks the line, there is no moving range on either side of it, and no rule counts across it.
func NewXmR(values []*float64, opt XmROptions) XmR {
	x := XmR{Points: make([]Point, len(values))}
	phase, from := 0, 0
	for from < len(values) {
		to := len(values)
		if phase < len(opt.RebaseAt) {
			to = min(max(opt.RebaseAt[phase], from), len(values))
		}
		reckonPhase(x.Points[from:to], values[from:to], phase, opt)
		phase, from = phase+1, to
	}
	if n := len(x.Points); n > 0 && opt.Target != nil {
		x.Assurance = x.Points[n-1].assure(*opt.Target, opt.Direction)
	}
	return x
}

func reckonPhase(points []Point, values []*float64, phase int, opt XmROptions) {
	from := values
	if opt.FixAfter > 0 {
		from = values[:min(opt.FixAfter, len(values))]
	}
	shown := present(from)
	centre, reach := average(shown), limitFactor*meanMovingRange(from, opt.ScreenOutliers)
	enough := len(shown) >= opt.Need
	if !enough {
		reach = math.NaN()
	}
	for i := range points {
		points[i] = place(values[i], centre, reach, biggest(values))
		points[i].Phase = phase
	}
	if enough {
		applyRules(points, values, opt.Direction)
	}
}

// meanMovingRange is NaN where no two values stand side by side.
func meanMovingRange(values []*float64, screen bool) float64 {
	var ranges []float64
	for i := 1; i < len(values); i++ {
		if values[i-1] != nil && values[i] != nil {
			ranges = append(ranges, math.Abs(*values[i]-*values[i-1]))
		}
	}
	mean := average(ranges)
	if !screen {
		return mean
	}
	// Of ranges that are all 0 none is below three times their mean: no limits, as in the reference.
	kept := ranges[:0]
	for _, r := range ranges {
		if r < screeningFactor*mean {
			kept = append(kept, r)
		}
	}
	return average(kept)
}

func present(values []*float64) []float64 {
	var shown []float64
	for _, v := range values {
		if v != nil {
			shown = append(shown, *v)
		}
	}
	return shown
}

// average is NaN of nothing. The second pass takes back what the first one rounded, so that the mean of equal values
// is that value.
func average(values []float64) float64 {
	n := float64(len(values))
	var sum, rest float64
	for _, v := range values {
		sum += v
	}
	mean := sum / n
	for _, v := range values {
		rest += v - mean
	}
	return mean + rest/n
}

// biggest is the size of the largest value, by which rounding is told from a difference.
func biggest(values []*float64) float64 {
	var most float64
	for _, v := range present(values) {
		most = max(most, math.Abs(v))
	}
	return most
}
