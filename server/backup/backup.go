// Package backup writes everything Heard keeps into one file, and reads it back. The file is the same whichever
// database it came from, so a backup of the embedded database can be restored into PostgreSQL and the other way.
// It is encrypted under a key derived from the server's key, which is never in it: file and key are kept apart, and
// one without the other is worth nothing.
//
// # The file
//
// It begins with the eight letters "HEARDBK1", the length of the header (four bytes, the highest first) and the
// header, JSON. What follows is a stream in segments of 64 KiB (Tink's AES256-GCM-HKDF streaming encryption), with
// magic, length and header as associated data: a file that was cut short or changed anywhere does not open. Inside
// is gzip, and inside that one JSON value a line:
//
//	{"table":"accounts","columns":[{"name":"id","kind":"text"},…]}   a table begins; those it refers to came before
//	["0198…",null,12,true,"AAEC"]                                    a row: text, whole numbers, booleans, bytes in base64
//	{"rows":2}                                                       the table ends
//	{"blob":"ab/cd","size":5}                                        a file begins
//	"AAEC"                                                           a piece of it, in base64
//	{"sum":"…"}                                                      the file ends: SHA-256, hexadecimal
//	{"tables":30,"allRows":1234,"blobs":0}                           the end
package backup

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

// Config says what is backed up, or restored into.
type Config struct {
	DB   *db.DB
	Ring *keys.Ring
	Log  *slog.Logger
	// Blobs is the folder of files that are not in the database; it need not be there.
	Blobs string
	// Bucket keeps those files instead, unless it is nil. What is restored waits beside Blobs until all of it has
	// proven whole.
	Bucket Bucket
	// Within bounds the whole of it: 6 hours.
	Within time.Duration
}

// Bucket is what keeps files where no folder does. What is not there is not_found at Get.
type Bucket interface {
	Each(ctx context.Context, f func(key string) error) error
	Put(ctx context.Context, key string, b []byte) error
	Get(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, keys ...string) error
}

const defaultWithin = 6 * time.Hour

// Summary says how much a file holds.
type Summary struct {
	Made   time.Time
	Schema int64
	From   string // the dialect of the database it came from
	Tables int
	Rows   int
	Blobs  int
}

// String says it to the operator.
func (s Summary) String() string {
	return fmt.Sprintf("%d rows of %d tables and %d files, as at %s, schema %d, from %s",
		s.Rows, s.Tables, s.Blobs, s.Made.UTC().Format("2006-01-02 15:04:05 UTC"), s.Schema, s.From)
}

var (
	errWrongKey = errs.New(errs.Forbidden, "This backup was made with another server key. Put the key it was made with in place and try again; nothing was changed.").With("wrong_key")
	errDamaged  = errs.New(errs.Invalid, "This backup is damaged: cut short, or changed since it was made. Nothing was changed.").With("damaged")
	errNoBackup = errs.New(errs.Invalid, "This file is not a backup of Heard.").With("no_backup")
)
