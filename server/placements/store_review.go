package placements

import (
	"heard/server/db"
)

type reviewRow struct {
	OrganisationID string
	MoveID         string `gorm:"primaryKey"`
	Day            int    `gorm:"primaryKey;autoIncrement:false"`
	Sealed         []byte
	Told           bool
	Longer         bool
	Skipped        bool
	At             db.Millis
	ReadAt         *db.Millis
	LongerReply    []byte
	LongerBy       *string
	LongerSaidAt   *db.Millis
}

func (reviewRow) TableName() string { return "move_reviews" }

func insertReviewTx(tx *db.Tx, row reviewRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

func reviewsTx(tx *db.Tx, m Move) ([]reviewRow, error) {
	var rows []reviewRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id = ?", m.OrganisationID, m.ID).Order("day").Find(&rows).Error
	return rows, db.Translate(err)
}

// longerWaitsTx gives the reviews of some moves by which a young person wants more time
// with somebody and nobody has said when.
func longerWaitsTx(tx *db.Tx, orgID string, moves []string) ([]reviewRow, error) {
	var rows []reviewRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id IN ? AND told AND longer AND longer_said_at IS NULL", orgID, moves).Find(&rows).Error
	return rows, db.Translate(err)
}

// markReadTx notes a first reading and says whether it was one.
func markReadTx(tx *db.Tx, m Move, day int) (first bool, err error) {
	res := tx.Gorm().Model(&reviewRow{}).Where("organisation_id = ? AND move_id = ? AND day = ? AND read_at IS NULL", m.OrganisationID, m.ID, day).
		Update("read_at", db.At(tx.Now))
	return res.RowsAffected == 1, db.Translate(res.Error)
}

// dropReviewsTx takes away what was said of how a move went, but for one day.
func dropReviewsTx(tx *db.Tx, m Move, but int) error {
	return db.Translate(tx.Gorm().Where("organisation_id = ? AND move_id = ? AND day <> ?", m.OrganisationID, m.ID, but).Delete(&reviewRow{}).Error)
}

// changeReviewTx changes columns of what was said by a day.
func changeReviewTx(tx *db.Tx, m Move, day int, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&reviewRow{}).Where("organisation_id = ? AND move_id = ? AND day = ?", m.OrganisationID, m.ID, day).Updates(columns).Error)
}
