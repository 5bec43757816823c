package notify

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"heard/server/db"
	"heard/server/errs"
)

// errMoved says that an alert changed between deciding and writing; the transaction is tried again.
var errMoved = errors.New("notify: alert moved")

// report is what became of some pushes of one alert. last says that this round is over and the lease can end.
type report struct {
	alertID string
	results []result
	last    bool
	done    chan struct{}
}

// tell hands results over to be written down, and returns once they are or can't be.
func (w *sender) tell(j job, results []result, last bool) {
	if len(results) == 0 && !last {
		return
	}
	r := &report{alertID: j.alert.ID, results: results, last: last, done: make(chan struct{})}
	w.reports <- r
	<-r.done
}

// recorder writes reports down until there will be no more: all that wait in one transaction, because what takes
// long is the commit.
func (w *sender) recorder(ctx context.Context) {
	for r := range w.reports {
		waiting := []*report{r}
		for more := true; more && len(waiting) < batch; {
			select {
			case next, ok := <-w.reports:
				if more = ok; ok {
					waiting = append(waiting, next)
				}
			default:
				more = false
			}
		}
		if err := w.write(ctx, waiting); err != nil && len(waiting) > 1 {
			// One that fails must not hold the others back.
			for _, one := range waiting {
				w.writeOne(ctx, one)
			}
		} else if err != nil {
			w.lament(ctx, r, err)
		}
		for _, r := range waiting {
			close(r.done)
		}
	}
}

func (w *sender) writeOne(ctx context.Context, r *report) {
	if err := w.write(ctx, []*report{r}); err != nil {
		w.lament(ctx, r, err)
	}
}

// lament logs what can't be written: the lease runs out, and the alert is taken up again by whoever is well.
func (w *sender) lament(ctx context.Context, r *report, err error) {
	w.log.ErrorContext(ctx, "an alert's pushes cannot be written down", "alert", r.alertID, "error", err)
}

// write keeps reports, three times if need be: what was sent must not be sent again for a busy database.
func (w *sender) write(ctx context.Context, reports []*report) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	slices.SortFunc(reports, func(a, b *report) int { return cmp.Compare(a.alertID, b.alertID) })
	var err error
	for try := 0; try < 3; try++ {
		err = w.db.Tx(ctx, func(tx *db.Tx) error { return w.recordTx(tx, reports) })
		if !errors.Is(err, errMoved) && errs.CodeOf(err) != errs.Unavailable {
			break
		}
	}
	return err
}
