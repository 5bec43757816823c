package notify

import (
	"errors"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

// States of an alert. A cancelled one was about something that no longer needs telling.
const (
	statusWaiting   = "waiting"
	statusAccepted  = "accepted"
	statusNoChannel = "no_channel"
	statusCancelled = "cancelled"
)

type alertRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	SubjectKind    string
	SubjectID      string
	Body           string
	Urgency        string
	TTLSeconds     int `gorm:"column:ttl_seconds"`
	Status         string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
	SettledAt      *db.Millis
}

func (alertRow) TableName() string { return "alerts" }

func (a alertRow) expired(now db.Millis) bool { return now >= a.expires() }

func (a alertRow) expires() db.Millis { return a.CreatedAt + db.Millis(a.TTLSeconds)*1000 }

type pushRow struct {
	AlertID        string `gorm:"primaryKey"`
	SubscriptionID string `gorm:"primaryKey"`
	OrganisationID string
	Status         string
	HTTPStatus     *int `gorm:"column:http_status"`
	Attempts       int
	LastAt         db.Millis
	NextAt         *db.Millis
}

func (pushRow) TableName() string { return "alert_pushes" }

// forUpdate locks alerts against other writers, and not against the rows that refer
// to them: a push's result is kept before the card is locked, and whoever presses
// locks the card first, so a stronger lock would let the two wait for one another.
var forUpdate = clause.Locking{Strength: "NO KEY UPDATE"}

// insertAlerts keeps any number of alerts; a statement takes only so many values.
func insertAlerts(tx *db.Tx, rows []alertRow) error {
	for chunk := range slices.Chunk(rows, 500) {
		if err := tx.Gorm().Create(&chunk).Error; err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

func findAlert(tx *db.Tx, v viewer.Viewer, id string) (alertRow, error) {
	var row alertRow
	err := mine(tx, v).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errNotFound
	}
	return row, db.Translate(err)
}

// alertsByID reads for the sender, which acts for nobody.
func alertsByID(tx *db.Tx, ids []string) ([]alertRow, error) {
	var rows []alertRow
	err := tx.Gorm().Where("id IN ?", ids).Order("due_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

// heldBy locks those of the alerts that are still this worker's, in one order for everybody who locks several.
func heldBy(tx *db.Tx, worker string, ids []string) ([]string, error) {
	var held []string
	err := tx.Gorm().Model(&alertRow{}).Clauses(forUpdate).
		Where("id IN ? AND lease_by = ?", ids, worker).Order("id").Pluck("id", &held).Error
	return held, db.Translate(err)
}

// lockAlerts locks the alerts a condition names, in that same order.
func lockAlerts(tx *db.Tx, where string, args ...any) ([]string, error) {
	var ids []string
	err := tx.Gorm().Model(&alertRow{}).Clauses(forUpdate).
		Where(where, args...).Order("id").Pluck("id", &ids).Error
	return ids, db.Translate(err)
}

// cancelAlerts ends the alerts of a subject. One that was accepted stays so, but no further device is told.
func cancelAlerts(tx *db.Tx, subjectID string) error {
	ids, err := lockAlerts(tx, "subject_id = ? AND (due_at IS NOT NULL OR status = ?)", subjectID, statusNoChannel)
	if err != nil || len(ids) == 0 {
		return err
	}
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ?", ids).Updates(map[string]any{
		"status": gorm.Expr("CASE WHEN status = ? THEN status ELSE ? END", statusAccepted, statusCancelled), "due_at": nil,
	}).Error)
}

// eraseAlerts deletes the alerts of subjects and what hangs on them.
func eraseAlerts(tx *db.Tx, subjectIDs []string) error {
	ids, err := lockAlerts(tx, "subject_id IN ?", subjectIDs)
	if err != nil || len(ids) == 0 {
		return err
	}
	for _, rows := range []any{&pushRow{}, &deliveryRow{}} {
		if err := tx.Gorm().Where("alert_id IN ?", ids).Delete(rows).Error; err != nil {
			return db.Translate(err)
		}
	}
	return db.Translate(tx.Gorm().Where("id IN ?", ids).Delete(&alertRow{}).Error)
}

// makeDue has the account's unheard alerts looked at again now. With fresh set, those that found no channel are
// tried too, as long as they are worth telling: a device has been added.
func makeDue(tx *db.Tx, accountID string, fresh bool) error {
	where, args := "account_id = ? AND due_at IS NOT NULL", []any{accountID}
	now := db.At(tx.Now)
	if fresh {
		where = "account_id = ? AND subject_kind <> ? AND status IN ? AND created_at + ttl_seconds * 1000 > ?"
		args = []any{accountID, SubjectTest, []string{statusWaiting, statusNoChannel}, now}
	}
	ids, err := lockAlerts(tx, where, args...)
	if err != nil || len(ids) == 0 {
		return err
	}
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ?", ids).Updates(map[string]any{"due_at": now}).Error)
}

