// Long because each kind of picture that is taken is made here with what must not come out of it.

package pictures_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/deepteams/webp"
	xwebp "golang.org/x/image/webp"

	"heard/server/pictures"
)

const w, h = 320, 240

// read decodes a size with a decoder that did not write it.
func read(t testing.TB, s pictures.Size) image.Image {
	t.Helper()
	decode := jpeg.Decode
	if strings.HasSuffix(s.Name, ".webp") {
		decode = xwebp.Decode
	}
	m, err := decode(bytes.NewReader(s.Bytes))
	if err != nil {
		t.Fatalf("%s does not open: %v", s.Name, err)
	}
	return m
}

// isQuarters fails unless every size shows the four quarters, upright, in its own size.
func isQuarters(t *testing.T, p pictures.Picture, wide, high int) {
	t.Helper()
	if p.W != wide || p.H != high || len(p.Sizes) != 6 || len(p.Colour) != 7 {
		t.Fatalf("%d × %d in %d sizes, %q", p.W, p.H, len(p.Sizes), p.Colour)
	}
	for _, s := range p.Sizes {
		m := read(t, s)
		b := m.Bounds()
		if b.Dx() != s.W || b.Dy() != s.H || s.W > wide {
			t.Fatalf("%s is %v and says %d × %d", s.Name, b, s.W, s.H)
		}
		for i, want := range corners {
			at := image.Pt(b.Dx()*(1+2*(i%2))/4, b.Dy()*(1+2*(i/2))/4)
			got := colourAt(s, m, at.X, at.Y)
			if far(got, want) > 30 {
				t.Fatalf("%s: quarter %d is %v, not %v", s.Name, i, got, want)
			}
		}
		bare(t, s)
	}
}

// colourAt is a pixel as a browser shows it: in WebP, black is 16 and white 235, which
// the decoder does not mind.
func colourAt(s pictures.Size, m image.Image, x, y int) color.RGBA {
	if c, ok := m.At(x, y).(color.YCbCr); ok && strings.HasSuffix(s.Name, ".webp") {
		byteOf := func(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }
		l, cb, cr := 1.164*(float64(c.Y)-16), float64(c.Cb)-128, float64(c.Cr)-128
		return color.RGBA{byteOf(l + 1.596*cr), byteOf(l - 0.392*cb - 0.813*cr), byteOf(l + 2.017*cb), 255}
	}
	return color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
}

func far(a, b color.RGBA) int {
	off := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(off(a.R, b.R), off(a.G, b.G), off(a.B, b.B))
}

// bare fails when a file holds anything but what is needed to show it.
func bare(t *testing.T, s pictures.Size) {
	t.Helper()
	b := s.Bytes
	if strings.HasSuffix(s.Name, ".webp") {
		if string(b[12:16]) != "VP8 " || int(binary.LittleEndian.Uint32(b[16:]))+20 != len(b) && int(binary.LittleEndian.Uint32(b[16:]))+21 != len(b) {
			t.Fatalf("%s has more than its picture: %q", s.Name, b[12:16])
		}
		return
	}
	for at := 2; ; {
		marker := b[at+1]
		if b[at] != 0xff || !bytes.Contains([]byte{0xdb, 0xc0, 0xc4, 0xda}, []byte{marker}) {
			t.Fatalf("%s has a segment %#x", s.Name, marker)
		}
		if marker == 0xda {
			break
		}
		at += 2 + int(binary.BigEndian.Uint16(b[at+2:]))
	}
	if end := bytes.Index(b, []byte{0xff, 0xd9}); end != len(b)-2 {
		t.Fatalf("%s goes on after its end", s.Name)
	}
}

