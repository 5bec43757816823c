// Package audio reads recordings of a voice: what they are and how long, by their bytes
// alone and without a decoder.
package audio

import (
	"bytes"
	"fmt"
	"time"

	"heard/server/errs"
)

// What a recording may be at most. A page stops by itself at two minutes; what a
// recorder writes after the last word must not cost what was said.
const (
	MaxNote = 480 << 10 // of a voice note that is sent as a body
	Longest = 122 * time.Second
)

// Why a recording is not taken.
var (
	errVoice   = errs.New(errs.Invalid, "Heard can't play this recording.").With("voice").Field("voice", "Not a recording that Heard knows.")
	errTooLong = errs.New(errs.Invalid, "The recording is too long.").With("voice_too_long").Field("voice", "At most two minutes.")
)

func errTooBig(most int) error {
	return errs.New(errs.TooLarge, "The recording is too big.").With("voice_too_big").Field("voice", fmt.Sprintf("At most %d KiB.", most>>10))
}

// The types a recording can be, as a browser is told them.
const (
	WebM = "audio/webm"
	Ogg  = "audio/ogg"
	MP4  = "audio/mp4"
)

// Sound is what a recording turned out to be.
type Sound struct {
	Type   string
	Length time.Duration
}

// typeOf says which container something begins like; "" is none that Heard knows.
func typeOf(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		return WebM
	case bytes.HasPrefix(raw, []byte("OggS")):
		return Ogg
	case len(raw) >= 8 && string(raw[4:8]) == "ftyp":
		return MP4
	}
	return ""
}

// Read says what a recording of at most so many bytes is and how long, by its content
// alone: nothing that came beside it is believed. One track of sound in a container that
// browsers write, whole to its last byte; all else is refused.
func Read(raw []byte, most int) (Sound, error) {
	if len(raw) > most {
		return Sound{}, errTooBig(most)
	}
	s := Sound{Type: typeOf(raw)}
	var ok bool
	switch s.Type {
	case WebM:
		s.Length, ok = webmLength(raw)
	case Ogg:
		s.Length, ok = oggLength(raw)
	case MP4:
		s.Length, ok = mp4Length(raw)
	}
	if !ok || s.Length <= 0 {
		return Sound{}, errVoice
	}
	if s.Length > Longest {
		return Sound{}, errTooLong
	}
	return s, nil
}

// opusLength is how long one packet of Opus sounds (RFC 6716, section 3.1). What is
// in the packets counts beside what the container says of them: the one may not
// hide the other.
func opusLength(packet []byte) (time.Duration, bool) {
	if len(packet) == 0 {
		return 0, false
	}
	const millisecond = time.Millisecond
	var frame time.Duration
	switch config := packet[0] >> 3; {
	case config < 12:
		frame = [4]time.Duration{10 * millisecond, 20 * millisecond, 40 * millisecond, 60 * millisecond}[config&3]
	case config < 16:
		frame = [2]time.Duration{10 * millisecond, 20 * millisecond}[config&1]
	default:
		frame = [4]time.Duration{2500 * time.Microsecond, 5 * millisecond, 10 * millisecond, 20 * millisecond}[config&3]
	}
	switch packet[0] & 3 {
	case 0:
		return frame, true
	case 3:
		if len(packet) < 2 {
			return 0, false
		}
		return frame * time.Duration(packet[1]&0x3F), true
	}
	return 2 * frame, true
}
