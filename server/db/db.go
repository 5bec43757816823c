// Package db opens the database, PostgreSQL or an encrypted SQLite file, and runs
// transactions on it. Nothing is answered before it is durable: PostgreSQL must
// not be told to skip that, and SQLite commits with synchronous=FULL, many
// waiting transactions in one.
package db

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"gorm.io/gorm"

	"heard/server/errs"
)

const (
	// SQLite is the dialect of the embedded database.
	SQLite = "sqlite"
	// Postgres is the dialect of PostgreSQL.
	Postgres = "postgres"

	txTimeout       = 10 * time.Second // for a caller that set no deadline
	busyTimeout     = 5 * time.Second
	defaultGroupMax = 64
)

// Config says which database to open and how.
type Config struct {
	URL      string           // PostgreSQL; empty means SQLite
	Path     string           // the SQLite file
	Key      []byte           // 32 bytes that encrypt the SQLite file
	Now      func() time.Time // the clock; time.Now when nil
	Log      *slog.Logger
	GroupMax int // transactions in one SQLite commit: 64 when 0, 1 for one at a time
	Conns    int // to PostgreSQL, at most: 48 when 0
	// Scope gives the id of the organisation that whoever asks belongs to, or ""
	// when it is the server itself. PostgreSQL shows a transaction no other rows.
	Scope func(context.Context) string
}

// DB is an open database.
type DB struct {
	dialect string
	now     func() time.Time
	log     *slog.Logger
	scope   func(context.Context) string
	engine  engine
}

// engine is what the two databases do differently.
type engine interface {
	write(ctx context.Context, fn func(*Tx) error) error
	read(ctx context.Context, fn func(*Tx) error) error
	ping(ctx context.Context) error
	migrator(ctx context.Context) (*schemaJob, error)
	connections() *sql.DB
	close() error
}

// Open opens the database and refuses one that would lose what it confirmed.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.GroupMax <= 0 {
		c.GroupMax = defaultGroupMax
	}
	d := &DB{now: c.Now, log: c.Log, scope: c.Scope}
	var err error
	if c.URL != "" {
		d.dialect = Postgres
		d.engine, err = openPostgres(ctx, d, c)
	} else {
		d.dialect = SQLite
		d.engine, err = openSQLite(ctx, d, c)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Close ends the database once the transactions under way are done.
func (d *DB) Close() error { return d.engine.close() }

// Ping says whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	ctx, cancel := withTimeout(ctx)
	defer cancel()
	return Translate(d.engine.ping(ctx))
}

// Dialect says which database it is: "sqlite" or "postgres".
func (d *DB) Dialect() string { return d.dialect }

// Tx runs fn in a transaction and returns once it is durable. When fn fails or
// panics nothing of it stays. fn may run beside others in one commit on SQLite,
// so it must not wait for another transaction or for the network.
func (d *DB) Tx(ctx context.Context, fn func(*Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return errs.New(errs.Internal, "A transaction was started inside a transaction.")
	}
	ctx, cancel := withTimeout(ctx)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return Translate(err)
	}
	return d.engine.write(ctx, fn)
}

// Read runs fn on one snapshot and lets it change nothing.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if ctx.Value(insideKey{}) != nil {
		return errs.New(errs.Internal, "A transaction was started inside a transaction.")
	}
	ctx, cancel := withTimeout(ctx)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return Translate(err)
	}
	return d.engine.read(ctx, fn)
}

func withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, txTimeout)
}

func openGorm(d gorm.Dialector, c Config) (*gorm.DB, error) {
	g, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		TranslateError:         true,
		Logger:                 queryLog{c.Log},
	})
	if err != nil {
		return nil, Translate(err)
	}
	return g, nil
}
