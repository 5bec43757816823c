package pictures

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/bep/imagemeta"
)

// turn is how a camera was held, as EXIF counts it: 1 is upright, 5 to 8 lie on
// their side.
type turn int

func (t turn) sideways() bool { return t >= 5 }

// orientation reads the one thing that is used of what a camera wrote. What can't be
// read is upright.
func orientation(raw []byte, f *format) turn {
	if f.meta == 0 {
		return 1
	}
	if f == webpFormat {
		raw = exifOf(raw)
	}
	raw = raw[:min(len(raw), 256<<10)]
	found := turn(1)
	_, _ = imagemeta.Decode(imagemeta.Options{ // broken metadata under a good picture is common
		R: bytes.NewReader(raw), ImageFormat: f.meta, Sources: imagemeta.EXIF,
		LimitNumTags: 200, LimitTagSize: 1000,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return tag.Tag == "Orientation" && tag.Namespace == "IFD0"
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && n >= 1 && n <= 8 {
				found = turn(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return found
}

// exifOf finds EXIF in a WebP, where it stands at the end: the library looks for it as
// well, and stumbles over chunks of odd length.
func exifOf(raw []byte) []byte {
	for at := 12; at+8 <= len(raw); {
		n := int(binary.LittleEndian.Uint32(raw[at+4:]))
		if n > len(raw)-at-8 {
			break
		}
		if string(raw[at:at+4]) == "EXIF" {
			return bytes.TrimPrefix(raw[at+8:at+8+n], []byte("Exif\x00\x00"))
		}
		at += 8 + n + n&1
	}
	return nil
}

// apply turns a picture upright.
func (t turn) apply(from *image.RGBA) *image.RGBA {
	if t == 1 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.sideways() {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := t.place(x, y, w, h)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	return to
}

// place says where a pixel goes.
func (t turn) place(x, y, w, h int) (int, int) {
	switch t {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
