package blobs_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"heard/server/blobs"
	"heard/server/errs"
)

func open(t *testing.T) (*blobs.Dir, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "blobs")
	d, err := blobs.OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, folder
}

func within(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestBytesAreWholeReplacedAndTakenAway(t *testing.T) {
	d, folder := open(t)
	ctx := t.Context()
	for _, text := range []string{"first", "second and longer", ""} {
		if err := d.Put(ctx, "ab/some-id/720.webp", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Get(ctx, "ab/some-id/720.webp"); err != nil || string(got) != text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	left := within(t, folder)
	if len(left) != 1 {
		t.Fatalf("left beside it: %v", left)
	}
	if info, err := os.Stat(left[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	for range 2 { // what is not there is gone already
		if err := d.Delete(ctx, "ab/some-id/720.webp", "ab/other/1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Get(ctx, "ab/some-id/720.webp"); errs.CodeOf(err) != errs.NotFound {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "ab", "some-id")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("an empty folder stays: %v", err)
	}
}

func TestNoKeyLeadsOutOfTheFolder(t *testing.T) {
	d, folder := open(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(filepath.Dir(folder), "secret")
	must(os.WriteFile(outside, []byte("outside"), 0o600))
	must(os.Symlink(filepath.Dir(folder), filepath.Join(folder, "link")))
	for _, key := range []string{"", "/", "../secret", "a/../../secret", "a//b", "a/./b", ".hidden", "A", "a b", "a\x00b", "ä", "link/secret"} {
		if b, err := d.Get(t.Context(), key); err == nil {
			t.Errorf("%q gave %q", key, b)
		}
		if err := d.Put(t.Context(), key, []byte("x")); err == nil {
			t.Errorf("%q was written", key)
		}
		_ = d.Delete(t.Context(), key)
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "outside" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestWhatACrashLeftIsTakenAwayWhenItIsOld(t *testing.T) {
	d, folder := open(t)
	if err := d.Put(t.Context(), "ab/1", []byte("whole")); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"OLD": 2 * time.Hour, "NEW": time.Minute} {
		path := filepath.Join(folder, ".half", name)
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	again, err := blobs.OpenDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if left := within(t, folder); len(left) != 2 || filepath.Base(left[0]) != "NEW" {
		t.Errorf("%v", left)
	}
}

func TestWhoHasGivenUpWritesNothing(t *testing.T) {
	d, folder := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Put(ctx, "a/b", []byte("x")); errs.CodeOf(err) != errs.Unavailable || len(within(t, folder)) != 0 {
		t.Errorf("%v, %v", err, within(t, folder))
	}
}
