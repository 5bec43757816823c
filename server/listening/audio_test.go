package listening_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heard/server/errs"
	"heard/server/listening"
)

// recorded gives a second of a browser's made-up microphone, as that browser wrote it.
func recorded(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata/voice", name))
	must(t, err)
	return raw
}

// silence is 20 ms of Opus with nothing in it.
const silence = 0x78

// webmOf writes a recording of so many packets behind the heads of a real one, a
// cluster a second, its segment without an end as Firefox writes it.
func webmOf(t testing.TB, packets int) []byte {
	t.Helper()
	raw := recorded(t, "firefox.webm")
	out := bytes.Clone(raw[:bytes.Index(raw, []byte{0x1F, 0x43, 0xB6, 0x75})])
	for i := range packets {
		if i%50 == 0 {
			out = append(out, 0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x84)
			out = binary.BigEndian.AppendUint32(out, uint32(i)*20)
		}
		out = append(out, 0xA3, 0x85, 0x82)
		out = binary.BigEndian.AppendUint16(out, uint16(i%50)*20)
		out = append(out, 0x80, silence)
	}
	return out
}

// oggOf writes the same in Ogg, fifty packets a page.
func oggOf(t testing.TB, packets int) []byte {
	t.Helper()
	raw := recorded(t, "firefox.ogg")
	out := bytes.Clone(raw[:0x82])
	for i := 0; i < packets; i += 50 {
		n := min(50, packets-i)
		page := binary.LittleEndian.AppendUint64([]byte{'O', 'g', 'g', 'S', 0, 0}, uint64(i+n)*960)
		if i+n == packets {
			page[5] = 4
		}
		page = append(page, raw[14:18]...)
		page = binary.LittleEndian.AppendUint32(page, uint32(2+i/50))
		page = append(page, 0, 0, 0, 0, byte(n))
		page = append(page, bytes.Repeat([]byte{1}, n)...)
		out = append(append(out, page...), bytes.Repeat([]byte{silence}, n)...)
	}
	return out
}

func box(kind string, body ...byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), append([]byte(kind), body...)...)
}

// mp4Of writes the same as one fragment behind a real head.
func mp4Of(t testing.TB, packets int) []byte {
	t.Helper()
	raw := recorded(t, "chromium.mp4")
	head := raw[:bytes.Index(raw, []byte("moof"))-4]
	tfhd := box("tfhd", 0, 2, 0, 0x08, 0, 0, 0, 1, 0, 0, 0x03, 0xC0) // 960 ticks each
	trun := box("trun", binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0}, uint32(packets))...)
	moof := box("moof", box("traf", append(tfhd, trun...)...)...)
	return append(append(bytes.Clone(head), moof...), box("mdat", bytes.Repeat([]byte{silence}, packets)...)...)
}

// seconds of packets of 20 ms.
const perSecond = 50

func TestReadAudio(t *testing.T) {
	for name, want := range map[string]string{
		"chromium.webm": "audio/webm", "firefox.webm": "audio/webm", "firefox.ogg": "audio/ogg", "chromium.mp4": "audio/mp4",
		"chromium-slices.webm": "audio/webm", "chromium-slices.mp4": "audio/mp4", // two seconds and a half, as a page that counts takes them
	} {
		a, err := listening.ReadAudio(recorded(t, name))
		seconds := a.Length.Round(time.Second) / time.Second
		if err != nil || a.Type != want || (seconds != 1) != strings.Contains(name, "slices") || seconds > 3 {
			t.Errorf("%s is %+v, %v", name, a, err)
		}
	}
	for name, made := range map[string]func(testing.TB, int) []byte{"audio/webm": webmOf, "audio/ogg": oggOf, "audio/mp4": mp4Of} {
		if a, err := listening.ReadAudio(made(t, 119*perSecond)); err != nil || a.Type != name || a.Length != 119*time.Second {
			t.Errorf("1:59 of %s is %+v, %v", name, a, err)
		}
		if _, err := listening.ReadAudio(made(t, 123*perSecond)); errs.ReasonOf(err) != "voice_too_long" {
			t.Errorf("2:03 of %s: %v", name, err)
		}
		whole := made(t, perSecond)
		for n := range len(whole) {
			a, err := listening.ReadAudio(whole[:n])
			// WebM without an end may stop between two packets, and is shorter then.
			if err == nil && (name != "audio/webm" || a.Length >= time.Second) {
				t.Errorf("%d of %d bytes of %s are taken: %+v", n, len(whole), name, a)
			}
		}
		for _, more := range []string{"x", "<script>1</script>", string(recorded(t, "firefox.ogg")), "\x00\x00\x00\x10uuid12345678"} {
			if _, err := listening.ReadAudio(append(bytes.Clone(whole), more...)); errs.ReasonOf(err) != "voice" {
				t.Errorf("%s with %.20q behind it: %v", name, more, err)
			}
		}
	}
}

