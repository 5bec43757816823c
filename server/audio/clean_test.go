package audio_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"heard/server/audio"
	"heard/server/testkit/voices"
)

const canary = "canary: a memo from 12 Oak Road, by Kay's phone"

// spliced puts bytes into a recording where a mark begins, n bytes before it.
func spliced(t testing.TB, raw []byte, mark string, n int, more ...byte) []byte {
	t.Helper()
	at := bytes.Index(raw, []byte(mark)) - n
	if at < 0 {
		t.Fatalf("no %q to splice at", mark)
	}
	return append(append(bytes.Clone(raw[:at]), more...), raw[at:]...)
}

func box(kind string, body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind+body...)
}

// taggedMP4 is a recording as a phone keeps it: a title and a place in the film's head,
// when it was made, a picture beside it.
func taggedMP4(t testing.TB) []byte {
	raw := spliced(t, voices.Recorded(t, "chromium.mp4"), "trak", 4, box("udta", string(box("\xa9xyz", canary)))...)
	at := bytes.Index(raw, []byte("moov"))
	binary.BigEndian.PutUint32(raw[at-4:], binary.BigEndian.Uint32(raw[at-4:])+uint32(8+8+len(canary)))
	copy(raw[bytes.Index(raw, []byte("mvhd"))+8:], "cana")
	return append(raw, box("free", canary)...)
}

func taggedWebM(t testing.TB) []byte {
	tags := append([]byte{0x12, 0x54, 0xC3, 0x67, 0x40, byte(len(canary) + 200)}, bytes.Repeat([]byte{0}, 200)...)
	raw := spliced(t, voices.WebM(t, 60), "\x1F\x43\xB6\x75", 0, append(tags, canary...)...)
	// Between two packets of a cluster there may be elements that say nothing, and hold something.
	return append(append(raw, 0xEC, 0x80|byte(len(canary))), canary...)
}

func taggedOgg(t testing.TB) []byte {
	raw := voices.Ogg(t, 60)
	tags := "OpusTags\x04\x00\x00\x00Kay!\x01\x00\x00\x00" + canary + string(bytes.Repeat([]byte("canary: "), 40))
	second := bytes.Index(raw[4:], []byte("OggS")) + 4
	third := second + 4 + bytes.Index(raw[second+4:], []byte("OggS"))
	page := append(bytes.Clone(raw[second:second+26]), 2, 255, byte(len(tags)-255))
	return bytes.Join([][]byte{raw[:second], page, []byte(tags), raw[third:]}, nil)
}

// TestClean: what its maker wrote beside the sound is gone, and the sound is not.
func TestClean(t *testing.T) {
	for name, raw := range map[string][]byte{
		"chromium.webm": voices.Recorded(t, "chromium.webm"), "firefox.webm": voices.Recorded(t, "firefox.webm"), "firefox.ogg": voices.Recorded(t, "firefox.ogg"),
		"chromium.mp4": voices.Recorded(t, "chromium.mp4"), "slices.webm": voices.Recorded(t, "chromium-slices.webm"), "slices.mp4": voices.Recorded(t, "chromium-slices.mp4"),
		"tagged.webm": taggedWebM(t), "tagged.ogg": taggedOgg(t), "tagged.mp4": taggedMP4(t),
	} {
		was, err := audio.Read(raw, audio.MaxNote)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		before := bytes.Clone(raw)
		clean := audio.Clean(raw, was)
		if !bytes.Equal(raw, before) {
			t.Errorf("%s was changed itself", name)
		}
		if is, err := audio.Read(clean, audio.MaxNote); err != nil || is != was || len(clean) != len(raw) {
			t.Errorf("%s is %+v of %d bytes, was %+v of %d: %v", name, is, len(clean), was, len(raw), err)
		}
		for _, said := range []string{"canary", "cana", "Kay", "Oak Road", "QTmuxing", "Chrome", "Mozilla", "Lavf", "encoder"} {
			if bytes.Contains(clean, []byte(said)) {
				t.Errorf("%s still says %q", name, said)
			}
		}
		if again := audio.Clean(clean, was); !bytes.Equal(again, clean) {
			t.Errorf("%s is cleaned otherwise the second time", name)
		}
	}
}

func TestIsVideo(t *testing.T) {
	webm, mp4 := voices.Recorded(t, "chromium.webm"), voices.Recorded(t, "chromium.mp4")
	for name, c := range map[string]struct {
		raw  []byte
		want bool
	}{
		"sound in WebM": {webm, false}, "sound in MP4": {mp4, false}, "sound in Ogg": {voices.Recorded(t, "firefox.ogg"), false}, "nothing": {nil, false},
		"a picture in WebM": {bytes.Replace(bytes.Clone(webm), []byte("\x83\x81\x02\x86"), []byte("\x83\x81\x01\x86"), 1), true},
		"a picture in MP4":  {bytes.Replace(bytes.Clone(mp4), []byte("soun"), []byte("vide"), 1), true},
		"34 bytes":          {mp4[:34], false}, "HTML": {[]byte("<!doctype html>vide"), false},
	} {
		if is := audio.IsVideo(c.raw); is != c.want {
			t.Errorf("%s: %v", name, is)
		}
	}
}
