package files_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"heard/server/blobs"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/testkit"
)

// slow is a store in which time goes by once, before it keeps anything.
type slow struct {
	blobs.Store
	meanwhile func()
}

func (s *slow) Put(ctx context.Context, key string, b []byte) error {
	if f := s.meanwhile; f != nil {
		s.meanwhile = nil
		f()
	}
	return s.Store.Put(ctx, key, b)
}

// A worker that was too slow leaves what another has by then, or has made, as it is.
func TestAWorkerThatWasTooSlowSpoilsNothing(t *testing.T) {
	s := in(t, testkit.New(t))
	late := func(meanwhile func()) files.Upload {
		t.Helper()
		raw := photo(t, 300, 240)
		b := s.begin(s.w.Sam, files.Photo, place, len(raw))
		s.send(s.w.Sam, b, raw)
		other, disk := s.other()
		disk.Store = &slow{Store: disk.Store, meanwhile: func() {
			s.k.Clock.Forward(4 * time.Minute)
			meanwhile()
		}}
		must(t, other.WorkOnce(t.Context()))
		return *s.becomes(b.ID)
	}
	u := late(s.work)
	if u.State != files.Done || u.Reason != "" || u.File == nil {
		t.Errorf("made by another meanwhile, it is %+v", u)
	}
	u = late(func() {
		must(t, s.k.App.DB.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := db.Lease(tx, db.LeaseSpec{Table: "uploads", Worker: "another", For: 3 * time.Minute, Limit: 1})
			return err
		}))
	})
	if u.State != files.Working || len(s.lie("uploads")) == 0 {
		t.Errorf("while another is at it, it is %+v with %d pieces", u, len(s.lie("uploads")))
	}
	s.k.Clock.Forward(4 * time.Minute)
	s.work()
	if u := s.becomes(u.ID); u.State != files.Done {
		t.Errorf("in the end it is %+v", u)
	}
}

// tardy is a store that answers when nobody can wait any longer, or not at all.
type tardy struct {
	blobs.Store
	answers bool
}

func (s *tardy) Get(ctx context.Context, key string) ([]byte, error) {
	b, err := s.Store.Get(ctx, key)
	<-ctx.Done()
	if !s.answers {
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "Not in time.").With("blobs")
	}
	return b, err
}

// A store that is too slow makes no photo a broken one, however often.
func TestAStoreThatIsTooSlowSpoilsNothing(t *testing.T) {
	s := in(t, testkit.New(t))
	open := func(name string) *blobs.Dir {
		d, err := blobs.OpenDir(filepath.Join(s.k.App.Config.DataDir, name))
		must(t, err)
		t.Cleanup(func() { _ = d.Close() })
		return d
	}
	raw := photo(t, 300, 240)
	b := s.begin(s.w.Sam, files.Photo, place, len(raw))
	s.send(s.w.Sam, b, raw)
	for n := range 4 { // one more than an upload is tried
		slowly := files.New(files.Config{
			DB: s.k.App.DB, Keys: s.k.App.Accounts, Kept: open("blobs"), Passing: &tardy{open("uploads"), n%2 == 0}, Log: slog.New(slog.DiscardHandler),
			Every: -1, Within: 400 * time.Millisecond,
		})
		if err := slowly.WorkOnce(t.Context()); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		s.k.Clock.Forward(time.Hour)
		if u := s.becomes(b.ID); u.State != files.Working {
			t.Fatalf("after %d: %+v", n+1, u)
		}
	}
	s.work()
	if u := s.becomes(b.ID); u.State != files.Done || u.File == nil {
		t.Errorf("in the end it is %+v", u)
	}
}
