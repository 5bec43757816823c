package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"heard/server/errs"
)

// stage is where files of a backup wait beside the blobs folder until all of it has proven whole.
type stage struct {
	folder string // the blobs folder; empty for none
	part   string
	root   *os.Root
	kept   bool
	bucket Bucket   // where they go instead, unless nil
	put    []string // what has gone there
}

func newStage(ctx context.Context, c Config) (*stage, error) {
	folder := c.Blobs
	if folder == "" {
		return &stage{}, nil
	}
	if err := nothingIn(ctx, c); err != nil {
		return nil, err
	}
	s := &stage{folder: folder, part: folder + ".part", bucket: c.Bucket}
	err := os.Mkdir(s.part, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil, errs.New(errs.Conflict, "A restore before this one did not finish: "+s.part+" is still there. "+
			"If none is running now, remove it and begin again; nothing was changed.").With("unfinished")
	}
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The files of a backup cannot be written.")
	}
	s.root, err = os.OpenRoot(s.part)
	return s, err
}

// nothingIn says whether the place is empty that files are restored to.
func nothingIn(ctx context.Context, c Config) error {
	if c.Bucket != nil {
		return c.Bucket.Each(ctx, func(string) error {
			return errs.New(errs.Conflict, "The bucket holds files of Heard already. Restore into an empty one, or under another HEARD_S3_PREFIX; nothing was changed.").With("not_empty")
		})
	}
	if entries, err := os.ReadDir(c.Blobs); err == nil && len(entries) > 0 {
		return errs.New(errs.Conflict, "The folder of files is not empty. Move it away; nothing was changed.").With("not_empty")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (s *stage) sink() blobSink { return blobSink{root: s.root} }

// keep gives the files their place, as the last thing before the database's commit.
func (s *stage) keep(ctx context.Context) error {
	if s.folder == "" {
		return nil
	}
	if s.bucket != nil {
		return s.send(ctx)
	}
	if err := s.root.Close(); err != nil {
		return err
	}
	if entries, err := os.ReadDir(s.part); err != nil || len(entries) == 0 {
		return errors.Join(err, os.Remove(s.part)) // a backup without files makes no folder
	}
	if err := os.Remove(s.folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(s.part, s.folder); err != nil {
		return err
	}
	s.kept = true
	return syncFolder(filepath.Dir(s.folder))
}

// send puts the files into the bucket, and takes them away from beside the folder.
func (s *stage) send(ctx context.Context) error {
	err := fs.WalkDir(s.root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := s.root.ReadFile(path)
		if err != nil {
			return err
		}
		s.put = append(s.put, path)
		return s.bucket.Put(ctx, path, b)
	})
	if err != nil {
		return err
	}
	return errors.Join(s.root.Close(), os.RemoveAll(s.part))
}

// undo takes the files away again when the database did not take its part.
func (s *stage) undo(ctx context.Context) error {
	if s.folder == "" {
		return nil
	}
	var err error
	if len(s.put) > 0 { // also when time was up: what is left would be in the next one's way
		err = s.bucket.Delete(context.WithoutCancel(ctx), s.put...)
	}
	_ = s.root.Close() // closed already when they were kept
	if s.kept {
		return os.RemoveAll(s.folder)
	}
	return errors.Join(err, os.RemoveAll(s.part))
}
