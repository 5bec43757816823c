package audio

const webmPicture = 1 // a track's type

// IsVideo says whether something that Read refused has moving pictures in it, so that
// whoever sent it can be told so. It answers no where it can't tell.
func IsVideo(raw []byte) bool {
	switch typeOf(raw) {
	case WebM:
		head, _ := readElement(raw)
		_, rest, ok := head.inside()
		segment, found := readElement(rest)
		return ok && found && segment.id == webmSegment && picturesIn(segment.rest)
	case MP4:
		return pictured(raw)
	}
	return false
}

// picturesIn looks through elements of WebM down to the types of the tracks.
func picturesIn(b []byte) bool {
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
			return number(body) == webmPicture
		case webmTracks, webmTrack:
			if picturesIn(body) {
				return true
			}
		}
		b = after
	}
	return false
}

// pictured looks through boxes of MP4 down to what each track is handled by.
func pictured(b []byte) (found bool) {
	eachBox(b, func(box, body []byte) bool {
		switch string(box[4:8]) {
		case "moov", "trak", "mdia":
			found = found || pictured(body)
		case "hdlr":
			found = found || len(body) >= 12 && string(body[8:12]) == "vide"
		}
		return !found
	})
	return found
}
