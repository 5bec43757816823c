package reports

import (
	"math"
	"slices"
)

// axis is a chart's scale.
type axis struct {
	low, high float64
	ticks     []float64
}

// axisOf fits a scale to a section's figures, as the pages do. Shares do not begin at 0, but are
// labelled at every ten, and never so close that chance looks like a cliff.
func axisOf(s section) axis {
	values := s.drawn()
	switch {
	case s.Measure.isShare():
		return shareAxis(values)
	case slices.Contains(s.Measure.Columns, "median_seconds"):
		return timeAxis(values)
	default:
		return countAxis(values)
	}
}

// drawn gives every number that must find room on the scale.
func (s section) drawn() []float64 {
	var values []float64
	add := func(list ...*float64) {
		for _, v := range list {
			if v != nil {
				values = append(values, *v)
			}
		}
	}
	for _, l := range s.Lines {
		add(l.plotted(), l.Lower, l.Upper)
	}
	add(s.Target)
	return values
}

func shareAxis(values []float64) axis {
	low, high := 100, 0
	for _, v := range values {
		percents := min(max(v, 0), 1) * 100
		low, high = min(low, int(math.Floor((percents-2)/10))*10), max(high, int(math.Ceil((percents+2)/10))*10)
	}
	if low, high = max(low, 0), min(high, 100); len(values) == 0 {
		low, high = 0, 100
	}
	for high-low < 30 {
		if high < 100 {
			high += 10
		}
		if high-low < 30 && low > 0 {
			low -= 10
		}
	}
	a := axis{low: float64(low) / 100, high: float64(high) / 100}
	for tick := low; tick <= high; tick += 10 {
		a.ticks = append(a.ticks, float64(tick)/100)
	}
	return a
}

// timeSteps are seconds, in steps that people tell time by.
var timeSteps = []float64{60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400}

func timeAxis(values []float64) axis {
	most := slices.Max(append(values, 60))
	for _, step := range timeSteps {
		if most/step <= 6 {
			return fromZero(most, step)
		}
	}
	return fromZero(most, math.Ceil(most/6/86_400)*86_400)
}

func countAxis(values []float64) axis {
	most := slices.Max(append(values, 1))
	rough := most / 5
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, one := range []float64{1, 2, 5} {
		if one*power >= rough {
			return fromZero(most, one*power)
		}
	}
	return fromZero(most, 10*power)
}

func fromZero(most, step float64) axis {
	a := axis{}
	for i := range max(1, int(math.Ceil(most/step-1e-9))) + 1 {
		a.high = math.Round(float64(i)*step*1e6) / 1e6
		a.ticks = append(a.ticks, a.high)
	}
	return a
}
