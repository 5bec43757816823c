package notify

import (
	"cmp"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type contactRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	Kind           string
	Address        []byte
	AddressHash    []byte
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	VerifiedAt     *db.Millis
	LastAcceptedAt *db.Millis
	LastProblem    *string
}

func (contactRow) TableName() string { return "contact_points" }

type codeRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	ContactID      string
	CodeHash       []byte
	Tries          int
	SentAt         db.Millis
}

func (codeRow) TableName() string { return "contact_codes" }

// States of a delivery. Only "trying" and "retry" are tried again; "delivered" is what a report proved.
const (
	deliveryTrying    = "trying"
	deliveryRetry     = "retry"
	deliveryAccepted  = "accepted"
	deliveryDelivered = "delivered"
	deliveryFailed    = "failed"
)

type deliveryRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AlertID        string
	ContactID      string
	Channel        string
	Status         string
	ProviderID     *string
	Problem        *string
	Attempts       int
	LastAt         db.Millis
	NextAt         *db.Millis
}

func (deliveryRow) TableName() string { return "alert_deliveries" }

func contactsOf(tx *db.Tx, v viewer.Viewer) ([]contactRow, error) {
	var rows []contactRow
	err := mine(tx, v).Order("created_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func findContact(tx *db.Tx, v viewer.Viewer, id string) (contactRow, error) {
	var row contactRow
	err := mine(tx, v).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

func insertContact(tx *db.Tx, row contactRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

func touchContact(tx *db.Tx, id string, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&contactRow{}).Where("id = ?", id).Updates(columns).Error)
}

func deleteContacts(tx *db.Tx, where string, args ...any) error {
	return db.Translate(tx.Gorm().Where(where, args...).Delete(&contactRow{}).Error)
}

func insertCode(tx *db.Tx, row codeRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

func countCodes(tx *db.Tx, accountID string, since db.Millis) (int64, error) {
	var n int64
	err := tx.Gorm().Model(&codeRow{}).Where("account_id = ? AND sent_at > ?", accountID, since).Count(&n).Error
	return n, db.Translate(err)
}

// latestCode gives the code sent last, the only one that counts, and locks it: its tries are counted.
func latestCode(tx *db.Tx, contactID string) (codeRow, bool, error) {
	var rows []codeRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("contact_id = ?", contactID).
		Order("sent_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return codeRow{}, false, db.Translate(err)
	}
	return rows[0], true, nil
}

func countTry(tx *db.Tx, codeID string) error {
	return db.Translate(tx.Gorm().Model(&codeRow{}).Where("id = ?", codeID).Update("tries", gorm.Expr("tries + 1")).Error)
}

// deleteOldCodes is the retention of codes and of addresses nobody ever proved to be theirs.
func deleteOldCodes(tx *db.Tx, before db.Millis) error {
	if err := tx.Gorm().Where("sent_at < ?", before).Delete(&codeRow{}).Error; err != nil {
		return db.Translate(err)
	}
	return deleteContacts(tx, "verified_at IS NULL AND created_at < ?", before)
}

// provenContacts gives the contact points of accounts that somebody has shown to be theirs.
func provenContacts(tx *db.Tx, accountIDs []string, kinds []string) ([]contactRow, error) {
	var rows []contactRow
	if len(kinds) == 0 {
		return nil, nil
	}
	err := tx.Gorm().Where("account_id IN ? AND kind IN ? AND verified_at IS NOT NULL", accountIDs, kinds).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

func deliveriesOf(tx *db.Tx, alertIDs []string) ([]deliveryRow, error) {
	var rows []deliveryRow
	err := tx.Gorm().Where("alert_id IN ?", alertIDs).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

// startDeliveries makes the rows of first tries; one that is there already stays.
func startDeliveries(tx *db.Tx, rows []deliveryRow) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// saveDelivery keeps what became of a try, unless a report was faster: what it says is final.
func saveDelivery(tx *db.Tx, row deliveryRow) error {
	return db.Translate(tx.Gorm().Model(&deliveryRow{}).Where("id = ? AND status IN ?", row.ID, []string{deliveryTrying, deliveryRetry}).
		Select("status", "provider_id", "problem", "attempts", "last_at", "next_at").Updates(&row).Error)
}

// reportedDelivery locks the delivery a report is about.
func reportedDelivery(tx *db.Tx, id string) (deliveryRow, bool, error) {
	var rows []deliveryRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return deliveryRow{}, false, db.Translate(err)
	}
	return rows[0], true, nil
}

func endDelivery(tx *db.Tx, id, status string, problem *string) error {
	return db.Translate(tx.Gorm().Model(&deliveryRow{}).Where("id = ?", id).
		Updates(map[string]any{"status": status, "problem": problem, "next_at": nil, "last_at": db.At(tx.Now)}).Error)
}

// noteContacts keeps the latest result with each contact point, in one order for everybody who locks several.
func noteContacts(tx *db.Tx, results []result) error {
	slices.SortStableFunc(results, func(a, b result) int { return cmp.Compare(a.contactID, b.contactID) })
	for _, r := range results {
		columns := map[string]any{"last_problem": r.problem}
		if r.state == pushAccepted {
			columns = map[string]any{"last_problem": nil, "last_accepted_at": db.At(tx.Now)}
		}
		if err := touchContact(tx, r.contactID, columns); err != nil {
			return err
		}
	}
	return nil
}
