package pulse

import (
	"time"

	"heard/server/db"
)

type heartbeatRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	YoungPersonID  string
	WorkerID       string
	PrivateKey     []byte
	Auth           []byte
	SubscribedAt   *db.Millis
	SentAt         *db.Millis
	ThroughAt      *db.Millis
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
}

// TableName names the table.
func (heartbeatRow) TableName() string { return "heartbeats" }

type readinessRow struct {
	ID        int `gorm:"primaryKey"`
	CheckedAt db.Millis
}

// TableName names the table.
func (readinessRow) TableName() string { return "readiness" }

// pulseRow is what is known of one organisation's heartbeat.
type pulseRow struct {
	ID        string
	CreatedAt db.Millis
	ThroughAt *db.Millis
}

func pulsesTx(tx *db.Tx) ([]pulseRow, error) {
	var rows []pulseRow
	err := tx.Gorm().Raw(`SELECT o.id, o.created_at, h.through_at FROM organisations o
 LEFT JOIN heartbeats h ON h.id = o.id`).Scan(&rows).Error
	return rows, db.Translate(err)
}

// withoutPulseTx gives organisations that have no machines yet.
func withoutPulseTx(tx *db.Tx, limit int) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw(`SELECT o.id FROM organisations o
 WHERE NOT EXISTS (SELECT 1 FROM heartbeats h WHERE h.id = o.id) ORDER BY o.id LIMIT ?`, limit).Scan(&ids).Error
	return ids, db.Translate(err)
}

func insertTx(tx *db.Tx, row heartbeatRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

func anyDueTx(tx *db.Tx) (bool, error) {
	now := db.At(tx.Now)
	var due int
	err := tx.Gorm().Raw(`SELECT count(*) FROM (SELECT 1 FROM heartbeats
 WHERE due_at <= ? AND (lease_until IS NULL OR lease_until < ?) LIMIT 1) one`, now, now).Scan(&due).Error
	return due > 0, db.Translate(err)
}

func leaseTx(tx *db.Tx, worker string) ([]heartbeatRow, error) {
	ids, err := db.Lease(tx, db.LeaseSpec{Table: "heartbeats", Worker: worker, For: leaseFor, Limit: batch})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var rows []heartbeatRow
	err = tx.Gorm().Where("id IN ?", ids).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

// tappedTx ends the lease: the next card is due in its time.
func tappedTx(tx *db.Tx, worker, id string, subscribed *db.Millis, next time.Time) error {
	return db.Translate(tx.Gorm().Model(&heartbeatRow{}).Where("id = ? AND lease_by = ?", id, worker).Updates(map[string]any{
		"sent_at": db.At(tx.Now), "subscribed_at": subscribed, "due_at": db.At(next), "lease_until": nil, "lease_by": nil, "attempts": 0,
	}).Error)
}

func heartbeatTx(tx *db.Tx, id string) (heartbeatRow, error) {
	var row heartbeatRow
	err := tx.Gorm().Where("id = ?", id).Take(&row).Error
	return row, db.Translate(err)
}

// throughTx says that the alert got through, and gives the time of its card.
func throughTx(tx *db.Tx, row heartbeatRow, alertID string) (time.Time, error) {
	var tapped []db.Millis
	err := tx.Gorm().Raw("SELECT created_at FROM alerts WHERE id = ? AND account_id = ?", alertID, row.WorkerID).Scan(&tapped).Error
	if err != nil {
		return time.Time{}, db.Translate(err)
	}
	if len(tapped) == 0 {
		return time.Time{}, errNoSuchAlert
	}
	err = tx.Gorm().Exec("UPDATE heartbeats SET through_at = ? WHERE id = ? AND (through_at IS NULL OR through_at < ?)",
		tapped[0], row.ID, tapped[0]).Error
	return tapped[0].Time(), db.Translate(err)
}

func writeTx(tx *db.Tx) error {
	return db.Translate(tx.Gorm().Model(&readinessRow{}).Where("id = 1").Update("checked_at", db.At(tx.Now)).Error)
}
