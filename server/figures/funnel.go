package figures

import "math"

// Funnel is what a proportion of n may be by chance when the true one is the centre, 19 times of 20 and 998 of 1,000.
type Funnel struct{ Low95, High95, Low998, High998 float64 }

// FunnelLimits gives the lines of a funnel plot at n (D. J. Spiegelhalter, Statistics in Medicine 24, 2005): centre ±
// z √(c(1-c)/n), within 0 and 1. A place lies on or within the 95 % lines exactly when its Wilson interval holds the
// centre, so that plot and interval never contradict each other. Of nothing anything may be.
func FunnelLimits(centre float64, n int) Funnel {
	return funnel(centre, float64(n))
}

// NoisyFunnel gives the lines for a place whose x and n are sums of published counts with noise, as many inside and
// outside x as in NoisyWilson: wider, because the noise moves a place too.
func NoisyFunnel(centre float64, n, inside, outside int) Funnel {
	if n <= 0 {
		return FunnelLimits(centre, 0)
	}
	of := float64(n)
	return funnel(centre, of*samplingShare(centre*of, of, inside, outside))
}

func funnel(centre, n float64) Funnel {
	if !(n > 0) {
		return Funnel{High95: 1, High998: 1}
	}
	sd := math.Sqrt(centre * (1 - centre) / n)
	low := func(z float64) float64 { return max(centre-z*sd, 0) }
	high := func(z float64) float64 { return min(centre+z*sd, 1) }
	return Funnel{Low95: low(Z95), High95: high(Z95), Low998: low(Z998), High998: high(Z998)}
}
