package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"heard/migrations"
	"heard/server/errs"
)

// schemaJob is what goose needs to bring one database up to date.
type schemaJob struct {
	dialect goose.Dialect
	pool    *sql.DB // of its own: migrations may take longer than a statement may
	options []goose.ProviderOption
	release func() error
}

// Migrate brings the schema up to date. Instances that start together take turns:
// one applies, the others find it done.
func (d *DB) Migrate(ctx context.Context) error { return d.migrate(ctx, migrations.FS) }

func (d *DB) migrate(ctx context.Context, files fs.FS) (err error) {
	others, err := filesOfOthers(files, d.dialect)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "The migrations cannot be read.")
	}
	m, err := d.engine.migrator(ctx)
	if err != nil {
		return migrateError(err)
	}
	defer func() {
		if e := errors.Join(m.pool.Close(), m.release()); e != nil && err == nil {
			err = Translate(e)
		}
	}()
	options := append(m.options, goose.WithExcludeNames(others), goose.WithDisableGlobalRegistry(true), goose.WithSlog(d.log))
	p, err := goose.NewProvider(m.dialect, m.pool, files, options...)
	if err != nil {
		return migrateError(err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return migrateError(err)
	}
	for _, r := range done {
		d.log.InfoContext(ctx, "migrated", slog.Int64("version", r.Source.Version), slog.Duration("took", r.Duration))
	}
	return notNewer(ctx, p)
}

// notNewer refuses a schema made by a later Heard, which this one would misread.
func notNewer(ctx context.Context, p *goose.Provider) error {
	has, knows, err := p.GetVersions(ctx)
	if err != nil {
		return migrateError(err)
	}
	if has > knows {
		return errs.New(errs.Internal, fmt.Sprintf("The database was made by a newer Heard (schema %d, this one knows %d). Start that version.", has, knows)).With("newer_schema")
	}
	return nil
}

// filesOfOthers lists the files meant for the other database, which goose is told
// to leave out: 0007_x.postgres.sql beside 0007_x.sqlite.sql.
func filesOfOthers(files fs.FS, dialect string) ([]string, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	other := Postgres
	if dialect == Postgres {
		other = SQLite
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "."+other+".sql") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func migrateError(err error) error {
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	text, code, _ := classify(err)
	if p, ok := errors.AsType[*goose.PartialError](err); ok {
		text = fmt.Sprintf("migration %d: %s", p.Failed.Source.Version, text)
	}
	if code != errs.Unavailable {
		code = errs.Internal
	}
	return errs.Wrap(&fault{text: text, cause: err}, code, "The database could not be brought up to date.")
}

func (e *postgresEngine) migrator(context.Context) (*schemaJob, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, err
	}
	config := e.config.Copy()
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		delete(config.RuntimeParams, limit)
	}
	config.RuntimeParams[scopeSetting] = wholeServer // a migration may move everybody's rows
	return &schemaJob{
		dialect: goose.DialectPostgres, pool: stdlib.OpenDB(*config),
		options: []goose.ProviderOption{goose.WithSessionLocker(locker)},
		release: func() error { return nil },
	}, nil
}

// migrator holds a lock on a file beside the database: goose reads what is applied
// before it begins to apply, so two of them would both apply the same file.
func (e *sqliteEngine) migrator(ctx context.Context) (*schemaJob, error) {
	guard, err := driver.Open(fileAddress(e.config.Path+lockEnding, "_txlock=exclusive&_pragma=busy_timeout(60000)"))
	if err != nil {
		return nil, err
	}
	held, err := guard.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, guard.Close())
	}
	pool, err := openFile(e.config, false)
	if err != nil {
		return nil, errors.Join(err, held.Rollback(), guard.Close())
	}
	pool.SetMaxOpenConns(1)
	return &schemaJob{
		dialect: goose.DialectSQLite3, pool: pool,
		release: func() error { return errors.Join(held.Rollback(), guard.Close()) },
	}, nil
}
