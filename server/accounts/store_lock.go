package accounts

import (
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/errs"
)

var errNoLock = errs.New(errs.Conflict, "There is no lock to open.").With("no_lock")

func lockOf(tx *db.Tx, accountID string) (lockRow, error) {
	var row lockRow
	err := tx.Gorm().Where("account_id = ?", accountID).Take(&row).Error
	return row, db.Translate(err)
}

// countLockTry counts one try and blocks further ones where it is the last. The
// row it gives holds the block that applies if the try turns out wrong.
func countLockTry(tx *db.Tx, accountID string) (row lockRow, refused, err error) {
	err = db.Translate(tx.Gorm().Clauses(forUpdate).Where("account_id = ?", accountID).Take(&row).Error)
	if errs.CodeOf(err) == errs.NotFound {
		return row, errNoLock, nil
	}
	if err != nil {
		return row, nil, err
	}
	if row.BlockedUntil != nil && tx.Now.Before(row.BlockedUntil.Time()) {
		return row, errBlocked(row.BlockedUntil.Time()), nil
	}
	row.Failures++
	row.BlockedUntil = nil
	if block := blockAfter(row.Failures); block > 0 {
		until := db.At(tx.Now.Add(block))
		row.BlockedUntil = &until
	}
	err = tx.Gorm().Model(&lockRow{}).Where("account_id = ?", accountID).
		Updates(map[string]any{"failures": row.Failures, "blocked_until": row.BlockedUntil}).Error
	return row, nil, db.Translate(err)
}

const (
	strangersBlock = 4 * time.Hour // how long devices that were not let in share their few tries
	sharedBlock    = time.Hour     // and how long those in front of a shared tablet do
)

// countTryApart is countLockTry for a device in other hands: its tries are in a
// count of their own, which no right answer elsewhere begins anew.
func countTryApart(tx *db.Tx, accountID, id string, block time.Duration) (row lockRow, refused, err error) {
	row, err = lockOf(tx, accountID)
	if errs.CodeOf(err) == errs.NotFound {
		return row, errNoLock, nil
	}
	if err != nil {
		return row, nil, err
	}
	within, err := allowTx(tx, id, freeTries, block)
	if err != nil {
		return row, nil, err
	}
	var tries rateLimitRow
	if err := tx.Gorm().Where("id = ?", id).Take(&tries).Error; err != nil {
		return row, nil, db.Translate(err)
	}
	if !within {
		return row, errBlocked(tries.ResetsAt.Time()), nil
	}
	row.Failures, row.BlockedUntil = tries.Count, nil
	if tries.Count == freeTries {
		row.BlockedUntil = &tries.ResetsAt
	}
	return row, nil, nil
}

func forgiveTries(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Model(&lockRow{}).Where("account_id = ?", accountID).
		Updates(map[string]any{"failures": 0, "blocked_until": nil}).Error)
}

func putLock(tx *db.Tx, row lockRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"kind", "secret_hash", "failures", "blocked_until", "changed_at"}),
	}).Create(&row).Error)
}

func dropLock(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Where("account_id = ?", accountID).Delete(&lockRow{}).Error)
}
