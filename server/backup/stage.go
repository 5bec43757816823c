package backup

import (
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
}

func newStage(folder string) (*stage, error) {
	if folder == "" {
		return &stage{}, nil
	}
	if entries, err := os.ReadDir(folder); err == nil && len(entries) > 0 {
		return nil, errs.New(errs.Conflict, "The folder of files is not empty. Move it away; nothing was changed.").With("not_empty")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s := &stage{folder: folder, part: folder + ".part"}
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

func (s *stage) sink() blobSink { return blobSink{root: s.root} }

// keep gives the files their place, as the last thing before the database's commit.
func (s *stage) keep() error {
	if s.folder == "" {
		return nil
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

// undo takes the files away again when the database did not take its part.
func (s *stage) undo() error {
	if s.folder == "" {
		return nil
	}
	_ = s.root.Close() // closed already when they were kept
	if s.kept {
		return os.RemoveAll(s.folder)
	}
	return os.RemoveAll(s.part)
}
