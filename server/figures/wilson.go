package figures

import "math"

// Quantiles of the standard normal distribution: two-sided 95 % and 99.8 %.
const (
	Z95  = 1.959963984540054
	Z998 = 3.090232306167813
)

// Interval is a proportion with what is known about it, each between 0 and 1.
type Interval struct{ Rate, Low, High float64 }

// Wilson gives x of n with its score interval (E. B. Wilson, Journal of the American Statistical Association 22,
// 1927) for the two-sided normal quantile z. x and n may be fractions, as an effective sample's are. Of nothing (n
// not above 0) nothing is known: 0, from 0 to 1.
func Wilson(x, n, z float64) Interval {
	if !(n > 0) {
		return Interval{High: 1}
	}
	p := min(max(x/n, 0), 1)
	around := z * z / n
	centre := (p + around/2) / (1 + around)
	half := z / (1 + around) * math.Sqrt(p*(1-p)/n+around/(4*n))
	i := Interval{Rate: p, Low: max(centre-half, 0), High: min(centre+half, 1)}
	// At the ends the formula is exact and floating point is not.
	if p == 0 {
		i.Low = 0
	}
	if p == 1 {
		i.High = 1
	}
	return i
}

// NoisyWilson gives the 95 % interval of x of n where both are sums of published counts, each with noise of its own
// (see Geometric): inside is the number of such counts that make x, outside of those that make the rest of n. The
// noise is carried by an effective sample: n shrunk by the share of the rate's variance that sampling has in the
// sum of sampling and noise.
func NoisyWilson(x, n, inside, outside int) Interval {
	if n <= 0 {
		return Interval{High: 1}
	}
	p := min(max(float64(x)/float64(n), 0), 1)
	effective := float64(n) * samplingShare(float64(x), float64(n), inside, outside)
	i := Wilson(p*effective, effective, Z95)
	i.Rate = p
	return i
}

// samplingShare is the sampling variance of x/n over the sum of sampling and noise, from above 0 to 1. The rate is
// drawn towards a half, as Wilson's is, so that 0 of n and n of n have a variance too.
func samplingShare(x, n float64, inside, outside int) float64 {
	p := (x + Z95*Z95/2) / (n + Z95*Z95)
	sampling := p * (1 - p) / n
	noise := NoiseVariance * (float64(inside)*(1-p)*(1-p) + float64(outside)*p*p) / (n * n)
	return sampling / (sampling + noise)
}
