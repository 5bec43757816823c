package accounts

import (
	"time"

	"gorm.io/gorm"

	"heard/server/db"
)

type seatRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	TabletHash     []byte
	SessionID      string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

func (seatRow) TableName() string { return "shared_seats" }

// seatFound is a seat whose session could be opened.
type seatFound struct {
	ID             string
	OrganisationID string
	SessionID      string
	AccountID      string
	DeviceID       string
	Avatar         string
}

const liveSeats = `SELECT t.id, t.organisation_id, t.session_id, s.account_id, s.device_id, a.avatar
	FROM shared_seats t
	JOIN sessions s ON s.id = t.session_id
	JOIN devices d ON d.id = s.device_id
	JOIN accounts a ON a.id = s.account_id
	WHERE t.tablet_hash = ? AND s.ended_at IS NULL AND s.expires_at > ? AND d.ended_at IS NULL AND a.suspended_at IS NULL `

func seatsOf(tx *db.Tx, tablet []byte) ([]seatFound, error) {
	var rows []seatFound
	err := tx.Gorm().Raw(liveSeats+"ORDER BY t.created_at, t.id LIMIT 100", tablet, db.At(tx.Now)).Scan(&rows).Error
	return rows, db.Translate(err)
}

func seatByID(tx *db.Tx, tablet []byte, id string) (seatFound, error) {
	var row seatFound
	err := tx.Gorm().Raw(liveSeats+"AND t.id = ?", tablet, db.At(tx.Now), id).Scan(&row).Error
	if err == nil && row.ID == "" {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

// seatDevice finds the device that stands for an account on a tablet.
func seatDevice(tx *db.Tx, tablet []byte, accountID string) (deviceRow, error) {
	var row deviceRow
	err := tx.Gorm().Raw(`SELECT d.* FROM shared_seats t JOIN sessions s ON s.id = t.session_id JOIN devices d ON d.id = s.device_id
		WHERE t.tablet_hash = ? AND s.account_id = ? AND d.ended_at IS NULL ORDER BY t.created_at DESC, t.id DESC LIMIT 1`, tablet, accountID).Scan(&row).Error
	if err == nil && row.ID == "" {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

func knownTablet(tx *db.Tx, tablet []byte) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&seatRow{}).Where("tablet_hash = ?", tablet).Count(&n).Error
	return n > 0, db.Translate(err)
}

func hasSeat(tx *db.Tx, sessionID string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&seatRow{}).Where("session_id = ?", sessionID).Count(&n).Error
	return n > 0, db.Translate(err)
}

// seatToken shuts a session on a tablet and gives it a token; the one before opens
// nothing, not even for a moment. The zero time leaves the session's end as it is.
func seatToken(tx *db.Tx, sessionID string, hash []byte, expires time.Time) error {
	change := map[string]any{
		"token_hash": hash, "previous_hash": gorm.Expr("NULL"), "previous_until": gorm.Expr("NULL"), "unlocked": false,
	}
	if !expires.IsZero() {
		change["expires_at"] = db.At(expires)
	}
	result := tx.Gorm().Model(&sessionRow{}).Where("id = ? AND ended_at IS NULL", sessionID).Updates(change)
	if result.Error == nil && result.RowsAffected == 0 {
		return errNotFound
	}
	return db.Translate(result.Error)
}

// shareDevice marks a device as one of a shared tablet, for good.
func shareDevice(tx *db.Tx, id string) error {
	return db.Translate(tx.Gorm().Model(&deviceRow{}).Where("id = ?", id).Update("shared", true).Error)
}
