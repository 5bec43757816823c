package files_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"heard/server/files"
	"heard/server/testkit"
	"heard/server/testkit/voices"
)

// A voice goes up as a photo does, comes out as what it is and how long, and without what
// its maker wrote beside the sound.
func TestAVoiceComesOutClean(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := in(t, k)
		title := append(binary.BigEndian.AppendUint32(nil, uint32(8+len(canary))), "free"+canary...)
		for name, c := range map[string]struct {
			raw         []byte
			contentType string
			seconds     int
		}{
			"voice.webm": {voices.WebM(t, 90*voices.PerSecond), "audio/webm", 90},
			"voice.ogg":  {voices.Recorded(t, "firefox.ogg"), "audio/ogg", 1},
			"voice.mp4":  {append(voices.Recorded(t, "chromium.mp4"), title...), "audio/mp4", 1},
		} {
			_, l := s.up(s.w.Sam, files.Voice, place, c.raw)
			if l.State != "done" || l.File.Name != name || l.File.Seconds != c.seconds || l.File.Bytes != int64(len(c.raw)) || l.File.W != 0 {
				t.Fatalf("%s: %+v, %+v", name, l, l.File)
			}
			s.hidden(c.raw)
			f, err := s.file(l.File.ID)
			must(t, err)
			out, err := s.k.App.Files.Serve(t.Context(), f, name)
			must(t, err)
			if out.ContentType != c.contentType || out.Disposition != "attachment" || out.ContentPolicy != "default-src 'none'; sandbox" {
				t.Errorf("%s: %s, %s, %s", name, out.ContentType, out.Disposition, out.ContentPolicy)
			}
			if len(out.Body) != len(c.raw) || bytes.Contains(out.Body, []byte("canary")) {
				t.Errorf("%s: %d of %d bytes, or its title", name, len(out.Body), len(c.raw))
			}
		}
	})
}

// A voice is a place's only: a move has no page that would play one.
func TestAMoveHasNoVoice(t *testing.T) {
	s := in(t, testkit.New(t))
	a := s.w.Lead.Post("/uploads", map[string]any{"kind": files.Voice, "owner": files.Owner{Kind: files.OfMove, ID: "a-move"}, "size": 100})
	if a.Status != 422 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}
