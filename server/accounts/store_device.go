package accounts

import (
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

func devicesOf(tx *db.Tx, v viewer.Viewer) ([]deviceRow, error) {
	var rows []deviceRow
	err := tx.Gorm().Where("account_id = ? AND ended_at IS NULL", v.AccountID).Order("last_seen_at DESC, id DESC").Limit(100).Find(&rows).Error
	return rows, db.Translate(err)
}

// unheard picks devices d that were opened and never used since: the answer was
// lost on the way, and nobody has the token.
const unheard = `EXISTS (SELECT 1 FROM sessions s WHERE s.device_id = d.id) AND NOT EXISTS (
	SELECT 1 FROM sessions s WHERE s.device_id = d.id
	AND (s.previous_hash IS NULL OR s.previous_until IS NOT NULL OR s.last_active_at > s.created_at))`

// unheardFor is how long words that were used open Heard again for a phone that
// never heard the answer.
const unheardFor = 10 * time.Minute

// unheardDevice finds the device that a code opened moments ago, when the phone
// never heard so and tries again.
func unheardDevice(tx *db.Tx, code codeRow) (deviceRow, error) {
	var row deviceRow
	if code.UsedAt == nil || !tx.Now.Before(code.UsedAt.Time().Add(unheardFor)) {
		return row, nil
	}
	err := tx.Gorm().Raw("SELECT d.* FROM devices d WHERE d.account_id = ? AND d.created_at = ? AND d.ended_at IS NULL AND "+unheard,
		code.AccountID, *code.UsedAt).Scan(&row).Error
	return row, db.Translate(err)
}

// everHadDevice says whether an account was ever open anywhere: only the very
// first device may read without being let in. One that never heard of it is none.
func everHadDevice(tx *db.Tx, accountID string) (bool, error) {
	var n int64
	err := tx.Gorm().Raw("SELECT count(*) FROM devices d WHERE d.account_id = ? AND NOT ("+unheard+")", accountID).Scan(&n).Error
	return n > 0, db.Translate(err)
}

// endUnheard ends the devices of an account that has only such: should anybody
// hold a token of one after all, it must not read beside the first real device.
func endUnheard(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Model(&deviceRow{}).Where("account_id = ? AND ended_at IS NULL", accountID).
		Update("ended_at", db.At(tx.Now)).Error)
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
