// Package voices holds a second of sound as each browser records it, and writes longer
// recordings of silence.
package voices

import (
	"bytes"
	"embed"
	"encoding/binary"
	"testing"
)

//go:embed *.webm *.ogg *.mp4
var recordings embed.FS

// Recorded gives a second of a browser's made-up microphone, as that browser wrote it.
func Recorded(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := recordings.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Silence is 20 ms of Opus with nothing in it.
const Silence = 0x78

// WebM writes a recording of so many packets behind the heads of a real one, a
// cluster a second, its segment without an end as Firefox writes it.
func WebM(t testing.TB, packets int) []byte {
	t.Helper()
	raw := Recorded(t, "firefox.webm")
	out := bytes.Clone(raw[:bytes.Index(raw, []byte{0x1F, 0x43, 0xB6, 0x75})])
	for i := range packets {
		if i%50 == 0 {
			out = append(out, 0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x84)
			out = binary.BigEndian.AppendUint32(out, uint32(i)*20)
		}
		out = append(out, 0xA3, 0x85, 0x82)
		out = binary.BigEndian.AppendUint16(out, uint16(i%50)*20)
		out = append(out, 0x80, Silence)
	}
	return out
}

// Ogg writes the same in Ogg, fifty packets a page.
func Ogg(t testing.TB, packets int) []byte {
	t.Helper()
	raw := Recorded(t, "firefox.ogg")
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
		out = append(append(out, page...), bytes.Repeat([]byte{Silence}, n)...)
	}
	return out
}

func box(kind string, body ...byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), append([]byte(kind), body...)...)
}

// MP4 writes the same as one fragment behind a real head.
func MP4(t testing.TB, packets int) []byte {
	t.Helper()
	raw := Recorded(t, "chromium.mp4")
	head := raw[:bytes.Index(raw, []byte("moof"))-4]
	tfhd := box("tfhd", 0, 2, 0, 0x08, 0, 0, 0, 1, 0, 0, 0x03, 0xC0) // 960 ticks each
	trun := box("trun", binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0}, uint32(packets))...)
	moof := box("moof", box("traf", append(tfhd, trun...)...)...)
	return append(append(bytes.Clone(head), moof...), box("mdat", bytes.Repeat([]byte{Silence}, packets)...)...)
}

// PerSecond is how many packets of 20 ms a second has.
const PerSecond = 50
