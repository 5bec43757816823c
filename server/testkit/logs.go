package testkit

import (
	"bytes"
	"sync"
)

// Logs keeps all that the server logged, so that a test can look for what must
// not be there.
type Logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write is io.Writer.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String gives everything so far.
func (l *Logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
