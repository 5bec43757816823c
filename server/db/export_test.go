package db

import (
	"context"
	"database/sql"
	"io/fs"

	"github.com/ncruces/go-sqlite3/driver"
)

// Durable is the rule by which PostgreSQL's settings are refused.
var Durable = durable

// MigrateFiles is Migrate with the migrations of a test.
func (d *DB) MigrateFiles(ctx context.Context, files fs.FS) error { return d.migrate(ctx, files) }

// OnCommit asks f before each commit of the SQLite writer; false makes it fail.
// It must be called while no transaction runs.
func (d *DB) OnCommit(f func() bool) error {
	return d.engine.(*sqliteEngine).writer.s.conn.Raw(func(c any) error {
		c.(driver.Conn).Raw().CommitHook(f)
		return nil
	})
}

// OneConnection gives PostgreSQL's pool, cut down to the one connection that the
// next transaction uses too.
func (d *DB) OneConnection() *sql.DB {
	pool := d.engine.(*postgresEngine).pool
	pool.SetMaxOpenConns(1)
	return pool
}
