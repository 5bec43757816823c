package notify

import (
	"heard/server/db"
)

// DutyBook hears, in the transaction in which it happens, whether somebody's device can still be relied on: a
// person is on duty only while a test push was answered on it and nothing has dropped it since.
type DutyBook interface {
	TestAnsweredTx(tx *db.Tx, orgID, accountID, subscriptionID string) error
	SubscriptionLostTx(tx *db.Tx, orgID, accountID, subscriptionID string) error
}

// BookDuty names who keeps the duty book. It is called once, before Run.
func (s *Service) BookDuty(book DutyBook) { s.book = book }

// SendTestsTx sends a test push to every live device of an account, and says to how many. A device that had
// enough tests lately is left out: whoever asks again and again is no surer for it.
func (s *Service) SendTestsTx(tx *db.Tx, orgID, accountID string) (sent int, err error) {
	rows, err := liveSubscriptions(tx, []string{accountID})
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		n, err := countTests(tx, row.ID, db.At(tx.Now.Add(-testsWithin)))
		if err != nil {
			return sent, err
		}
		if row.OrganisationID != orgID || n >= mostTests {
			continue
		}
		if _, err := s.sendTestTx(tx, row); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

func (s *Service) sendTestTx(tx *db.Tx, row subscriptionRow) (testID string, err error) {
	ids, err := s.enqueueTx(tx, []Alert{{
		OrganisationID: row.OrganisationID, AccountID: row.AccountID, SubjectKind: SubjectTest, SubjectID: row.ID,
		Body: Test, TTL: testTTL, Urgency: UrgencyHigh,
	}})
	if err != nil {
		return "", err
	}
	return ids[0], insertTest(tx, testRow{
		ID: ids[0], OrganisationID: row.OrganisationID, AccountID: row.AccountID, SubscriptionID: row.ID, SentAt: db.At(tx.Now),
	})
}

// lostTx tells the duty book of subscriptions that were alive until now.
func (s *Service) lostTx(tx *db.Tx, rows []subscriptionRow) error {
	if s.book == nil {
		return nil
	}
	for _, row := range rows {
		if row.GoneAt != nil {
			continue // told when it went
		}
		if err := s.book.SubscriptionLostTx(tx, row.OrganisationID, row.AccountID, row.ID); err != nil {
			return err
		}
	}
	return nil
}
