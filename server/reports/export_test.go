package reports

import "io"

// NoiseFrom takes the noise from somewhere else, to see what comes of a draw. The
// program has no way to do so.
func (s *Service) NoiseFrom(r io.Reader) { s.noise = r }
