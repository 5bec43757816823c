package backup

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"heard/server/db"
	"heard/server/errs"
)

// Make writes one moment of everything into a new file at path, which only its owner can read, and reads it through
// once before it gets its name: a file that has the name is whole.
func Make(ctx context.Context, c Config, path string) (s Summary, err error) {
	ctx, cancel := context.WithTimeout(db.WholeServer(ctx), within(c))
	defer cancel()
	if _, err := os.Lstat(path); err == nil {
		return s, errs.New(errs.Conflict, "There is a file of this name already. Give the backup a new name.").With("exists")
	}
	part, err := os.OpenFile(path+".part", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // #nosec G304 -- the operator's path
	if err != nil {
		return s, errs.Wrap(err, errs.Internal, "The backup cannot be written there.")
	}
	defer func() {
		_ = part.Close() // closed already unless it failed
		if err != nil {
			_ = os.Remove(part.Name())
		}
	}()
	schema, err := schemaVersion()
	if err != nil {
		return s, err
	}
	if s, err = write(ctx, c, schema, part); err != nil {
		return s, err
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return s, err
	}
	if _, err := Check(c, part); err != nil {
		return s, err
	}
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return s, errs.Wrap(err, errs.Internal, "The backup cannot be written to the disk.")
	}
	// Link never replaces a file that came meanwhile, as renaming would.
	if err := os.Link(part.Name(), path); err != nil {
		return s, errs.Wrap(err, errs.Internal, "The backup cannot be given its name.")
	}
	return s, errors.Join(os.Remove(part.Name()), syncFolder(filepath.Dir(path)))
}

func within(c Config) time.Duration {
	if c.Within == 0 {
		return defaultWithin
	}
	return c.Within
}

func write(ctx context.Context, c Config, schema int64, out io.Writer) (s Summary, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		s = Summary{Made: tx.Now, Schema: schema, From: tx.Dialect()}
		h, err := newHeader(c.Ring, s.Made, s.Schema, s.From)
		if err != nil {
			return err
		}
		buffered := bufio.NewWriterSize(out, 1<<20)
		w, err := newWriter(buffered, c.Ring, h)
		if err != nil {
			return err
		}
		if err := writeTables(tx, w, &s); err != nil {
			return err
		}
		if err := writeFiles(ctx, c, w, &s); err != nil {
			return err
		}
		if err := w.line(mark{Tables: &s.Tables, AllRows: s.Rows, Blobs: s.Blobs}); err != nil {
			return err
		}
		return errors.Join(w.close(), buffered.Flush())
	})
	return s, err
}

func writeTables(tx *db.Tx, w *writer, s *Summary) error {
	if err := unhurried(tx); err != nil {
		return err
	}
	all, err := catalogue(tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		if err := w.line(mark{Table: t.name, Columns: t.columns}); err != nil {
			return err
		}
		rows := 0
		err := eachRow(tx, t, func(values []any) error { rows++; return w.line(values) })
		if err != nil {
			return err
		}
		if err := w.line(mark{Rows: &rows}); err != nil {
			return err
		}
		s.Tables, s.Rows = s.Tables+1, s.Rows+rows
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path) // #nosec G304 -- the operator's path
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // it was only read
	return folder.Sync()
}
