package people

import (
	"slices"
	"time"

	"heard/server/db"
)

type timeRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	ShiftID        string
	OnDate         string
	ServiceID      string
	TeamID         string
	AccountID      string
	Role           string
	StartsAt       db.Millis
	EndsAt         db.Millis
	RelationID     string
	OnSince        *db.Millis
	AskedAt        *db.Millis
	Asks           int
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
}

// TableName names the table.
func (timeRow) TableName() string { return "rota_times" }

func (r timeRow) runs(now time.Time) bool {
	return !r.StartsAt.Time().After(now) && r.EndsAt.Time().After(now)
}

// aheadTx gives a service's concrete times that are not over, and those of the last
// two days that a change could bring back, locked in one order.
func aheadTx(tx *db.Tx, orgID, serviceID string) ([]timeRow, error) {
	var rows []timeRow
	err := tx.Gorm().Clauses(forUpdate).
		Where("service_id = ? AND organisation_id = ? AND starts_at > ?", serviceID, orgID, db.At(tx.Now.Add(-2*longestShift))).
		Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

// longestShift bounds how far back a time that still runs can have begun, the
// night the clocks go back included.
const longestShift = 27 * time.Hour

func insertTimes(tx *db.Tx, rows []timeRow) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Translate(tx.Gorm().CreateInBatches(&rows, 200).Error)
}

func insertRelations(tx *db.Tx, list []Relation) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]relationRow, len(list))
	for i, r := range list {
		rows[i] = r.row()
	}
	return db.Translate(tx.Gorm().CreateInBatches(&rows, 200).Error)
}

func changeTime(tx *db.Tx, row timeRow) error {
	return one(tx.Gorm().Model(&timeRow{}).Where("id = ?", row.ID).
		Select("service_id", "team_id", "account_id", "role", "starts_at", "ends_at", "relation_id", "due_at", "on_since", "asks", "asked_at").Updates(&row))
}

func deleteTimes(tx *db.Tx, ids []string) error {
	for part := range slices.Chunk(ids, 500) {
		if err := tx.Gorm().Where("id IN ?", part).Delete(&timeRow{}).Error; err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// forgetFuture takes away relations of shifts that never came into force: they
// gave nobody a right and are no part of the record.
func forgetFuture(tx *db.Tx, ids []string) error {
	for part := range slices.Chunk(ids, 500) {
		err := tx.Gorm().Where("id IN ? AND valid_from > ?", part, db.At(tx.Now)).Delete(&relationRow{}).Error
		if err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// lookAgain has the job look at a time that is not over now.
func lookAgain(tx *db.Tx, id string) error {
	now := db.At(tx.Now)
	return db.Translate(tx.Gorm().Model(&timeRow{}).Where("id = ? AND due_at > ? AND ends_at > ?", id, now, now).Update("due_at", now).Error)
}

// onNowTx says for which of a team's times somebody is on duty now.
func onNowTx(tx *db.Tx, orgID, teamID string) (map[timeKey]bool, error) {
	var rows []struct{ ShiftID, OnDate string }
	args := append([]any{teamID, orgID}, runningArgs(tx.Now)...)
	err := tx.Gorm().Raw(`SELECT t.shift_id, t.on_date FROM rota_times t JOIN teams ON teams.id = t.team_id
 WHERE t.team_id = ? AND t.organisation_id = ? AND t.service_id = teams.service_id AND `+running+` AND `+confirmed,
		append(args, confirmedArgs(tx.Now)...)...).Scan(&rows).Error
	on := make(map[timeKey]bool, len(rows))
	for _, r := range rows {
		on[timeKey{r.ShiftID, r.OnDate}] = true
	}
	return on, db.Translate(err)
}

// anyDueTx says whether a table has a row that is due and nobody's. Tables are
// constants in code.
func anyDueTx(tx *db.Tx, table string) (bool, error) {
	now := db.At(tx.Now)
	var ids []string
	err := tx.Gorm().Raw("SELECT id FROM "+table+" WHERE due_at <= ? AND (lease_until IS NULL OR lease_until < ?) LIMIT 1", now, now).Scan(&ids).Error
	return len(ids) > 0, db.Translate(err)
}
