package pictures

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/imagemeta"
	"golang.org/x/image/webp"
)

// format is a way to write pictures that we read.
type format struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	meta   imagemeta.ImageFormat // 0: it holds no orientation
}

// The formats, by name and never by the registry of package image: what is
// registered there is whatever anything in the program links in.
var (
	jpegFormat = &format{jpeg.DecodeConfig, jpeg.Decode, imagemeta.JPEG}
	pngFormat  = &format{png.DecodeConfig, png.Decode, imagemeta.PNG}
	gifFormat  = &format{gif.DecodeConfig, gif.Decode, 0}                // its first picture
	webpFormat = &format{webp.DecodeConfig, webp.Decode, imagemeta.TIFF} // as its EXIF is, once found
)

// header is what a file says of itself before anything is decoded.
type header struct {
	format *format
	w, h   int
	turn   turn
	decode int64 // bytes that decoding takes
}

// upright is how wide and high the picture is once it stands.
func (h header) upright() (int, int) {
	if h.turn.sideways() {
		return h.h, h.w
	}
	return h.w, h.h
}

// look says what a file is by its first bytes, never by its name, and what decoding
// it would cost.
func look(ctx context.Context, raw []byte) (header, error) {
	switch {
	case len(raw) == 0:
		return header{}, Empty
	case len(raw) > MaxBytes:
		return header{}, TooBig
	}
	f, err := kindOf(raw)
	if err != nil {
		return header{}, err
	}
	in := &source{ctx: ctx, r: bytes.NewReader(raw)}
	config, err := configOf(f, in)
	switch {
	case ctx.Err() != nil:
		return header{}, ctx.Err()
	case err != nil && in.ended:
		return header{}, Cut
	case err != nil:
		return header{}, Broken
	}
	h := header{format: f, w: config.Width, h: config.Height}
	if h.w <= 0 || h.h <= 0 {
		return header{}, Broken
	}
	if h.w > MaxPixels || h.h > MaxPixels || h.w*h.h > MaxPixels {
		return header{}, TooMany
	}
	h.turn = orientation(raw, f)
	h.decode, err = decodeCost(raw, h)
	return h, err
}

func configOf(f *format, in io.Reader) (c image.Config, err error) {
	defer func() {
		if recover() != nil {
			err = Broken
		}
	}()
	return f.config(in)
}

func kindOf(raw []byte) (*format, error) {
	has := func(at int, text string) bool {
		return len(raw) >= at+len(text) && string(raw[at:at+len(text)]) == text
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return jpegFormat, nil
	case has(0, "\x89PNG\r\n\x1a\n"):
		return pngFormat, nil
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return gifFormat, nil
	case has(0, "RIFF") && has(8, "WEBP"):
		if has(12, "VP8X") && len(raw) > 20 && raw[20]&0x02 != 0 {
			return nil, Moving
		}
		return webpFormat, nil
	case has(4, "ftyp"):
		for _, brand := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"} {
			if has(8, brand) {
				return nil, HEIC
			}
		}
		return nil, Moving
	case has(0, "\x1a\x45\xdf\xa3"), has(0, "RIFF") && has(8, "AVI "):
		return nil, Moving
	}
	return nil, NoKind
}

// cost is what making a picture takes in memory: decoding, and the largest size
// beside it, once as it lies and once upright.
func (h header) cost(k Kind) int64 {
	w, high := h.upright()
	w, high = fit(w, high, k.largest())
	return h.decode + 8*int64(w)*int64(high)
}

// decodeCost says how many bytes the decoder of a format takes for a picture, as it
// is written today: its own pixels, and what it keeps beside them.
func decodeCost(raw []byte, h header) (int64, error) {
	pixels := int64(h.w) * int64(h.h)
	switch h.format {
	case jpegFormat:
		return jpegCost(raw, h)
	case pngFormat:
		return pngCost(raw, pixels)
	case gifFormat:
		return pixels, nil
	}
	return webpCost(raw, pixels), nil
}