// lookAgain makes one alert due now, unless nobody need be told any more.
func lookAgain(tx *db.Tx, alertID string) error {
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id = ? AND status <> ?", alertID, statusCancelled).
		Update("due_at", db.At(tx.Now)).Error)
}

// cutShort ends the time in which an account's alerts are worth telling, and has them looked at now.
func cutShort(tx *db.Tx, accountID string) error {
	ids, err := lockAlerts(tx, "account_id = ? AND due_at IS NOT NULL", accountID)
	if err != nil || len(ids) == 0 {
		return err
	}
	now := db.At(tx.Now)
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ?", ids).Updates(map[string]any{
		"ttl_seconds": gorm.Expr("(? - created_at) / 1000", now), "due_at": now,
	}).Error)
}

// liveSubscriptions gives those of the accounts that can still be sent to.
func liveSubscriptions(tx *db.Tx, accountIDs []string) ([]subscriptionRow, error) {
	var rows []subscriptionRow
	err := tx.Gorm().Where("account_id IN ? AND gone_at IS NULL", accountIDs).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

func pushesOf(tx *db.Tx, alertIDs []string) ([]pushRow, error) {
	var rows []pushRow
	err := tx.Gorm().Where("alert_id IN ?", alertIDs).Find(&rows).Error
	return rows, db.Translate(err)
}

// savePushes keeps what became of pushes; an accepted one never becomes anything else.
func savePushes(tx *db.Tx, rows []pushRow) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "alert_id"}, {Name: "subscription_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"status", "http_status", "attempts", "last_at", "next_at"}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "alert_pushes.status <> ?", Vars: []any{pushAccepted}}}},
	}).Create(&rows).Error)
}

// noteHealth keeps the latest result with each subscription, in one order for everybody who locks several. It gives
// those that were alive until now and are gone.
func noteHealth(tx *db.Tx, latest map[string]result) ([]subscriptionRow, error) {
	var gone []subscriptionRow
	for _, id := range slices.Sorted(maps.Keys(latest)) {
		r := latest[id]
		columns := map[string]any{"last_status": nil, "last_problem": r.problem, "failures": gorm.Expr("failures + 1")}
		if r.code != 0 {
			columns["last_status"] = r.code
		}
		switch r.state {
		case pushAccepted:
			columns["last_accepted_at"], columns["failures"], columns["last_problem"] = db.At(tx.Now), 0, nil
		case pushGone:
			row, alive, err := lockAlive(tx, id)
			if err != nil {
				return nil, err
			}
			if alive {
				gone = append(gone, row)
			}
			// The tombstone shows in push health that this device was dropped; the address and keys are erased.
			columns["gone_at"] = db.At(tx.Now)
			columns["endpoint"], columns["p256dh"], columns["auth"] = []byte{}, []byte{}, []byte{}
		}
		if err := touchSubscription(tx, id, columns); err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// lockAlive locks a subscription, unless it is gone already.
func lockAlive(tx *db.Tx, id string) (subscriptionRow, bool, error) {
	var rows []subscriptionRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ? AND gone_at IS NULL", id).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return subscriptionRow{}, false, db.Translate(err)
	}
	return rows[0], true, nil
}

// lockedStatus locks the alerts and gives their states.
func lockedStatus(tx *db.Tx, ids []string) (map[string]string, error) {
	var rows []alertRow
	err := tx.Gorm().Select("id", "status").Clauses(forUpdate).Where("id IN ?", ids).Order("id").Find(&rows).Error
	states := make(map[string]string, len(rows))
	for _, row := range rows {
		states[row.ID] = row.Status
	}
	return states, db.Translate(err)
}

// moveStatus settles alerts that the caller has locked.
func moveStatus(tx *db.Tx, ids []string, to string) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ?", ids).
		Updates(map[string]any{"status": to, "settled_at": db.At(tx.Now)}).Error)
}

// giveBack ends this worker's leases; due nil means that nothing is left to do.
func giveBack(tx *db.Tx, worker string, ids []string, due *db.Millis) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ? AND lease_by = ?", ids, worker).
		Updates(map[string]any{"due_at": due, "lease_until": nil, "lease_by": nil}).Error)
}

// release gives alerts back as they are: their pushes were broken off.
func release(tx *db.Tx, worker string, ids []string) error {
	return db.Translate(tx.Gorm().Model(&alertRow{}).Where("id IN ? AND lease_by = ?", ids, worker).
		Updates(map[string]any{"lease_until": nil, "lease_by": nil}).Error)
}

// countDue counts alerts that wait for a try, and finds the one that has been due longest; one that is due later,
// because it was asked to wait, is not late.
func countDue(tx *db.Tx) (waiting int, oldest *db.Millis, err error) {
	var found struct {
		N      int
		Oldest *db.Millis
	}
	err = tx.Gorm().Model(&alertRow{}).Select("count(*) AS n, min(CASE WHEN due_at <= ? THEN due_at END) AS oldest", db.At(tx.Now)).
		Where("due_at IS NOT NULL").Scan(&found).Error
	return found.N, found.Oldest, db.Translate(err)
}
