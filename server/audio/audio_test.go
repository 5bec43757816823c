package audio_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"

	"heard/server/audio"
	"heard/server/errs"
	"heard/server/testkit/voices"
)

func TestRead(t *testing.T) {
	for name, want := range map[string]string{
		"chromium.webm": "audio/webm", "firefox.webm": "audio/webm", "firefox.ogg": "audio/ogg", "chromium.mp4": "audio/mp4",
		"chromium-slices.webm": "audio/webm", "chromium-slices.mp4": "audio/mp4", // two seconds and a half, as a page that counts takes them
	} {
		a, err := audio.Read(voices.Recorded(t, name), audio.MaxNote)
		seconds := a.Length.Round(time.Second) / time.Second
		if err != nil || a.Type != want || (seconds != 1) != strings.Contains(name, "slices") || seconds > 3 {
			t.Errorf("%s is %+v, %v", name, a, err)
		}
	}
	for name, made := range map[string]func(testing.TB, int) []byte{"audio/webm": voices.WebM, "audio/ogg": voices.Ogg, "audio/mp4": voices.MP4} {
		if a, err := audio.Read(made(t, 119*voices.PerSecond), audio.MaxNote); err != nil || a.Type != name || a.Length != 119*time.Second {
			t.Errorf("1:59 of %s is %+v, %v", name, a, err)
		}
		if _, err := audio.Read(made(t, 123*voices.PerSecond), audio.MaxNote); errs.ReasonOf(err) != "voice_too_long" {
			t.Errorf("2:03 of %s: %v", name, err)
		}
		whole := made(t, voices.PerSecond)
		for n := range len(whole) {
			a, err := audio.Read(whole[:n], audio.MaxNote)
			// WebM without an end may stop between two packets, and is shorter then.
			if err == nil && (name != "audio/webm" || a.Length >= time.Second) {
				t.Errorf("%d of %d bytes of %s are taken: %+v", n, len(whole), name, a)
			}
		}
		for _, more := range []string{"x", "<script>1</script>", string(voices.Recorded(t, "firefox.ogg")), "\x00\x00\x00\x10uuid12345678"} {
			if _, err := audio.Read(append(bytes.Clone(whole), more...), audio.MaxNote); errs.ReasonOf(err) != "voice" {
				t.Errorf("%s with %.20q behind it: %v", name, more, err)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	webm, mp4 := voices.Recorded(t, "chromium.webm"), voices.Recorded(t, "chromium.mp4")
	changed := func(raw []byte, from, to string) []byte {
		if !bytes.Contains(raw, []byte(from)) {
			t.Fatalf("no %q to change", from)
		}
		return bytes.Replace(bytes.Clone(raw), []byte(from), []byte(to), 1)
	}
	// A voice that says it is a second long, and holds three minutes of sound.
	hidden := voices.WebM(t, voices.PerSecond)
	for range 180 * 1000 / 120 {
		hidden = append(hidden, 0xA3, 0x86, 0x82, 0, 0, 0x80, voices.Silence|3, 6)
	}
	for what, c := range map[string]struct {
		raw    []byte
		reason string
	}{
		"nothing":                   {nil, "voice"},
		"an MP3":                    {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x23"), make([]byte, 400)...), "voice"},
		"an MP3 without a tag":      {append([]byte{0xFF, 0xFB, 0x90, 0x64}, make([]byte, 400)...), "voice"},
		"a WAV":                     {append([]byte("RIFF\x24\x08\x00\x00WAVEfmt "), make([]byte, 400)...), "voice"},
		"a PNG":                     {append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 400)...), "voice"},
		"HTML":                      {[]byte("<!doctype html><script>alert(1)</script>"), "voice"},
		"34 bytes of WebM":          {webm[:34], "voice"},
		"34 bytes of Ogg":           {voices.Recorded(t, "firefox.ogg")[:34], "voice"},
		"34 bytes of MP4":           {mp4[:34], "voice"},
		"Matroska":                  {changed(webm, "webm", "mkvx"), "voice"},
		"another codec in WebM":     {changed(webm, "A_OPUS", "A_VORB"), "voice"},
		"a track of video in WebM":  {changed(webm, "\x83\x81\x02\x86", "\x83\x81\x01\x86"), "voice"},
		"a track of video in MP4":   {changed(mp4, "soun", "vide"), "voice"},
		"another codec in MP4":      {changed(mp4, "Opus", "mp4v"), "voice"},
		"another codec in Ogg":      {changed(voices.Recorded(t, "firefox.ogg"), "OpusHead", "Speex   "), "voice"},
		"another clock in WebM":     {changed(webm, "\x2A\xD7\xB1\x83\x0F\x42\x40", "\x2A\xD7\xB1\x83\x00\x00\x01"), "voice"},
		"no sound":                  {voices.WebM(t, 0), "voice"},
		"more sound than it says":   {hidden, "voice_too_long"},
		"more bytes than are taken": {make([]byte, audio.MaxNote+1), "voice_too_big"},
		"two streams in one Ogg":    {append(voices.Recorded(t, "firefox.ogg"), voices.Recorded(t, "firefox.ogg")...), "voice"},
		"a box larger than it all":  {append(bytes.Clone(mp4), binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01free"), math.MaxUint64)...), "voice"},
	} {
		if a, err := audio.Read(c.raw, audio.MaxNote); errs.ReasonOf(err) != c.reason {
			t.Errorf("%s: %+v, %v", what, a, err)
		}
	}
	if _, err := audio.Read(make([]byte, audio.MaxNote+1), audio.MaxNote); errs.CodeOf(err) != errs.TooLarge {
		t.Errorf("too many bytes: %v", err)
	}
}

// Whatever comes, it is read to its end, and never past it; and clean it is the same.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"chromium.webm", "firefox.webm", "firefox.ogg", "chromium.mp4", "chromium-slices.webm", "chromium-slices.mp4"} {
		f.Add(voices.Recorded(f, name))
	}
	for _, made := range []func(testing.TB, int) []byte{voices.WebM, voices.Ogg, voices.MP4} {
		f.Add(made(f, 3))
	}
	f.Add(taggedWebM(f))
	f.Add(taggedOgg(f))
	f.Add(taggedMP4(f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		audio.IsVideo(raw)
		s, err := audio.Read(raw, audio.MaxNote)
		if err != nil {
			return
		}
		if s.Length <= 0 || s.Length > audio.Longest || s.Type == "" {
			t.Errorf("%d bytes are %+v", len(raw), s)
		}
		if clean, err := audio.Read(audio.Clean(raw, s), audio.MaxNote); err != nil || clean != s {
			t.Errorf("%d bytes are %+v, and %+v once clean: %v", len(raw), s, clean, err)
		}
	})
}
