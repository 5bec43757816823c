package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"heard/server/pictures"
)

const (
	packed = 20 // photos of the pack that is measured
	rounds = 5  // the median of so many is printed
)

// What a child does with a photo: what the server does, what the standard library does, or nothing, so that what a
// process takes by itself is known.
const (
	toClean = "clean"
	toCopy  = "copy"
	toRead  = "read"
)

// measurePhotos looks at what cleaning a photo takes. Each is cleaned in a process of its own, because the system tells
// the most memory that a process ever had, and never the most since.
func measurePhotos(ctx context.Context, _ settings) error {
	dir, err := os.MkdirTemp("", "heard-photos")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := measurePhoto(ctx, filepath.Join(dir, "12.jpg")); err != nil {
		return err
	}
	if err := measureBombs(ctx, dir); err != nil {
		return err
	}
	return measurePack(ctx)
}

// measurePhoto cleans a phone's photo. Beside it stands the standard library, which decodes and encodes it once.
func measurePhoto(ctx context.Context, path string) error {
	raw, err := camera(4032, 3024, 1)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		return err
	}
	took := map[string][]float64{}
	peak := map[string]float64{}
	for range rounds {
		for _, do := range []string{toClean, toCopy, toRead} {
			was, err := inChild(ctx, do, path)
			if err != nil {
				return err
			}
			took[do] = append(took[do], was.ms)
			peak[do] = max(peak[do], was.mb)
		}
	}
	line("photo_12mp_file_mb", float64(len(raw))/(1<<20), "MB")
	line("photo_12mp_ms", median(took[toClean]), "ms")
	line("photo_12mp_floor_ms", median(took[toCopy]), "ms")
	line("photo_12mp_ratio", median(took[toClean])/median(took[toCopy]), "x")
	line("photo_12mp_peak_rss_mb", peak[toClean], "MB")
	line("photo_12mp_floor_peak_rss_mb", peak[toCopy], "MB")
	line("photo_idle_rss_mb", peak[toRead], "MB")
	return nil
}

// measureBombs cleans, or refuses, files that ask for as much as they may, and says how far above the bound the worst
// of them came.
func measureBombs(ctx context.Context, dir string) error {
	worst, name := 0.0, ""
	for bomb, make := range bombs {
		path := filepath.Join(dir, bomb)
		raw, err := make()
		if err == nil {
			err = os.WriteFile(path, raw, 0o600)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", bomb, err)
		}
		idle, err := inChild(ctx, toRead, path)
		if err != nil {
			return err
		}
		was, err := inChild(ctx, toClean, path)
		if err != nil {
			return err
		}
		if grew := was.mb - idle.mb; grew > worst {
			worst, name = grew, bomb
		}
	}
	fmt.Printf("bench: the worst of %d bombs: %s\n", len(bombs), name)
	line("photo_bombs_growth_mb", worst, "MB")
	line("photo_bombs_above_bound_mb", max(worst-pictures.Bound>>20, 0), "MB")
	return nil
}

// measurePack adds up what a phone of 360 points takes of a pack: at its two pixels a point, the 720.
func measurePack(ctx context.Context) error {
	sums := map[string]int{}
	for i := range packed {
		raw, err := camera(2016, 1512, uint64(i)+2)
		if err != nil {
			return err
		}
		p, err := pictures.Clean(ctx, raw, pictures.Photo)
		if err != nil {
			return err
		}
		for _, size := range p.Sizes {
			sums[size.Name] += len(size.Bytes)
		}
	}
	line("pack_20_photos_bytes", float64(sums["720.webp"]), "B")
	line("pack_20_photos_1x_bytes", float64(sums["360.webp"]), "B")
	return nil
}

type cleaning struct{ ms, mb float64 }

func inChild(ctx context.Context, do, path string) (was cleaning, err error) {
	self, err := os.Executable()
	if err != nil {
		return was, err
	}
	child := exec.CommandContext(ctx, self, "-photo", do, path) // #nosec G204 -- this program itself
	child.Stderr = os.Stderr
	said, err := child.Output()
	if err == nil {
		_, err = fmt.Sscan(string(said), &was.ms, &was.mb)
	}
	if err != nil {
		err = fmt.Errorf("%s of %s: %w", do, filepath.Base(path), err)
	}
	return was, err
}

// onePhoto is the child: it does one thing with a photo and tells how long that took and the most memory it ever had.
func onePhoto(ctx context.Context, do, path string) error {
	raw, err := os.ReadFile(path) // #nosec G304 -- the parent's own file
	if err != nil {
		return err
	}
	began := time.Now()
	switch do {
	case toClean:
		var why pictures.Reason
		if _, err = pictures.Clean(ctx, raw, pictures.Photo); errors.As(err, &why) && !strings.HasSuffix(path, ".jpg") {
			err = nil // a bomb may be refused
		}
	case toCopy:
		var img image.Image
		if img, err = jpeg.Decode(bytes.NewReader(raw)); err == nil {
			err = jpeg.Encode(&bytes.Buffer{}, img, nil)
		}
	}
	if err != nil {
		return err
	}
	took := time.Since(began)
	mb, err := memoryOf(os.Getpid(), "VmHWM:")
	fmt.Println(float64(took.Microseconds())/1000, mb)
	return err
}

