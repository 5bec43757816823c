package notify

import (
	"cmp"
	"slices"

	"heard/server/db"
)

// decision is what a report means for its alert.
type decision struct {
	*report
	alert alertRow
	to    string     // the state it changes to; empty for none
	next  *db.Millis // when to send it again; nil for never
}

// recordTx keeps what became of pushes: with each subscription, with the alerts, and with what they are about. The
// settler is told before an alert is locked, because people who press lock the card first and then its alerts;
// taking both in the other order here could deadlock with them.
func (w *sender) recordTx(tx *db.Tx, reports []*report) error {
	ids := make([]string, len(reports))
	for i, r := range reports {
		ids[i] = r.alertID
	}
	alerts, err := alertsByID(tx, ids)
	if err != nil {
		return err
	}
	decisions := make([]*decision, 0, len(reports))
	for _, r := range reports {
		// One that is no longer there was deleted with its subject.
		if i := slices.IndexFunc(alerts, func(a alertRow) bool { return a.ID == r.alertID }); i >= 0 {
			decisions = append(decisions, &decision{report: r, alert: alerts[i]})
		}
	}
	if err := w.keepResults(tx, decisions); err != nil {
		return err
	}
	if err := decide(tx, decisions); err != nil {
		return err
	}
	if err := w.settle(tx, decisions); err != nil {
		return err
	}
	if err := confirm(tx, ids, decisions); err != nil {
		return err
	}
	if err := moveAll(tx, decisions); err != nil {
		return err
	}
	return w.giveBackAll(tx, decisions)
}

// decide fills in what each alert changes to and when it is sent again.
func decide(tx *db.Tx, decisions []*decision) error {
	next, err := nextTries(tx, decisions)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		d.next = next[d.alertID]
		d.to = d.outcome()
	}
	return nil
}

// outcome says which state an alert changes to now; empty for none.
func (d *decision) outcome() string {
	for _, r := range d.results {
		if r.state == pushAccepted && (d.alert.Status == statusWaiting || d.alert.Status == statusNoChannel) {
			return statusAccepted
		}
	}
	if d.last && d.next == nil && d.alert.Status == statusWaiting {
		return statusNoChannel
	}
	return ""
}

// channel says what accepted the alert just now; empty when nothing did.
func (d *decision) channel() Channel {
	if d.to != statusAccepted {
		return ""
	}
	return Push
}

// nextTries says when to send each alert again; one with nothing left to do is left out.
func nextTries(tx *db.Tx, decisions []*decision) (map[string]*db.Millis, error) {
	now := db.At(tx.Now)
	var ids, accounts []string
	for _, d := range decisions {
		if d.last {
			ids, accounts = append(ids, d.alertID), append(accounts, d.alert.AccountID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	subscriptions, err := liveSubscriptions(tx, accounts)
	if err != nil {
		return nil, err
	}
	pushes, err := pushesOf(tx, ids)
	if err != nil {
		return nil, err
	}
	next := map[string]*db.Millis{}
	for _, d := range decisions {
		if !d.last || d.alert.Status == statusCancelled {
			continue
		}
		for _, p := range pending(d.alert, subscriptions, pushes) {
			at := max(p.next, now)
			// One that would come too late to be worth it isn't made; a new device may still be added until then.
			if soonest := next[d.alertID]; at < d.alert.expires() && (soonest == nil || at < *soonest) {
				next[d.alertID] = &at
			}
		}
	}
	return next, nil
}

// settle tells the floor above, in the order of the subjects, so that two senders lock them in the same order.
func (w *sender) settle(tx *db.Tx, decisions []*decision) error {
	var told []*decision
	for _, d := range decisions {
		if d.to != "" && d.alert.SubjectKind != SubjectTest && w.settler != nil {
			told = append(told, d)
		}
	}
	slices.SortFunc(told, func(a, b *decision) int {
		return cmp.Or(cmp.Compare(a.alert.SubjectID, b.alert.SubjectID), cmp.Compare(a.alertID, b.alertID))
	})
	for _, d := range told {
		err := w.settler.SettleTx(tx, Settled{
			AlertID: d.alertID, OrganisationID: d.alert.OrganisationID, AccountID: d.alert.AccountID,
			SubjectKind: d.alert.SubjectKind, SubjectID: d.alert.SubjectID, Outcome: Outcome(d.to), Channel: d.channel(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirm locks the alerts and asks again what was decided without the lock: an alert that was cancelled, or a
// subscription that was added just before its last hope was given up, must not be missed.
func confirm(tx *db.Tx, ids []string, decisions []*decision) error {
	locked, err := lockedStatus(tx, ids)
	if err != nil {
		return err
	}
	var hopeless []*decision
	for _, d := range decisions {
		if locked[d.alertID] != d.alert.Status {
			return errMoved
		}
		if d.to == statusNoChannel {
			hopeless = append(hopeless, d)
		}
	}
	next, err := nextTries(tx, hopeless)
	if err == nil && len(next) > 0 {
		return errMoved
	}
	return err
}

func moveAll(tx *db.Tx, decisions []*decision) error {
	for _, to := range []string{statusAccepted, statusNoChannel} {
		var ids []string
		for _, d := range decisions {
			if d.to == to {
				ids = append(ids, d.alertID)
			}
		}
		if err := moveStatus(tx, ids, to); err != nil {
			return err
		}
	}
	return nil
}

func (w *sender) giveBackAll(tx *db.Tx, decisions []*decision) error {
	var finished []string
	for _, d := range decisions {
		switch {
		case d.last && d.next == nil:
			finished = append(finished, d.alertID)
		case d.last:
			if err := giveBack(tx, w.worker, []string{d.alertID}, d.next); err != nil {
				return err
			}
		}
	}
	return giveBack(tx, w.worker, finished, nil)
}

// keepResults keeps each push with its alert and each subscription's health.
func (w *sender) keepResults(tx *db.Tx, decisions []*decision) error {
	var rows []pushRow
	latest := map[string]result{}
	for _, d := range decisions {
		for _, r := range d.results {
			rows = append(rows, rowOf(tx, d.alert, r))
			if before, ok := latest[r.subscriptionID]; !ok || before.state != pushGone {
				latest[r.subscriptionID] = r
			}
		}
	}
	if err := savePushes(tx, rows); err != nil {
		return err
	}
	gone, err := noteHealth(tx, latest)
	if err != nil {
		return err
	}
	return w.lostTx(tx, gone)
}

func rowOf(tx *db.Tx, a alertRow, r result) pushRow {
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
	return row
}
