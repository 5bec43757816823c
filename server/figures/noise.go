package figures

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// NoiseVariance is the variance of one draw of Geometric: 2a/(1-a)² with a = e^-1.
const NoiseVariance = 2 / (math.E * (1 - 1/math.E) * (1 - 1/math.E))

// ErrSource says that a source of random bytes repeats itself: chance does so less than once in 10^80 draws.
var ErrSource = errors.New("figures: the source of random bytes is not random")

// A fair source comes to the end of neither.
const (
	longestSum  = 64  // probability 1/64!
	longestTail = 512 // probability e^-512
)

// Geometric draws from the two-sided geometric distribution P(k) = (1-a)/(1+a) · a^|k| with a = e^-1: noise of ε = 1
// for a count that one person changes by one (Ghosh, Roughgarden, Sundararajan, STOC 2009). The draw is exact: only
// whole numbers are compared, so the last bits of a floating-point sample, which can give a count away (Mironov, CCS
// 2012), do not exist. The method is algorithm 2 of Canonne, Kamath and Steinke, "The Discrete Gaussian for
// Differential Privacy" (2020), at scale 1. It reads as many bytes as it needs; production reads crypto/rand.
func Geometric(r io.Reader) (int, error) {
	for {
		size := 0
		for {
			more, err := bernoulliInverseE(r)
			if err != nil {
				return 0, err
			}
			if !more {
				break
			}
			if size++; size > longestTail {
				return 0, ErrSource
			}
		}
		heads, err := oneIn(r, 2)
		if err != nil {
			return 0, err
		}
		switch {
		case !heads:
			return size, nil
		case size > 0:
			return -size, nil
		}
		// Minus zero: drawn again, or 0 would come twice as often as it should.
	}
}

// bernoulliInverseE is true with probability exactly e^-1, the alternating sum of 1/k! (algorithm 1 of the same
// paper at γ = 1): k grows while one in k comes true, and where it stops is odd with that probability.
func bernoulliInverseE(r io.Reader) (bool, error) {
	for k := uint64(1); k <= longestSum; k++ {
		yes, err := oneIn(r, k)
		if err != nil {
			return false, err
		}
		if !yes {
			return k%2 == 1, nil
		}
	}
	return false, ErrSource
}

// oneIn is true with probability exactly 1/k.
func oneIn(r io.Reader, k uint64) (bool, error) {
	if k == 1 {
		return true, nil
	}
	// The numbers above the last whole multiple of k would make small remainders likelier.
	limit := math.MaxUint64 - math.MaxUint64%k
	for range longestTail {
		var b [8]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return false, err
		}
		if n := binary.LittleEndian.Uint64(b[:]); n < limit {
			return n%k == 0, nil
		}
	}
	return false, ErrSource
}
