package reports

import (
	"context"
	"errors"
	"sync"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
	"heard/server/people"
	"heard/server/viewer"
)

// endedNoAddress is what became of a letter to somebody without a proven address.
const endedNoAddress = "no_address"

// Letters sends e-mail to accounts.
type Letters interface {
	// Offers says which second channels a viewer can be written to by.
	Offers(v viewer.Viewer) (email, sms bool)
	// ProvenMailTx gives the viewer's own address, masked; empty when they have none.
	ProvenMailTx(tx *db.Tx, v viewer.Viewer) (string, error)
	// LetterTo sends one; problem is empty when it was taken.
	LetterTo(ctx context.Context, accountID, id, text string) (again bool, problem string)
}

// Subscription is whether the viewer is told of each release by e-mail, and where.
type Subscription struct {
	On      bool
	Offered bool   // e-mail is set up here
	Email   string // masked; empty: none is proven
}

// Subscription tells the viewer of their own.
func (e *Exports) Subscription(ctx context.Context, v viewer.Viewer) (Subscription, error) {
	var s Subscription
	s.Offered, _ = e.letters.Offers(v)
	err := e.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err = mayReadTx(tx, v); err != nil {
			return err
		}
		if s.On, err = subscribed(tx, v); err != nil {
			return err
		}
		s.Email, err = e.letters.ProvenMailTx(tx, v)
		return err
	})
	return s, err
}

// Subscribe tells the viewer of each release from now on.
func (e *Exports) Subscribe(ctx context.Context, v viewer.Viewer) error {
	if offered, _ := e.letters.Offers(v); !offered {
		return errs.New(errs.Conflict, "E-mail is not set up here.").With("not_offered")
	}
	return e.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mayReadTx(tx, v); err != nil {
			return err
		}
		if address, err := e.letters.ProvenMailTx(tx, v); err != nil {
			return err
		} else if address == "" {
			return errs.New(errs.Conflict, "Add an e-mail address first and give back the code that is sent there.").With(endedNoAddress)
		}
		if err := insertSubscription(tx, subscriptionRow{OrganisationID: v.OrganisationID, AccountID: v.AccountID, CreatedAt: db.At(tx.Now)}); err != nil {
			return err
		}
		return noteShared(tx, v, "figure_subscription.made", "account", v.AccountID)
	})
}

// Unsubscribe tells the viewer of nothing more. Whoever reads no figures any more is told
// of none without it.
func (e *Exports) Unsubscribe(ctx context.Context, v viewer.Viewer) error {
	return e.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mayReadTx(tx, v); err != nil {
			return err
		}
		if err := endSubscription(tx, v.AccountID); err != nil {
			return err
		}
		return noteShared(tx, v, "figure_subscription.ended", "account", v.AccountID)
	})
}

// mayReadTx refuses whoever has no figures to read at all.
func mayReadTx(tx *db.Tx, v viewer.Viewer) error {
	view, err := people.InsightTx(tx, v)
	if err == nil && !view.All && len(view.Services) == 0 {
		err = errNoFigures
	}
	return err
}

// lettersTx writes the letters of a release, in the transaction that publishes it.
func lettersTx(tx *db.Tx, orgID string, r Release) error {
	accounts, err := subscribersOf(tx, orgID)
	if err != nil || len(accounts) == 0 {
		return err
	}
	now := db.At(tx.Now)
	rows := make([]letterRow, len(accounts))
	for i, id := range accounts {
		rows[i] = letterRow{
			OrganisationID: orgID, ID: db.NewID(), AccountID: id, ReleaseNumber: r.Number, Period: string(r.Period),
			PublishedAt: db.At(r.PublishedAt), DueAt: &now,
		}
	}
	return insertLetters(tx, rows)
}

// RunLetters writes to subscribers until ctx ends.
func (e *Exports) RunLetters(ctx context.Context) error {
	return e.repeat(ctx, e.wakeLetters, "subscribers", e.sendLetters)
}

// mailing is one letter on lease.
type mailing struct {
	row  letterRow
	gone bool // its reader has no figures to read any more
}

// sendLetters takes what is due on lease and tries each once.
func (e *Exports) sendLetters(ctx context.Context) (int, error) {
	var due []mailing
	err := e.db.Tx(ctx, func(tx *db.Tx) error {
		ids, err := db.Lease(tx, db.LeaseSpec{Table: "figure_letters", Worker: e.worker, For: deliverLease, Limit: deliverAtOnce})
		if err != nil || len(ids) == 0 {
			return err
		}
		rows, err := lettersByID(tx, ids)
		if err != nil {
			return err
		}
		due = make([]mailing, len(rows))
		for i, row := range rows {
			err := mayReadTx(tx, viewer.Viewer{AccountID: row.AccountID, OrganisationID: row.OrganisationID, Place: viewer.Insight})
			if due[i] = (mailing{row, err != nil}); err != nil && errs.CodeOf(err) != errs.NotFound {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	failed := make([]error, len(due))
	for i, l := range due {
		all.Go(func() { failed[i] = e.tryLetter(ctx, l) })
	}
	all.Wait()
	return len(due), errors.Join(failed...)
}

// tryLetter sends a letter and writes down what became of it, also while the server stops.
func (e *Exports) tryLetter(ctx context.Context, l mailing) error {
	var again bool
	var problem string
	if !l.gone {
		if again, problem = e.letters.LetterTo(ctx, l.row.AccountID, l.row.ID, e.letterText(l.row)); ctx.Err() != nil && problem != "" {
			return nil // broken off: the lease runs out and it is tried again
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
	defer cancel()
	return e.db.Tx(last, func(tx *db.Tx) error {
		outcome := outcomeGivenUp
		switch {
		case l.gone:
			outcome = endedNoAccess
			if err := endSubscription(tx, l.row.AccountID); err != nil {
				return err
			}
		case problem == "":
			outcome = outcomeDone
		case problem == endedNoAddress:
			outcome = endedNoAddress
		case again:
			if at, ok := nextTry(l.row.Attempts, l.row.PublishedAt.Time(), tx.Now); ok {
				return settle(tx, &letterRow{}, l.row.ID, e.worker, &at, "")
			}
		}
		return settle(tx, &letterRow{}, l.row.ID, e.worker, nil, outcome)
	})
}

// letterText is all a letter says: that there are new figures, and where. No figure, and
// nobody's service.
func (e *Exports) letterText(row letterRow) string {
	return "There are new figures in Heard: " + figures.Period(row.Period).Label() + ". " + e.address + "/insight/"
}
