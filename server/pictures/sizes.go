package pictures

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"github.com/deepteams/webp"
)

// judged is the size that most phones take; its bytes decide how finely all are
// written.
type judged struct {
	widths     []int
	by         int
	webp, jpeg int // how many bytes that one may have
}

var judgedBy = map[Kind]judged{
	Photo:    {widths: []int{360, 720, 1280}, by: 720, webp: 120_000, jpeg: 190_000},
	Panorama: {widths: []int{2048, 4096}, by: 2048, webp: 450_000, jpeg: 700_000},
}

// qualities are tried from fine to coarse.
var qualities = []int{80, 72, 64, 56, 48, 40}

func (k Kind) largest() int {
	widths := judgedBy[k].widths
	return widths[len(widths)-1]
}

// fit says how large a picture of w × h is at a width. It is never enlarged, and one
// that is a strip is no higher than twice the width.
func fit(w, h, width int) (int, int) {
	if w > width {
		w, h = width, max(1, (h*width+w/2)/w)
	}
	if tall := 2 * width; h > tall {
		w, h = max(1, (w*tall+h/2)/h), tall
	}
	return w, h
}

// shrink draws any picture on white, at most as large as it is. Every pixel of the
// original counts by how much of it lies under the new one: row by row, so that
// nothing of the original's size lies beside it.
func shrink(ctx context.Context, from image.Image, w, h int) (*image.RGBA, error) {
	b := from.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	across := spread(b.Dx(), w)
	sum, line := make([]uint64, 3*w), make([]uint64, 3*w)
	white := image.NewUniform(color.White)
	// In units of 1/h of an original's row: each row is h high, each new one b.Dy().
	wide, deep := uint64(b.Dx()), uint64(b.Dy()) // #nosec G115 -- sides of a picture
	left, y := deep, 0
	for sy := range b.Dy() {
		if sy%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		draw.Draw(row, row.Rect, white, image.Point{}, draw.Src)
		draw.Draw(row, row.Rect, from, image.Pt(b.Min.X, b.Min.Y+sy), draw.Over)
		across.add(line, row.Pix)
		for high := uint64(h); high > 0; { // #nosec G115 -- a side of a picture
			part := min(high, left)
			for i, v := range line {
				sum[i] += v * part
			}
			high -= part
			if left -= part; left == 0 {
				put(to, y, sum, wide*deep)
				clear(sum)
				left, y = deep, y+1
			}
		}
	}
	return to, nil
}

func put(to *image.RGBA, y int, sum []uint64, whole uint64) {
	pix := to.Pix[y*to.Stride:]
	for x := range to.Rect.Dx() {
		for c := range 3 {
			pix[4*x+c] = uint8((sum[3*x+c] + whole/2) / whole) // #nosec G115 -- a mean of bytes
		}
		pix[4*x+3] = 255
	}
}

// share is how much of an original's pixel goes to one new pixel.
type share struct{ to, part uint32 }

// shares are those of each pixel of a row.
type shares struct {
	of []share
	at []int // where the shares of a pixel end
}

// spread says how n pixels lie on w, in units of 1/w of a pixel.
func spread(n, w int) shares {
	s := shares{at: make([]int, n)}
	left, x := n, 0
	for i := range n {
		for wide := w; wide > 0; {
			part := min(wide, left)
			s.of = append(s.of, share{uint32(x), uint32(part)}) // #nosec G115 -- not above MaxPixels
			wide -= part
			if left -= part; left == 0 {
				left, x = n, x+1
			}
		}
		s.at[i] = len(s.of)
	}
	return s
}

func (s shares) add(line []uint64, pix []byte) {
	clear(line)
	begin := 0
	for i, end := range s.at {
		r, g, b := uint64(pix[4*i]), uint64(pix[4*i+1]), uint64(pix[4*i+2])
		for _, sh := range s.of[begin:end] {
			to := line[3*sh.to : 3*sh.to+3]
			part := uint64(sh.part)
			to[0] += r * part
			to[1] += g * part
			to[2] += b * part
		}
		begin = end
	}
}

// sizes writes every size of a picture, in both ways.
func sizes(ctx context.Context, full *image.RGBA, k Kind) (Picture, error) {
	j := judgedBy[k]
	w, h := full.Rect.Dx(), full.Rect.Dy()
	p := Picture{W: w, H: h}
	drawn := map[int]*image.RGBA{}
	for _, width := range j.widths {
		sw, sh := fit(w, h, width)
		if sw == w && sh == h {
			drawn[width] = full
			continue
		}
		small, err := shrink(ctx, full, sw, sh)
		if err != nil {
			return Picture{}, err
		}
		drawn[width] = small
	}
	for _, way := range []struct {
		suffix string
		most   int
		encode func(*image.RGBA, int) ([]byte, error)
	}{{".webp", j.webp, writeWebP}, {".jpg", j.jpeg, writeJPEG}} {
		written, quality, err := writeUnder(ctx, drawn[j.by], way.most, way.encode)
		if err != nil {
			return Picture{}, err
		}
		done := map[*image.RGBA][]byte{drawn[j.by]: written}
		for _, width := range j.widths {
			m := drawn[width]
			if done[m] == nil {
				if done[m], err = way.encode(m, quality); err != nil {
					return Picture{}, err
				}
			}
			p.Sizes = append(p.Sizes, Size{fmt.Sprintf("%d%s", width, way.suffix), m.Rect.Dx(), m.Rect.Dy(), done[m]})
		}
	}
	p.Colour = average(drawn[j.widths[0]])
	return p, ctx.Err()
}

// writeUnder writes a picture as finely as it may be under a number of bytes, or as
// coarsely as we go.
func writeUnder(ctx context.Context, m *image.RGBA, most int, encode func(*image.RGBA, int) ([]byte, error)) (b []byte, quality int, err error) {
	for _, quality = range qualities {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if b, err = encode(m, quality); err != nil || len(b) <= most {
			break
		}
	}
	return b, quality, err
}

func writeJPEG(m *image.RGBA, quality int) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

func writeWebP(m *image.RGBA, quality int) ([]byte, error) {
	var out bytes.Buffer
	options := webp.DefaultOptions()
	options.Quality = float32(quality)
	err := webp.Encode(&out, m, options)
	return out.Bytes(), err
}

func average(m *image.RGBA) string {
	var sum [3]int
	for i := 0; i < len(m.Pix); i += 4 {
		for c := range sum {
			sum[c] += int(m.Pix[i+c])
		}
	}
	n := len(m.Pix) / 4
	return fmt.Sprintf("#%02x%02x%02x", sum[0]/n, sum[1]/n, sum[2]/n)
}

// widen stretches what WebP calls black and white to what package image does: the
// one counts from 16 to 235, the other from 0 to 255, and the decoder leaves that to us.
func widen(m image.Image) {
	var y *image.YCbCr
	switch m := m.(type) {
	case *image.YCbCr:
		y = m
	case *image.NYCbCrA:
		y = &m.YCbCr
	default:
		return
	}
	var light, hue [256]uint8
	for i := range light {
		light[i] = uint8(min(max((i-16)*255+109, 0)/219, 255))        // #nosec G115 -- a byte
		hue[i] = uint8(min(max((i-128)*255+128*224+112, 0)/224, 255)) // #nosec G115 -- a byte
	}
	for i, v := range y.Y {
		y.Y[i] = light[v]
	}
	for i := range y.Cb {
		y.Cb[i], y.Cr[i] = hue[y.Cb[i]], hue[y.Cr[i]]
	}
}
