// Long because an upload is followed here through each way in which it can end.

package files_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/testkit"
	"heard/server/testkit/voices"
)

// A photo goes up in pieces and comes out clean, in its sizes; what was sent lies
// nowhere, neither on its way nor afterwards.
func TestAPhotoGoesUpAndComesOutClean(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := in(t, k)
		raw := photo(t, 900, 600)
		b := s.begin(s.w.Sam, files.Photo, place, len(raw))
		if b.Offset != 0 || b.Piece != files.Piece || len(raw) <= files.Piece {
			t.Fatalf("begun at %d by %d, %d bytes", b.Offset, b.Piece, len(raw))
		}
		s.send(s.w.Sam, b, raw)
		s.hidden(raw)
		if l := s.look(s.w.Sam, b.ID); l.State != "working" || l.Offset != int64(len(raw)) || l.File != nil {
			t.Fatalf("before the work: %+v", l)
		}
		s.work()
		l := s.look(s.w.Sam, b.ID)
		if l.State != "done" || l.File == nil || l.File.W != 900 || l.File.H != 600 || !strings.HasPrefix(l.File.Colour, "#") {
			t.Fatalf("after the work: %+v", l)
		}
		s.hidden(raw)
		if left := s.lie("uploads"); len(left) != 0 {
			t.Errorf("left on the way: %v", left)
		}
		f, err := s.file(l.File.ID)
		if err != nil || f.Owner != place || f.Kind != files.Photo || f.MadeBy != s.w.Sam.ID || len(f.Parts) != 6 || f.Bytes != l.File.Bytes {
			t.Fatalf("%+v, %v", f, err)
		}
		for name, n := range f.Parts {
			out, err := k.App.Files.Serve(t.Context(), f, name)
			if err != nil || int64(len(out.Body)) != n || out.Disposition != "inline" || out.ContentPolicy != "default-src 'none'; sandbox" {
				t.Fatalf("%s: %+v, %v", name, out, err)
			}
			if want := http.DetectContentType(out.Body); out.ContentType != want || bytes.Contains(out.Body, []byte("canary")) {
				t.Errorf("%s is served as %s and is %s", name, out.ContentType, want)
			}
		}
		for _, name := range []string{"", "2048.jpg", "../360.jpg", "guide.pdf"} {
			if _, err := k.App.Files.Serve(t.Context(), f, name); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

// A piece counts once, in its place, in its length, for whoever began.
func TestPiecesComeInOrder(t *testing.T) {
	k := testkit.New(t)
	s := in(t, k)
	raw := photo(t, 900, 600)
	b := s.begin(s.w.Sam, files.Photo, place, len(raw))
	first, rest := raw[:files.Piece], raw[files.Piece:]
	refused := func(what string, a *testkit.Answer, status int, reason string) {
		t.Helper()
		if _, got := a.Problem(); a.Status != status || got != reason {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	refused("too early", piece(s.w.Sam, b.ID, files.Piece, rest), 409, "offset")
	refused("too short", piece(s.w.Sam, b.ID, 0, first[:100]), 422, "piece")
	refused("too long", piece(s.w.Sam, b.ID, 0, raw[:files.Piece+1]), 422, "piece")
	refused("far too long", piece(s.w.Sam, b.ID, 0, make([]byte, 301<<10)), 413, "")
	piece(s.w.Sam, b.ID, 0, first).OK()
	refused("twice", piece(s.w.Sam, b.ID, 0, first), 409, "offset")
	refused("past the end", piece(s.w.Sam, b.ID, files.Piece, append(bytes.Clone(rest), 'x')), 422, "piece")
	refused("of somebody else", piece(s.w.Safeguarding, b.ID, files.Piece, rest), 404, "")
	refused("looked at by somebody else", s.w.Safeguarding.Get("/uploads/"+b.ID), 404, "")
	refused("dropped by somebody else", s.w.Safeguarding.Do(http.MethodDelete, "/uploads/"+b.ID, nil), 404, "")
	refused("of nobody", piece(s.w.Sam, "0198c0de-0000-7000-8000-00000000dead", 0, first), 404, "")
	if l := s.look(s.w.Sam, b.ID); l.Offset != files.Piece || l.State != "receiving" {
		t.Fatalf("%+v", l)
	}
	piece(s.w.Sam, b.ID, files.Piece, rest).OK()
	refused("after the end", piece(s.w.Sam, b.ID, int64(len(raw)), []byte("x")), 409, "offset")

	// Whoever may no longer, can't go on, look, or begin.
	b = s.begin(s.w.Sam, files.Photo, place, len(raw))
	s.mu.Lock()
	s.forbidden = true
	s.mu.Unlock()
	refused("after the right ended", piece(s.w.Sam, b.ID, 0, first), 404, "")
	refused("looked at after the right ended", s.w.Sam.Get("/uploads/"+b.ID), 404, "")
	refused("begun after the right ended", s.w.Sam.Post("/uploads", map[string]any{"kind": "photo", "owner": place, "size": 10}), 404, "")
}

// What can't become a file is refused before a byte of it is sent.
func TestAnnouncementsAreBounded(t *testing.T) {
	s := in(t, testkit.New(t))
	for _, bad := range []struct {
		kind   files.Kind
		size   int
		reason string
	}{
		{files.Photo, 0, "photo_empty"}, {files.Photo, 30<<20 + 1, "photo_too_big"}, {files.Panorama, 200 << 20, "photo_too_big"},
		{files.Guide, 0, "guide_kind"}, {files.Guide, 10<<20 + 1, "guide_too_big"}, {files.Voice, 0, "voice_kind"}, {files.Voice, 2<<20 + 1, "voice_too_big"}, {"video", 100, ""},
	} {
		a := s.w.Sam.Post("/uploads", map[string]any{"kind": bad.kind, "owner": place, "size": bad.size})
		if _, reason := a.Problem(); a.Status != 422 || reason != bad.reason {
			t.Errorf("%s of %d bytes: %d %s", bad.kind, bad.size, a.Status, a.Body)
		}
	}
	// A fourth at once ends the first; what is on its way in all is bounded.
	var all []begun
	for range 4 {
		all = append(all, s.begin(s.w.Sam, files.Photo, place, 30<<20))
	}
	if l := s.look(s.w.Sam, all[0].ID); l.State != "refused" || l.Reason != "dropped" {
		t.Errorf("the first of four: %+v", l)
	}
	move := files.Owner{Kind: files.OfMove, ID: "a-move"}
	for range 3 {
		s.begin(s.w.Lead, files.Photo, move, 30<<20)
	}
	ask := func() *testkit.Answer {
		return s.w.Jo.Post("/uploads", map[string]any{"kind": "photo", "owner": move, "size": 30 << 20})
	}
	full := ask()
	if _, reason := full.Problem(); full.Status != http.StatusServiceUnavailable || reason != "uploads_full" {
		t.Errorf("210 MB at once: %d %s", full.Status, full.Body)
	}
	s.w.Sam.Do(http.MethodDelete, "/uploads/"+all[3].ID, nil).OK()
	ask().OK()
	if again := ask(); again.Status != http.StatusServiceUnavailable {
		t.Errorf("240 MB at once: %d %s", again.Status, again.Body)
	}
	// What was announced and left keeps nobody out for long, and can still be gone on with.
	s.k.Clock.Forward(5*time.Minute + time.Second)
	ask().OK()
	if l := s.look(s.w.Sam, all[1].ID); l.State != "receiving" {
		t.Errorf("an upload that has gone quiet: %+v", l)
	}
}

// What is no picture ends in its reason, and nothing of it stays.
func TestWhatIsNoPictureIsRefused(t *testing.T) {
	s := in(t, testkit.New(t))
	for _, bad := range []struct {
		kind   files.Kind
		raw    string
		reason string
	}{
		{files.Photo, "<html>" + canary, "photo_kind"}, {files.Photo, "\x00\x00\x00\x18ftypheic" + canary, "photo_heic"},
		{files.Photo, string(photo(t, 300, 300)[:4000]), "photo_cut"}, {files.Panorama, string(photo(t, 300, 300)), "photo_shape"},
		{files.Voice, "<html>" + canary, "voice_kind"}, {files.Voice, string(voices.WebM(t, 123*voices.PerSecond)), "voice_too_long"},
		{files.Voice, strings.Replace(string(voices.Recorded(t, "chromium.mp4")), "soun", "vide", 1), "voice_video"},
		{files.Guide, "<html>%PDF-" + canary + "%%EOF", "guide_kind"}, {files.Guide, "%PDF-1.7 " + canary, "guide_cut"},
	} {
		_, l := s.up(s.w.Sam, bad.kind, place, []byte(bad.raw))
		if l.State != "refused" || l.Reason != bad.reason || l.File != nil {
			t.Errorf("%s: %+v", bad.reason, l)
		}
	}
	if left := append(s.lie("uploads"), s.lie("blobs")...); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A guide is saved, never shown: whatever is in it meets no page of ours.
func TestAGuideIsOnlyEverSaved(t *testing.T) {
	s := in(t, testkit.New(t))
	raw := []byte("%PDF-1.7\n/JS (app.alert(1))\n" + strings.Repeat("x", 300_000) + "\n%%EOF\n")
	_, l := s.up(s.w.Sam, files.Guide, place, raw)
	if l.State != "done" || l.File.Bytes != int64(len(raw)) {
		t.Fatalf("%+v", l)
	}
	s.hidden(raw[:100])
	f, err := s.file(l.File.ID)
	must(t, err)
	out, err := s.k.App.Files.Serve(t.Context(), f, "guide.pdf")
	if err != nil || !bytes.Equal(out.Body, raw) || out.ContentType != "application/pdf" || out.Disposition != `attachment; filename="guide.pdf"` ||
		out.ContentPolicy != "default-src 'none'; sandbox" {
		t.Fatalf("%v, %s, %s, %s", err, out.ContentType, out.Disposition, out.ContentPolicy)
	}
}

// A file belongs to one owner and one organisation, and is gone when it is ended.
func TestAFileIsItsOwnersAndEnds(t *testing.T) {
	s := in(t, testkit.New(t))
	id, l := s.up(s.w.Sam, files.Photo, place, photo(t, 300, 240))
	f, err := s.file(l.File.ID)
	must(t, err)
	take := func(orgID string, o files.Owner) error {
		return s.k.App.DB.Read(t.Context(), func(tx *db.Tx) error { return files.TakeTx(tx, orgID, f.ID, o) })
	}
	must(t, take(s.organisation(), place))
	for what, err := range map[string]error{
		"another place":        take(s.organisation(), files.Owner{Kind: files.OfPlace, ID: "another"}),
		"a move of that id":    take(s.organisation(), files.Owner{Kind: files.OfMove, ID: place.ID}),
		"another organisation": take("0198c0de-0000-7000-8000-00000000dead", place),
	} {
		if errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	end := func(orgID string) {
		t.Helper()
		must(t, s.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error { return files.EndTx(tx, orgID, f.ID) }))
	}
	end("0198c0de-0000-7000-8000-00000000dead")
	if _, err := s.file(f.ID); err != nil {
		t.Fatalf("another organisation ended it: %v", err)
	}
	end(s.organisation())
	if _, err := s.file(f.ID); errs.CodeOf(err) != errs.NotFound || errs.CodeOf(take(s.organisation(), place)) != errs.NotFound {
		t.Fatalf("ended: %v", err)
	}
	if a := s.w.Sam.Get("/uploads/" + id); a.Status != http.StatusNotFound {
		t.Errorf("the upload it came from: %d", a.Status)
	}
	s.work()
	if left := s.lie("blobs"); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if _, _, err := s.k.App.Files.Read(t.Context(), f, "360.jpg"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("its bytes: %v", err)
	}
}

// A file of a young person's lies under their key, and is lost with it.
func TestAYoungPersonsFileIsLostWithTheirKey(t *testing.T) {
	s := in(t, testkit.New(t))
	_, l := s.up(s.w.Lead, files.Photo, files.Owner{Kind: files.OfMove, ID: "a-move"}, photo(t, 300, 240))
	f, err := s.file(l.File.ID)
	must(t, err)
	_, _, err = s.k.App.Files.Read(t.Context(), f, "360.jpg")
	must(t, err)
	must(t, s.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Exec("UPDATE accounts SET wrapped_key = ? WHERE id = ?", []byte("gone"), s.w.Leo.ID).Error
	}))
	if _, _, err := s.k.App.Files.Read(t.Context(), f, "360.jpg"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("without the key: %v", err)
	}
}

// A server that dies between two pieces, or in the middle of its work, costs nothing
// but time.
func TestAServerThatDies(t *testing.T) {
	s := in(t, testkit.New(t))
	raw := photo(t, 900, 600)
	b := s.begin(s.w.Sam, files.Photo, place, len(raw))
	piece(s.w.Sam, b.ID, 0, raw[:files.Piece]).OK()
	b.Offset = s.look(s.w.Sam, b.ID).Offset
	s.send(s.w.Sam, b, raw)

	// Another server takes it, keeps one part, and can keep no more: it is tried again, later.
	other, disk := s.other()
	disk.fail = 1
	must(t, other.WorkOnce(t.Context()))
	if l := s.look(s.w.Sam, b.ID); l.State != "working" {
		t.Fatalf("after a full disk: %+v", l)
	}
	s.work()
	if l := s.look(s.w.Sam, b.ID); l.State != "working" {
		t.Fatalf("tried again at once: %+v", l)
	}
	s.k.Clock.Forward(31 * time.Second)
	s.work()
	l := s.look(s.w.Sam, b.ID)
	if l.State != "done" || len(s.lie("blobs")) != 6 {
		t.Fatalf("after all: %+v, %d blobs", l, len(s.lie("blobs")))
	}
	f, err := s.file(l.File.ID)
	must(t, err)
	for name := range f.Parts {
		if _, _, err := s.k.App.Files.Read(t.Context(), f, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What goes wrong each time is given up, and leaves nothing.
func TestWhatAlwaysFailsIsGivenUp(t *testing.T) {
	s := in(t, testkit.New(t))
	raw := photo(t, 300, 240)
	b := s.begin(s.w.Sam, files.Photo, place, len(raw))
	s.send(s.w.Sam, b, raw)
	other, disk := s.other()
	for range 3 {
		disk.fail = 1
		must(t, other.WorkOnce(t.Context()))
		s.k.Clock.Forward(3 * time.Minute)
	}
	if u := s.becomes(b.ID); u.State != files.Refused || u.Reason != "photo_broken" {
		t.Fatalf("%+v", u)
	}
	if left := s.lie("uploads"); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A worker that is killed keeps its lease until it ends; whatever it kept, is found.
func TestAWorkerThatIsKilledIsTakenOver(t *testing.T) {
	s := in(t, testkit.New(t))
	raw := photo(t, 300, 240)
	b := s.begin(s.w.Sam, files.Photo, place, len(raw))
	s.send(s.w.Sam, b, raw)
	lease := func() {
		t.Helper()
		must(t, s.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
			ids, err := db.Lease(tx, db.LeaseSpec{Table: "uploads", Worker: "killed", For: 3 * time.Minute, Limit: 1})
			if err == nil && len(ids) != 1 {
				t.Errorf("leased %v", ids)
			}
			return err
		}))
	}
	lease()
	s.work()
	if u := s.becomes(b.ID); u.State != files.Working {
		t.Fatalf("taken from who has it: %+v", u)
	}
	for range 2 {
		s.k.Clock.Forward(4 * time.Minute)
		lease()
	}
	s.k.Clock.Forward(4 * time.Minute)
	s.work() // the fourth: three have died of it
	if u := s.becomes(b.ID); u.State != files.Refused || u.Reason != "photo_broken" {
		t.Fatalf("%+v", u)
	}
}

// An upload that nobody goes on with ends, with everything of it.
func TestAnUploadThatIsLeftEnds(t *testing.T) {
	s := in(t, testkit.New(t))
	raw := photo(t, 900, 600)
	left := s.begin(s.w.Sam, files.Photo, place, len(raw))
	piece(s.w.Sam, left.ID, 0, raw[:files.Piece]).OK()
	dropped := s.begin(s.w.Sam, files.Photo, place, len(raw))
	piece(s.w.Sam, dropped.ID, 0, raw[:files.Piece]).OK()
	s.w.Sam.Do(http.MethodDelete, "/uploads/"+dropped.ID, nil).OK()
	if a := piece(s.w.Sam, dropped.ID, files.Piece, raw[files.Piece:]); a.Status != http.StatusConflict {
		t.Errorf("goes on after it was dropped: %d", a.Status)
	}
	_, done := s.up(s.w.Sam, files.Photo, place, photo(t, 300, 240))
	s.k.Clock.Forward(2*time.Hour + time.Second)
	s.work()
	if u := s.becomes(left.ID); u != nil {
		t.Errorf("after two hours: %+v", u)
	}
	if lie := s.lie("uploads"); len(lie) != 0 {
		t.Errorf("left: %v", lie)
	}
	s.k.Clock.Forward(25 * time.Hour)
	s.work()
	if _, err := s.file(done.File.ID); err != nil || len(s.lie("blobs")) != 6 {
		t.Errorf("what it became is gone with its upload: %v, %d", err, len(s.lie("blobs")))
	}
	var rows int64
	must(t, s.k.App.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Gorm().Table("uploads").Count(&rows).Error }))
	if rows != 0 {
		t.Errorf("%d uploads are left", rows)
	}
}

// What a crash leaves between the bytes and the row is taken away.
func TestBytesWithoutARowAreTakenAway(t *testing.T) {
	s := in(t, testkit.New(t))
	other, disk := s.other()
	disk.Store = &halfway{Store: disk.Store, left: 3}
	if _, err := other.Keep(t.Context(), s.organisation(), s.w.Sam.ID, place, files.Photo, photo(t, 300, 240)); err == nil {
		t.Fatal("kept by half")
	}
	if lie := s.lie("blobs"); len(lie) != 3 {
		t.Fatalf("%d lie there", len(lie))
	}
	s.k.Clock.Forward(3 * time.Hour)
	s.work()
	if lie := s.lie("blobs"); len(lie) != 0 {
		t.Errorf("left: %v", lie)
	}
	f, err := s.k.App.Files.Keep(t.Context(), s.organisation(), s.w.Sam.ID, place, files.Photo, photo(t, 300, 240))
	if err != nil || len(f.Parts) != 6 || len(s.lie("blobs")) != 6 {
		t.Errorf("kept whole: %v", err)
	}
}
