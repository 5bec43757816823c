package notify

import (
	"slices"

	"heard/server/db"
)

// ledger is all that is known of how some alerts can still reach their people, and have.
type ledger struct {
	subscriptions []subscriptionRow
	contacts      []contactRow
	pushes        []pushRow
	deliveries    []deliveryRow
}

// ledgerTx reads the ledger of alerts; accounts are those they are for.
func (s *Service) ledgerTx(tx *db.Tx, alertIDs, accountIDs []string) (ledger, error) {
	var l ledger
	var err error
	if l.subscriptions, err = liveSubscriptions(tx, accountIDs); err != nil {
		return l, err
	}
	if l.contacts, err = provenContacts(tx, accountIDs, s.kinds()); err != nil {
		return l, err
	}
	if l.pushes, err = pushesOf(tx, alertIDs); err != nil {
		return l, err
	}
	l.deliveries, err = deliveriesOf(tx, alertIDs)
	return l, err
}

// due is one way an alert may still be sent.
type due struct {
	subscription *subscriptionRow
	contact      *contactRow
	deliveryID   string // empty before the first try by that contact point
	attempts     int
	next         db.Millis // when; 0 = at once
}

// pending gives the ways that have neither accepted nor refused the alert. The second channels are ways once push
// has had its time, or has nothing left to try, and as long as no push was accepted. A test is push alone: it asks
// after one device.
func (l ledger) pending(a alertRow) []due {
	left := l.pendingPushes(a)
	if a.SubjectKind == SubjectTest || l.pushed(a.ID) {
		return left
	}
	var start db.Millis
	if len(left) > 0 {
		start = a.CreatedAt + db.Millis(a.patience().Milliseconds())
	}
	for i := range l.contacts {
		if l.contacts[i].AccountID != a.AccountID {
			continue
		}
		d := due{contact: &l.contacts[i], next: start}
		if row := l.delivery(a.ID, l.contacts[i].ID); row != nil {
			if row.Status != deliveryTrying && row.Status != deliveryRetry {
				continue
			}
			d.deliveryID, d.attempts, d.next = row.ID, row.Attempts, 0
			if row.NextAt != nil {
				d.next = *row.NextAt
			}
		}
		left = append(left, d)
	}
	return left
}

func (l ledger) pendingPushes(a alertRow) []due {
	var left []due
	for i, sub := range l.subscriptions {
		if sub.AccountID != a.AccountID || (a.SubjectKind == SubjectTest && a.SubjectID != sub.ID) {
			continue
		}
		d := due{subscription: &l.subscriptions[i]}
		made := slices.IndexFunc(l.pushes, func(p pushRow) bool { return p.AlertID == a.ID && p.SubscriptionID == sub.ID })
		if made >= 0 {
			if l.pushes[made].Status != pushRetry {
				continue
			}
			d.attempts = l.pushes[made].Attempts
			if l.pushes[made].NextAt != nil {
				d.next = *l.pushes[made].NextAt
			}
		}
		left = append(left, d)
	}
	return left
}

func (l ledger) delivery(alertID, contactID string) *deliveryRow {
	i := slices.IndexFunc(l.deliveries, func(d deliveryRow) bool { return d.AlertID == alertID && d.ContactID == contactID })
	if i < 0 {
		return nil
	}
	return &l.deliveries[i]
}

// pushed says whether a push service has accepted the alert.
func (l ledger) pushed(alertID string) bool {
	return slices.ContainsFunc(l.pushes, func(p pushRow) bool { return p.AlertID == alertID && p.Status == pushAccepted })
}

// reached says what the alert was accepted by, and still is; push before the others.
func (l ledger) reached(alertID string) (Channel, bool) {
	if l.pushed(alertID) {
		return Push, true
	}
	for _, d := range l.deliveries {
		if d.AlertID == alertID && (d.Status == deliveryAccepted || d.Status == deliveryDelivered) {
			return Channel(d.Channel), true
		}
	}
	return "", false
}

// next says when to try an alert again; nil when nothing is left to do. A try that would come too late to be worth
// it isn't made; a new device may still be added until then.
func (l ledger) next(a alertRow, now db.Millis) *db.Millis {
	var soonest *db.Millis
	for _, d := range l.pending(a) {
		at := max(d.next, now)
		if at < a.expires() && (soonest == nil || at < *soonest) {
			soonest = &at
		}
	}
	return soonest
}
