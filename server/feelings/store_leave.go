package feelings

import "heard/server/db"

// restingTx gives a page of the cards that somebody has in hand. What is neither
// closed nor kept is said too, because that is the index's own condition.
func restingTx(tx *db.Tx, after string, limit int) ([]cardRow, error) {
	var rows []cardRow
	err := tx.Gorm().Where(`state IN ('seen', 'promised', 'here') AND state NOT IN ('closed', 'kept') AND id > ?`, after).
		Order("id").Limit(limit).Find(&rows).Error
	return rows, db.Translate(err)
}
