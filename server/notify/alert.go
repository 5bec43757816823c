package notify

import (
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// An alert is worth telling for a minute at least and a day at most.
const (
	shortestTTL = time.Minute
	longestTTL  = 24 * time.Hour
)

// EnqueueTx keeps alerts in the caller's transaction; the sender is woken once it is committed.
func (s *Service) EnqueueTx(tx *db.Tx, alerts []Alert) error {
	_, err := s.enqueueTx(tx, alerts)
	return err
}

func (s *Service) enqueueTx(tx *db.Tx, alerts []Alert) ([]string, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	now := db.At(tx.Now)
	rows, ids := make([]alertRow, len(alerts)), make([]string, len(alerts))
	for i, a := range alerts {
		if err := a.validate(); err != nil {
			return nil, err
		}
		ttl := min(max(a.TTL, shortestTTL), longestTTL)
		ids[i] = db.NewID()
		rows[i] = alertRow{
			ID: ids[i], OrganisationID: a.OrganisationID, AccountID: a.AccountID, SubjectKind: a.SubjectKind, SubjectID: a.SubjectID,
			Body: string(a.Body), Urgency: a.Urgency, TTLSeconds: int(ttl / time.Second), Status: statusWaiting, CreatedAt: now, DueAt: &now,
		}
	}
	tx.AfterCommit(s.Wake)
	return ids, insertAlerts(tx, rows)
}

func (a Alert) validate() error {
	body := a.Body == NeedsYou || a.Body == Card || a.Body == Test
	urgency := a.Urgency == UrgencyNormal || a.Urgency == UrgencyHigh
	if !body || !urgency || a.AccountID == "" || a.OrganisationID == "" || a.SubjectKind == "" || a.SubjectID == "" {
		return errs.New(errs.Internal, "An alert is not whole.")
	}
	return nil
}

// CancelTx ends the alerts of a subject that nobody need be told of any more. A push already on its way arrives.
func (s *Service) CancelTx(tx *db.Tx, subjectID string) error { return cancelAlerts(tx, subjectID) }

// EraseTx deletes the alerts of subjects that are erased themselves, with all that is kept of their delivery.
func (s *Service) EraseTx(tx *db.Tx, subjectIDs []string) error { return eraseAlerts(tx, subjectIDs) }

// SubjectOfTx says what one of the viewer's own alerts is about.
func (s *Service) SubjectOfTx(tx *db.Tx, v viewer.Viewer, alertID string) (kind, id string, err error) {
	row, err := findAlert(tx, v, alertID)
	return row.SubjectKind, row.SubjectID, err
}

// Wake has the sender look for due alerts now. It never waits.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
