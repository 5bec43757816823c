package placements

import (
	"time"

	"heard/server/db"
	"heard/server/viewer"
)

type questionRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	MoveID         string
	Sealed         []byte
	AskedAt        db.Millis
	DueAt          db.Millis
	Answer         []byte
	AnsweredBy     *string
	AnsweredAt     *db.Millis
}

type visitRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	MoveID         string
	Kind           string
	AskedBy        string
	AskedAt        db.Millis
	Sealed         []byte
	State          string
	At             *db.Millis
	Reply          []byte
	SettledBy      *string
	SettledAt      *db.Millis
	MadeAt         *db.Millis
}

type aboutRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	MoveID         string
	Sealed         []byte
	At             db.Millis
	GoneAt         *db.Millis
}

func (questionRow) TableName() string { return "move_questions" }
func (visitRow) TableName() string    { return "move_visits" }
func (aboutRow) TableName() string    { return "move_about" }

func openQuestionsTx(tx *db.Tx, m Move) (int, error) {
	return countTx(tx, &questionRow{}, m, "answered_at IS NULL")
}

func askedVisitsTx(tx *db.Tx, m Move) (int, error) {
	return countTx(tx, &visitRow{}, m, "state = 'asked'")
}

func aboutsTx(tx *db.Tx, m Move) (int, error) { return countTx(tx, &aboutRow{}, m, "gone_at IS NULL") }

func countTx(tx *db.Tx, model any, m Move, of string) (int, error) {
	var n int64
	err := tx.Gorm().Model(model).Where("organisation_id = ? AND move_id = ?", m.OrganisationID, m.ID).Where(of).Count(&n).Error
	return int(n), db.Translate(err)
}

func insertQuestionTx(tx *db.Tx, m Move, id string, sealed []byte, due time.Time) error {
	return db.Translate(tx.Gorm().Create(&questionRow{
		ID: id, OrganisationID: m.OrganisationID, MoveID: m.ID, Sealed: sealed, AskedAt: db.At(tx.Now), DueAt: db.At(due),
	}).Error)
}

func insertVisitTx(tx *db.Tx, row visitRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

func insertAboutTx(tx *db.Tx, m Move, id string, sealed []byte) error {
	return db.Translate(tx.Gorm().Create(&aboutRow{ID: id, OrganisationID: m.OrganisationID, MoveID: m.ID, Sealed: sealed, At: db.At(tx.Now)}).Error)
}

// endAboutTx takes an item out of the list; false: it is not in it.
func endAboutTx(tx *db.Tx, m Move, id string) (bool, error) {
	res := tx.Gorm().Model(&aboutRow{}).Where("id = ? AND organisation_id = ? AND move_id = ? AND gone_at IS NULL", id, m.OrganisationID, m.ID).
		Update("gone_at", db.At(tx.Now))
	return res.RowsAffected == 1, db.Translate(res.Error)
}

// answerQuestionTx keeps the answer to a question of the move, unless it has one.
func answerQuestionTx(tx *db.Tx, v viewer.Viewer, m Move, id string, answer []byte) error {
	mine := tx.Gorm().Model(&questionRow{}).Where("id = ? AND organisation_id = ? AND move_id = ?", id, m.OrganisationID, m.ID)
	var n int64
	if err := mine.Count(&n).Error; err != nil {
		return db.Translate(err)
	}
	if n == 0 {
		return errNotFound
	}
	res := tx.Gorm().Model(&questionRow{}).Where("id = ? AND organisation_id = ? AND move_id = ? AND answered_at IS NULL", id, m.OrganisationID, m.ID).
		Updates(map[string]any{"answer": answer, "answered_by": v.AccountID, "answered_at": db.At(tx.Now)})
	if res.Error == nil && res.RowsAffected == 0 {
		return errAnswered
	}
	return db.Translate(res.Error)
}

func visitTx(tx *db.Tx, m Move, id string) (visitRow, error) {
	var rows []visitRow
	err := tx.Gorm().Where("id = ? AND organisation_id = ? AND move_id = ?", id, m.OrganisationID, m.ID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return visitRow{}, first2(db.Translate(err), errNotFound)
	}
	return rows[0], nil
}

func settleVisitTx(tx *db.Tx, row visitRow) error {
	return db.Translate(tx.Gorm().Model(&visitRow{}).Where("id = ? AND organisation_id = ?", row.ID, row.OrganisationID).Updates(map[string]any{
		"state": row.State, "at": row.At, "reply": row.Reply, "settled_by": row.SettledBy, "settled_at": row.SettledAt, "made_at": row.MadeAt,
	}).Error)
}

func questionsTx(tx *db.Tx, m Move) ([]questionRow, error) {
	var rows []questionRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id = ?", m.OrganisationID, m.ID).Order("asked_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func visitsTx(tx *db.Tx, m Move) ([]visitRow, error) {
	var rows []visitRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id = ?", m.OrganisationID, m.ID).Order("asked_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func aboutTx(tx *db.Tx, m Move) ([]aboutRow, error) {
	var rows []aboutRow
	err := tx.Gorm().Where("organisation_id = ? AND move_id = ? AND gone_at IS NULL", m.OrganisationID, m.ID).Order("at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

// waiting is what of some moves waits for an answer, the oldest first.
type waiting struct {
	MoveID string
	Since  db.Millis
}

// questionsDueTx gives when the first open question of each move is due.
func questionsDueTx(tx *db.Tx, orgID string, moves []string) ([]waiting, error) {
	var rows []waiting
	err := tx.Gorm().Model(&questionRow{}).Select("move_id, MIN(due_at) AS since").
		Where("organisation_id = ? AND move_id IN ? AND answered_at IS NULL", orgID, moves).Group("move_id").Scan(&rows).Error
	return rows, db.Translate(err)
}

// visitsAskedTx gives when the first visit of each move that waits for a reply was asked for.
func visitsAskedTx(tx *db.Tx, orgID string, moves []string) ([]waiting, error) {
	var rows []waiting
	err := tx.Gorm().Model(&visitRow{}).Select("move_id, MIN(asked_at) AS since").
		Where("organisation_id = ? AND move_id IN ? AND state = 'asked'", orgID, moves).Group("move_id").Scan(&rows).Error
	return rows, db.Translate(err)
}
