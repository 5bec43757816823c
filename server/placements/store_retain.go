package placements

import (
	"time"

	"heard/server/db"
)

// wordyMovesTx gives moves that were done before a moment and still have words.
func wordyMovesTx(tx *db.Tx, orgID string, before time.Time) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw("SELECT id FROM moves WHERE organisation_id = ? AND COALESCE(moved_at, ended_at) < ? AND length(sealed) > 0 ORDER BY id LIMIT ?",
		orgID, db.At(before), maxMoves).Scan(&ids).Error
	return ids, db.Translate(err)
}

// forgetTx empties or deletes every sealed column around some moves; what is open and
// counted stays where it is.
func forgetTx(tx *db.Tx, orgID string, moves []string) error {
	none := []byte{}
	for _, sql := range []string{
		"DELETE FROM move_questions WHERE organisation_id = ? AND move_id IN ?",
		"DELETE FROM move_about WHERE organisation_id = ? AND move_id IN ?",
		"DELETE FROM belongings WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE move_visits SET sealed = NULL, reply = NULL WHERE organisation_id = ? AND move_id IN ?",
	} {
		if err := tx.Gorm().Exec(sql, orgID, moves).Error; err != nil {
			return db.Translate(err)
		}
	}
	for _, sql := range []string{
		"UPDATE move_reviews SET sealed = ?, longer_reply = NULL, told = FALSE, longer = FALSE WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE journeys SET sealed = ? WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE journey_choices SET wish = ? WHERE organisation_id = ? AND move_id IN ?",
	} {
		if err := tx.Gorm().Exec(sql, none, orgID, moves).Error; err != nil {
			return db.Translate(err)
		}
	}
	// A "no" has a reason, whatever is left of it.
	err := tx.Gorm().Exec("UPDATE journey_choices SET reason = ? WHERE organisation_id = ? AND move_id IN ? AND reason IS NOT NULL", none, orgID, moves).Error
	if err != nil {
		return db.Translate(err)
	}
	return db.Translate(tx.Gorm().Exec("UPDATE moves SET sealed = ? WHERE organisation_id = ? AND id IN ?", none, orgID, moves).Error)
}
