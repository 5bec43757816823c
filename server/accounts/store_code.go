package accounts

import (
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// keepOldCodes is how long a code that is over still says why it is.
const keepOldCodes = 30 * 24 * time.Hour

// countTry counts a try against the code its first words find.
func countTry(tx *db.Tx, selector string) (codeRow, error) {
	var row codeRow
	result := tx.Gorm().Raw(`UPDATE join_codes SET failures = failures + 1,
			ended_at = CASE WHEN failures + 1 >= ? AND ended_at IS NULL AND used_at IS NULL THEN ? ELSE ended_at END
		WHERE selector = ? RETURNING *`, codeTries+1, db.At(tx.Now), selector).Scan(&row)
	if result.Error == nil && row.ID == "" {
		return row, errNotFound
	}
	return row, db.Translate(result.Error)
}

// useCode spends a code; the count of its try is taken back.
func useCode(tx *db.Tx, id string) error {
	result := tx.Gorm().Exec("UPDATE join_codes SET used_at = ?, failures = failures - 1 WHERE id = ? AND used_at IS NULL", db.At(tx.Now), id)
	if result.Error == nil && result.RowsAffected != 1 {
		return errs.New(errs.Internal, "")
	}
	return db.Translate(result.Error)
}

func selectorTaken(tx *db.Tx, selector string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&codeRow{}).Where("selector = ?", selector).Count(&n).Error
	return n > 0, db.Translate(err)
}

func forgetOldCodes(tx *db.Tx) error {
	if err := forgetOldLimits(tx); err != nil {
		return err
	}
	return db.Translate(tx.Gorm().Where("expires_at < ?", db.At(tx.Now.Add(-keepOldCodes))).Delete(&codeRow{}).Error)
}

func noteCode(tx *db.Tx, v viewer.Viewer, row codeRow) error {
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: "join_code.made",
		ObjectKind: "join_code", ObjectID: row.ID, SubjectID: row.AccountID,
	})
}
