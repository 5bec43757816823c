package backup_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"heard/server/backup"
	"heard/server/blobs"
	"heard/server/errs"
	"heard/server/testkit/s3"
)

func bucket(t *testing.T, b *s3.Bucket, prefix string) *blobs.S3 {
	t.Helper()
	s, err := blobs.OpenS3(blobs.S3Config{
		Endpoint: b.URL, Bucket: b.Name, Region: b.Region, AccessKey: b.AccessKey, SecretKey: b.SecretKey, Prefix: prefix, Within: 2 * time.Second,
	})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s.Under("blobs")
}

// Files of a folder are restored into a bucket, and those of a bucket into a folder:
// the file is the same.
func TestABucketIsBackedUpAndRestored(t *testing.T) {
	source := newSource(t, "")
	stand := s3.Start(t)
	first := place{folder: t.TempDir(), key: source.key}
	c := first.config(t, time.Now)
	c.Bucket = bucket(t, stand, "first/")
	restored, err := backup.Restore(t.Context(), c, source.file)
	must(t, err)
	photo := bytes.Repeat([]byte("picture"), 100_000)
	kept := stand.Objects()
	if empty, has := kept["first/blobs/empty"]; restored.Blobs != 2 || len(kept) != 2 || !bytes.Equal(kept["first/blobs/ab/photo"], photo) || !has || len(empty) != 0 {
		t.Fatalf("%s; %d in the bucket", restored, len(kept))
	}
	if left, err := filepath.Glob(filepath.Join(first.folder, "blobs*")); err != nil || len(left) != 0 {
		t.Errorf("left on the disk: %v", left)
	}

	// What is only passing, and what is somebody else's, is in no backup.
	other := bucket(t, stand, "second/")
	must(t, other.Put(t.Context(), "ab/foreign", []byte("x")))
	file := filepath.Join(t.TempDir(), "again.backup")
	made, err := backup.Make(t.Context(), c, file)
	must(t, err)
	if made.Blobs != 2 {
		t.Errorf("made: %s", made)
	}
	second := place{folder: t.TempDir(), key: source.key}
	d := second.config(t, time.Now)
	_, err = backup.Restore(t.Context(), d, file)
	must(t, err)
	if got, err := os.ReadFile(filepath.Join(d.Blobs, "ab", "photo")); err != nil || !bytes.Equal(got, photo) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// A restore into a bucket is all or nothing too.
func TestABucketIsRestoredWholeOrNotAtAll(t *testing.T) {
	source := newSource(t, "")
	stand := s3.Start(t)
	p := place{folder: t.TempDir(), key: source.key}
	c := p.config(t, time.Now)
	kept := bucket(t, stand, "heard/")
	try := func(what, reason string, b backup.Bucket) {
		t.Helper()
		c.Bucket = b
		if _, err := backup.Restore(t.Context(), c, source.file); errs.ReasonOf(err) != reason {
			t.Errorf("%s: %v", what, err)
		}
		if n := count(t, c.DB, "SELECT count(*) FROM accounts"); n != 0 {
			t.Errorf("%s: %d accounts", what, n)
		}
		if left, err := filepath.Glob(filepath.Join(p.folder, "blobs*")); err != nil || len(left) != 0 {
			t.Errorf("%s: left behind %v", what, left)
		}
	}
	must(t, kept.Put(t.Context(), "ab/there", []byte("x")))
	try("a bucket in use", "not_empty", kept)
	must(t, kept.Delete(t.Context(), "ab/there"))
	try("a bucket that fills up", "blobs", &full{kept, 1})
	if left := stand.Objects(); len(left) != 0 {
		t.Errorf("%d are left in the bucket", len(left))
	}
	stand.Vanish(true)
	try("no bucket", "blobs", kept)
	stand.Vanish(false)
	c.Bucket = kept
	_, err := backup.Restore(t.Context(), c, source.file)
	must(t, err)

	stand.Always(&s3.Answer{Status: 503})
	if _, err := backup.Make(t.Context(), c, filepath.Join(t.TempDir(), "half")); errs.CodeOf(err) != errs.Unavailable {
		t.Errorf("made without its files: %v", err)
	}
}

// full is a bucket that takes so many more files.
type full struct {
	*blobs.S3
	left int
}

func (f *full) Put(ctx context.Context, key string, b []byte) error {
	if f.left == 0 {
		return errs.New(errs.Unavailable, "There is no room.").With("blobs")
	}
	f.left--
	return f.S3.Put(ctx, key, b)
}