func clean(t *testing.T, raw []byte) pictures.Picture {
	t.Helper()
	p, err := pictures.Clean(t.Context(), raw, pictures.Photo)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// However a camera was held, the picture is upright.
func TestEveryOrientationIsTheSamePicture(t *testing.T) {
	up := quarters(w, h)
	// Where row r and column c of the file are seen, as the standard has it.
	seen := map[uint16]func(c, r int) (x, y int){
		1: func(c, r int) (int, int) { return c, r }, 2: func(c, r int) (int, int) { return w - 1 - c, r },
		3: func(c, r int) (int, int) { return w - 1 - c, h - 1 - r }, 4: func(c, r int) (int, int) { return c, h - 1 - r },
		5: func(c, r int) (int, int) { return r, c }, 6: func(c, r int) (int, int) { return w - 1 - r, c },
		7: func(c, r int) (int, int) { return w - 1 - r, h - 1 - c }, 8: func(c, r int) (int, int) { return r, h - 1 - c },
	}
	for orientation, where := range seen {
		cols, rows := w, h
		if orientation >= 5 {
			cols, rows = h, w
		}
		stored := image.NewRGBA(image.Rect(0, 0, cols, rows))
		for r := range rows {
			for c := range cols {
				x, y := where(c, r)
				stored.SetRGBA(c, r, up.RGBAAt(x, y))
			}
		}
		written := camera(t, orientation, nil)
		for name, raw := range map[string][]byte{
			"jpeg": inFront(jpegOf(t, stored), segment(0xe1, written)),
			"png":  pngWith(t, stored, chunk("eXIf", written[6:])),
			"webp": webpOf(t, stored, func(o *webp.EncoderOptions) { o.EXIF = written[6:] }),
		} {
			t.Run(fmt.Sprintf("%s %d", name, orientation), func(t *testing.T) { isQuarters(t, clean(t, raw), w, h) })
		}
	}
}

func pngWith(t *testing.T, m image.Image, more ...[]byte) []byte {
	raw := pngOf(t, m)
	return bytes.Join([][]byte{raw[:33], bytes.Join(more, nil), raw[33:]}, nil)
}

func webpOf(t *testing.T, m image.Image, set func(*webp.EncoderOptions)) []byte {
	var b bytes.Buffer
	o := webp.DefaultOptions()
	o.Quality = 90
	set(o)
	must(t, webp.Encode(&b, m, o))
	return b.Bytes()
}

// Every way to write a picture that we read shows the same one.
func TestEveryKindOfPictureComesOutTheSame(t *testing.T) {
	up := quarters(w, h)
	paletted := image.NewPaletted(up.Rect, color.Palette{corners[0], corners[1], corners[2], corners[3], color.RGBA{}})
	deep := image.NewNRGBA64(up.Rect)
	clear := image.NewNRGBA(up.Rect)
	for y := range h {
		for x := range w {
			paletted.Set(x, y, up.At(x, y))
			deep.Set(x, y, up.At(x, y))
			clear.Set(x, y, up.At(x, y))
		}
	}
	moving := func() []byte {
		second := image.NewPaletted(up.Rect, paletted.Palette)
		var b bytes.Buffer
		must(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{paletted, second}, Delay: []int{10, 10}}))
		return b.Bytes()
	}
	ycc, rgb := asYCC(w, h), asRGB(w, h)
	ink := func(x, y int) []byte { // its colours are what they leave out
		c := corners[2*(2*y/h)+2*x/w]
		yy, cb, cr := color.RGBToYCbCr(255-c.R, 255-c.G, 255-c.B)
		return []byte{yy, cb, cr, 255}
	}
	three := []byte{0x11, 0x11, 0x11}
	for name, raw := range map[string][]byte{
		"jpeg":                  jpegOf(t, up),
		"jpeg 4:4:4":            drawn{w: w, h: h, sampling: three, adobe: -1, colour: ycc}.bytes(),
		"jpeg 4:1:1":            drawn{w: w, h: h, sampling: []byte{0x41, 0x11, 0x11}, adobe: -1, colour: ycc}.bytes(),
		"jpeg 4:1:0":            drawn{w: w, h: h, sampling: []byte{0x42, 0x11, 0x11}, adobe: -1, colour: ycc}.bytes(),
		"jpeg RGB":              drawn{w: w, h: h, sampling: three, ids: "RGB", adobe: -1, colour: rgb}.bytes(),
		"jpeg RGB by Adobe":     drawn{w: w, h: h, sampling: three, adobe: 0, colour: rgb}.bytes(),
		"jpeg CMYK":             drawn{w: w, h: h, sampling: []byte{0x11, 0x11, 0x11, 0x11}, adobe: 0, colour: rgb}.bytes(),
		"jpeg YCCK":             drawn{w: w, h: h, sampling: []byte{0x22, 0x11, 0x11, 0x22}, adobe: 2, colour: ink}.bytes(),
		"jpeg progressive":      drawn{w: w, h: h, sampling: []byte{0x22, 0x11, 0x11}, adobe: -1, progressive: true, colour: ycc}.bytes(),
		"png":                   pngOf(t, up),
		"png 16 bits":           pngOf(t, deep),
		"png palette":           pngOf(t, paletted),
		"png with alpha":        pngOf(t, clear),
		"gif":                   gifOf(t, paletted),
		"gif that moves":        moving(),
		"webp":                  webpOf(t, up, func(*webp.EncoderOptions) {}),
		"webp without loss":     webpOf(t, up, func(o *webp.EncoderOptions) { o.Lossless = true }),
		"a wrong end of a name": append(jpegOf(t, up), "GIF89a"...),
	} {
		t.Run(name, func(t *testing.T) { isQuarters(t, clean(t, raw), w, h) })
	}
	t.Run("grey", func(t *testing.T) {
		grey := drawn{w: w, h: h, sampling: []byte{0x22}, adobe: -1, colour: func(int, int) []byte { return []byte{90} }}.bytes()
		if p := clean(t, grey); p.Colour != "#5a5a5a" {
			t.Fatalf("grey is %s", p.Colour)
		}
	})
	t.Run("what lets through is on white", func(t *testing.T) {
		if p := clean(t, pngOf(t, image.NewNRGBA(up.Rect))); p.Colour != "#ffffff" {
			t.Fatalf("nothing is %s", p.Colour)
		}
	})
}

func gifOf(t *testing.T, m *image.Paletted) []byte {
	var b bytes.Buffer
	must(t, gif.Encode(&b, m, nil))
	return b.Bytes()
}