// camera makes what a phone's camera would: light that changes slowly, things with edges, and grain; lying on its side,
// as its EXIF says.
func camera(w, h int, seed uint64) ([]byte, error) {
	r := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- the same photos each time
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	luma, blue, red := clouds(r, w), clouds(r, w), clouds(r, w)
	for y := range h {
		for x := range w {
			img.Y[y*img.YStride+x] = clamp(luma(x, y) + r.NormFloat64()*3)
		}
	}
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			at := img.COffset(x, y)
			img.Cb[at], img.Cr[at] = clamp(96+blue(x, y)/4+r.NormFloat64()*2), clamp(96+red(x, y)/4+r.NormFloat64()*2)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 92}); err != nil {
		return nil, err
	}
	turned := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	return bytes.Join([][]byte{out.Bytes()[:2], segment(0xe1, turned), out.Bytes()[2:]}, nil), nil
}

// clouds gives a surface with detail of every size, as photos have it, the finer the fainter: ten grids of values, each
// with twice as many as the one before, and straight lines in between.
func clouds(r *rand.Rand, wide int) func(x, y int) float64 {
	const octaves = 10
	var grids [octaves][]float64
	high := 110.0
	for i := range grids {
		side := 2<<i + 2
		grids[i] = make([]float64, side*side)
		for j := range grids[i] {
			grids[i][j] = (r.Float64() - 0.5) * high
		}
		high *= 0.8
	}
	return func(x, y int) float64 {
		v := 128.0
		for i, grid := range grids {
			side, scale := 2<<i+2, float64(int(2)<<i)/float64(wide)
			fx, fy := float64(x)*scale, float64(y)*scale
			at := int(fy)*side + int(fx)
			fx, fy = fx-float64(int(fx)), fy-float64(int(fy))
			top := grid[at]*(1-fx) + grid[at+1]*fx
			low := grid[at+side]*(1-fx) + grid[at+side+1]*fx
			v += top*(1-fy) + low*fy
		}
		return v
	}
}

func clamp(v float64) uint8 { return uint8(min(max(v, 0), 255)) }

// bombs are small files that ask for much: some are let through and cleaned, just under the bound, others are refused.
var bombs = map[string]func() ([]byte, error){
	"a PNG of 49 megapixels in one colour": func() ([]byte, error) {
		var out bytes.Buffer
		err := png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, 7000, 7000)))
		return out.Bytes(), err
	},
	"a GIF of 49 megapixels in one colour": func() ([]byte, error) {
		var out bytes.Buffer
		err := gif.Encode(&out, image.NewPaletted(image.Rect(0, 0, 7000, 7000), color.Palette{color.White, color.Black}), nil)
		return out.Bytes(), err
	},
	"a JPEG of 50 megapixels in one colour":   func() ([]byte, error) { return flat(0xc0, 8160, 6120, 0x11, 600_000), nil },
	"a progressive JPEG just under the bound": func() ([]byte, error) { return flat(0xc2, 4100, 4000, 0x11, 100_000), nil },
	"a progressive JPEG of 50 megapixels":     func() ([]byte, error) { return flat(0xc2, 8160, 6120, 0x22, 150_000), nil },
	"a JPEG of 65,535 × 65,535, and no more":  func() ([]byte, error) { return flat(0xc0, 65_535, 65_535, 0x11, 0), nil },
	"a GIF of 34 bytes": func() ([]byte, error) {
		return []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00"), nil
	},
}

// flat is a JPEG in one colour: a block of it is one bit, or two where it is not progressive, and all of them are 0.
func flat(frame byte, w, h uint16, sampling byte, zeros int) []byte {
	size := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, h), w)
	last := byte(63)
	if frame == 0xc2 {
		last = 0
	}
	return bytes.Join([][]byte{
		[]byte("\xff\xd8"), segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)),
		segment(frame, append(size, 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0)),
		segment(0xc4, append([]byte{0x00, 1}, make([]byte, 16)...)), segment(0xc4, append([]byte{0x10, 1}, make([]byte, 16)...)),
		segment(0xda, []byte{3, 1, 0, 2, 0, 3, 0, 0, last, 0}), make([]byte, zeros), []byte("\xff\xd9"),
	}, nil)
}

func segment(marker byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)) // #nosec G115 -- short
	return append(head, body...)
}
