package audio

import (
	"bytes"
	"encoding/binary"
)

// Clean gives a recording that Read has taken without what its maker wrote beside the
// sound: titles, which phones like to make of the street somebody stood in, names of
// devices and programs, times, covers. Every byte stays where it was, so that what
// counts from the beginning still counts right.
func Clean(raw []byte, s Sound) []byte {
	out := bytes.Clone(raw)
	switch s.Type {
	case WebM:
		cleanWebM(out)
	case Ogg:
		cleanOgg(out)
	case MP4:
		mp4Kept.clean(out)
	}
	return out
}

// kept says which elements of WebM stay: nil as they are, else what is inside them.
type kept map[uint32]kept

// What of WebM is sound, or needed to play it (RFC 9559).
var (
	webmHeadKept  = kept{0x4286: nil, 0x42F7: nil, 0x42F2: nil, 0x42F3: nil, ebmlDocType: nil, 0x4287: nil, 0x4285: nil}
	webmGroupKept = kept{webmBlock: nil, 0x9B: nil, 0xFB: nil, 0x75A2: nil} // with its length, what it refers to, what of it is not played
	webmTrackKept = kept{
		0xD7: nil, 0x73C5: nil, webmTrackType: nil, webmCodec: nil, 0x63A2: nil, 0x56AA: nil, 0x56BB: nil, 0xE1: nil, 0x9C: nil, 0xB9: nil, 0x88: nil,
	}
	webmClusterKept = kept{webmClusterTime: nil, webmSimpleBlock: nil, webmBlockGroup: webmGroupKept, webmPosition: nil, webmPreviousSize: nil}
	webmSegmentKept = kept{
		webmInfo:    {webmTimeScale: nil, 0x4489: nil, webmMuxer: nil, webmWriter: nil},
		webmTracks:  {webmTrack: webmTrackKept},
		webmCluster: webmClusterKept,
	}
)

// The names of the programs that wrote it, which a player expects to find.
const (
	webmMuxer  = 0x4D80
	webmWriter = 0x5741
)

func cleanWebM(b []byte) {
	head, _ := readElement(b)
	body, rest, _ := head.inside()
	webmHeadKept.clean(body, false)
	if segment, ok := readElement(rest); ok {
		webmSegmentKept.clean(segment.rest, false)
	}
}

// clean empties what is not kept. endless says that b holds a cluster without an end,
// which the next element of the segment ends; what follows it is given.
func (k kept) clean(b []byte, endless bool) []byte {
	for len(b) > 0 {
		e, ok := readElement(b)
		if !ok || endless && ofSegment(e.id) {
			return b
		}
		inside, stays := k[e.id]
		body, after, ok := e.inside()
		if !ok { // only a cluster is taken so
			b = inside.clean(e.rest, true)
			continue
		}
		switch {
		case !stays:
			empty(b[:len(b)-len(after)])
		case e.id == webmMuxer || e.id == webmWriter:
			copy(body, bytes.Repeat([]byte{' '}, len(body)))
		case inside != nil:
			inside.clean(body, false)
		}
		b = after
	}
	return nil
}

// empty makes a whole element one of the same length that says nothing.
func empty(whole []byte) {
	clear(whole)
	whole[0] = ebmlVoid
	if n := len(whole) - 2; n < 0x7F {
		whole[1] = 0x80 | byte(n) // #nosec G115 -- compared
		return
	}
	binary.BigEndian.PutUint64(whole[1:], 1<<56|uint64(len(whole)-9)) // #nosec G115 -- longer than nine bytes
}

// boxesKept says which boxes of MP4 stay: nil as they are, else what is inside them.
type boxesKept map[string]boxesKept

// What of MP4 is sound, or needed to play it.
var mp4Kept = boxesKept{
	"ftyp": nil, "styp": nil, "sidx": nil, "mdat": nil,
	"moov": {
		"mvhd": nil, "mvex": {"trex": nil, "mehd": nil},
		"trak": {
			"tkhd": nil, "edts": nil,
			"mdia": {
				"mdhd": nil, "hdlr": nil,
				"minf": {"smhd": nil, "dinf": nil, "stbl": {
					"stsd": nil, "stts": nil, "stsc": nil, "stsz": nil, "stz2": nil, "stco": nil, "co64": nil, "stss": nil, "sgpd": nil, "sbgp": nil, "sdtp": nil,
				}},
			},
		},
	},
	"moof": {"mfhd": nil, "traf": {"tfhd": nil, "tfdt": nil, "trun": nil, "sgpd": nil, "sbgp": nil, "sdtp": nil}},
}

func (k boxesKept) clean(b []byte) {
	eachBox(b, func(box, body []byte) bool {
		kind := string(box[4:8])
		inside, stays := k[kind]
		switch {
		case !stays:
			copy(box[4:8], "free")
			clear(body)
		case inside != nil:
			inside.clean(body)
		case kind == "mvhd" || kind == "tkhd" || kind == "mdhd":
			forgetTimes(body)
		case kind == "hdlr" && len(body) > 24: // its name
			clear(body[24:])
		}
		return true
	})
}

// forgetTimes clears when something was made and changed.
func forgetTimes(body []byte) {
	end := 12
	if len(body) > 0 && body[0] == 1 {
		end = 20
	}
	if len(body) >= end {
		clear(body[4:end])
	}
}

const (
	oggSum    = 22 // where a page's sum stands
	tagsHead  = "OpusTags"
	tagsShort = len(tagsHead) + 8 // without a name and without a comment
)

// cleanOgg empties the second packet, which holds what was written beside the sound, on
// whichever pages it lies.
func cleanOgg(b []byte) {
	packet, open := 0, false
	for len(b) >= oggHeadSize {
		laces := b[oggHeadSize : oggHeadSize+int(b[26])]
		at := oggHeadSize + len(laces)
		changed := false
		for _, lace := range laces {
			piece := b[at : at+int(lace)]
			at += int(lace)
			if !open {
				packet++
			}
			if packet == 2 {
				if open {
					clear(piece)
				} else if len(piece) >= tagsShort {
					clear(piece[len(tagsHead):])
				}
				changed = true
			}
			open = lace == oggLace
		}
		if changed {
			binary.LittleEndian.PutUint32(b[oggSum:], 0)
			binary.LittleEndian.PutUint32(b[oggSum:], oggChecksum(b[:at]))
		}
		if packet > 2 {
			return
		}
		b = b[at:]
	}
}

// oggChecksum is Ogg's sum of a page: the polynomial of every zip file, but read from the
// other end, and neither begun nor ended with ones.
func oggChecksum(page []byte) uint32 {
	const polynomial = 0x04C11DB7
	var sum uint32
	for _, c := range page {
		sum ^= uint32(c) << 24
		for range 8 {
			if sum&(1<<31) != 0 {
				sum = sum<<1 ^ polynomial
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}
