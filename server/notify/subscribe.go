package notify

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

const (
	testTTL     = 10 * time.Minute
	testAnswer  = time.Hour // a test says how things are now, not last week
	testsWithin = 10 * time.Minute
	mostTests   = 5
)

// List gives the viewer's subscriptions with their health, oldest first.
func (s *Service) List(ctx context.Context, v viewer.Viewer) ([]Subscription, error) {
	var shown []Subscription
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := subscriptionsOf(tx, v)
		shown = make([]Subscription, 0, len(rows))
		for _, row := range rows {
			shown = append(shown, row.shown(v.SessionID))
		}
		return err
	})
	return shown, err
}

// Subscribe keeps the viewer's browser, by a press or again at every open. A browser belongs to whoever used it
// last: moved says that it was somebody else's. What nobody could be told so far is sent to it.
func (s *Service) Subscribe(ctx context.Context, v viewer.Viewer, n NewSubscription) (id string, moved bool, err error) {
	return s.subscribe(ctx, v, n, s.hosts)
}

func (s *Service) subscribe(ctx context.Context, v viewer.Viewer, n NewSubscription, hosts allowList) (id string, moved bool, err error) {
	p256dh, auth, err := n.validate(hosts)
	if err != nil {
		return "", false, err
	}
	// A browser may come from another organisation, whose row must be found to be moved.
	ctx = db.WholeServer(ctx)
	added := false
	act := func(tx *db.Tx) (err error) {
		id, moved, added, err = s.subscribeTx(tx, v, n, p256dh, auth)
		return err
	}
	err = s.db.Tx(ctx, act)
	if errs.ReasonOf(err) == "duplicate" {
		// The same browser was added at the same moment: now it is there to be found.
		err = s.db.Tx(ctx, act)
	}
	if err == nil && added {
		// Alerts whose transactions were open while this one ran saw no subscription, nor did it see them.
		err = s.db.Tx(ctx, func(tx *db.Tx) error {
			tx.AfterCommit(s.Wake)
			return makeDue(tx, v.AccountID, true)
		})
	}
	return id, moved, err
}

func (s *Service) subscribeTx(tx *db.Tx, v viewer.Viewer, n NewSubscription, p256dh, auth []byte) (id string, moved, added bool, err error) {
	now := db.At(tx.Now)
	row := subscriptionRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, AccountID: v.AccountID, SessionID: v.SessionID,
		EndpointHash: s.endpointHash(n.Endpoint), Label: n.Label, CreatedAt: now, LastSeenAt: now,
	}
	before, found, err := findByEndpoint(tx, row.EndpointHash)
	if err != nil {
		return "", false, false, err
	}
	moved = found && before.AccountID != v.AccountID
	added = !found || moved || before.GoneAt != nil
	if !added {
		row.ID, row.CreatedAt, row.LastAcceptedAt, row.TestedAt = before.ID, before.CreatedAt, before.LastAcceptedAt, before.TestedAt
		row.LastStatus, row.LastProblem, row.Failures = before.LastStatus, before.LastProblem, before.Failures
	} else if err := s.roomForOne(tx, v); err != nil {
		return "", false, false, err
	}
	if err := s.seal(&row, n, p256dh, auth); err != nil {
		return "", false, false, err
	}
	lost, err := keepSubscription(tx, row, before.ID)
	if err != nil {
		return "", false, false, err
	}
	if moved {
		lost = append(lost, before)
	}
	if err := s.lostTx(tx, lost); err != nil {
		return "", false, false, err
	}
	if moved {
		// What waits for the account it was taken from may have lost its last way.
		if err := makeDue(tx, before.AccountID, false); err != nil {
			return "", false, false, err
		}
	}
	if added {
		tx.AfterCommit(s.Wake)
		err = makeDue(tx, v.AccountID, true)
	}
	return row.ID, moved, added, err
}

func (s *Service) roomForOne(tx *db.Tx, v viewer.Viewer) error {
	rows, err := subscriptionsOf(tx, v)
	if err != nil {
		return err
	}
	if len(rows) >= mostSubscriptions {
		return errs.New(errs.Conflict, "You have too many devices. Remove one you no longer use.").With("too_many")
	}
	return nil
}

