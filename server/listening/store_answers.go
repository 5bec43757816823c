package listening

import (
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

// periodKeyTx gives nil when the period has no key yet.
func periodKeyTx(tx *db.Tx, orgID, period string) (*periodKeyRow, error) {
	var rows []periodKeyRow
	err := tx.Gorm().Where("organisation_id = ? AND period = ?", orgID, period).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// insertPeriodKeyTx keeps a new key, unless another was quicker: that one it is then.
func insertPeriodKeyTx(tx *db.Tx, row periodKeyRow) (*periodKeyRow, error) {
	if err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return nil, db.Translate(err)
	}
	var kept periodKeyRow
	err := tx.Gorm().Where("organisation_id = ? AND period = ?", row.OrganisationID, row.Period).Take(&kept).Error
	return &kept, db.Translate(err)
}

// putAnswerTx counts an answer in place of the one before. The old row goes and a
// new one comes, so that none shows that somebody changed their mind.
func putAnswerTx(tx *db.Tx, row answerRow) error {
	err := tx.Gorm().Where("organisation_id = ? AND period = ? AND question = ? AND tag = ?",
		row.OrganisationID, row.Period, row.Question, row.Tag).Delete(&answerRow{}).Error
	if err != nil {
		return db.Translate(err)
	}
	return db.Translate(tx.Gorm().Create(&row).Error)
}

// putFirstAnswerTx counts an answer unless one is there, which stays.
func putFirstAnswerTx(tx *db.Tx, row answerRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

func insertCopyTx(tx *db.Tx, row copyRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

func insertToldTx(tx *db.Tx, row toldRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

// copyTx gives the viewer's copy under a phone's id; nil: none.
func copyTx(tx *db.Tx, v viewer.Viewer, clientID string) (*copyRow, error) {
	var rows []copyRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND client_id = ?", v.AccountID, v.OrganisationID, clientID).
		Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

func copiesTx(tx *db.Tx, v viewer.Viewer, limit int) ([]copyRow, error) {
	var rows []copyRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Order("at DESC, client_id DESC").Limit(limit).Find(&rows).Error
	return rows, db.Translate(err)
}

func toldTx(tx *db.Tx, v viewer.Viewer, limit int) ([]toldRow, error) {
	var rows []toldRow
	err := tx.Gorm().Where("worker_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	return rows, db.Translate(err)
}

// markReadTx notes a first reading and says whether it was one.
func markReadTx(tx *db.Tx, id string) (first bool, err error) {
	res := tx.Gorm().Model(&toldRow{}).Where("id = ? AND read_at IS NULL", id).Update("read_at", db.At(tx.Now))
	return res.RowsAffected == 1, db.Translate(res.Error)
}

// outsideTx says whether the viewer's device only sends so far: neither the young
// person's lock nor an older device has let it in.
func outsideTx(tx *db.Tx, v viewer.Viewer) (bool, error) {
	var n int64
	err := tx.Gorm().Table("devices").Where("id = ? AND account_id = ? AND organisation_id = ? AND history_open = ?",
		v.DeviceID, v.AccountID, v.OrganisationID, false).Count(&n).Error
	return n > 0, db.Translate(err)
}
