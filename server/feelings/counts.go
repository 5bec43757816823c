package feelings

import (
	"time"

	"heard/server/db"
)

// Counts is how many cards are open, for measures that name nobody.
type Counts struct {
	ByState       map[State]int
	OldestWaiting *time.Time // when the oldest card that nobody has pressed was received
	OldestDue     *time.Time // the oldest deadline that has passed and was not looked at
}

// CountsTx counts the open cards of all organisations together.
func (s *Service) CountsTx(tx *db.Tx) (Counts, error) { return countsTx(tx) }

// EraseCardsTx deletes a young person's cards received before a time with their
// alerts, and says how many. It is for the heartbeat's own cards; people's cards are kept by the rules
// of retention.
func (s *Service) EraseCardsTx(tx *db.Tx, orgID, youngPersonID string, before time.Time) (int, error) {
	ids, err := eraseCardsTx(tx, orgID, youngPersonID, before)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), s.alerts.EraseTx(tx, ids)
}
