package listening

import (
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type feedbackServiceRow struct {
	OrganisationID string `gorm:"primaryKey"`
	ServiceID      string `gorm:"primaryKey"`
	Since          db.Millis
	ByID           string
}

type feedbackRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	ServiceID      string
	YoungPersonID  string
	ContactID      string
	ClientID       string
	At             db.Millis
	Sealed         []byte
	ExportedAt     *db.Millis
}

func (feedbackServiceRow) TableName() string { return "feedback_services" }
func (feedbackRow) TableName() string        { return "session_feedback" }

// maxMarked is how many rows one statement marks.
const maxMarked = 500

// feedbackServicesTx says which services have the questionnaire switched on.
func feedbackServicesTx(tx *db.Tx, orgID string) (map[string]bool, error) {
	var ids []string
	err := tx.Gorm().Model(&feedbackServiceRow{}).Where("organisation_id = ?", orgID).Pluck("service_id", &ids).Error
	on := make(map[string]bool, len(ids))
	for _, id := range ids {
		on[id] = true
	}
	return on, db.Translate(err)
}

func feedbackOnTx(tx *db.Tx, orgID, serviceID string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&feedbackServiceRow{}).Where("organisation_id = ? AND service_id = ?", orgID, serviceID).Count(&n).Error
	return n > 0, db.Translate(err)
}

// switchFeedbackTx says whether anything was changed by it.
func switchFeedbackTx(tx *db.Tx, v viewer.Viewer, serviceID string, on bool) (changed bool, err error) {
	q := tx.Gorm()
	if on {
		q = q.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&feedbackServiceRow{OrganisationID: v.OrganisationID, ServiceID: serviceID, Since: db.At(tx.Now), ByID: v.AccountID})
	} else {
		q = q.Where("organisation_id = ? AND service_id = ?", v.OrganisationID, serviceID).Delete(&feedbackServiceRow{})
	}
	return q.RowsAffected == 1, db.Translate(q.Error)
}

// feedbackOpenTx gives the young person's contacts since a moment about which their
// services ask, and nothing was given yet.
func feedbackOpenTx(tx *db.Tx, v viewer.Viewer, since time.Time, limit int) ([]Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND at >= ?", v.AccountID, v.OrganisationID, db.At(since)).
		Where("outcome = ? AND kind IN ? AND recorded_by <> young_person_id", string(Happened), []string{string(KindMeeting), string(KindSession)}).
		Where("service_id IN (?)", tx.Gorm().Model(&feedbackServiceRow{}).Select("service_id").Where("organisation_id = ?", v.OrganisationID)).
		Where("id NOT IN (?)", tx.Gorm().Model(&feedbackRow{}).Select("contact_id").Where("young_person_id = ?", v.AccountID)).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	return contactsOf(rows), db.Translate(err)
}

// feedbackOfTx gives what a young person gave, newest first.
func feedbackOfTx(tx *db.Tx, v viewer.Viewer, limit int) ([]feedbackRow, error) {
	var rows []feedbackRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	return rows, db.Translate(err)
}

// earlierFeedbackTx gives what a young person gave about a contact or under an id, and
// makes an export wait for it.
func earlierFeedbackTx(tx *db.Tx, v viewer.Viewer, contactID, clientID string) ([]feedbackRow, error) {
	var rows []feedbackRow
	err := tx.Gorm().Clauses(forUpdate).Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Where("contact_id = ? OR client_id = ?", contactID, clientID).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

// putFeedbackTx writes a record, or writes it anew.
func putFeedbackTx(tx *db.Tx, r feedbackRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"client_id", "at", "sealed"}),
	}).Create(&r).Error)
}

// feedbackBetweenTx gives what was given to a service, oldest first, and makes whoever
// would change it wait. A zero moment is no bound.
func feedbackBetweenTx(tx *db.Tx, orgID, serviceID string, first, end time.Time) ([]feedbackRow, error) {
	q := tx.Gorm().Clauses(forUpdate).Where("organisation_id = ? AND service_id = ?", orgID, serviceID)
	if !first.IsZero() {
		q = q.Where("at >= ?", db.At(first))
	}
	if !end.IsZero() {
		q = q.Where("at < ?", db.At(end))
	}
	var rows []feedbackRow
	err := q.Order("at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func markExportedTx(tx *db.Tx, ids []string) error {
	for some := range slices.Chunk(ids, maxMarked) {
		if err := tx.Gorm().Model(&feedbackRow{}).Where("id IN ?", some).Update("exported_at", db.At(tx.Now)).Error; err != nil {
			return db.Translate(err)
		}
	}
	return nil
}
