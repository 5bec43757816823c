package pictures_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	exif "github.com/dsoprea/go-exif/v3"
	exifcommon "github.com/dsoprea/go-exif/v3/common"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// corners are the colours of the four quarters of a test picture, as read.
var corners = [4]color.RGBA{{220, 40, 40, 255}, {40, 200, 60, 255}, {40, 60, 220, 255}, {240, 230, 60, 255}}

// quarters draws a picture whose four quarters differ.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, corners[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}))
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.Bytes()
}

// segment is a segment of a JPEG.
func segment(marker byte, body []byte) []byte {
	b := []byte{0xff, marker, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(len(body)+2))
	return append(b, body...)
}

// inFront puts segments right after a JPEG's beginning.
func inFront(of []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{of[:2], bytes.Join(segments, nil), of[2:]}, nil)
}

// camera is what a camera writes into its pictures, by a library that knows how.
func camera(t testing.TB, orientation uint16, thumbnail []byte) []byte {
	mapping := exifcommon.NewIfdMapping()
	must(t, exifcommon.LoadStandardIfds(mapping))
	tags := exif.NewTagIndex()
	root := exif.NewIfdBuilder(mapping, tags, exifcommon.IfdStandardIfdIdentity, binary.BigEndian)
	gps := exif.NewIfdBuilder(mapping, tags, exifcommon.IfdGpsInfoStandardIfdIdentity, binary.BigEndian)
	more := exif.NewIfdBuilder(mapping, tags, exifcommon.IfdExifStandardIfdIdentity, binary.BigEndian)
	for _, tag := range []struct {
		in    *exif.IfdBuilder
		name  string
		value any
	}{
		{root, "Make", canary + " camera"}, {root, "Orientation", []uint16{orientation}}, {root, "Artist", canary + " name"},
		{more, "BodySerialNumber", canary + " 0451"}, {more, "DateTimeOriginal", "2026:11:22 12:00:00"},
		{gps, "GPSLatitudeRef", "N"}, {gps, "GPSLatitude", []exifcommon.Rational{{Numerator: 51, Denominator: 1}, {Numerator: 30, Denominator: 1}, {Numerator: 262143, Denominator: 10007}}},
		{gps, "GPSMapDatum", canary + " datum"},
	} {
		must(t, tag.in.AddStandardWithName(tag.name, tag.value))
	}
	must(t, root.AddChildIb(more))
	must(t, root.AddChildIb(gps))
	if thumbnail != nil {
		next := exif.NewIfdBuilder(mapping, tags, exifcommon.Ifd1StandardIfdIdentity, binary.BigEndian)
		must(t, next.SetThumbnail(thumbnail))
		must(t, root.SetNextIb(next))
	}
	written, err := exif.NewIfdByteEncoder().EncodeToExif(root)
	must(t, err)
	return append([]byte("Exif\x00\x00"), written...)
}

const canary = "canary-at-12-Oak-Road"

// chunk is a chunk of a PNG.
func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngClaim is a PNG that says much and holds nothing.
func pngClaim(w, h uint32, depth, colours, interlaced byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, colours, 0, 0, interlaced)
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", []byte{0x78, 0x9c, 1, 0, 0, 0xff, 0xff}), chunk("IEND", nil)}, nil)
}

// drawn is a JPEG of flat 8 × 8 blocks, in ways that package image/jpeg reads and
// does not write: any number of components, any subsampling, progressive, in many
// scans.
type drawn struct {
	w, h        int
	sampling    []byte // of each component: across << 4 | down
	ids         string // of each component; "" counts from 1
	adobe       int    // the transform in an Adobe segment; -1: there is none
	progressive bool
	again       int                       // how many scans more, each of which refines nothing
	colour      func(x, y int) []byte     // of each component, at a place of the picture
	claim       func(w, h int) (int, int) // what it says its size is
}

