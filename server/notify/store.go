package notify

import (
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type keyRow struct {
	ID         int
	PublicKey  string
	PrivateKey []byte
	CreatedAt  db.Millis
}

func (keyRow) TableName() string { return "push_keys" }

type subscriptionRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	SessionID      string
	EndpointHash   []byte
	Endpoint       []byte
	P256dh         []byte `gorm:"column:p256dh"`
	Auth           []byte
	Label          string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	LastSeenAt     db.Millis
	LastAcceptedAt *db.Millis
	TestedAt       *db.Millis
	LastStatus     *int
	LastProblem    *string
	Failures       int
	GoneAt         *db.Millis
}

func (subscriptionRow) TableName() string { return "push_subscriptions" }

type testRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	SubscriptionID string
	SentAt         db.Millis
	AnsweredAt     *db.Millis
}

func (testRow) TableName() string { return "push_tests" }

// findKeys gives a zero row when there are none yet.
func findKeys(tx *db.Tx) (keyRow, error) {
	var rows []keyRow
	err := tx.Gorm().Where("id = ?", 1).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return keyRow{}, db.Translate(err)
	}
	return rows[0], nil
}

// insertKeys writes nothing when another server was faster.
func insertKeys(tx *db.Tx, row keyRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// mine narrows a query to what belongs to the viewer: one has nobody else's subscriptions, alerts or tests.
func mine(tx *db.Tx, v viewer.Viewer) *gorm.DB {
	return tx.Gorm().Where("organisation_id = ? AND account_id = ?", v.OrganisationID, v.AccountID)
}

func subscriptionsOf(tx *db.Tx, v viewer.Viewer) ([]subscriptionRow, error) {
	var rows []subscriptionRow
	err := mine(tx, v).Order("created_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func findSubscription(tx *db.Tx, v viewer.Viewer, id string) (subscriptionRow, error) {
	var row subscriptionRow
	err := mine(tx, v).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

// findByEndpoint looks beyond the viewer on purpose: an endpoint is one browser, whoever used it before. The row
// is locked, so that two who claim the same browser take turns. False when nobody has it.
func findByEndpoint(tx *db.Tx, hash []byte) (subscriptionRow, bool, error) {
	var rows []subscriptionRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("endpoint_hash = ?", hash).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return subscriptionRow{}, false, db.Translate(err)
	}
	return rows[0], true, nil
}

// keepSubscription writes the row, in the place of the row that had its endpoint (before, or empty), and ends what
// else the session had: one browser has one subscription. It never deletes and inserts the same endpoint, because
// on PostgreSQL somebody who waits for the old row would then see neither. It gives the rows it ended.
func keepSubscription(tx *db.Tx, row subscriptionRow, before string) (ended []subscriptionRow, err error) {
	ended, err = endSubscriptions(tx, "session_id = ? AND endpoint_hash <> ?", row.SessionID, row.EndpointHash)
	if err != nil {
		return nil, err
	}
	if before == "" {
		return ended, db.Translate(tx.Gorm().Create(&row).Error)
	}
	return ended, db.Translate(tx.Gorm().Model(&subscriptionRow{}).Where("id = ?", before).Select("*").Updates(&row).Error)
}

// endSubscriptions deletes the rows a condition names, and gives them: somebody may have to be told.
func endSubscriptions(tx *db.Tx, where string, args ...any) ([]subscriptionRow, error) {
	var rows []subscriptionRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where(where, args...).Order("id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return rows, db.Translate(tx.Gorm().Where("id IN ?", ids).Delete(&subscriptionRow{}).Error)
}

func touchSubscription(tx *db.Tx, id string, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&subscriptionRow{}).Where("id = ?", id).Updates(columns).Error)
}

func insertTest(tx *db.Tx, row testRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

func countTests(tx *db.Tx, subscriptionID string, since db.Millis) (int64, error) {
	var n int64
	err := tx.Gorm().Model(&testRow{}).Where("subscription_id = ? AND sent_at > ?", subscriptionID, since).Count(&n).Error
	return n, db.Translate(err)
}

func findTest(tx *db.Tx, v viewer.Viewer, id string) (testRow, error) {
	var row testRow
	err := mine(tx, v).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

// answerTest marks the test and its subscription; false when it was answered before: a second answer changes nothing.
func answerTest(tx *db.Tx, row testRow) (first bool, err error) {
	now := db.At(tx.Now)
	res := tx.Gorm().Model(&testRow{}).Where("id = ? AND answered_at IS NULL", row.ID).Updates(map[string]any{"answered_at": now})
	if res.Error != nil || res.RowsAffected == 0 {
		return false, db.Translate(res.Error)
	}
	return true, touchSubscription(tx, row.SubscriptionID, map[string]any{"tested_at": now})
}
