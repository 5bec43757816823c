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
	by    Channel    // what accepted it
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
	if err := w.decide(tx, decisions); err != nil {
		return err
	}
	if err := w.settle(tx, decisions); err != nil {
		return err
	}
	if err := w.confirm(tx, ids, decisions); err != nil {
		return err
	}
	if err := moveAll(tx, decisions); err != nil {
		return err
	}
	return w.giveBackAll(tx, decisions)
}

// decide fills in what each alert changes to and when it is sent again.
func (w *sender) decide(tx *db.Tx, decisions []*decision) error {
	if len(decisions) == 0 {
		return nil
	}
	ids, accounts := make([]string, len(decisions)), make([]string, len(decisions))
	for i, d := range decisions {
		ids[i], accounts[i] = d.alertID, d.alert.AccountID
	}
	l, err := w.ledgerTx(tx, ids, accounts)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		d.next = nil
		if d.last && d.alert.Status != statusCancelled {
			d.next = l.next(d.alert, db.At(tx.Now))
		}
		d.by, d.to = "", ""
		switch by, reached := l.reached(d.alertID); {
		case reached && (d.alert.Status == statusWaiting || d.alert.Status == statusNoChannel):
			d.by, d.to = by, statusAccepted
		case !reached && d.last && d.next == nil && (d.alert.Status == statusWaiting || d.alert.Status == statusAccepted):
			// What was accepted and then reported lost is no way to reach anybody.
			d.to = statusNoChannel
		}
	}
	return nil
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
			SubjectKind: d.alert.SubjectKind, SubjectID: d.alert.SubjectID, Outcome: Outcome(d.to), Channel: d.by,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirm locks the alerts and asks again what was decided without the lock: an alert that was cancelled, a
// subscription that was added just before its last hope was given up, or a report that what was accepted did not
// arrive, must not be missed.
func (w *sender) confirm(tx *db.Tx, ids []string, decisions []*decision) error {
	locked, err := lockedStatus(tx, ids)
	if err != nil {
		return err
	}
	var uncertain, before []*decision
	for _, d := range decisions {
		if locked[d.alertID] != d.alert.Status {
			return errMoved
		}
		if d.to == statusNoChannel || d.by == Email || d.by == SMS || d.last && d.lettered() {
			now := *d
			uncertain, before = append(uncertain, &now), append(before, d)
		}
	}
	if err := w.decide(tx, uncertain); err != nil {
		return err
	}
	for i, d := range uncertain {
		if d.to != before[i].to || d.by != before[i].by || (d.next == nil) != (before[i].next == nil) {
			return errMoved
		}
	}
	return nil
}

// lettered says whether e-mails or text messages are among the results.
func (d *decision) lettered() bool {
	return slices.ContainsFunc(d.results, func(r result) bool { return r.channel != Push })
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

// keepResults keeps each try with its alert, and with the subscription or contact point it went to.
func (w *sender) keepResults(tx *db.Tx, decisions []*decision) error {
	var rows []pushRow
	var letters []result
	latest := map[string]result{}
	for _, d := range decisions {
		for _, r := range d.results {
			if r.channel != Push {
				letters = append(letters, r)
				if err := saveDelivery(tx, deliveryOf(tx, r)); err != nil {
					return err
				}
				continue
			}
			rows = append(rows, rowOf(tx, d.alert, r))
			if before, ok := latest[r.subscriptionID]; !ok || before.state != pushGone {
				latest[r.subscriptionID] = r
			}
		}
	}
	if err := savePushes(tx, rows); err != nil {
		return err
	}
	if err := noteContacts(tx, letters); err != nil {
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
	if r.code != 0 {
		row.HTTPStatus = &r.code
	}
	row.NextAt = nextTry(tx, r)
	return row
}

func deliveryOf(tx *db.Tx, r result) deliveryRow {
	row := deliveryRow{ID: r.deliveryID, Attempts: r.attempts + 1, LastAt: db.At(tx.Now), NextAt: nextTry(tx, r)}
	switch r.state {
	case pushAccepted:
		row.Status = deliveryAccepted
	case pushRetry:
		row.Status = deliveryRetry
	default:
		row.Status = deliveryFailed
	}
	if r.problem != "" {
		row.Problem = &r.problem
	}
	if r.providerID != "" {
		row.ProviderID = &r.providerID
	}
	return row
}

// nextTry says when one way is tried again: when it was asked for, or after a while that doubles; nil for never.
func nextTry(tx *db.Tx, r result) *db.Millis {
	if r.state != pushRetry {
		return nil
	}
	wait := r.retryAfter
	if wait == 0 {
		wait = backoff(r.attempts+1, random)
	}
	next := db.At(tx.Now.Add(wait))
	return &next
}
