package listening

import (
	"heard/server/db"
	"heard/server/viewer"
)

type voiceRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	YoungPersonID  string
	Part           string
	OfID           string
	At             db.Millis
	Sealed         []byte
}

func (voiceRow) TableName() string { return "voice_notes" }

func insertVoiceTx(tx *db.Tx, row voiceRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

// voiceTx gives the voice of one part of a young person's answer.
func voiceTx(tx *db.Tx, orgID, youngPersonID string, p part, ofID string) (voiceRow, error) {
	var row voiceRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND part = ? AND of_id = ?", youngPersonID, orgID, string(p), ofID).
		Take(&row).Error
	return row, db.Translate(err)
}

// voicesSinceTx counts the voice notes a young person has kept since a moment.
func voicesSinceTx(tx *db.Tx, v viewer.Viewer, since db.Millis) (int, error) {
	var n int64
	err := tx.Gorm().Model(&voiceRow{}).Where("young_person_id = ? AND organisation_id = ? AND part = ? AND at > ?",
		v.AccountID, v.OrganisationID, string(partCopy), since).Count(&n).Error
	return int(n), db.Translate(err)
}

// toldByIDTx gives what the viewer was told under an id; nil: nothing.
func toldByIDTx(tx *db.Tx, v viewer.Viewer, id string) (*toldRow, error) {
	var rows []toldRow
	err := tx.Gorm().Where("id = ? AND worker_id = ? AND organisation_id = ?", id, v.AccountID, v.OrganisationID).
		Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}
