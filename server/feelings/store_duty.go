package feelings

import (
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
)

// lockCardsTx locks cards, in one order for everybody who locks several, and
// before any row that hangs on them: so do those who press.
func lockCardsTx(tx *db.Tx, where string, args ...any) ([]string, error) {
	var ids []string
	err := tx.Gorm().Model(&cardRow{}).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where(where, args...).Order("id").Pluck("id", &ids).Error
	return ids, db.Translate(err)
}

// roundsTx gives the young people whose cards every level was told of, or that wait
// for a safeguarding lead.
func roundsTx(tx *db.Tx, orgID string) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw(`SELECT DISTINCT c.young_person_id FROM card_dues d JOIN cards c ON c.id = d.id
 WHERE d.organisation_id = ? AND d.kind IN ('again', 'lead')`, orgID).Scan(&ids).Error
	return ids, db.Translate(err)
}

// hastenTx makes the cards of young people that wait for somebody to come on duty
// due now.
func hastenTx(tx *db.Tx, orgID string, young []string) error {
	ids, err := lockCardsTx(tx, `organisation_id = ? AND young_person_id IN ?
 AND id IN (SELECT d.id FROM card_dues d WHERE d.organisation_id = ? AND d.kind IN ('again', 'lead'))`, orgID, young, orgID)
	if err != nil || len(ids) == 0 {
		return err
	}
	return db.Translate(tx.Gorm().Model(&dueRow{}).Where("id IN ? AND due_at > ?", ids, db.At(tx.Now)).
		Updates(map[string]any{"due_at": db.At(tx.Now)}).Error)
}

// offDutyTx notes on open cards that a recipient is off duty, and gives those that
// somebody has in hand.
func offDutyTx(tx *db.Tx, orgID, accountID string) ([]string, error) {
	ids, err := lockCardsTx(tx, `organisation_id = ? AND state NOT IN ('closed', 'kept', 'check')
 AND id IN (SELECT r.card_id FROM card_recipients r WHERE r.account_id = ? AND (r.on_duty = ? OR EXISTS (
  SELECT 1 FROM card_events e WHERE e.card_id = r.card_id AND e.actor_id = r.account_id)))`, orgID, accountID, true)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	err = tx.Gorm().Model(&recipientRow{}).Where("card_id IN ? AND account_id = ?", ids, accountID).
		Updates(map[string]any{"on_duty": false}).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	var resting []string
	err = tx.Gorm().Model(&cardRow{}).Where("id IN ? AND state IN ('seen', 'promised', 'here')", ids).
		Order("id").Pluck("id", &resting).Error
	return resting, db.Translate(err)
}

// eraseCardsTx deletes a young person's cards of before a time, with all that
// hangs on them, and gives their ids.
func eraseCardsTx(tx *db.Tx, orgID, youngPersonID string, before time.Time) ([]string, error) {
	ids, err := lockCardsTx(tx, "organisation_id = ? AND young_person_id = ? AND received_at < ?", orgID, youngPersonID, db.At(before))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	for _, rows := range []any{&dueRow{}, &eventRow{}, &recipientRow{}, &switchedOffRow{}, &cardRow{}} {
		column := "card_id"
		switch rows.(type) {
		case *dueRow, *cardRow:
			column = "id"
		}
		if err := tx.Gorm().Where(column+" IN ?", ids).Delete(rows).Error; err != nil {
			return nil, db.Translate(err)
		}
	}
	return ids, nil
}

// stateCount is how many open cards stand in a state.
type stateCount struct {
	State string
	N     int
}

// countsTx counts open cards, but not those of machines.
func countsTx(tx *db.Tx) (Counts, error) {
	c := Counts{ByState: map[State]int{}}
	const people = ` FROM cards c JOIN accounts a ON a.id = c.young_person_id AND a.machine = ? `
	var rows []stateCount
	err := tx.Gorm().Raw(`SELECT c.state, count(*) AS n`+people+`
 WHERE c.state NOT IN ('closed', 'kept', 'withdrawn') GROUP BY c.state`, false).Scan(&rows).Error
	if err != nil {
		return c, db.Translate(err)
	}
	for _, r := range rows {
		c.ByState[State(r.State)] = r.N
	}
	var waiting, due *db.Millis
	err = tx.Gorm().Raw(`SELECT min(c.received_at)`+people+`
 WHERE c.state IN ('received', 'alerting', 'no_channel', 'overdue', 'nobody')
 AND NOT EXISTS (SELECT 1 FROM card_events e WHERE e.card_id = c.id AND e.kind = 'seen')`, false).Row().Scan(&waiting)
	if err != nil {
		return c, db.Translate(err)
	}
	err = tx.Gorm().Raw(`SELECT min(due_at) FROM card_dues WHERE due_at <= ?`, db.At(tx.Now)).Row().Scan(&due)
	c.OldestWaiting, c.OldestDue = db.TimePtr(waiting), db.TimePtr(due)
	return c, db.Translate(err)
}
