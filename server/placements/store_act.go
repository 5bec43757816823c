package placements

import (
	"heard/server/db"
	"heard/server/viewer"
)

type actRow struct {
	OrganisationID string
	YoungPersonID  string `gorm:"primaryKey"`
	ClientID       string `gorm:"primaryKey"`
	MoveID         string
	Act            string
	At             db.Millis
}

func (actRow) TableName() string { return "move_acts" }

// actTx gives what came before under a phone's id; nil: nothing did.
func actTx(tx *db.Tx, v viewer.Viewer, clientID string) (*actRow, error) {
	var rows []actRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND client_id = ?", v.AccountID, v.OrganisationID, clientID).
		Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

func insertActTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	return db.Translate(tx.Gorm().Create(&actRow{
		OrganisationID: v.OrganisationID, YoungPersonID: v.AccountID, ClientID: a.ID, MoveID: m.ID, Act: a.Do, At: db.At(tx.Now),
	}).Error)
}

// wasToldTx says whether a move is one the viewer was told of, whatever became of it.
func wasToldTx(tx *db.Tx, v viewer.Viewer, id string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&moveRow{}).Where("id = ? AND organisation_id = ? AND young_person_id = ? AND told_at IS NOT NULL", id, v.OrganisationID, v.AccountID).
		Count(&n).Error
	return n > 0, db.Translate(err)
}
