package pictures_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"heard/server/pictures"
)

// interlaced writes a PNG in seven passes.
func interlaced(t *testing.T, m *image.RGBA) []byte {
	var body bytes.Buffer
	z := zlib.NewWriter(&body)
	wide, high := m.Rect.Dx(), m.Rect.Dy()
	for _, pass := range [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		for y := pass[1]; y < high; y += pass[3] {
			line := []byte{0}
			for x := pass[0]; x < wide; x += pass[2] {
				c := m.RGBAAt(x, y)
				line = append(line, c.R, c.G, c.B)
			}
			_, err := z.Write(line)
			must(t, err)
		}
	}
	must(t, z.Close())
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(wide)), uint32(high))
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 1)), chunk("IDAT", body.Bytes()), chunk("IEND", nil)}, nil)
}

// tinyGIF is the classic: 34 bytes that claim 65,535 × 65,535.
func tinyGIF() []byte {
	b := []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00")
	return append(b, ';')[:34]
}

// losslessClaim is a WebP of a few bytes that claims a size.
func losslessClaim(wide, high uint32) []byte {
	body := []byte{0x2f}
	body = binary.LittleEndian.AppendUint32(body, wide-1|(high-1)<<14)
	body = append(body, make([]byte, 11)...)
	b := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(12+len(body)))...)
	b = append(append(b, "WEBPVP8L"...), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	return append(b, body...)
}

func claim(wide, high int) func(int, int) (int, int) {
	return func(int, int) (int, int) { return wide, high }
}

// What is no picture for us ends in the right sentence, before anything of its size
// is made.
func TestEveryBadFileHasItsReason(t *testing.T) {
	photo := jpegOf(t, quarters(w, h))
	all := []byte{0x11, 0x11, 0x11}
	box := func(brand string) []byte { return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00mif1heic") }
	for name, bad := range map[string]struct {
		raw []byte
		why pictures.Reason
	}{
		"no bytes":                        {nil, pictures.Empty},
		"too many bytes":                  {append(bytes.Clone(photo), make([]byte, pictures.MaxBytes)...), pictures.TooBig},
		"a GIF of 34 bytes, 65,535²":      {tinyGIF(), pictures.TooMany},
		"a PNG of 60,000²":                {pngClaim(60_000, 60_000, 8, 6, 0), pictures.TooMany},
		"a PNG as wide as a number":       {pngClaim(1<<31-1, 1<<31-1, 8, 6, 0), pictures.Broken},
		"49 megapixels of 16 bits":        {pngClaim(7000, 7000, 16, 6, 0), pictures.TooMany},
		"49 megapixels interlaced":        {pngClaim(7000, 7000, 8, 6, 1), pictures.TooMany},
		"49 megapixels progressive":       {drawn{sampling: all, adobe: -1, progressive: true, claim: claim(7000, 7000)}.bytes(), pictures.TooMany},
		"49 megapixels in CMYK":           {drawn{sampling: []byte{0x11, 0x11, 0x11, 0x11}, adobe: 0, claim: claim(7000, 7000)}.bytes(), pictures.TooMany},
		"49 megapixels in RGB":            {drawn{sampling: all, adobe: 0, claim: claim(7000, 7000)}.bytes(), pictures.TooMany},
		"progressive, 4:2:0, 36 of them":  {drawn{sampling: []byte{0x22, 0x11, 0x11}, adobe: -1, progressive: true, claim: claim(6000, 6000)}.bytes(), pictures.TooMany},
		"a JPEG of 65,535²":               {drawn{sampling: all, adobe: -1, claim: claim(65_535, 65_535)}.bytes(), pictures.TooMany},
		"a WebP of 16,383²":               {losslessClaim(16_383, 16_383), pictures.TooMany},
		"a TIFF":                          {[]byte("II*\x00\x08\x00\x00\x00"), pictures.NoKind},
		"a TIFF the other way":            {[]byte("MM\x00*\x00\x00\x00\x08"), pictures.NoKind},
		"a BMP":                           {append([]byte("BM"), make([]byte, 60)...), pictures.NoKind},
		"an SVG with a script":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), pictures.NoKind},
		"a page":                          {[]byte("<!doctype html><script>alert(1)</script>"), pictures.NoKind},
		"a page with a JPEG behind it":    {append([]byte("<html>"), photo...), pictures.NoKind},
		"a PDF":                           {[]byte("%PDF-1.7\n%%EOF"), pictures.NoKind},
		"a ZIP":                           {[]byte("PK\x03\x04 and more"), pictures.NoKind},
		"HEIC":                            {box("heic"), pictures.HEIC},
		"AVIF":                            {box("avif"), pictures.HEIC},
		"a film":                          {box("isom"), pictures.Moving},
		"a film from an iPhone":           {box("qt  "), pictures.Moving},
		"a film from a browser":           {[]byte("\x1a\x45\xdf\xa3 webm"), pictures.Moving},
		"a WebP that moves":               {[]byte("RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x3f\x01\x00\xef\x00\x00"), pictures.Moving},
		"199 pixels high":                 {jpegOf(t, quarters(w, 199)), pictures.TooSmall},
		"a beginning and nothing":         {photo[:3], pictures.Cut},
		"half":                            {photo[:len(photo)/2], pictures.Cut},
		"half a PNG":                      {pngOf(t, quarters(w, h))[:300], pictures.Cut},
		"a PNG whose sum is wrong":        {bytes.Replace(pngOf(t, quarters(w, h)), []byte("IDAT"), []byte("IDAU"), 1), pictures.Broken},
		"two frames in one JPEG":          {inFront(photo, segment(0xc0, []byte{8, 0, 8, 0, 8, 1, 1, 0x11, 0})), pictures.Broken},
		"a frame that says less than all": {inFront(photo, segment(0xc0, []byte{8, 1, 0, 1, 0, 9})), pictures.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			before := everTaken()
			p, err := pictures.Clean(t.Context(), bad.raw, pictures.Photo)
			if !errors.Is(err, bad.why) || len(p.Sizes) != 0 {
				t.Errorf("%v, and not %v", err, bad.why)
			}
			// What it says of itself is never believed: all that was ever taken for it is a few megabytes.
			if took := everTaken() - before; took > 4<<20 {
				t.Errorf("%d MB were taken for it", took>>20)
			}
		})
	}
}

