package db

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"gorm.io/gorm"
)

// maxStatements bounds the prepared statements one connection keeps. The code has
// fewer; lists of different lengths (IN ?) make the number open-ended.
const maxStatements = 500

// session is one SQLite connection with its prepared statements. One goroutine
// uses it at a time.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newSession(ctx context.Context, pool *sql.DB) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, stmts: make(map[string]*sql.Stmt)}, nil
}

// exec runs a statement that begins or ends something.
func (s *session) exec(ctx context.Context, query string) error {
	_, err := s.conn.ExecContext(ctx, query)
	return err
}

// begin starts a transaction. Statements are let go here, where none is in use.
func (s *session) begin(ctx context.Context, query string) error {
	if len(s.stmts) > maxStatements {
		s.forget()
	}
	return s.exec(ctx, query)
}

// rollback ends the transaction if SQLite has not done so itself.
func (s *session) rollback() error {
	ended, err := s.ended()
	if ended || err != nil {
		return err
	}
	return s.exec(context.Background(), "ROLLBACK")
}

// ended says whether no transaction is open. SQLite ends one by itself when a
// write is interrupted or the disk fails; what follows would then run outside it.
func (s *session) ended() (bool, error) {
	var ended bool
	err := s.conn.Raw(func(c any) error {
		ended = c.(driver.Conn).Raw().GetAutocommit()
		return nil
	})
	return ended, err
}

// owing counts deferred foreign keys that would make the commit fail.
func (s *session) owing() (int64, error) {
	var n int64
	err := s.conn.Raw(func(c any) (err error) {
		n, _, err = c.(driver.Conn).Raw().Status(sqlite3.DBSTATUS_DEFERRED_FKS, false)
		return err
	})
	return n, err
}

func (s *session) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := s.stmts[query]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.stmts[query] = st
	return st, nil
}

func (s *session) forget() {
	for q, st := range s.stmts {
		_ = st.Close() // the connection goes on either way
		delete(s.stmts, q)
	}
}

func (s *session) close() error {
	s.forget()
	return s.conn.Close()
}

// sharedConn is what one transaction sees of a session. It ends with the
// transaction, so that a kept *Tx cannot write into somebody else's.
type sharedConn struct {
	s *session
	// interrupt ends statements under way. For a writer it is not the caller's
	// context: SQLite answers an interrupted write by undoing the whole
	// transaction, and with it the work of others.
	interrupt context.Context
	over      atomic.Bool
}

func (c *sharedConn) ready(ctx context.Context) error {
	if c.over.Load() {
		return sql.ErrTxDone
	}
	return ctx.Err()
}

// PrepareContext prepares a statement that the caller closes.
func (c *sharedConn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.s.conn.PrepareContext(c.interrupt, query)
}

// ExecContext runs a statement.
func (c *sharedConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return c.s.conn.ExecContext(c.interrupt, query)
	}
	st, err := c.s.stmt(c.interrupt, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(c.interrupt, args...)
}

// QueryContext runs a query.
func (c *sharedConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	st, err := c.s.stmt(c.interrupt, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(c.interrupt, args...)
}

// QueryRowContext runs a query for one row.
func (c *sharedConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if c.ready(ctx) != nil {
		// Only a query that fails can carry an error in a row.
		gone, cancel := context.WithCancel(ctx)
		cancel()
		return c.s.conn.QueryRowContext(gone, query, args...)
	}
	st, err := c.s.stmt(c.interrupt, query)
	if err != nil {
		return c.s.conn.QueryRowContext(c.interrupt, query, args...)
	}
	return st.QueryRowContext(c.interrupt, args...)
}

// Commit is not for the function inside; having it makes gorm use savepoints for
// a transaction in this one.
func (*sharedConn) Commit() error { return errNotYours }

// Rollback is not for the function inside either.
func (*sharedConn) Rollback() error { return errNotYours }

var errNotYours = errors.Join(gorm.ErrInvalidTransaction, errors.New("a transaction ends with its function"))
