package audio

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// The head of a page of Ogg (RFC 3533), and what its flags say.
const (
	oggHeadSize  = 27
	oggContinued = 0x01
	oggFirst     = 0x02
	oggLast      = 0x04
	oggLace      = 255 // a piece so long goes on in the next
	opusRate     = 48_000
)

// ogg is what has been seen of a recording so far.
type ogg struct {
	serial, page uint32
	packets      int
	open         bool // a packet goes on in the next page
	granule      int64
	sound        time.Duration
	ended        bool
}

func oggLength(raw []byte) (time.Duration, bool) {
	var o ogg
	for len(raw) > 0 {
		n, ok := o.readPage(raw)
		if !ok {
			return 0, false
		}
		raw = raw[n:]
	}
	return max(time.Duration(o.granule)*time.Second/opusRate, o.sound), o.ended && !o.open && o.packets > 2
}

// readPage reads one page and says how long it is. There is one stream, its pages
// in their order, and nothing after the last.
func (o *ogg) readPage(b []byte) (int, bool) {
	if o.ended || len(b) < oggHeadSize || string(b[:4]) != "OggS" || b[4] != 0 {
		return 0, false
	}
	flags, serial, page := b[5], binary.LittleEndian.Uint32(b[14:]), binary.LittleEndian.Uint32(b[18:])
	begins := o.page == 0 && o.packets == 0 && !o.open
	if begins {
		o.serial, o.page = serial, page
	} else {
		o.page++
	}
	if begins != (flags&oggFirst != 0) || serial != o.serial || page != o.page || o.open != (flags&oggContinued != 0) {
		return 0, false
	}
	// -1: no packet ends on this page.
	if granule := binary.LittleEndian.Uint64(b[6:]); granule != math.MaxUint64 {
		if granule > math.MaxInt64/uint64(time.Second) || int64(granule) < o.granule { // #nosec G115 -- no more than a 63-bit number
			return 0, false
		}
		o.granule = int64(granule) // #nosec G115 -- the same
	}
	o.ended = flags&oggLast != 0
	laces := int(b[26])
	if len(b) < oggHeadSize+laces {
		return 0, false
	}
	size, ok := o.readPackets(b[oggHeadSize:oggHeadSize+laces], b[oggHeadSize+laces:])
	return oggHeadSize + laces + size, ok
}

// readPackets goes through the pieces of a page; laces are their lengths.
func (o *ogg) readPackets(laces, body []byte) (size int, ok bool) {
	for _, lace := range laces {
		n := int(lace)
		if len(body) < n {
			return 0, false
		}
		if !o.open && !o.begin(body[:n]) {
			return 0, false
		}
		o.open = n == oggLace
		body, size = body[n:], size+n
	}
	return size, true
}

// begin reads the first bytes of a packet: two heads, then sound.
func (o *ogg) begin(packet []byte) bool {
	o.packets++
	switch o.packets {
	case 1:
		return bytes.HasPrefix(packet, []byte("OpusHead"))
	case 2:
		return bytes.HasPrefix(packet, []byte("OpusTags"))
	}
	length, ok := opusLength(packet)
	o.sound += length
	return ok
}
