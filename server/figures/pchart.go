package figures

import "math"

// POptions are the choices a p chart leaves open. Heard's are Direction, Target and Need = LimitsFrom.
type POptions struct {
	Direction Direction
	Target    *float64 // a proportion
	Need      int      // how many shown points it needs for limits; at fewer it has a centre and no rules
	FixAfter  int      // centre and limits come from the first so many points; 0 takes all
}

// P is a chart of proportions whose denominators vary.
type P struct {
	Points    []Point
	Rates     []*float64 // nil where the point is hidden
	Assurance Assurance  // by the limits of the last point shown
}

// PChart reckons a p chart of x of n: centre Σx/Σn, limits three standard deviations √(c(1-c)/n) from it at each point
// and never outside 0 to 1, rules as an XmR chart's (reference: qicharts2, R). A point with no n is hidden.
func PChart(x, n []int, opt POptions) P {
	c := P{Points: make([]Point, len(n)), Rates: make([]*float64, len(n))}
	base := len(n)
	if opt.FixAfter > 0 {
		base = min(opt.FixAfter, base)
	}
	var of, all, shown int
	for i := range n {
		if n[i] <= 0 {
			continue
		}
		rate := float64(x[i]) / float64(n[i])
		c.Rates[i] = &rate
		if i < base {
			of, all, shown = of+x[i], all+n[i], shown+1
		}
	}
	centre, enough := float64(of)/float64(all), shown >= opt.Need
	for i := range n {
		reach := math.NaN()
		if enough && n[i] > 0 {
			reach = 3 * math.Sqrt(centre*(1-centre)/float64(n[i]))
		}
		c.Points[i] = place(c.Rates[i], centre, reach, 1).within(0, 1)
		if c.Rates[i] != nil && opt.Target != nil {
			c.Assurance = c.Points[i].assure(*opt.Target, opt.Direction)
		}
	}
	if enough {
		applyRules(c.Points, c.Rates, opt.Direction)
	}
	return c
}

// within cuts the limits off where no value can lie. What is beyond them is not changed by that.
func (p Point) within(low, high float64) Point {
	if p.Lower != nil {
		p.Lower = known(max(*p.Lower, low))
	}
	if p.Upper != nil {
		p.Upper = known(min(*p.Upper, high))
	}
	return p
}
