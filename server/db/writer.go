package db

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"heard/server/errs"
)

const (
	// gatherFor bounds how long the first of a group waits for the others.
	gatherFor = 25 * time.Millisecond
	// groupTimeout interrupts a statement that would hold up every writer.
	groupTimeout = 30 * time.Second
)

// writer commits waiting transactions together: the commit is what takes long,
// because it waits for the disk. Its goroutine owns the one connection that
// writes and lends it to one caller after the other, each behind a savepoint.
// It ends when closing is closed.
type writer struct {
	s       *session
	max     int
	queue   chan *job // unbuffered: what is taken from it runs now
	closing <-chan struct{}
	stopped chan struct{}
}

// job is one caller's transaction. The caller runs its function itself, on its
// own goroutine, while the writer waits for ran.
type job struct {
	turn chan turn
	ran  chan bool  // whether the function succeeded
	done chan error // what became of the commit; only after a success
}

type turn struct {
	conn *sharedConn
	err  error
}

func startWriter(s *session, groupMax int, closing <-chan struct{}) *writer {
	w := &writer{s: s, max: groupMax, queue: make(chan *job), closing: closing, stopped: make(chan struct{})}
	go w.loop()
	return w
}

// submit runs fn in the next group and returns once the group is durable.
func (w *writer) submit(ctx context.Context, open func(gorm.ConnPool) *Tx, fn func(*Tx) error) error {
	j := &job{turn: make(chan turn, 1), ran: make(chan bool, 1), done: make(chan error, 1)}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return Translate(ctx.Err())
	case <-w.closing:
		return errClosed
	}
	t := <-j.turn
	if t.err != nil {
		return t.err
	}
	tx, err := lend(j, t.conn, open, fn)
	if err != nil {
		return err
	}
	if err := <-j.done; err != nil {
		return err
	}
	tx.committed()
	return nil
}

// lend runs fn and gives the connection back whatever happens, also when the
// goroutine ends inside fn, as a failing test does.
func lend(j *job, conn *sharedConn, open func(gorm.ConnPool) *Tx, fn func(*Tx) error) (tx *Tx, err error) {
	ok := false
	defer func() {
		conn.over.Store(true)
		j.ran <- ok
	}()
	tx = open(conn)
	err = tx.run(fn)
	ok = err == nil
	return tx, err
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case <-w.closing:
			return
		default:
		}
		select {
		case j := <-w.queue:
			w.group(j)
		case <-w.closing:
			return
		}
	}
}

// group runs one transaction for the first job and those that wait behind it.
func (w *writer) group(j *job) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	if err := w.s.begin(ctx, "BEGIN IMMEDIATE"); err != nil {
		j.turn <- turn{err: Translate(err)}
		return
	}
	members, err := w.gather(ctx, j)
	if err == nil && len(members) > 0 {
		err = w.s.exec(ctx, "COMMIT")
	}
	if err != nil {
		err = Translate(err)
	}
	// After a commit this finds nothing to undo.
	if undo := w.s.rollback(); undo != nil && err == nil {
		err = Translate(undo)
	}
	for _, m := range members {
		m.done <- err
	}
}

// gather runs jobs until nobody waits or the group is full. It returns those
// whose work stands, and an error when the transaction is lost for all of them.
func (w *writer) gather(ctx context.Context, j *job) (members []*job, err error) {
	began := time.Now()
	for n := 1; ; n++ {
		stands, err := w.one(ctx, j)
		if stands {
			members = append(members, j)
		}
		if err != nil || n >= w.max || time.Since(began) > gatherFor {
			return members, err
		}
		select {
		case j = <-w.queue:
		default:
			return members, nil
		}
	}
}

// one runs one job behind its savepoint. stands says that its caller waits to
// hear of the commit; an error says that the whole transaction is lost.
func (w *writer) one(ctx context.Context, j *job) (stands bool, err error) {
	if err := w.s.exec(ctx, "SAVEPOINT heard"); err != nil {
		j.turn <- turn{err: Translate(err)}
		return false, err
	}
	j.turn <- turn{conn: &sharedConn{s: w.s, interrupt: ctx}}
	ok := <-j.ran
	if ended, err := w.s.ended(); ended || err != nil {
		return ok, errs.Wrap(sql.ErrTxDone, errs.Unavailable, "The database undid this. Please try again.").With("lost")
	}
	if ok {
		// A foreign key left open would fail the commit of everybody.
		owing, err := w.s.owing()
		if err != nil {
			return true, err
		}
		if owing == 0 {
			return true, w.s.exec(ctx, "RELEASE heard")
		}
		j.done <- errs.New(errs.Internal, "A row refers to one that is not there.").With("foreign_key")
	}
	if err := w.s.exec(ctx, "ROLLBACK TO heard"); err != nil {
		return false, err
	}
	return false, w.s.exec(ctx, "RELEASE heard")
}
