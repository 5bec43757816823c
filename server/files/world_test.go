package files_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"heard/server/blobs"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/testkit"
	"heard/server/viewer"
)

const canary = "canary-at-12-Oak-Road"

var place = files.Owner{Kind: files.OfPlace, ID: "a-place"}

// here is a running Heard in which Sam and Ruth may put up for a place, his lead and Jo for a move of Leo's.
type here struct {
	t         *testing.T
	k         *testkit.Kit
	w         *testkit.World
	mu        sync.Mutex
	forbidden bool // Sam may no longer
}

func in(t *testing.T, k *testkit.Kit) *here {
	s := &here{t: t, k: k, w: k.World()}
	k.App.Files.LetIn(s.may)
	return s
}

func (s *here) may(_ *db.Tx, v viewer.Viewer, o files.Owner) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case (v.AccountID == s.w.Sam.ID && !s.forbidden || v.AccountID == s.w.Safeguarding.ID) && o == place:
		return "", nil
	case (v.AccountID == s.w.Lead.ID || v.AccountID == s.w.Jo.ID) && o.Kind == files.OfMove:
		return s.w.Leo.ID, nil
	}
	return "", errs.New(errs.NotFound, "There is nothing here, or it isn't yours to see.")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// photo is a JPEG of several pieces with something to hide in it, in front and behind.
func photo(t *testing.T, wide, high int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			m.SetRGBA(x, y, color.RGBA{byte(x * y >> 4), byte(x ^ y), byte(x + 3*y), 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}))
	raw := b.Bytes()
	exif := append([]byte{0xff, 0xe1, 0, byte(2 + 6 + len(canary))}, "Exif\x00\x00"+canary...)
	return bytes.Join([][]byte{raw[:2], exif, raw[2:], []byte(canary)}, nil)
}

type begun struct {
	ID     string
	Offset int64
	Piece  int64
}

type looked struct {
	Offset, Size  int64
	State, Reason string
	File          *struct {
		ID     string
		W, H   int
		Colour string
		Bytes  int64

		Name    string
		Seconds int
	}
}

func (s *here) begin(p *testkit.Person, kind files.Kind, o files.Owner, size int) (b begun) {
	s.t.Helper()
	p.Post("/uploads", map[string]any{"kind": kind, "owner": o, "size": size}).Into(&b)
	return b
}

// piece sends bytes as the page does.
func piece(p *testkit.Person, id string, offset int64, b []byte) *testkit.Answer {
	request := p.Request(http.MethodPut, fmt.Sprintf("/uploads/%s/%d", id, offset), b)
	request.Header.Set("Content-Type", "application/octet-stream")
	return p.Send(request)
}

// send sends what is left of a file, piece by piece.
func (s *here) send(p *testkit.Person, b begun, raw []byte) {
	s.t.Helper()
	for at := b.Offset; at < int64(len(raw)); at += b.Piece {
		piece(p, b.ID, at, raw[at:min(at+b.Piece, int64(len(raw)))]).OK()
	}
}

func (s *here) look(p *testkit.Person, id string) (l looked) {
	s.t.Helper()
	p.Get("/uploads/" + id).Into(&l)
	return l
}

// becomes says what an upload of Sam's is by now, long after his session has locked;
// nil: it is not there.
func (s *here) becomes(id string) *files.Upload {
	s.t.Helper()
	u, err := s.k.App.Files.Look(s.t.Context(), viewer.Viewer{AccountID: s.w.Sam.ID, OrganisationID: s.organisation()}, id)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	must(s.t, err)
	return &u
}

func (s *here) work() {
	s.t.Helper()
	must(s.t, s.k.App.Files.WorkOnce(s.t.Context()))
}

// up puts a file up and gives what became of it.
func (s *here) up(p *testkit.Person, kind files.Kind, o files.Owner, raw []byte) (string, looked) {
	s.t.Helper()
	b := s.begin(p, kind, o, len(raw))
	s.send(p, b, raw)
	s.work()
	return b.ID, s.look(p, b.ID)
}

// file gives a file by its id.
func (s *here) file(id string) (f files.File, err error) {
	err = s.k.App.DB.Read(s.t.Context(), func(tx *db.Tx) (err error) {
		f, err = files.FileTx(tx, s.organisation(), id)
		return err
	})
	return f, err
}

func (s *here) organisation() string {
	s.t.Helper()
	var id string
	must(s.t, s.k.App.DB.Read(s.t.Context(), func(tx *db.Tx) error {
		return tx.Gorm().Raw("SELECT organisation_id FROM accounts WHERE id = ?", s.w.Sam.ID).Scan(&id).Error
	}))
	return id
}

// lie gives the files that lie in one of the folders.
func (s *here) lie(folder string) []string {
	s.t.Helper()
	var found []string
	must(s.t, filepath.WalkDir(filepath.Join(s.k.App.Config.DataDir, folder), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// hidden fails when anything under the data folder holds a piece of what was sent.
func (s *here) hidden(raw []byte) {
	s.t.Helper()
	pieces := map[string]bool{canary[:16]: true}
	for at := 0; at+16 <= len(raw); at += 997 {
		pieces[string(raw[at:at+16])] = true
	}
	for _, path := range append(s.lie("blobs"), s.lie("uploads")...) {
		b, err := os.ReadFile(path)
		must(s.t, err)
		for part := range pieces {
			if bytes.Contains(b, []byte(part)) {
				s.t.Errorf("%s holds a piece of what was sent", strings.TrimPrefix(path, s.k.App.Config.DataDir))
			}
		}
	}
}

// shaky is a store whose next few calls go wrong.
type shaky struct {
	blobs.Store
	mu   sync.Mutex
	fail int
	err  error
}

func (s *shaky) breaks() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == 0 {
		return nil
	}
	s.fail--
	return s.err
}

func (s *shaky) Put(ctx context.Context, key string, b []byte) error {
	if err := s.breaks(); err != nil {
		return err
	}
	return s.Store.Put(ctx, key, b)
}

// other is a second server on the same data, with a store that can be made to fail.
func (s *here) other() (*files.Service, *shaky) {
	s.t.Helper()
	open := func(name string) *blobs.Dir {
		d, err := blobs.OpenDir(filepath.Join(s.k.App.Config.DataDir, name))
		must(s.t, err)
		s.t.Cleanup(func() { _ = d.Close() })
		return d
	}
	kept := &shaky{Store: open("blobs"), err: errs.New(errs.Unavailable, "The disk is full.")}
	made := files.New(files.Config{
		DB: s.k.App.DB, Keys: s.k.App.Accounts, Kept: kept, Passing: open("uploads"), Log: s.k.App.Config.Log, Every: -1,
	})
	made.LetIn(s.may)
	return made, kept
}

// halfway is a store that fails for good after some files.
type halfway struct {
	blobs.Store
	left int
}

func (h *halfway) Put(ctx context.Context, key string, b []byte) error {
	if h.left == 0 {
		return errs.New(errs.Internal, "The machine is gone.")
	}
	h.left--
	return h.Store.Put(ctx, key, b)
}