// Unsubscribe forgets one of the viewer's browsers.
func (s *Service) Unsubscribe(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := findSubscription(tx, v, id)
		if err != nil {
			return err
		}
		return s.endTx(tx, "id = ?", row.ID)
	})
}

// endTx ends subscriptions; what waits for their owners may have lost its last way.
func (s *Service) endTx(tx *db.Tx, where string, args ...any) error {
	rows, err := endSubscriptions(tx, where, args...)
	if err != nil {
		return err
	}
	if err := s.lostTx(tx, rows); err != nil {
		return err
	}
	var told []string
	for _, row := range rows {
		if !slices.Contains(told, row.AccountID) {
			told = append(told, row.AccountID)
			if err := makeDue(tx, row.AccountID, false); err != nil {
				return err
			}
		}
	}
	tx.AfterCommit(s.Wake)
	return nil
}

// SendTest sends a push to one subscription alone, which its owner must answer.
func (s *Service) SendTest(ctx context.Context, v viewer.Viewer, subscriptionID string) (testID string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := findSubscription(tx, v, subscriptionID)
		if err != nil {
			return err
		}
		if row.GoneAt != nil {
			return errs.New(errs.Conflict, "This device no longer takes notifications. Turn them on again there.").With("gone")
		}
		n, err := countTests(tx, row.ID, db.At(tx.Now.Add(-testsWithin)))
		if err != nil {
			return err
		}
		if n >= mostTests {
			return errs.New(errs.Conflict, "That is enough tests for now. Try again in ten minutes.").With("too_many")
		}
		testID, err = s.sendTestTx(tx, row)
		return err
	})
	return testID, err
}

// AnswerTest says that a test push was seen by its owner, on the device it went to: another device's answer
// would prove nothing about this one.
func (s *Service) AnswerTest(ctx context.Context, v viewer.Viewer, testID string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		row, err := findTest(tx, v, testID)
		if err != nil {
			return err
		}
		if row.AnsweredAt == nil && tx.Now.Sub(row.SentAt.Time()) > testAnswer {
			return errs.New(errs.Conflict, "This test is too old. Send a new one.").With("expired")
		}
		tested, err := findSubscription(tx, v, row.SubscriptionID)
		if errs.CodeOf(err) == errs.NotFound || err == nil && tested.GoneAt != nil {
			return errs.New(errs.Conflict, "This device no longer takes notifications. Turn them on again there.").With("gone")
		}
		if err != nil {
			return err
		}
		if tested.SessionID != v.SessionID {
			return errs.New(errs.Conflict, "This test went to another device. Answer it there.").With("other_device")
		}
		first, err := answerTest(tx, row)
		if err != nil || !first || s.book == nil {
			return err
		}
		return s.book.TestAnsweredTx(tx, row.OrganisationID, row.AccountID, row.SubscriptionID)
	})
}

// EndAccountTx ends every way to an account, in the transaction that suspends it.
func (s *Service) EndAccountTx(tx *db.Tx, accountID string) error {
	if err := deleteContacts(tx, "account_id = ?", accountID); err != nil {
		return err
	}
	return s.EndAccessTx(tx, accountID)
}

// EndAccessTx ends an account's subscriptions and what it was still to be told, in the transaction that ends its
// last relation. Its contact points stay: whoever comes back for another shift need not prove them again.
func (s *Service) EndAccessTx(tx *db.Tx, accountID string) error {
	if err := s.endTx(tx, "account_id = ?", accountID); err != nil {
		return err
	}
	return cutShort(tx, accountID)
}

// EndSessionTx ends the subscription a session had, in the transaction that ends the session.
func (s *Service) EndSessionTx(tx *db.Tx, sessionID string) error {
	return s.endTx(tx, "session_id = ?", sessionID)
}

// forgetUnseen is the retention of subscriptions and codes: it ends those whose browsers have not opened Heard for
// long, and addresses that nobody proved.
func (s *Service) forgetUnseen(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := deleteOldCodes(tx, db.At(tx.Now.Add(-codesKept))); err != nil {
			return err
		}
		return s.endTx(tx, "last_seen_at < ?", db.At(tx.Now.Add(-unseenFor)))
	})
}