func TestReadAudioRefuses(t *testing.T) {
	webm, mp4 := recorded(t, "chromium.webm"), recorded(t, "chromium.mp4")
	changed := func(raw []byte, from, to string) []byte {
		if !bytes.Contains(raw, []byte(from)) {
			t.Fatalf("no %q to change", from)
		}
		return bytes.Replace(bytes.Clone(raw), []byte(from), []byte(to), 1)
	}
	// A voice that says it is a second long, and holds three minutes of sound.
	hidden := webmOf(t, perSecond)
	for range 180 * 1000 / 120 {
		hidden = append(hidden, 0xA3, 0x86, 0x82, 0, 0, 0x80, silence|3, 6)
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
		"34 bytes of Ogg":           {recorded(t, "firefox.ogg")[:34], "voice"},
		"34 bytes of MP4":           {mp4[:34], "voice"},
		"Matroska":                  {changed(webm, "webm", "mkvx"), "voice"},
		"another codec in WebM":     {changed(webm, "A_OPUS", "A_VORB"), "voice"},
		"a track of video in WebM":  {changed(webm, "\x83\x81\x02\x86", "\x83\x81\x01\x86"), "voice"},
		"a track of video in MP4":   {changed(mp4, "soun", "vide"), "voice"},
		"another codec in MP4":      {changed(mp4, "Opus", "mp4v"), "voice"},
		"another codec in Ogg":      {changed(recorded(t, "firefox.ogg"), "OpusHead", "Speex   "), "voice"},
		"another clock in WebM":     {changed(webm, "\x2A\xD7\xB1\x83\x0F\x42\x40", "\x2A\xD7\xB1\x83\x00\x00\x01"), "voice"},
		"no sound":                  {webmOf(t, 0), "voice"},
		"more sound than it says":   {hidden, "voice_too_long"},
		"more bytes than are taken": {make([]byte, listening.MaxAudio+1), "voice_too_big"},
		"two streams in one Ogg":    {append(recorded(t, "firefox.ogg"), recorded(t, "firefox.ogg")...), "voice"},
		"a box larger than it all":  {append(bytes.Clone(mp4), binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01free"), math.MaxUint64)...), "voice"},
	} {
		if a, err := listening.ReadAudio(c.raw); errs.ReasonOf(err) != c.reason {
			t.Errorf("%s: %+v, %v", what, a, err)
		}
	}
	if _, err := listening.ReadAudio(make([]byte, listening.MaxAudio+1)); errs.CodeOf(err) != errs.TooLarge {
		t.Errorf("too many bytes: %v", err)
	}
}

// Whatever comes, it is read to its end, and never past it.
func FuzzReadAudio(f *testing.F) {
	for _, name := range []string{"chromium.webm", "firefox.webm", "firefox.ogg", "chromium.mp4", "chromium-slices.webm", "chromium-slices.mp4"} {
		f.Add(recorded(f, name))
	}
	for _, made := range []func(testing.TB, int) []byte{webmOf, oggOf, mp4Of} {
		f.Add(made(f, 3))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if a, err := listening.ReadAudio(raw); err == nil && (a.Length <= 0 || a.Length > 122*time.Second || a.Type == "") {
			t.Errorf("%d bytes are %+v", len(raw), a)
		}
	})
}