// jpegCost walks the segments as image/jpeg does, to the first scan. A progressive
// picture keeps 4 bytes for each coefficient of each component; one in CMYK, or in
// RGB, is copied at the end.
func jpegCost(raw []byte, h header) (int64, error) {
	var frame []byte
	var progressive, adobe bool
	for at := 2; ; {
		marker, body, next := segment(raw, at)
		if next == 0 {
			return 0, Cut
		}
		switch {
		case marker >= 0xc0 && marker <= 0xc2:
			if frame != nil {
				return 0, Broken
			}
			frame, progressive = body, marker == 0xc2
		case marker == 0xee && bytes.HasPrefix(body, []byte("Adobe")):
			adobe = true
		case marker == 0xda || marker == 0xd9:
			return frameCost(frame, progressive, adobe, h)
		}
		at = next
	}
}

// segment gives the first segment at or after a place, and where the next may begin;
// 0: there is none.
func segment(raw []byte, at int) (marker byte, body []byte, next int) {
	for {
		for at < len(raw) && raw[at] != 0xff {
			at++
		}
		for at < len(raw) && raw[at] == 0xff {
			at++
		}
		if at >= len(raw) {
			return 0, nil, 0
		}
		marker = raw[at]
		at++
		if marker == 0xd9 {
			return marker, nil, at
		}
		if marker == 0 || marker >= 0xd0 && marker <= 0xd7 {
			continue
		}
		if at+2 > len(raw) {
			return 0, nil, 0
		}
		n := int(binary.BigEndian.Uint16(raw[at:]))
		if n < 2 || at+n > len(raw) {
			return 0, nil, 0
		}
		return marker, raw[at+2 : at+n], at + n
	}
}

func frameCost(frame []byte, progressive, adobe bool, h header) (int64, error) {
	if len(frame) < 6 || len(frame) < 6+3*int(frame[5]) {
		return 0, Broken
	}
	if int(binary.BigEndian.Uint16(frame[1:])) != h.h || int(binary.BigEndian.Uint16(frame[3:])) != h.w {
		return 0, Broken
	}
	n := int(frame[5])
	across, down, samples, ids := int64(1), int64(1), int64(0), ""
	for i := range n {
		id, hv := frame[6+3*i], frame[7+3*i]
		ids += string(rune(id))
		x, y := int64(hv>>4), int64(hv&15)
		if n == 1 {
			x, y = 1, 1
		}
		if i == 0 {
			across, down = max(x, 1), max(y, 1)
		}
		samples += x * y * 64
	}
	units := (int64(h.w) + 8*across - 1) / (8 * across) * ((int64(h.h) + 8*down - 1) / (8 * down))
	cost := units * samples
	if progressive {
		cost *= 1 + 4
	}
	if n == 4 || n == 3 && (adobe || ids == "RGB") {
		cost += 4 * int64(h.w) * int64(h.h)
	}
	return cost, nil
}

// pngCost reads depth, colours and interlacing of a PNG. Interlaced, the largest
// pass of a half lies beside the whole.
func pngCost(raw []byte, pixels int64) (int64, error) {
	if len(raw) < 29 {
		return 0, Cut
	}
	depth, colours, interlaced := raw[24], raw[25], raw[28]
	cost := 4 * pixels
	switch {
	case depth == 16:
		cost = 8 * pixels
	case colours == 3:
		cost = pixels
	}
	if interlaced != 0 {
		cost += cost / 2
	}
	return cost, nil
}

// webpCost asks whether a WebP has anything without loss in it, be it only how far it
// lets through: that is decoded to 4 bytes a pixel, perhaps copied once, and a few
// bytes of file can ask for many code tables, up to 2,600 groups of 80 kB.
func webpCost(raw []byte, pixels int64) int64 {
	if bytes.HasPrefix(raw[12:], []byte("VP8 ")) {
		return 2 * pixels
	}
	if bytes.HasPrefix(raw[12:], []byte("VP8X")) && len(raw) > 20 && raw[20]&0x10 == 0 && !bytes.Contains(raw, []byte("VP8L")) {
		return 2 * pixels
	}
	return 9*pixels + min(256*int64(len(raw)), 208<<20)
}
