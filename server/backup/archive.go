package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"heard/server/keys"
)

const (
	magic         = "HEARDBK1"
	longestHeader = 64 << 10
	longestLine   = 256 << 20
	saltSize      = 32
	purpose       = "backup content"
)

// header stands open at the beginning of the file.
type header struct {
	Made     time.Time `json:"made"`
	Schema   int64     `json:"schema"`
	From     string    `json:"from"`
	Salt     []byte    `json:"salt"`
	KeyCheck []byte    `json:"keyCheck"` // proves the server key without telling anything of it
}

func newHeader(ring *keys.Ring, made time.Time, schema int64, from string) (header, error) {
	h := header{Made: made.UTC(), Schema: schema, From: from, Salt: make([]byte, saltSize)}
	if _, err := rand.Read(h.Salt); err != nil {
		return h, err
	}
	h.KeyCheck = ring.MAC("backup key check", h.Salt)
	return h, nil
}

// bytes is the header as it stands in the file, magic and length before it.
func (h header) bytes() ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	all := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(text))) // #nosec G115 -- a few hundred bytes
	return append(all, text...), nil
}

// readHeader gives the header and its bytes, and refuses a file for another key.
func readHeader(r io.Reader, ring *keys.Ring) (h header, raw []byte, err error) {
	raw = make([]byte, len(magic)+4)
	if _, err := io.ReadFull(r, raw); err != nil || string(raw[:len(magic)]) != magic {
		return h, nil, errNoBackup
	}
	size := binary.BigEndian.Uint32(raw[len(magic):])
	if size > longestHeader {
		return h, nil, errNoBackup
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil || json.Unmarshal(text, &h) != nil {
		return h, nil, errNoBackup
	}
	if !hmac.Equal(h.KeyCheck, ring.MAC("backup key check", h.Salt)) {
		return h, nil, errWrongKey
	}
	return h, slices.Concat(raw, text), nil
}

// writer turns lines into the file.
type writer struct {
	lines *json.Encoder
	zip   *gzip.Writer
	seal  io.WriteCloser
}

func newWriter(out io.Writer, ring *keys.Ring, h header) (*writer, error) {
	raw, err := h.bytes()
	if err != nil {
		return nil, err
	}
	if _, err := out.Write(raw); err != nil {
		return nil, err
	}
	w := &writer{}
	if w.seal, err = ring.SealStream(purpose, h.Salt, out, raw); err != nil {
		return nil, err
	}
	w.zip = gzip.NewWriter(w.seal)
	w.lines = json.NewEncoder(w.zip)
	w.lines.SetEscapeHTML(false)
	return w, nil
}

func (w *writer) line(v any) error { return w.lines.Encode(v) }

func (w *writer) close() error { return errors.Join(w.zip.Close(), w.seal.Close()) }

// reader turns the file into lines.
type reader struct {
	header header
	zip    *gzip.Reader
	lines  *bufio.Reader
}

func newReader(in io.Reader, ring *keys.Ring) (*reader, error) {
	h, raw, err := readHeader(in, ring)
	if err != nil {
		return nil, err
	}
	open, err := ring.OpenStream(purpose, h.Salt, in, raw)
	if err != nil {
		return nil, errDamaged
	}
	zip, err := gzip.NewReader(open)
	if err != nil {
		return nil, errDamaged
	}
	zip.Multistream(false)
	return &reader{header: h, zip: zip, lines: bufio.NewReaderSize(zip, 1<<20)}, nil
}

// line gives the next line; at the end of the file, io.EOF.
func (r *reader) line() ([]byte, error) {
	var all []byte
	for {
		part, err := r.lines.ReadSlice('\n')
		all = append(all, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(all, []byte("\n")), nil
		case errors.Is(err, io.EOF) && len(all) == 0:
			return nil, io.EOF
		case !errors.Is(err, bufio.ErrBufferFull) || len(all) > longestLine:
			return nil, errDamaged
		}
	}
}

// mark is any line that is no row and no piece of a file.
type mark struct {
	Table   string   `json:"table,omitempty"`
	Columns []column `json:"columns,omitempty"`
	Rows    *int     `json:"rows,omitempty"`
	Blob    string   `json:"blob,omitempty"`
	Size    int64    `json:"size,omitempty"`
	Sum     string   `json:"sum,omitempty"`
	Tables  *int     `json:"tables,omitempty"`
	AllRows int      `json:"allRows,omitempty"`
	Blobs   int      `json:"blobs,omitempty"`
}

// column is one column of a table, whichever database it is in.
type column struct {
	Name string `json:"name"`
	Kind kind   `json:"kind"`
}

type kind string

const (
	kindText  kind = "text"
	kindInt   kind = "int"
	kindBool  kind = "bool"
	kindBytes kind = "bytes"
)