// What a phone of today takes is within the bound.
func TestPhonesPicturesAreWithinTheBound(t *testing.T) {
	wide, square := []byte{0x22, 0x11, 0x11}, []byte{0x11, 0x11, 0x11}
	for name, phone := range map[string]struct {
		drawn
		kind pictures.Kind
	}{
		"50 megapixels":       {drawn{sampling: wide, claim: claim(8160, 6120)}, pictures.Photo},
		"50, 4:4:4":           {drawn{sampling: square, claim: claim(8160, 6120)}, pictures.Photo},
		"12 progressive":      {drawn{sampling: square, progressive: true, claim: claim(4032, 3024)}, pictures.Photo},
		"a panorama of 50":    {drawn{sampling: square, claim: claim(9998, 4999)}, pictures.Panorama},
		"a panorama of 8,192": {drawn{sampling: square, claim: claim(8192, 4096)}, pictures.Panorama},
	} {
		phone.adobe = -1
		if cost, err := pictures.CostOf(phone.bytes(), phone.kind); err != nil || cost > pictures.Bound {
			t.Errorf("%s costs %d MB: %v", name, cost>>20, err)
		}
	}
}

// A picture cut anywhere is a sentence or a clean picture, and never a long wait.
func TestAPictureCutAnywhere(t *testing.T) {
	noise := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range noise.Pix {
		noise.Pix[i] = byte(i*i>>3 ^ i>>5)
	}
	raw := jpegOf(t, noise)
	if len(raw) < 40_000 {
		t.Fatalf("only %d bytes", len(raw))
	}
	for i := range 50 {
		p, err := pictures.Clean(t.Context(), raw[:i*len(raw)/50], pictures.Photo)
		var why pictures.Reason
		if err != nil && !errors.As(err, &why) || err == nil && len(p.Sizes) != 6 {
			t.Errorf("cut at %d of 50: %v", i, err)
		}
	}
}

// The most that is ever held is the bound and a little.
func TestMemoryStaysWithinTheBound(t *testing.T) {
	const bound = 24 << 20
	raw := drawn{w: 1130, h: 900, sampling: []byte{0x11, 0x11, 0x11}, adobe: -1, progressive: true, colour: asYCC(1130, 900)}.bytes()
	if cost, err := pictures.CostOf(raw, pictures.Photo); err != nil || cost > bound || cost < bound*9/10 {
		t.Fatalf("the picture costs %d of %d: %v", cost, bound, err)
	}
	runtime.GC()
	before, most := held(), uint64(0)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			most = max(most, held())
			time.Sleep(time.Millisecond)
		}
	})
	_, err := pictures.CleanWithin(t.Context(), raw, pictures.Photo, bound)
	stop()
	watching.Wait()
	if err != nil || most > before+bound+64<<20 {
		t.Fatalf("%d MB above what there was: %v", (most-before)>>20, err)
	}
	if _, err := pictures.CleanWithin(t.Context(), raw, pictures.Photo, bound/2); !errors.Is(err, pictures.TooMany) {
		t.Fatalf("over the bound: %v", err)
	}
}

// everTaken is all memory that was ever asked for, whether it was given back or not.
func everTaken() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func held() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// A file that would keep a decoder busy for minutes is given up when its time is over.
func TestAFileThatNeverEndsIsGivenUp(t *testing.T) {
	raw := drawn{w: 800, h: 800, sampling: []byte{0x11, 0x11, 0x11}, adobe: -1, progressive: true, again: 700, colour: asYCC(800, 800)}.bytes()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := pictures.Clean(ctx, raw, pictures.Photo)
	if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 15*time.Second {
		t.Fatalf("after %v: %v", took, err)
	}
}

func FuzzClean(f *testing.F) {
	for _, raw := range [][]byte{jpegOf(f, quarters(200, 200)), pngOf(f, quarters(200, 200)), tinyGIF(), losslessClaim(200, 200), pngClaim(300, 300, 8, 6, 1)} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var why pictures.Reason
		if _, err := pictures.CleanWithin(t.Context(), raw, pictures.Photo, 8<<20); err != nil && !errors.As(err, &why) {
			t.Fatal(err)
		}
	})
}
