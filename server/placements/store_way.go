package placements

import (
	"gorm.io/gorm/clause"

	"heard/server/db"
)

type journeyRow struct {
	MoveID         string `gorm:"primaryKey"`
	OrganisationID string
	Revision       int
	Sealed         []byte
	LeavesAt       *db.Millis
	ChangedBy      string
	ChangedAt      db.Millis
}

type choiceRow struct {
	MoveID         string `gorm:"primaryKey"`
	Choice         string `gorm:"primaryKey"`
	OrganisationID string
	Wish           []byte
	State          string
	Reason         []byte
	AskedAt        db.Millis
	SettledBy      *string
	SettledAt      *db.Millis
}

type belongingRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	MoveID         string
	Sealed         []byte
	ByYoung        bool
	PhotoID        *string
	FarPhotoID     *string
	PackedAt       *db.Millis
	PackedBy       *string
	ArrivedAt      *db.Millis
	ArrivedBy      *string
	MissingAt      *db.Millis
	GoneAt         *db.Millis
	MadeAt         db.Millis
}

func (journeyRow) TableName() string   { return "journeys" }
func (choiceRow) TableName() string    { return "journey_choices" }
func (belongingRow) TableName() string { return "belongings" }

// journeyTx gives the plan of a move's way; of revision 0: there is none yet.
func journeyTx(tx *db.Tx, m Move) (journeyRow, error) {
	var rows []journeyRow
	err := tx.Gorm().Where("move_id = ? AND organisation_id = ?", m.ID, m.OrganisationID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return journeyRow{}, db.Translate(err)
	}
	return rows[0], nil
}

// putJourneyTx writes a plan over the one before it. Its move is held.
func putJourneyTx(tx *db.Tx, row journeyRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "move_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"revision", "sealed", "leaves_at", "changed_by", "changed_at"}),
	}).Create(&row).Error)
}

// choicesTx gives what was wished for a move's way.
func choicesTx(tx *db.Tx, m Move) ([]choiceRow, error) {
	var rows []choiceRow
	err := tx.Gorm().Where("move_id = ? AND organisation_id = ?", m.ID, m.OrganisationID).Order("asked_at, choice").Find(&rows).Error
	return rows, db.Translate(err)
}

// choiceTx gives one wish; without a state: there is none.
func choiceTx(tx *db.Tx, m Move, choice string) (choiceRow, error) {
	var rows []choiceRow
	err := tx.Gorm().Where("move_id = ? AND organisation_id = ? AND choice = ?", m.ID, m.OrganisationID, choice).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return choiceRow{}, db.Translate(err)
	}
	return rows[0], nil
}

// putWishTx writes down a wish, in place of the one before and what was said to it.
func putWishTx(tx *db.Tx, m Move, choice string, sealed []byte) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "move_id"}, {Name: "choice"}},
		DoUpdates: clause.AssignmentColumns([]string{"wish", "state", "reason", "asked_at", "settled_by", "settled_at"}),
	}).Create(&choiceRow{
		MoveID: m.ID, Choice: choice, OrganisationID: m.OrganisationID, Wish: sealed, State: wishAsked, AskedAt: db.At(tx.Now),
	}).Error)
}

// settleTx writes down what was said to a wish.
func settleTx(tx *db.Tx, row choiceRow) error {
	return db.Translate(tx.Gorm().Model(&choiceRow{}).
		Where("move_id = ? AND organisation_id = ? AND choice = ?", row.MoveID, row.OrganisationID, row.Choice).
		Updates(map[string]any{"state": row.State, "reason": row.Reason, "settled_by": row.SettledBy, "settled_at": row.SettledAt}).Error)
}

// thingsTx gives what goes along, oldest first.
func thingsTx(tx *db.Tx, m Move) ([]belongingRow, error) {
	var rows []belongingRow
	err := tx.Gorm().Where("move_id = ? AND organisation_id = ? AND gone_at IS NULL", m.ID, m.OrganisationID).Order("made_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

// thingTx gives one thing of this move; nil: it is not there.
func thingTx(tx *db.Tx, m Move, id string) (*belongingRow, error) {
	var rows []belongingRow
	err := tx.Gorm().Where("id = ? AND move_id = ? AND organisation_id = ? AND gone_at IS NULL", id, m.ID, m.OrganisationID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// isInBagTx says whether a photo stands beside something that goes along.
func isInBagTx(tx *db.Tx, m Move, photo string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&belongingRow{}).
		Where("move_id = ? AND organisation_id = ? AND gone_at IS NULL AND (photo_id = ? OR far_photo_id = ?)", m.ID, m.OrganisationID, photo, photo).Count(&n).Error
	return n > 0, db.Translate(err)
}

func countThingsTx(tx *db.Tx, m Move) (int, error) {
	var n int64
	err := tx.Gorm().Model(&belongingRow{}).Where("move_id = ? AND organisation_id = ? AND gone_at IS NULL", m.ID, m.OrganisationID).Count(&n).Error
	return int(n), db.Translate(err)
}

// insertThingTx says whether the thing was added: an id that is taken stays whose it is.
func insertThingTx(tx *db.Tx, row belongingRow) (bool, error) {
	q := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	return q.RowsAffected == 1, db.Translate(q.Error)
}

func changeThingTx(tx *db.Tx, m Move, id string, columns map[string]any) error {
	return db.Translate(tx.Gorm().Model(&belongingRow{}).Where("id = ? AND move_id = ? AND organisation_id = ?", id, m.ID, m.OrganisationID).
		Updates(columns).Error)
}
