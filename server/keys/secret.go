package keys

import (
	"fmt"
	"log/slog"
)

const hidden = "[private]"

// Secret is text that must never reach a log, an error or an answer: whichever
// way it is printed, "[private]" comes out. Keep it in exported fields and never
// as the key of a map: fmt prints the unexported fields of a struct, and JSON the
// keys of a map, without asking their methods.
type Secret string

// Reveal gives the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (Secret) String() string { return hidden }

// GoString hides the text from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the text from every verb, %x and %d included.
func (Secret) Format(f fmt.State, _ rune) { conceal(f) }

// LogValue hides the text from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the text from every text encoding.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON hides the text from JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

func conceal(f fmt.State) {
	// A printer that fails has nowhere to say so.
	_, _ = f.Write([]byte(hidden))
}
