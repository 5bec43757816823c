package audio

import (
	"encoding/binary"
	"math"
	"time"
)

// mp4 is what has been seen of a recording so far (ISO/IEC 14496-12): either one
// table of samples, as a finished file has, or fragments, as a recorder writes them.
type mp4 struct {
	moov, data bool
	tracks     int
	sound      bool // the track's handler and its one codec say so
	codec      bool
	scale      uint32 // ticks a second
	each       uint32 // a sample's ticks where neither it nor its fragment says
	fragment   uint32 // the same, said by the fragment
	ticks      uint64
}

func mp4Length(raw []byte) (time.Duration, bool) {
	var m mp4
	first := true
	ok := boxes(raw, func(kind string, body []byte) bool {
		if first {
			first = false
			return kind == "ftyp"
		}
		return m.top(kind, body)
	})
	if !ok || !m.moov || !m.data || m.tracks != 1 || !m.sound || !m.codec || m.scale == 0 || m.ticks > math.MaxInt64/uint64(time.Second) {
		return 0, false
	}
	return time.Duration(m.ticks) * time.Second / time.Duration(m.scale), true // #nosec G115 -- compared above
}

// boxes goes through the boxes of b, which fill it to its last byte.
func boxes(b []byte, each func(kind string, body []byte) bool) bool {
	return eachBox(b, func(box, body []byte) bool { return each(string(box[4:8]), body) })
}

// eachBox is boxes with the whole box, its head included.
func eachBox(b []byte, each func(box, body []byte) bool) bool {
	for len(b) > 0 {
		if len(b) < 8 {
			return false
		}
		size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		if size == 1 { // the length stands behind, in eight bytes
			if len(b) < 16 {
				return false
			}
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size < head || size > uint64(len(b)) || !each(b[:size], b[head:size]) {
			return false
		}
		b = b[size:]
	}
	return true
}

func (m *mp4) top(kind string, body []byte) bool {
	switch kind {
	case "moov":
		again := m.moov
		m.moov = true
		return !again && boxes(body, m.inMoov)
	case "moof":
		return m.moov && boxes(body, m.inMoof)
	case "mdat":
		m.data = true
		return true
	case "free", "skip", "wide", "styp", "sidx", "mfra", "prft":
		return true
	}
	return false
}

func (m *mp4) inMoov(kind string, body []byte) bool {
	switch kind {
	case "trak":
		m.tracks++
		return boxes(body, m.inTrack)
	case "mvex":
		return boxes(body, func(kind string, body []byte) bool {
			if kind != "trex" {
				return true
			}
			each, ok := word(body, 12)
			m.each = each
			return ok
		})
	}
	return true
}

// inTrack reads trak, and mdia, minf and stbl in it.
func (m *mp4) inTrack(kind string, body []byte) bool {
	switch kind {
	case "mdia", "minf", "stbl":
		return boxes(body, m.inTrack)
	case "hdlr":
		m.sound = len(body) >= 12 && string(body[8:12]) == "soun"
		return m.sound
	case "mdhd":
		at := 12
		if len(body) > 0 && body[0] == 1 { // its times have eight bytes
			at = 20
		}
		scale, ok := word(body, at)
		m.scale = scale
		return ok
	case "stsd":
		n, ok := word(body, 4)
		m.codec = ok && n == 1 && len(body) >= 16 && (string(body[12:16]) == "mp4a" || string(body[12:16]) == "Opus")
		return m.codec
	case "stts":
		return m.table(body)
	}
	return true
}

// table adds up a finished file's samples: so many of so many ticks.
func (m *mp4) table(b []byte) bool {
	n, ok := word(b, 4)
	if !ok || (len(b)-8)/8 < int(n) {
		return false
	}
	for i := range int(n) {
		m.add(uint64(binary.BigEndian.Uint32(b[8+8*i:])) * uint64(binary.BigEndian.Uint32(b[12+8*i:])))
	}
	return true
}

func (m *mp4) inMoof(kind string, body []byte) bool {
	if kind != "traf" {
		return true
	}
	m.fragment = m.each
	return boxes(body, func(kind string, body []byte) bool {
		switch kind {
		case "tfhd":
			return m.fragmentHead(body)
		case "trun":
			return m.run(body)
		}
		return true
	})
}

// fragmentHead reads how long a sample of a fragment is where it doesn't say itself.
func (m *mp4) fragmentHead(b []byte) bool {
	const base, description, duration = 0x01, 0x02, 0x08
	flags, ok := word(b, 0)
	if !ok || flags&duration == 0 {
		return ok
	}
	at := 8
	if flags&base != 0 {
		at += 8
	}
	if flags&description != 0 {
		at += 4
	}
	m.fragment, ok = word(b, at)
	return ok
}

// run adds up the samples of a fragment.
func (m *mp4) run(b []byte) bool {
	const offset, firstFlags, duration, size, sampleFlags, shift = 0x01, 0x04, 0x100, 0x200, 0x400, 0x800
	flags, ok1 := word(b, 0)
	n, ok2 := word(b, 4)
	if !ok1 || !ok2 {
		return false
	}
	at, step := 8, 0
	for _, optional := range []uint32{offset, firstFlags} {
		if flags&optional != 0 {
			at += 4
		}
	}
	for _, optional := range []uint32{duration, size, sampleFlags, shift} {
		if flags&optional != 0 {
			step += 4
		}
	}
	if flags&duration == 0 {
		m.add(uint64(n) * uint64(m.fragment))
		return len(b) >= at && (step == 0 || (len(b)-at)/step >= int(n))
	}
	for range n {
		ticks, ok := word(b, at)
		if !ok {
			return false
		}
		m.add(uint64(ticks))
		at += step
	}
	return at <= len(b)
}

// add never comes round to a small number again.
func (m *mp4) add(ticks uint64) {
	if m.ticks += ticks; m.ticks < ticks {
		m.ticks = math.MaxUint64
	}
}

// word reads four bytes at a place.
func word(b []byte, at int) (uint32, bool) {
	if len(b) < at+4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(b[at:]), true
}
