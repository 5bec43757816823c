// Package pictures makes clean pictures of what phones send: bounded in memory and
// time before anything is decoded, upright, without any of what a camera writes into
// its files, in sizes a browser chooses from. Nothing of the original is in what it
// gives but what can be seen.
package pictures

import (
	"bytes"
	"context"
	"image"
	"runtime/debug"
	"time"
)

// The bounds. A phone's picture has 12 to 50 megapixels; what takes more memory than
// Bound to decode is refused before it is.
const (
	MaxBytes  = 30 << 20
	MaxPixels = 50_000_000
	Bound     = 256 << 20

	minSide   = 200
	decodeFor = 45 * time.Second // some files of some bytes can keep a decoder busy for hours
)

// Kind is what a picture is to be.
type Kind int

// The kinds of picture.
const (
	Photo    Kind = iota
	Panorama      // all around, twice as wide as high
)

// Reason says why a file is no picture for us. It is an error, and a word that the
// page has a sentence for.
type Reason string

// The reasons.
const (
	Empty    Reason = "photo_empty"
	TooBig   Reason = "photo_too_big"   // in bytes
	NoKind   Reason = "photo_kind"      // nothing that we read
	HEIC     Reason = "photo_heic"      // an iPhone's own, or its cousin AVIF
	Moving   Reason = "photo_moving"    // a film
	TooMany  Reason = "photo_too_many"  // pixels, or memory to decode them
	TooSmall Reason = "photo_too_small" // to see anything
	Cut      Reason = "photo_cut"       // its end is missing
	Broken   Reason = "photo_broken"
	Shape    Reason = "photo_shape" // a panorama that isn't twice as wide as high
)

// Error gives the reason's word.
func (r Reason) Error() string { return string(r) }

// Size is one of the sizes of a picture.
type Size struct {
	Name  string // as "720.webp": its width, or what would be if the picture had it
	W, H  int
	Bytes []byte
}

// Picture is a clean picture.
type Picture struct {
	W, H   int    // of the largest size
	Colour string // the average, as #rrggbb
	Sizes  []Size
}

// one lets one picture be decoded at a time, so that the bound is the process's.
var one = make(chan struct{}, 1)

// Clean makes a clean picture of what was sent, or says in a Reason why it can't.
// Any other error is ctx's.
func Clean(ctx context.Context, raw []byte, k Kind) (Picture, error) {
	return cleanWithin(ctx, raw, k, Bound)
}

func cleanWithin(ctx context.Context, raw []byte, k Kind, bound int64) (Picture, error) {
	h, err := look(ctx, raw)
	if err != nil {
		return Picture{}, err
	}
	cost := h.cost(k)
	if h.w*h.h > MaxPixels || cost > bound {
		return Picture{}, TooMany
	}
	if min(h.w, h.h) < minSide {
		return Picture{}, TooSmall
	}
	if w, high := h.upright(); k == Panorama && (50*w < 98*high || 50*w > 102*high) {
		return Picture{}, Shape
	}
	select {
	case one <- struct{}{}:
		defer func() { <-one }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	}
	if cost > bound/8 {
		// What the last picture left behind must not lie beside the next one's.
		defer debug.FreeOSMemory()
	}
	full, err := upright(ctx, raw, h, k)
	if err != nil {
		return Picture{}, err
	}
	return sizes(ctx, full, k)
}

// upright decodes, shrinks to the largest size and turns upright.
func upright(ctx context.Context, raw []byte, h header, k Kind) (*image.RGBA, error) {
	img, err := decode(ctx, raw, h)
	if err != nil {
		return nil, err
	}
	b := img.Bounds() // a moving picture's first frame may be smaller than what the file says
	if h.w, h.h = b.Dx(), b.Dy(); min(h.w, h.h) < minSide {
		return nil, TooSmall
	}
	w, high := h.upright()
	if w, high = fit(w, high, k.largest()); h.turn.sideways() {
		w, high = high, w
	}
	small, err := shrink(ctx, img, w, high)
	if err != nil {
		return nil, err
	}
	return h.turn.apply(small), nil
}

// decode runs the one decoder of a format. A decoder's panic is the file's fault.
func decode(ctx context.Context, raw []byte, h header) (img image.Image, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, decodeFor, Broken)
	defer cancel()
	in := &source{ctx: ctx, r: bytes.NewReader(raw)}
	defer func() {
		if recover() != nil {
			img, err = nil, Broken
		}
	}()
	img, err = h.format.decode(in)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil && in.ended:
		return nil, Cut
	case err != nil:
		return nil, Broken
	}
	if h.format == webpFormat {
		widen(img)
	}
	return img, nil
}

// source is what a decoder reads from. It ends when its time does: decoders mind no
// context themselves.
type source struct {
	ctx   context.Context
	r     *bytes.Reader
	ended bool // somebody asked for more than there is
}

// Read reads a little at a time, so that time is looked at often.
func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p[:min(len(p), 4096)])
	s.ended = s.ended || err != nil
	return n, err
}
