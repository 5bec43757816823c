package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"heard/server/errs"
)

const piece = 256 << 10

// writeFiles adds the files that are not in the database. They are written once and never changed, so those that came
// after the database's moment do no harm: nothing refers to them. Nor does it harm when one is taken away meanwhile:
// whatever it belonged to was over before.
func writeFiles(ctx context.Context, c Config, w *writer, s *Summary) error {
	if c.Bucket == nil {
		return writeBlobs(w, c.Blobs, s)
	}
	return c.Bucket.Each(ctx, func(key string) error {
		b, err := c.Bucket.Get(ctx, key)
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		s.Blobs++
		return writeOne(w, key, bytes.NewReader(b), int64(len(b)))
	})
}

// writeBlobs adds the files of a folder.
func writeBlobs(w *writer, folder string, s *Summary) error {
	root, err := os.OpenRoot(folder)
	if folder == "" || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // it was only read
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir() && path != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir // half written
		case !entry.Type().IsRegular():
			return nil
		}
		err = writeBlob(w, root, path)
		if errors.Is(err, errGone) {
			return nil
		}
		s.Blobs++
		return err
	})
}

var errGone = errors.New("the file is gone")

func writeBlob(w *writer, root *os.Root, path string) error {
	file, err := root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return errGone
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return writeOne(w, filepath.ToSlash(path), file, info.Size())
}

func writeOne(w *writer, name string, file io.Reader, size int64) error {
	if err := w.line(mark{Blob: name, Size: size}); err != nil {
		return err
	}
	sum, buffer, left := sha256.New(), make([]byte, piece), size
	for left > 0 {
		n, err := io.ReadFull(file, buffer[:min(left, piece)])
		if err != nil {
			return errs.Wrap(err, errs.Internal, "A file changed while it was backed up.")
		}
		sum.Write(buffer[:n])
		left -= int64(n)
		if err := w.line(buffer[:n]); err != nil {
			return err
		}
	}
	return w.line(mark{Sum: hex.EncodeToString(sum.Sum(nil))})
}

// blobSink takes files out of a backup; root nil only checks them.
type blobSink struct {
	root *os.Root
}

// read takes one file whose first line was m.
func (b blobSink) read(r *reader, m mark) error {
	if !filepath.IsLocal(m.Blob) || m.Size < 0 {
		return errDamaged
	}
	var out io.WriteCloser = nowhere{}
	if b.root != nil {
		if err := b.root.MkdirAll(filepath.Dir(filepath.FromSlash(m.Blob)), 0o700); err != nil {
			return err
		}
		file, err := b.root.OpenFile(filepath.FromSlash(m.Blob), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		out = file
	}
	return errors.Join(b.pieces(r, m, out), out.Close())
}

func (b blobSink) pieces(r *reader, m mark, out io.Writer) error {
	sum := sha256.New()
	for left := m.Size; left > 0; {
		line, err := r.line()
		var data []byte
		if err != nil || json.Unmarshal(line, &data) != nil || len(data) == 0 || int64(len(data)) > left {
			return errDamaged
		}
		sum.Write(data)
		left -= int64(len(data))
		if _, err := out.Write(data); err != nil {
			return err
		}
	}
	var end mark
	line, err := r.line()
	if err != nil || json.Unmarshal(line, &end) != nil || end.Sum != hex.EncodeToString(sum.Sum(nil)) {
		return errDamaged
	}
	if file, ok := out.(*os.File); ok {
		return file.Sync()
	}
	return nil
}

// nowhere takes what is only checked.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func (nowhere) Close() error { return nil }
