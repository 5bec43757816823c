package accounts

import (
	"heard/server/db"
	"heard/server/viewer"
)

func devicesOf(tx *db.Tx, v viewer.Viewer) ([]deviceRow, error) {
	var rows []deviceRow
	err := tx.Gorm().Where("account_id = ? AND ended_at IS NULL", v.AccountID).Order("last_seen_at DESC, id DESC").Limit(100).Find(&rows).Error
	return rows, db.Translate(err)
}

// everHadDevice says whether an account was ever open anywhere: only the very
// first device may read without being let in.
func everHadDevice(tx *db.Tx, accountID string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&deviceRow{}).Where("account_id = ?", accountID).Limit(1).Count(&n).Error
	return n > 0, db.Translate(err)
}

// waitingDevices counts the devices that only send so far.
func waitingDevices(tx *db.Tx, v viewer.Viewer) (int, error) {
	var n int64
	err := tx.Gorm().Model(&deviceRow{}).Where("account_id = ? AND ended_at IS NULL AND history_open = ?", v.AccountID, false).Count(&n).Error
	return int(n), db.Translate(err)
}

func openHistory(tx *db.Tx, accountID, id string) error {
	result := tx.Gorm().Model(&deviceRow{}).Where("id = ? AND account_id = ? AND ended_at IS NULL", id, accountID).Update("history_open", true)
	if result.Error == nil && result.RowsAffected == 0 {
		return errNotFound
	}
	return db.Translate(result.Error)
}

func endDevice(tx *db.Tx, accountID, id string) error {
	result := tx.Gorm().Model(&deviceRow{}).Where("id = ? AND account_id = ? AND ended_at IS NULL", id, accountID).Update("ended_at", db.At(tx.Now))
	if result.Error == nil && result.RowsAffected == 0 {
		return errNotFound
	}
	return db.Translate(result.Error)
}
