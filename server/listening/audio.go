package listening

import (
	"bytes"
	"time"

	"heard/server/errs"
)

// What a voice note may be at most. A phone stops by itself at two minutes; what a
// recorder writes after the last word must not cost the answer.
const (
	MaxAudio       = 480 << 10
	maxAudioLength = 122 * time.Second
)

// Why a voice note is not taken.
var (
	errVoice        = errs.New(errs.Invalid, "Heard can't play this recording.").With("voice").Field("voice", "Not a recording that Heard knows.")
	errVoiceTooLong = errs.New(errs.Invalid, "The recording is too long.").With("voice_too_long").Field("voice", "At most two minutes.")
	errVoiceTooBig  = errs.New(errs.TooLarge, "The recording is too big.").With("voice_too_big").Field("voice", "At most 480 KiB.")
)

// The types a recording can be, as a browser is told them.
const (
	webmAudio = "audio/webm"
	oggAudio  = "audio/ogg"
	mp4Audio  = "audio/mp4"
)

// Audio is what a recording turned out to be.
type Audio struct {
	Type   string
	Length time.Duration
}

// ReadAudio says what a recording is and how long, by its content alone: nothing
// that came beside it is believed. One track of sound in a container that browsers
// write, whole to its last byte; all else is refused.
func ReadAudio(raw []byte) (Audio, error) {
	if len(raw) > MaxAudio {
		return Audio{}, errVoiceTooBig
	}
	var a Audio
	var ok bool
	switch {
	case bytes.HasPrefix(raw, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		a.Type = webmAudio
		a.Length, ok = webmLength(raw)
	case bytes.HasPrefix(raw, []byte("OggS")):
		a.Type = oggAudio
		a.Length, ok = oggLength(raw)
	case len(raw) >= 8 && string(raw[4:8]) == "ftyp":
		a.Type = mp4Audio
		a.Length, ok = mp4Length(raw)
	}
	if !ok || a.Length <= 0 {
		return Audio{}, errVoice
	}
	if a.Length > maxAudioLength {
		return Audio{}, errVoiceTooLong
	}
	return a, nil
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
