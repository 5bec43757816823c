package db

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"heard/server/errs"
)

const (
	aloneEnding = ".server" // held while a server runs
	// aloneWait leaves a server that is stopping the time to be gone.
	aloneWait = 2 * time.Second
)

// Alone holds an embedded database for one server until it is released or the
// process ends, however it ends: the lock is the operating system's. Two servers on
// one file would both tell people. Commands beside a server do not hold it. It fails
// with errs.Conflict when another server has it.
func Alone(ctx context.Context, path string) (release func() error, err error) {
	if err := makeFile(path + aloneEnding); err != nil {
		return nil, errs.Wrap(err, errs.Internal, "The data folder cannot be written.")
	}
	wait := strconv.FormatInt(aloneWait.Milliseconds(), 10)
	guard, err := driver.Open(fileAddress(path+aloneEnding, "_txlock=exclusive&_pragma=busy_timeout("+wait+")"))
	if err != nil {
		return nil, Translate(err)
	}
	// A server that is told to stop holds it until it has stopped.
	held, err := guard.BeginTx(context.WithoutCancel(ctx), nil)
	if err == nil {
		return func() error { return errors.Join(held.Rollback(), guard.Close()) }, nil
	}
	if errors.Is(err, sqlite3.BUSY) {
		err = errs.Wrap(err, errs.Conflict, "Another Heard server already runs on this data folder.")
	}
	return nil, errors.Join(Translate(err), guard.Close())
}

// makeFile makes a file that is the operator's alone, and its folder.
func makeFile(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the operator's path
	if err != nil {
		return err
	}
	return f.Close()
}
