package placements

import (
	"database/sql"
	"time"

	"heard/server/db"
)

// wordy says which moves were done before a moment and still have words; as on everybody's
// pages a move that was told only afterwards counts from the telling. One that nobody ever
// said anything more of counts from the day it was to be.
const wordy = `length(sealed) > 0 AND (told_at IS NULL OR told_at < @before)
 AND (COALESCE(moved_at, ended_at) < @before OR moved_at IS NULL AND ended_at IS NULL AND day < @day)`

// whenWordy fills in wordy. Days are the organisation's own: up to one more is left them.
func whenWordy(before time.Time) []any {
	return []any{sql.Named("before", db.At(before)), sql.Named("day", before.AddDate(0, 0, -1).Format(time.DateOnly))}
}

// wordyMovesTx gives moves that were done before a moment and still have words.
func wordyMovesTx(tx *db.Tx, orgID string, before time.Time) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw("SELECT id FROM moves WHERE organisation_id = @org AND "+wordy+" ORDER BY id LIMIT @most",
		append(whenWordy(before), sql.Named("org", orgID), sql.Named("most", maxMoves))...).Scan(&ids).Error
	return ids, db.Translate(err)
}

// forgetTx empties or deletes every sealed column around some moves; what is open and
// counted stays where it is.
func forgetTx(tx *db.Tx, orgID string, moves []string) error {
	none := []byte{}
	for _, change := range []string{
		"DELETE FROM move_questions WHERE organisation_id = ? AND move_id IN ?",
		"DELETE FROM move_about WHERE organisation_id = ? AND move_id IN ?",
		"DELETE FROM belongings WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE move_visits SET sealed = NULL, reply = NULL WHERE organisation_id = ? AND move_id IN ?",
	} {
		if err := tx.Gorm().Exec(change, orgID, moves).Error; err != nil {
			return db.Translate(err)
		}
	}
	for _, change := range []string{
		"UPDATE move_reviews SET sealed = ?, longer_reply = NULL, told = FALSE, longer = FALSE WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE journeys SET sealed = ? WHERE organisation_id = ? AND move_id IN ?",
		"UPDATE journey_choices SET wish = ? WHERE organisation_id = ? AND move_id IN ?",
	} {
		if err := tx.Gorm().Exec(change, none, orgID, moves).Error; err != nil {
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
