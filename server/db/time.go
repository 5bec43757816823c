package db

import (
	"time"

	"github.com/google/uuid"
)

// Millis is how a time is stored: Unix milliseconds in UTC, the same on both
// databases. "No time" is a nil *Millis, never 0.
type Millis int64

// At turns a time into what is stored.
func At(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time gives the stored time, in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// AtPtr turns a time that may be missing into what is stored.
func AtPtr(t *time.Time) *Millis {
	if t == nil {
		return nil
	}
	m := At(*t)
	return &m
}

// TimePtr gives a stored time that may be missing.
func TimePtr(m *Millis) *time.Time {
	if m == nil {
		return nil
	}
	t := m.Time()
	return &t
}

// NewID makes an identifier: a UUIDv7, so that rows made together lie together.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
