package db

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"heard/server/errs"
)

const (
	// postgresConns lets many cards share a flush of the log, and two instances still
	// fit into PostgreSQL's usual hundred connections.
	postgresConns = 48
	// commitGrace lets a commit finish after the caller's time is up, so that the
	// caller is seldom left without knowing what became of it.
	commitGrace = 5 * time.Second
	// connectWithin and beginWithin bound how long an outage can hold up a request
	// before it has done anything.
	connectWithin = 3 * time.Second
	beginWithin   = 3 * time.Second
)

type postgresEngine struct {
	db     *DB
	config *pgx.ConnConfig
	pool   *sql.DB
	gorm   *gorm.DB
}

func openPostgres(ctx context.Context, d *DB, c Config) (engine, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		// The parser's error quotes parts of the address.
		return nil, errs.New(errs.Invalid, "The address of the PostgreSQL database is not valid.")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	defaults(config.RuntimeParams, map[string]string{
		"application_name":                    "heard",
		"timezone":                            "UTC",
		"statement_timeout":                   "10s",
		"lock_timeout":                        "5s",
		"idle_in_transaction_session_timeout": "30s",
	})
	e := &postgresEngine{db: d, config: config, pool: sql.OpenDB(&scopedConnector{stdlib.GetConnector(*config), d.scopeOf})}
	conns := cmp.Or(c.Conns, postgresConns)
	e.pool.SetMaxOpenConns(conns)
	e.pool.SetMaxIdleConns(conns)
	e.pool.SetConnMaxIdleTime(5 * time.Minute)
	e.pool.SetConnMaxLifetime(time.Hour)
	if err = checkPostgres(ctx, e.pool, c.Log); err == nil {
		e.gorm, err = openGorm(postgres.New(postgres.Config{Conn: e.pool}), c)
	}
	if err != nil {
		return nil, errors.Join(err, e.pool.Close())
	}
	return e, nil
}

func defaults(params, values map[string]string) {
	for k, v := range values {
		if _, ok := params[k]; !ok {
			params[k] = v
		}
	}
}

// checkPostgres refuses settings under which a confirmed card can be lost, and
// warns when the role is one that row-level security does not hold for.
func checkPostgres(ctx context.Context, pool *sql.DB, log *slog.Logger) error {
	ctx, cancel := withTimeout(ctx)
	defer cancel()
	const question = `SELECT current_setting('fsync'), current_setting('synchronous_commit'), rolsuper OR rolbypassrls
		FROM pg_roles WHERE rolname = current_user`
	var fsync, commit string
	var bypasses bool
	err := pool.QueryRowContext(ctx, question).Scan(&fsync, &commit, &bypasses)
	if err != nil {
		text, _, _ := classify(err)
		return errs.Wrap(&fault{text: text, cause: err}, errs.Unavailable, "PostgreSQL cannot be reached.")
	}
	if bypasses {
		log.WarnContext(ctx, "PostgreSQL's role goes around row-level security: organisations are kept apart by Heard's own queries only. See docs/OPERATIONS.md.")
	}
	return durable(fsync, commit)
}

func durable(fsync, commit string) error {
	if fsync == "off" {
		return errs.New(errs.Internal, "Heard does not start: PostgreSQL has fsync=off, so a power cut would lose cards that were confirmed. Set fsync=on.").With("not_durable")
	}
	if commit == "off" {
		return errs.New(errs.Internal, "Heard does not start: PostgreSQL has synchronous_commit=off, so a crash would lose cards that were confirmed. Set synchronous_commit=on.").With("not_durable")
	}
	return nil
}

func (e *postgresEngine) write(ctx context.Context, fn func(*Tx) error) error {
	// The commit does not hang on the caller's context: a phone that goes away at
	// that moment must not turn a commit into a rollback nobody hears of.
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), remaining(ctx)+commitGrace)
	defer cancel()
	return e.transact(ctx, detached, &sql.TxOptions{}, fn)
}

func (e *postgresEngine) read(ctx context.Context, fn func(*Tx) error) error {
	return e.transact(ctx, ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// transact takes a connection and runs statements under ctx, and begins and ends
// the transaction under whole.
func (e *postgresEngine) transact(ctx, whole context.Context, opts *sql.TxOptions, fn func(*Tx) error) error {
	conn, sqlTx, err := e.begin(ctx, whole, opts)
	if err != nil {
		return Translate(err)
	}
	defer func() { _ = conn.Close() }()     // back to the pool; a broken one is dropped there
	defer func() { _ = sqlTx.Rollback() }() // nothing to undo after the commit
	tx := newTx(ctx, e.db, e.gorm, &ownConn{sqlTx})
	if err := tx.run(fn); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return Translate(err)
	}
	tx.committed()
	return nil
}

// begin takes a connection and begins. One from the pool may lead to a server that
// has gone since, which shows only now: nothing has happened on it yet, so it is
// thrown away and another taken, until a new one tells whether the server is back.
func (e *postgresEngine) begin(ctx, whole context.Context, opts *sql.TxOptions) (*sql.Conn, *sql.Tx, error) {
	for tries := 0; ; tries++ {
		conn, err := e.pool.Conn(ctx)
		if err != nil {
			return nil, nil, err
		}
		tx, err := conn.BeginTx(whole, opts)
		if err == nil {
			return conn, tx, nil
		}
		again := tries < postgresConns && ctx.Err() == nil && isLostConnection(err)
		if again {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // the pool drops it
		}
		_ = conn.Close()
		if !again {
			return nil, nil, err
		}
	}
}

func remaining(ctx context.Context) time.Duration {
	if t, ok := ctx.Deadline(); ok {
		return max(0, time.Until(t))
	}
	return txTimeout
}

func (e *postgresEngine) ping(ctx context.Context) error { return e.pool.PingContext(ctx) }

func (e *postgresEngine) connections() *sql.DB { return e.pool }

func (e *postgresEngine) close() error { return e.pool.Close() }

// ownConn is a transaction that its function cannot end.
type ownConn struct{ *sql.Tx }

// Commit is not for the function inside; having it makes gorm use savepoints for
// a transaction in this one.
func (*ownConn) Commit() error { return errNotYours }

// Rollback is not for the function inside either.
func (*ownConn) Rollback() error { return errNotYours }
