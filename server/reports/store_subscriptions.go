package reports

import (
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type subscriptionRow struct {
	OrganisationID string
	AccountID      string    `gorm:"primaryKey"`
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

type letterRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	AccountID      string
	ReleaseNumber  int
	Period         string
	PublishedAt    db.Millis
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
	Outcome        *string
}

func (subscriptionRow) TableName() string { return "figure_subscriptions" }
func (letterRow) TableName() string       { return "figure_letters" }

func subscribed(tx *db.Tx, v viewer.Viewer) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&subscriptionRow{}).Where("organisation_id = ? AND account_id = ?", v.OrganisationID, v.AccountID).Count(&n).Error
	return n > 0, db.Translate(err)
}

func insertSubscription(tx *db.Tx, row subscriptionRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

func endSubscription(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Where("account_id = ?", accountID).Delete(&subscriptionRow{}).Error)
}

func subscribersOf(tx *db.Tx, orgID string) ([]string, error) {
	var ids []string
	err := tx.Gorm().Model(&subscriptionRow{}).Where("organisation_id = ?", orgID).Order("account_id").Pluck("account_id", &ids).Error
	return ids, db.Translate(err)
}

func insertLetters(tx *db.Tx, rows []letterRow) error {
	return db.Translate(tx.Gorm().CreateInBatches(&rows, 200).Error)
}

func lettersByID(tx *db.Tx, ids []string) ([]letterRow, error) {
	var rows []letterRow
	err := tx.Gorm().Where("id IN ?", ids).Order("due_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}
