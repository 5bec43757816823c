package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"heard/server/errs"
)

// fault stands in for a database's own error, whose text may quote the values of
// a row. Its text names what failed and never a value; errors.Is and errors.As
// still see the error itself.
type fault struct {
	text  string
	cause error
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.cause }

// Translate turns an error of gorm or a driver into one of ours. An error that is
// already ours passes through.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	text, code, _ := classify(err)
	f := &fault{text: text, cause: err}
	switch code {
	case errs.NotFound:
		return errs.Wrap(f, code, "There is nothing here.")
	case errs.Conflict:
		return errs.Wrap(f, code, "That is there already.").With("duplicate")
	case errs.Invalid:
		return errs.Wrap(f, code, "There are characters in this that can't be kept.")
	case errs.Unavailable:
		return errs.Wrap(f, code, "Heard cannot do this right now. Please try again.")
	default:
		return errs.Wrap(f, errs.Internal, "Something went wrong.")
	}
}

// translateKnown is Translate for errors that certainly come from the database;
// an error of another kind keeps its own text.
func translateKnown(err error) error {
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	if _, _, known := classify(err); known {
		return Translate(err)
	}
	return err
}

// classify names an error without quoting values, gives its code, and says
// whether it is a database's.
func classify(err error) (text string, code errs.Code, known bool) {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return "record not found", errs.NotFound, true
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline exceeded", errs.Unavailable, true
	case errors.Is(err, context.Canceled):
		return "cancelled", errs.Unavailable, true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifyPostgres(e)
	}
	if code, ok := errors.AsType[sqlite3.ExtendedErrorCode](err); ok {
		return classifySQLite(err, code)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return "postgres: no connection", errs.Unavailable, true
	}
	if _, ok := errors.AsType[net.Error](err); ok || isBrokenConnection(err) {
		return "the connection to the database broke", errs.Unavailable, true
	}
	for _, e := range gormErrors {
		if errors.Is(err, e) {
			return "gorm: " + e.Error(), errs.Internal, true
		}
	}
	if m := quoting.FindString(err.Error()); m != "" {
		return m, errs.Internal, true
	}
	return fmt.Sprintf("%T", err), errs.Internal, false
}

// isLostConnection says whether the server at the other end has gone, as far as
// beginning a transaction can tell: broken, or ended by the server with its own goodbye.
func isLostConnection(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "57P") || strings.HasPrefix(e.Code, "08")
	}
	network, ok := errors.AsType[net.Error](err)
	if errors.Is(err, context.DeadlineExceeded) || ok && network.Timeout() {
		return false // it is silent, not gone: another would be as silent
	}
	return ok || isBrokenConnection(err)
}

func isBrokenConnection(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// quoting matches the start of errors that go on to quote a value.
var quoting = regexp.MustCompile(`^(sql: Scan error on column index \d+, name "[a-z_]*"|failed to encode args\[\d+\]|can't scan into dest\[\d+\])`)

var gormErrors = []error{
	gorm.ErrInvalidTransaction, gorm.ErrNotImplemented, gorm.ErrMissingWhereClause, gorm.ErrUnsupportedRelation,
	gorm.ErrPrimaryKeyRequired, gorm.ErrModelValueRequired, gorm.ErrModelAccessibleFieldsRequired, gorm.ErrSubQueryRequired,
	gorm.ErrInvalidData, gorm.ErrUnsupportedDriver, gorm.ErrInvalidField, gorm.ErrEmptySlice, gorm.ErrInvalidDB,
	gorm.ErrInvalidValue, gorm.ErrInvalidValueOfLength, gorm.ErrDuplicatedKey, gorm.ErrForeignKeyViolated,
	gorm.ErrCheckConstraintViolated, schema.ErrUnsupportedDataType, sql.ErrTxDone,
}

// classifyPostgres reads the SQLSTATE. Message and Detail quote values, except
// the messages of class 42, which quote our own statement.
func classifyPostgres(e *pgconn.PgError) (string, errs.Code, bool) {
	text := "postgres: SQLSTATE " + e.Code
	if e.ConstraintName != "" {
		text += ", constraint " + e.ConstraintName
	}
	class := e.Code[:min(2, len(e.Code))]
	if class == "42" {
		text += ", " + e.Message
	}
	switch {
	case e.Code == "23505":
		return text, errs.Conflict, true
	case e.Code == "22021": // a text with a NUL, which PostgreSQL cannot hold: the sender's fault, not ours
		return text, errs.Invalid, true
	case e.Code == "40001", e.Code == "40P01", e.Code == "55P03", e.Code == "57014", class == "08", class == "53",
		strings.HasPrefix(e.Code, "57P"), e.Code == "25P03":
		// Serialisation, deadlock, lock timeout, statement timeout, connection
		// trouble, out of connections or disk, shutting down, idle too long.
		return text, errs.Unavailable, true
	default:
		return text, errs.Internal, true
	}
}

// classifySQLite reads the result code. The message of a constraint names table
// and columns, that of a plain error quotes our own statement.
func classifySQLite(err error, code sqlite3.ExtendedErrorCode) (string, errs.Code, bool) {
	text := code.Error()
	if e, ok := errors.AsType[*sqlite3.Error](err); ok && (code.Code() == sqlite3.CONSTRAINT || code.Code() == sqlite3.ERROR) {
		text = e.Error()
	}
	switch {
	case code == sqlite3.CONSTRAINT_UNIQUE, code == sqlite3.CONSTRAINT_PRIMARYKEY, code == sqlite3.CONSTRAINT_ROWID:
		return text, errs.Conflict, true
	case code.Code() == sqlite3.BUSY, code.Code() == sqlite3.LOCKED, code.Code() == sqlite3.INTERRUPT,
		code.Code() == sqlite3.FULL, code.Code() == sqlite3.IOERR, code.Code() == sqlite3.PROTOCOL:
		// PROTOCOL: others began on the log at the same moment, too often for SQLite to go on trying.
		return text, errs.Unavailable, true
	default:
		return text, errs.Internal, true
	}
}
