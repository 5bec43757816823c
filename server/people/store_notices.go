package people

import (
	"time"

	"heard/server/db"
)

type noticeRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	Kind           string
	ServiceID      *string
	TeamID         *string
	YoungPersonID  *string
	ActorID        *string
	StartsAt       *db.Millis
	EndsAt         *db.Millis
	OpenedAt       db.Millis
	ClosedAt       *db.Millis
}

// TableName names the table.
func (noticeRow) TableName() string { return "notices" }

// openNoticesTx gives a service's open notices of a kind, oldest first.
func openNoticesTx(tx *db.Tx, orgID, serviceID string, kind NoticeKind) ([]noticeRow, error) {
	var rows []noticeRow
	err := tx.Gorm().Where("service_id = ? AND organisation_id = ? AND kind = ? AND closed_at IS NULL", serviceID, orgID, string(kind)).
		Order("starts_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func insertNotice(tx *db.Tx, n noticeRow) error { return insert(tx, &n) }

func moveNotice(tx *db.Tx, id string, from, to *time.Time) error {
	return one(tx.Gorm().Model(&noticeRow{}).Where("id = ?", id).Updates(map[string]any{"starts_at": db.AtPtr(from), "ends_at": db.AtPtr(to)}))
}

func closeNotice(tx *db.Tx, id string) error {
	return one(tx.Gorm().Model(&noticeRow{}).Where("id = ? AND closed_at IS NULL", id).Update("closed_at", db.At(tx.Now)))
}

// noticesTx gives an organisation's open notices, newest first. Which of them the
// viewer may see is asked next.
func noticesTx(tx *db.Tx, orgID string) ([]noticeRow, error) {
	var rows []noticeRow
	err := tx.Gorm().Where("organisation_id = ? AND closed_at IS NULL", orgID).
		Order("opened_at DESC, id DESC").Limit(maxNotices).Find(&rows).Error
	return rows, db.Translate(err)
}

// closeOldGlass closes notices of broken glass that have stood long enough.
func closeOldGlass(tx *db.Tx, orgID string) error {
	return db.Translate(tx.Gorm().Model(&noticeRow{}).Where("organisation_id = ? AND kind = ? AND closed_at IS NULL AND opened_at <= ?",
		orgID, string(GlassBroken), db.At(tx.Now.Add(-glassTold))).Update("closed_at", db.At(tx.Now)).Error)
}
