// Package blobs keeps bytes that are too large for the database. What it is given
// is sealed already: it knows keys and bytes, nobody and no right.
package blobs

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
	"time"

	"heard/server/errs"
)

// Store keeps bytes under keys. Put is durable when it returns, and puts whole
// bytes in the place of whole bytes; what is not there is not_found at Get, and no
// error at Delete.
type Store interface {
	Put(ctx context.Context, key string, b []byte) error
	Get(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, keys ...string) error
}

var keyText = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*$`)

var errNotHere = errs.New(errs.NotFound, "There is nothing here.")

// Dir is a folder on this machine's disk.
type Dir struct{ root *os.Root }

// half is where bytes lie while they are written; no key leads there, and no backup
// looks there.
const half = ".half"

// halfFor is how long a Put may take at most. What is older was left by a crash.
const halfFor = time.Hour

// OpenDir opens a folder, and makes it first where it is not there. The caller
// closes it.
func OpenDir(folder string) (*Dir, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, failed(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, failed(err)
	}
	d := &Dir{root}
	if err := d.tidy(); err != nil {
		return nil, errors.Join(failed(err), root.Close())
	}
	return d, nil
}

// tidy takes away what a crash left half written; other instances may be writing.
func (d *Dir) tidy() error {
	left, err := fs.ReadDir(d.root.FS(), half)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range left {
		info, gone := entry.Info()
		if gone == nil && time.Since(info.ModTime()) > halfFor {
			_ = d.root.Remove(path.Join(half, entry.Name())) // another instance was quicker
		}
	}
	return err
}

// Close lets the folder go.
func (d *Dir) Close() error { return d.root.Close() }

// Put writes beside the place and renames into it: whoever reads finds all or
// nothing, also after a power cut.
func (d *Dir) Put(ctx context.Context, key string, b []byte) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	for _, folder := range []string{half, path.Dir(key)} {
		if err := d.makeFolder(folder); err != nil {
			return failed(err)
		}
	}
	passing := path.Join(half, rand.Text())
	if err := d.write(passing, b); err != nil {
		_ = d.root.Remove(passing)
		return failed(err)
	}
	if err := d.root.Rename(passing, key); err != nil {
		_ = d.root.Remove(passing)
		return failed(err)
	}
	return d.sync(path.Dir(key))
}

// makeFolder makes a key's folder; a name that is new is made durable in the one
// above.
func (d *Dir) makeFolder(folder string) error {
	if _, err := d.root.Stat(folder); err == nil {
		return nil
	}
	if err := d.root.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for above := path.Dir(folder); ; above = path.Dir(above) {
		if err := d.sync(above); err != nil || above == "." {
			return err
		}
	}
}

func (d *Dir) write(name string, b []byte) error {
	f, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func (d *Dir) sync(folder string) error {
	f, err := d.root.Open(folder)
	if err != nil {
		return failed(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return failed(err)
	}
	return nil
}

// Get reads what was put.
func (d *Dir) Get(ctx context.Context, key string) ([]byte, error) {
	if err := check(ctx, key); err != nil {
		return nil, err
	}
	b, err := d.root.ReadFile(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotHere
	}
	if err != nil {
		return nil, failed(err)
	}
	return b, nil
}

// Delete takes bytes away, and the folders that are empty then.
func (d *Dir) Delete(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if err := check(ctx, key); err != nil {
			return err
		}
		if err := d.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return failed(err)
		}
	}
	for _, key := range keys { // the one above stays: it is shared, and a Put may be about to use it
		if folder := path.Dir(key); folder != "." {
			_ = d.root.Remove(folder) // holds something still
		}
	}
	return nil
}

func check(ctx context.Context, key string) error {
	if !keyText.MatchString(key) {
		return errs.New(errs.Internal, "Something went wrong.").With("blob_key")
	}
	if err := ctx.Err(); err != nil {
		return failed(err)
	}
	return nil
}

// failed is a disk that is full, away or slow: what was asked may go well later.
func failed(err error) error {
	return errs.Wrap(err, errs.Unavailable, "Heard can't keep or read files right now. Please try again.").With("blobs")
}
