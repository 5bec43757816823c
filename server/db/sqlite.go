package db

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // encrypts the file
	"gorm.io/gorm"

	"heard/server/errs"
)

const (
	sqliteKeySize = 32
	lockEnding    = ".lock" // taken while migrating
)

var errClosed = errs.New(errs.Unavailable, "Heard is stopping. Please try again.").With("closed")

type sqliteEngine struct {
	db      *DB
	config  Config
	gorm    *gorm.DB
	writes  *sql.DB // one connection, the writer's
	reads   *sql.DB
	writer  *writer
	readers chan *session // nil stands for a reader not opened yet
	closing chan struct{}
	once    sync.Once
	closed  error
}

func openSQLite(ctx context.Context, d *DB, c Config) (engine, error) {
	if len(c.Key) != sqliteKeySize {
		return nil, errs.New(errs.Internal, "The database file needs a key of 32 bytes.")
	}
	if err := makeFiles(c.Path); err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The database file cannot be made.")
	}
	g, err := openGorm(dialector{}, c)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{db: d, config: c, gorm: g, closing: make(chan struct{})}
	if e.writes, err = openFile(c, false); err != nil {
		return nil, Translate(err)
	}
	e.writes.SetMaxOpenConns(1)
	if e.reads, err = openFile(c, true); err != nil {
		return nil, errors.Join(Translate(err), e.writes.Close())
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	e.reads.SetMaxOpenConns(n)
	e.readers = make(chan *session, n)
	for range n {
		e.readers <- nil
	}
	s, err := newSession(ctx, e.writes)
	if err == nil {
		err = checkDurable(ctx, s)
	}
	if err == nil {
		err = closeFiles(c.Path)
	}
	if err != nil {
		return nil, errors.Join(openError(err), e.reads.Close(), closeIf(s), e.writes.Close())
	}
	e.writer = startWriter(s, c.GroupMax, e.closing)
	return e, nil
}

func closeIf(s *session) error {
	if s == nil {
		return nil
	}
	return s.close()
}

func openError(err error) error {
	if errors.Is(err, sqlite3.NOTADB) {
		return errs.Wrap(err, errs.Internal, "The database file does not open with this key. Start Heard with the key the file was made with.").With("wrong_key")
	}
	return Translate(err)
}

// makeFiles makes the file, and the one locked while migrating, for this user only.
func makeFiles(path string) error {
	return errors.Join(makeFile(path), makeFile(path+lockEnding))
}

// closeFiles takes the files SQLite keeps beside its own from other users; the
// library makes them readable by everybody. They last until the writer closes.
func closeFiles(path string) error {
	return errors.Join(os.Chmod(path+"-wal", 0o600), os.Chmod(path+"-shm", 0o600))
}

func openFile(c Config, readOnly bool) (*sql.DB, error) {
	// The key is not in the address, where every part of the program could see it.
	address := fileAddress(c.Path, "vfs=adiantum&_txlock=immediate")
	key := hex.EncodeToString(c.Key)
	return driver.Open(address, func(conn *sqlite3.Conn) error {
		settings := "PRAGMA hexkey='" + key + "';" +
			"PRAGMA busy_timeout=" + strconv.FormatInt(busyTimeout.Milliseconds(), 10) + ";" +
			"PRAGMA temp_store=memory;" + // a temporary file would be encrypted too, but slower
			"PRAGMA foreign_keys=on;" +
			"PRAGMA trusted_schema=off;"
		if readOnly {
			settings += "PRAGMA cache_size=-8000; PRAGMA query_only=on;"
		} else {
			settings += "PRAGMA journal_mode=wal;" +
				"PRAGMA synchronous=full;" +
				"PRAGMA secure_delete=fast;" + // deleted text is overwritten where that costs no extra write
				"PRAGMA journal_size_limit=67108864;" +
				"PRAGMA cache_size=-32000;"
		}
		return conn.Exec(settings)
	})
}

// fileAddress writes a path as SQLite's URI, in which ? and # would end it.
func fileAddress(path, query string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + u.EscapedPath() + "?" + query
}

// checkDurable refuses a file system or build where the settings did not hold:
// SQLite answers a setting it cannot keep with the old one and no error.
func checkDurable(ctx context.Context, s *session) error {
	var journal string
	var synchronous, foreignKeys, tables int
	for query, dest := range map[string]any{
		"PRAGMA journal_mode": &journal, "PRAGMA synchronous": &synchronous, "PRAGMA foreign_keys": &foreignKeys,
		// Reading the schema proves the key.
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := s.conn.QueryRowContext(ctx, query).Scan(dest); err != nil {
			return err
		}
	}
	if journal != "wal" || synchronous != 2 || foreignKeys != 1 {
		return errs.New(errs.Internal, "The database file cannot be kept safely in this place. Choose a local disk.")
	}
	return nil
}

func (e *sqliteEngine) write(ctx context.Context, fn func(*Tx) error) error {
	return e.writer.submit(ctx, func(pool gorm.ConnPool) *Tx { return newTx(ctx, e.db, e.gorm, pool) }, fn)
}

func (e *sqliteEngine) read(ctx context.Context, fn func(*Tx) error) error {
	var s *session
	select {
	case <-e.closing:
		return errClosed
	default:
	}
	select {
	case s = <-e.readers:
	case <-ctx.Done():
		return Translate(ctx.Err())
	case <-e.closing:
		return errClosed
	}
	if s == nil {
		var err error
		if s, err = newSession(ctx, e.reads); err != nil {
			e.readers <- nil
			return Translate(err)
		}
	}
	conn := &sharedConn{s: s, interrupt: ctx}
	defer func() {
		conn.over.Store(true)
		if s.rollback() != nil {
			_ = s.close() // a new one takes its place
			s = nil
		}
		e.readers <- s
	}()
	if err := s.begin(ctx, "BEGIN DEFERRED"); err != nil {
		return Translate(err)
	}
	tx := newTx(ctx, e.db, e.gorm, conn)
	if err := tx.run(fn); err != nil {
		return err
	}
	tx.committed()
	return nil
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	return e.read(ctx, func(tx *Tx) error { return tx.Gorm().Exec("SELECT 1").Error })
}

func (e *sqliteEngine) connections() *sql.DB { return e.reads }

// close lets the transactions under way finish. The last connection to close
// moves the WAL into the file.
func (e *sqliteEngine) close() error {
	e.once.Do(func() {
		close(e.closing)
		<-e.writer.stopped
		var errs []error
		for range cap(e.readers) {
			if s := <-e.readers; s != nil {
				errs = append(errs, s.close())
			}
		}
		errs = append(errs, e.reads.Close(), e.writer.s.close(), e.writes.Close())
		e.closed = Translate(errors.Join(errs...))
	})
	return e.closed
}
