package audio

import (
	"bytes"
	"encoding/binary"
	"testing"

	"heard/server/testkit/voices"
)

// TestOggChecksum holds our sum against what a browser wrote, page by page.
func TestOggChecksum(t *testing.T) {
	raw, pages := voices.Recorded(t, "firefox.ogg"), 0
	for ; len(raw) > 0; pages++ {
		end := len(raw)
		if next := bytes.Index(raw[4:], []byte("OggS")); next >= 0 {
			end = next + 4
		}
		page := bytes.Clone(raw[:end])
		clear(page[oggSum : oggSum+4])
		if want := binary.LittleEndian.Uint32(raw[oggSum:]); oggChecksum(page) != want {
			t.Errorf("page %d: %x, not %x", pages, oggChecksum(page), want)
		}
		raw = raw[end:]
	}
	if pages < 3 {
		t.Errorf("%d pages", pages)
	}
}
