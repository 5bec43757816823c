package notify

import (
	"context"
	"errors"

	"heard/server/db"
)

// errMoved says that an alert changed between deciding and writing; the transaction is tried again.
var errMoved = errors.New("notify: alert moved")

// record keeps what became of pushes: with each subscription, with the alert, and with what the alert is about,
// in one transaction. last says that this round is over and the lease can end.
func (w *sender) record(ctx context.Context, alertID string, got []result, last bool) error {
	for {
		err := w.db.Tx(ctx, func(tx *db.Tx) error { return w.recordTx(tx, alertID, got, last) })
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// recordTx tells the settler before it locks the alert, because people who press lock the card first and then its
// alerts; taking both in the other order here could deadlock with them.
func (w *sender) recordTx(tx *db.Tx, alertID string, got []result, last bool) error {
	alert, found, err := alertByID(tx, alertID)
	if err != nil || !found {
		return err
	}
	for _, r := range got {
		if err := w.keepResult(tx, alert, r); err != nil {
			return err
		}
	}
	next, err := nextTry(tx, alert)
	if err != nil {
		return err
	}
	to := outcome(alert, got, last && next == nil)
	if to != "" {
		if err := w.settle(tx, alert, to); err != nil {
			return err
		}
	}
	now, found, err := lockAlert(tx, alertID)
	if err != nil || !found {
		return err
	}
	if to != "" {
		moved, err := moveStatus(tx, alertID, to, alert.Status)
		if err != nil {
			return err
		}
		if !moved {
			return errMoved
		}
	}
	if !last {
		return nil
	}
	// Asked again under the lock: a subscription that was added meanwhile must not be missed.
	again, err := nextTry(tx, now)
	if err != nil {
		return err
	}
	if (again == nil) != (next == nil) {
		return errMoved
	}
	return giveBack(tx, w.worker, alertID, again)
}

// outcome says which state an alert changes to now; empty for none.
func outcome(a alertRow, got []result, nothingLeft bool) string {
	for _, r := range got {
		if r.state == pushAccepted && (a.Status == statusWaiting || a.Status == statusNoChannel) {
			return statusAccepted
		}
	}
	if nothingLeft && a.Status == statusWaiting {
		return statusNoChannel
	}
	return ""
}

func (w *sender) settle(tx *db.Tx, a alertRow, to string) error {
	if w.settler == nil || a.SubjectKind == subjectTest {
		return nil
	}
	return w.settler.SettleTx(tx, Settled{
		AlertID: a.ID, OrganisationID: a.OrganisationID, AccountID: a.AccountID,
		SubjectKind: a.SubjectKind, SubjectID: a.SubjectID, Outcome: Outcome(to),
	})
}

// nextTry says when to send the alert again, or nil when nothing is left to do.
func nextTry(tx *db.Tx, a alertRow) (*db.Millis, error) {
	now := db.At(tx.Now)
	if a.Status == statusCancelled || a.expired(now) {
		return nil, nil
	}
	subscriptions, err := liveSubscriptions(tx, []string{a.AccountID})
	if err != nil {
		return nil, err
	}
	pushes, err := pushesOf(tx, []string{a.ID})
	if err != nil {
		return nil, err
	}
	var next *db.Millis
	for _, d := range pending(a, subscriptions, pushes) {
		at := max(d.next, now)
		if next == nil || at < *next {
			next = &at
		}
	}
	if next != nil && *next >= a.expires() {
		// The next try would come too late to be worth it; until then a new device may still be added.
		return nil, nil
	}
	return next, nil
}

// keepResult keeps one push with its alert and its subscription.
func (w *sender) keepResult(tx *db.Tx, a alertRow, r result) error {
	row := pushRow{
		AlertID: a.ID, SubscriptionID: r.subscriptionID, OrganisationID: a.OrganisationID,
		Status: r.state, Attempts: r.attempts + 1, LastAt: db.At(tx.Now),
	}
	if r.httpStatus != 0 {
		row.HTTPStatus = &r.httpStatus
	}
	if r.state == pushRetry {
		wait := r.retryAfter
		if wait == 0 {
			wait = backoff(row.Attempts, random)
		}
		next := db.At(tx.Now.Add(wait))
		row.NextAt = &next
	}
	if err := savePush(tx, row); err != nil {
		return err
	}
	return noteHealth(tx, r)
}