// Nothing of what a camera, an editor or a phone wrote beside the picture is left, nor
// of what somebody put behind it.
func TestNothingOfTheOriginalIsLeft(t *testing.T) {
	up := quarters(w, h)
	thumbnail := jpegOf(t, quarters(64, 48))
	written := camera(t, 1, thumbnail)
	xmp := []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + canary + "</x:xmpmeta>")
	icc := append([]byte("ICC_PROFILE\x00\x01\x01"), bytes.Repeat([]byte(canary), 20)...)
	behind := append([]byte("PK\x03\x04"), bytes.Repeat([]byte(canary), 9)...)
	inside := append([]byte{0x21, 0xfe, byte(len(canary))}, canary+"\x00"...) // a comment
	paletted := image.NewPaletted(up.Rect, color.Palette{corners[0], corners[1], corners[2], corners[3]})
	for y := range h {
		for x := range w {
			paletted.Set(x, y, up.At(x, y))
		}
	}
	of := gifOf(t, paletted)
	colours := 13 + 3*4
	for name, raw := range map[string][]byte{
		"jpeg": append(inFront(jpegOf(t, up), segment(0xe1, written), segment(0xe1, xmp), segment(0xe2, icc), segment(0xfe, []byte(canary))), behind...),
		"png":  append(pngWith(t, up, chunk("tEXt", []byte("Comment\x00"+canary)), chunk("eXIf", written[6:])), behind...),
		"webp": append(webpOf(t, up, func(o *webp.EncoderOptions) { o.EXIF, o.XMP, o.ICC = written[6:], xmp, icc }), behind...),
		"gif":  bytes.Join([][]byte{of[:colours], inside, of[colours:], thumbnail, behind}, nil),
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(raw, []byte(canary)) {
				t.Fatal("the test's own file holds nothing to find")
			}
			p := clean(t, raw)
			isQuarters(t, p, w, h)
			for _, s := range p.Sizes {
				for _, secret := range [][]byte{[]byte("canary"), []byte("Exif"), []byte("PK\x03\x04"), written[40:56], thumbnail[len(thumbnail)-40 : len(thumbnail)-24]} {
					if bytes.Contains(s.Bytes, secret) {
						t.Errorf("%s holds %q", s.Name, secret)
					}
				}
			}
		})
	}
}

// A picture is never enlarged, and a large one gets each of its widths; what is drawn
// is what was sent.
func TestSizes(t *testing.T) {
	p := clean(t, jpegOf(t, quarters(1400, 700)))
	for i, want := range []string{"360.webp 360×180", "720.webp 720×360", "1280.webp 1280×640", "360.jpg 360×180", "720.jpg 720×360", "1280.jpg 1280×640"} {
		if s := p.Sizes[i]; fmt.Sprintf("%s %d×%d", s.Name, s.W, s.H) != want {
			t.Errorf("%s is %d × %d, not %s", s.Name, s.W, s.H, want)
		}
	}
	small := clean(t, pngOf(t, quarters(500, 220)))
	for _, s := range small.Sizes {
		if s.W > 500 || strings.HasPrefix(s.Name, "1280") && s.W != 500 {
			t.Errorf("%s has a width of %d", s.Name, s.W)
		}
	}
	if p := clean(t, pngOf(t, quarters(200, 3000))); p.W != 171 || p.H != 2*1280 {
		t.Errorf("a strip is %d × %d", p.W, p.H)
	}
	around, err := pictures.Clean(t.Context(), jpegOf(t, quarters(1200, 600)), pictures.Panorama)
	if err != nil || len(around.Sizes) != 4 || around.Sizes[1].Name != "4096.webp" || around.W != 1200 {
		t.Errorf("a panorama: %d sizes, %d wide, %v", len(around.Sizes), around.W, err)
	}
	if _, err := pictures.Clean(t.Context(), jpegOf(t, quarters(1200, 640)), pictures.Panorama); !errors.Is(err, pictures.Shape) {
		t.Errorf("no panorama: %v", err)
	}
	// Smooth colours change by little, and by less than the eye sees.
	smooth := image.NewRGBA(image.Rect(0, 0, 720, 480))
	for y := range 480 {
		for x := range 720 {
			smooth.SetRGBA(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), uint8(128 + x/12), 255})
		}
	}
	for _, s := range clean(t, pngOf(t, smooth)).Sizes[1:5:5] {
		m := read(t, s)
		for i := range 100 {
			x, y := i*s.W/101, i*s.H/101
			want := smooth.RGBAAt(x*720/s.W, y*480/s.H)
			if got := colourAt(s, m, x, y); far(got, want) > 12 {
				t.Fatalf("%s at %d, %d is %v, not %v", s.Name, x, y, got, want)
			}
		}
	}
}

// Interlaced pictures are read; package image/png writes none, so one is put together.
func TestAnInterlacedPNGIsRead(t *testing.T) {
	up := quarters(w, h)
	raw := interlaced(t, up)
	if m, err := png.Decode(bytes.NewReader(raw)); err != nil || m.Bounds() != up.Rect {
		t.Fatal(err)
	}
	isQuarters(t, clean(t, raw), w, h)
}
