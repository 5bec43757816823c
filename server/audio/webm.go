package audio

import (
	"encoding/binary"
	"time"
)

// The elements of WebM that recorders of browsers write (RFC 9559).
const (
	ebmlHead    = 0x1A45DFA3
	ebmlDocType = 0x4282
	ebmlVoid    = 0xEC
	ebmlCRC     = 0xBF

	webmSegment  = 0x18538067
	webmSeekHead = 0x114D9B74
	webmInfo     = 0x1549A966
	webmTracks   = 0x1654AE6B
	webmCluster  = 0x1F43B675
	webmCues     = 0x1C53BB6B
	webmTags     = 0x1254C367

	webmTimeScale    = 0x2AD7B1
	webmTrack        = 0xAE
	webmTrackType    = 0x83
	webmCodec        = 0x86
	webmEncodings    = 0x6D80
	webmClusterTime  = 0xE7
	webmSimpleBlock  = 0xA3
	webmBlockGroup   = 0xA0
	webmBlock        = 0xA1
	webmPosition     = 0xA7
	webmPreviousSize = 0xAB
)

const (
	webmSound     = 2
	webmScale     = 1_000_000           // nanoseconds; every browser counts in milliseconds
	webmFarthest  = int64(1000_000_000) // ms; a time beyond it is none
	webmLaceFlags = 0x06
)

// webm is what has been seen of a recording so far.
type webm struct {
	tracks, info bool
	cluster      int64 // where the blocks of this cluster count from, in ms
	blocks       bool
	first, last  int64 // ms
	sound        time.Duration
}

func webmLength(raw []byte) (time.Duration, bool) {
	head, ok := readElement(raw)
	if !ok || head.id != ebmlHead {
		return 0, false
	}
	body, rest, ok := head.inside()
	if !ok || !isWebM(body) {
		return 0, false
	}
	segment, ok := readElement(rest)
	if !ok || segment.id != webmSegment || segment.size != unknownSize && segment.size != len(segment.rest) {
		return 0, false
	}
	var w webm
	for rest = segment.rest; len(rest) > 0; {
		if rest, ok = w.top(rest); !ok {
			return 0, false
		}
	}
	return max(time.Duration(w.last-w.first)*time.Millisecond, w.sound), w.tracks && w.blocks
}

func isWebM(head []byte) bool {
	for len(head) > 0 {
		e, ok := readElement(head)
		if !ok {
			return false
		}
		body, after, ok := e.inside()
		if !ok {
			return false
		}
		if e.id == ebmlDocType {
			return string(body) == "webm"
		}
		head = after
	}
	return false
}

// top reads one element of a segment and gives what follows it.
func (w *webm) top(b []byte) (after []byte, ok bool) {
	e, ok := readElement(b)
	if !ok {
		return nil, false
	}
	if e.id == webmCluster {
		return w.readCluster(e)
	}
	body, after, ok := e.inside()
	if !ok {
		return nil, false
	}
	switch e.id {
	case webmInfo:
		ok = !w.info && w.readInfo(body)
		w.info = true
	case webmTracks:
		ok = !w.tracks && oneTrackOfOpus(body)
		w.tracks = true
	case webmSeekHead, webmCues, webmTags, ebmlVoid, ebmlCRC:
	default:
		return nil, false
	}
	return after, ok
}

func (w *webm) readInfo(b []byte) bool {
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok {
			return false
		}
		body, after, ok := e.inside()
		if !ok || e.id == webmTimeScale && number(body) != webmScale {
			return false
		}
		b = after
	}
	return true
}

func oneTrackOfOpus(b []byte) bool {
	found := 0
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok {
			return false
		}
		body, after, ok := e.inside()
		if !ok {
			return false
		}
		switch e.id {
		case webmTrack:
			if !trackOfOpus(body) {
				return false
			}
			found++
		case ebmlVoid, ebmlCRC:
		default:
			return false
		}
		b = after
	}
	return found == 1
}

func trackOfOpus(b []byte) bool {
	sound, opus := false, false
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok {
			return false
		}
		body, after, ok := e.inside()
		if !ok {
			return false
		}
		switch e.id {
		case webmTrackType:
			sound = number(body) == webmSound
		case webmCodec:
			opus = string(body) == "A_OPUS"
		case webmEncodings:
			return false // packed or encrypted
		}
		b = after
	}
	return sound && opus
}

// readCluster reads a cluster. One of unknown size ends where an element of the
// segment begins.
func (w *webm) readCluster(cluster element) (after []byte, ok bool) {
	b := cluster.rest
	if cluster.size != unknownSize {
		b, after = b[:cluster.size], b[cluster.size:]
	}
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok {
			return nil, false
		}
		if cluster.size == unknownSize && ofSegment(e.id) {
			return b, true
		}
		body, next, ok := e.inside()
		if !ok || !w.inCluster(e.id, body) {
			return nil, false
		}
		b = next
	}
	return after, true
}

func ofSegment(id uint32) bool {
	switch id {
	case webmCluster, webmCues, webmTags, webmSeekHead, webmInfo, webmTracks:
		return true
	}
	return false
}

func (w *webm) inCluster(id uint32, body []byte) bool {
	switch id {
	case webmClusterTime:
		at := number(body)
		w.cluster = at
		return at >= 0 && at <= webmFarthest
	case webmSimpleBlock:
		return w.block(body)
	case webmBlockGroup:
		return w.group(body)
	case webmPosition, webmPreviousSize, ebmlVoid, ebmlCRC:
		return true
	}
	return false
}

func (w *webm) group(b []byte) bool {
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok {
			return false
		}
		body, after, ok := e.inside()
		if !ok || e.id == webmBlock && !w.block(body) {
			return false
		}
		b = after
	}
	return true
}

// block reads one packet of sound: its track, its time against the cluster's, its
// flags, and the packet. Browsers write one packet a block.
func (w *webm) block(b []byte) bool {
	_, n, ok := vint(b, 8, false)
	if !ok || len(b) < n+4 || b[n+2]&webmLaceFlags != 0 {
		return false
	}
	packet, ok := opusLength(b[n+3:])
	if !ok {
		return false
	}
	at := w.cluster + int64(int16(binary.BigEndian.Uint16(b[n:]))) // #nosec G115 -- it is signed
	if !w.blocks {
		w.first = at
	}
	w.blocks = true
	w.first, w.last = min(w.first, at), max(w.last, at+packet.Milliseconds())
	w.sound += packet
	return true
}