func (d drawn) bytes() []byte {
	w, h := d.w, d.h
	if d.claim != nil {
		w, h = d.claim(w, h)
	}
	var out bytes.Buffer
	out.WriteString("\xff\xd8")
	if d.adobe >= 0 {
		out.Write(segment(0xee, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(d.adobe))))
	}
	out.Write(segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)))
	frame := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(len(d.sampling))}
	for i, s := range d.sampling {
		frame = append(frame, d.id(i), s, 0)
	}
	marker := byte(0xc0)
	if d.progressive {
		marker = 0xc2
	}
	out.Write(segment(marker, frame))
	// A table of direct currents with twelve codes of four bits, one of alternating with a code that ends a block.
	out.Write(segment(0xc4, append([]byte{0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)))
	out.Write(segment(0xc4, append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)))
	if d.claim == nil {
		d.scan(&out)
	} else {
		out.Write(d.scanHead(0x00))
	}
	out.WriteString("\xff\xd9")
	return out.Bytes()
}

func (d drawn) id(i int) byte {
	if d.ids != "" {
		return d.ids[i]
	}
	return byte(i + 1)
}

func (d drawn) scanHead(approximation byte) []byte {
	head := []byte{byte(len(d.sampling))}
	for i := range d.sampling {
		head = append(head, d.id(i), 0)
	}
	end := byte(63)
	if d.progressive {
		end = 0
	}
	return segment(0xda, append(head, 0, end, approximation))
}

func (d drawn) scan(out *bytes.Buffer) {
	across, down := int(d.sampling[0]>>4), int(d.sampling[0]&15)
	unitsX, unitsY := (d.w+8*across-1)/(8*across), (d.h+8*down-1)/(8*down)
	out.Write(d.scanHead(0x00))
	bits := &bitWriter{out: out}
	last := make([]int, len(d.sampling))
	blocks := 0
	for uy := range unitsY {
		for ux := range unitsX {
			for i, s := range d.sampling {
				hx, vy := int(s>>4), int(s&15)
				for j := range hx * vy {
					x := (ux*hx + j%hx) * 8 * across / hx
					y := (uy*vy + j/hx) * 8 * down / vy
					value := int(d.colour(min(x, d.w-1), min(y, d.h-1))[i]) - 128
					bits.direct(value - last[i])
					last[i] = value
					if !d.progressive {
						bits.put(0, 1)
					}
					blocks++
				}
			}
		}
	}
	bits.end()
	for range d.again {
		out.Write(d.scanHead(0x10))
		for range blocks {
			bits.put(0, 1)
		}
		bits.end()
	}
}

type bitWriter struct {
	out *bytes.Buffer
	acc uint32
	n   uint
}

func (b *bitWriter) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		b.acc = b.acc<<1 | uint32(v>>i&1)
		if b.n++; b.n == 8 {
			b.out.WriteByte(byte(b.acc))
			if byte(b.acc) == 0xff {
				b.out.WriteByte(0)
			}
			b.n, b.acc = 0, 0
		}
	}
}

// direct writes how much a block differs from the one before.
func (b *bitWriter) direct(diff int) {
	size, v := 0, diff
	for a := max(diff, -diff); a > 0; a >>= 1 {
		size++
	}
	if diff < 0 {
		v += 1<<size - 1
	}
	b.put(size, 4)
	b.put(v, size)
}

func (b *bitWriter) end() {
	for b.n != 0 {
		b.put(1, 1)
	}
}

// asYCC gives the quarters in the components of a JPEG.
func asYCC(w, h int) func(x, y int) []byte {
	return func(x, y int) []byte {
		c := corners[2*(2*y/h)+2*x/w]
		yy, cb, cr := color.RGBToYCbCr(c.R, c.G, c.B)
		return []byte{yy, cb, cr, 255} // the fourth as Adobe has it: no ink
	}
}

// asRGB gives the quarters in red, green and blue; with a fourth, that is CMY as
// Adobe has it.
func asRGB(w, h int) func(x, y int) []byte {
	return func(x, y int) []byte {
		c := corners[2*(2*y/h)+2*x/w]
		return []byte{c.R, c.G, c.B, 255}
	}
}
