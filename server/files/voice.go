package files

import (
	"time"

	"heard/server/audio"
	"heard/server/errs"
	"heard/server/pictures"
)

const voiceMost = 2 << 20 // two minutes of what a phone's own recorder makes

// Why a voice is not taken.
const (
	voiceTooBig  = "voice_too_big"
	voiceTooLong = "voice_too_long"
	voiceKind    = "voice_kind"  // no recording that Heard knows
	voiceVideo   = "voice_video" // moving pictures: nothing here can make them clean
)

// voiceNames are what a voice's one part is called, by what it turned out to be.
var voiceNames = map[string]string{audio.WebM: "voice.webm", audio.Ogg: "voice.ogg", audio.MP4: "voice.mp4"}

// spoken asks a recording what it is, by its bytes alone, and gives its one part without
// what was written beside the sound.
func spoken(raw []byte, parts map[string][]byte) (time.Duration, error) {
	sound, err := audio.Read(raw, voiceMost)
	switch {
	case err == nil:
		parts[voiceNames[sound.Type]] = audio.Clean(raw, sound)
		return sound.Length, nil
	case audio.IsVideo(raw):
		return 0, pictures.Reason(voiceVideo)
	case errs.ReasonOf(err) == voiceTooLong:
		return 0, pictures.Reason(voiceTooLong)
	}
	return 0, pictures.Reason(voiceKind)
}
