package backup

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

// Prove says whether a file is a backup made with this server's key. It is asked before anything else is opened.
func Prove(ring *keys.Ring, path string) error {
	file, err := os.Open(path) // #nosec G304 -- the operator's path
	if err != nil {
		return errs.Wrap(err, errs.NotFound, "The backup cannot be read.")
	}
	defer func() { _ = file.Close() }() // it was only read
	_, _, err = readHeader(file, ring)
	return err
}

// Check reads a backup through to its end and changes nothing.
func Check(c Config, in io.Reader) (Summary, error) {
	r, err := newReader(in, c.Ring)
	if err != nil {
		return Summary{}, err
	}
	return walk(r, visitor{
		table: func(table) error { return nil },
		row:   func(table, []any) error { return nil },
	})
}

// Restore reads a backup into a database that is empty and of the same schema, in one transaction: all of it, or
// nothing. Leases of the server it came from are cleared, so that what was due is taken up by whoever runs now;
// sessions of staff and administrators end.
func Restore(ctx context.Context, c Config, path string) (s Summary, err error) {
	ctx, cancel := context.WithTimeout(db.WholeServer(ctx), within(c))
	defer cancel()
	file, err := os.Open(path) // #nosec G304 -- the operator's path
	if err != nil {
		return s, errs.Wrap(err, errs.NotFound, "The backup cannot be read.")
	}
	defer func() { _ = file.Close() }() // it was only read
	r, err := newReader(file, c.Ring)
	if err != nil {
		return s, err
	}
	schema, err := schemaVersion()
	if err != nil {
		return s, err
	}
	if r.header.Schema != schema {
		return s, errs.New(errs.Conflict, fmt.Sprintf(
			"This backup has schema %d and this Heard has %d. Restore it with the version of Heard that made it, then start the newer one on that database.",
			r.header.Schema, schema)).With("schema")
	}
	stage, err := newStage(ctx, c)
	if err != nil {
		return s, err
	}
	err = c.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if s, err = restoreTx(tx, r, stage.sink()); err != nil {
			return err
		}
		return stage.keep(ctx)
	})
	if err != nil {
		return s, errors.Join(err, stage.undo(ctx))
	}
	return s, nil
}

func restoreTx(tx *db.Tx, r *reader, blobs blobSink) (Summary, error) {
	var s Summary
	if err := unhurried(tx); err != nil {
		return s, err
	}
	here, err := catalogue(tx)
	if err != nil {
		return s, err
	}
	for _, t := range here {
		none, err := empty(tx, t)
		if err != nil {
			return s, err
		}
		if !none {
			return s, errs.New(errs.Conflict, "The database is not empty ("+t.name+" has rows). Restore into a new one; nothing was changed.").With("not_empty")
		}
	}
	into := &inserter{tx: tx, here: here}
	if s, err = walk(r, visitor{table: into.begin, row: into.row, blobs: blobs}); err != nil {
		return s, err
	}
	if err := into.flush(); err != nil {
		return s, err
	}
	if len(into.seen) != len(here) {
		return s, errs.New(errs.Conflict, "This backup lacks tables that this Heard has. Restore it with the version that made it.").With("schema")
	}
	for _, t := range here {
		if err := clearLeases(tx, t); err != nil {
			return s, err
		}
	}
	return s, endStaffSessions(tx)
}

// inserter writes rows in batches.
type inserter struct {
	tx      *db.Tx
	here    []table
	seen    []string
	current table
	rows    [][]any
}

const (
	mostRows   = 200
	mostValues = 10_000
)

func (i *inserter) begin(t table) error {
	if err := i.flush(); err != nil {
		return err
	}
	at := slices.IndexFunc(i.here, func(h table) bool { return h.name == t.name })
	if at < 0 || slices.Contains(i.seen, t.name) || !slices.Equal(i.here[at].columns, t.columns) {
		return errs.New(errs.Conflict, "This backup's table "+t.name+" is not the one this Heard has. Restore it with the version that made it.").With("schema")
	}
	i.seen, i.current = append(i.seen, t.name), t
	return nil
}

func (i *inserter) row(_ table, values []any) error {
	i.rows = append(i.rows, values)
	if len(i.rows) < mostRows && len(i.rows)*len(values) < mostValues {
		return nil
	}
	return i.flush()
}

func (i *inserter) flush() error {
	err := insert(i.tx, i.current, i.rows)
	i.rows = nil
	return err
}

// visitor is told what a file holds as it is read.
type visitor struct {
	table func(table) error
	row   func(table, []any) error
	blobs blobSink
}

// walk reads a whole file. Only when it returns without an error was the file whole.
func walk(r *reader, v visitor) (Summary, error) {
	s := Summary{Made: r.header.Made, Schema: r.header.Schema, From: r.header.From}
	for {
		line, err := r.line()
		var m mark
		if err != nil || json.Unmarshal(line, &m) != nil {
			return s, errDamaged
		}
		switch {
		case m.Table != "":
			s.Tables++
			n, err := walkTable(r, v, table{name: m.Table, columns: m.Columns})
			if err != nil {
				return s, err
			}
			s.Rows += n
		case m.Blob != "":
			s.Blobs++
			if err := v.blobs.read(r, m); err != nil {
				return s, err
			}
		case m.Tables != nil:
			if *m.Tables != s.Tables || m.AllRows != s.Rows || m.Blobs != s.Blobs {
				return s, errDamaged
			}
			// The last segment must be read for its seal to be proven.
			if _, err := r.line(); !errors.Is(err, io.EOF) {
				return s, errDamaged
			}
			return s, nil
		default:
			return s, errDamaged
		}
	}
}

func walkTable(r *reader, v visitor, t table) (rows int, err error) {
	if err := v.table(t); err != nil {
		return 0, err
	}
	for {
		line, err := r.line()
		if err != nil {
			return rows, errDamaged
		}
		if bytes.HasPrefix(line, []byte("{")) {
			var end mark
			if json.Unmarshal(line, &end) != nil || end.Rows == nil || *end.Rows != rows {
				return rows, errDamaged
			}
			return rows, nil
		}
		values, err := decode(line, t.columns)
		if err != nil {
			return rows, err
		}
		rows++
		if err := v.row(t, values); err != nil {
			return rows, err
		}
	}
}

// decode reads a row's line by the kinds of its columns.
func decode(line []byte, columns []column) ([]any, error) {
	var raw []json.RawMessage
	if json.Unmarshal(line, &raw) != nil || len(raw) != len(columns) {
		return nil, errDamaged
	}
	values := make([]any, len(columns))
	for i, c := range columns {
		if string(raw[i]) == "null" {
			continue
		}
		var err error
		switch c.Kind {
		case kindText:
			values[i], err = as[string](raw[i])
		case kindInt:
			values[i], err = as[int64](raw[i])
		case kindBool:
			values[i], err = as[bool](raw[i])
		case kindBytes:
			values[i], err = fromBase64(raw[i])
		default:
			err = errDamaged
		}
		if err != nil {
			return nil, errDamaged
		}
	}
	return values, nil
}

func as[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// fromBase64 keeps an empty value apart from none.
func fromBase64(raw json.RawMessage) (any, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if b == nil {
		b = []byte{}
	}
	return oneValue(b), err
}
