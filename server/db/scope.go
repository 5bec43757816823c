package db

import (
	"context"
	"database/sql/driver"
	"regexp"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"heard/server/errs"
)

// PostgreSQL keeps organisations apart a second time, by row-level security: its
// policies compare each row with this setting. Not set, it shows no row at all.
const (
	scopeSetting = "heard.organisation"
	// wholeServer is what jobs, signing in and migrations set: every organisation.
	wholeServer = "*"
)

var uuidText = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

type wholeServerKey struct{}

// WholeServer lets the transactions under this context see every organisation,
// although somebody is asking. It is for what cannot know the organisation yet,
// such as whose code or passkey this is.
func WholeServer(ctx context.Context) context.Context {
	return context.WithValue(ctx, wholeServerKey{}, true)
}

// scopeOf says what a transaction under this context may see. The answer becomes
// part of a statement, so anything but an id is refused.
func (d *DB) scopeOf(ctx context.Context) (string, error) {
	if d.scope == nil || ctx.Value(wholeServerKey{}) != nil {
		return wholeServer, nil
	}
	switch organisation := d.scope(ctx); {
	case organisation == "":
		return wholeServer, nil
	case uuidText.MatchString(organisation):
		return organisation, nil
	default:
		return "", errs.New(errs.Internal, "Something went wrong.").With("scope")
	}
}

// scopedConnector makes connections whose transactions begin with their scope.
type scopedConnector struct {
	driver.Connector
	scopeOf func(context.Context) (string, error)
}

// Connect opens a connection.
func (c *scopedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &scopedConn{Conn: conn.(*stdlib.Conn), scopeOf: c.scopeOf}, nil
}

type scopedConn struct {
	*stdlib.Conn
	scopeOf func(context.Context) (string, error)
}

// BeginTx begins a transaction and sets its scope in the same message, so that
// the second wall costs no further way to the server and back. LOCAL ends the
// setting with the transaction: the next user of the connection starts without.
func (c *scopedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	scope, err := c.scopeOf(ctx)
	if err != nil {
		return nil, err
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	begin := "BEGIN"
	if opts.ReadOnly { // one snapshot for everything that is read
		begin += " ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	soon, cancel := context.WithTimeout(ctx, beginWithin) // of the beginning, not of the transaction
	defer cancel()
	tx, err := c.Conn.Conn().BeginTx(soon, pgx.TxOptions{BeginQuery: begin + "; SET LOCAL " + scopeSetting + " = '" + scope + "'"})
	if err != nil {
		return nil, err
	}
	return &scopedTx{ctx: ctx, tx: tx}, nil
}

type scopedTx struct {
	ctx context.Context
	tx  pgx.Tx
}

// Commit ends the transaction under the context it was begun with.
func (t *scopedTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback undoes the transaction.
func (t *scopedTx) Rollback() error { return t.tx.Rollback(t.ctx) }
