package people

import (
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
)

type answerRow struct {
	AccountID      string `gorm:"primaryKey"`
	SubscriptionID string `gorm:"primaryKey"`
	OrganisationID string
	AnsweredAt     db.Millis
	MadeUp         bool
}

// TableName names the table.
func (answerRow) TableName() string { return "duty_answers" }

// lives says that the device of an answered test (d) can still be reached.
const lives = `EXISTS (SELECT 1 FROM push_subscriptions p
  WHERE p.id = d.subscription_id AND p.account_id = d.account_id AND p.gone_at IS NULL)`

// confirmed is the one place where SQL says that somebody is on duty for a time
// (t) that runs: their access stands, and they have answered a test push for it,
// lately, on a device that lives; or they are made up, in the demo. Arguments:
// confirmedArgs.
const confirmed = `EXISTS (SELECT 1 FROM relations r JOIN accounts a ON a.id = r.subject_id AND a.suspended_at IS NULL
  WHERE r.id = t.relation_id AND ` + inForce + `)
 AND EXISTS (SELECT 1 FROM duty_answers d WHERE d.account_id = t.account_id
  AND (d.made_up OR d.answered_at > ? AND d.answered_at >= t.starts_at - ? AND ` + lives + `))`

func confirmedArgs(now time.Time) []any {
	return []any{db.At(now), db.At(now), db.At(now.Add(-answerHolds - answerGrace)), answerBefore.Milliseconds()}
}

// running is a time (t) of now. Arguments: runningArgs.
const running = `t.starts_at > ? AND t.starts_at <= ? AND t.ends_at > ?`

func runningArgs(now time.Time) []any {
	return []any{db.At(now.Add(-longestShift)), db.At(now), db.At(now)}
}

// dutyQuery runs at every tap of a card: one query, by indexes alone. Times of
// the services that serve the young person, and those of their own adults
// wherever they work; whether there is a rota; and when the next time begins.
const dutyQuery = reachOf + `, times AS MATERIALIZED (
  SELECT t.id, t.account_id, t.role, t.starts_at, t.ends_at, t.relation_id, 1 AS here
  FROM served CROSS JOIN rota_times t WHERE t.service_id = served.id AND ` + running + `
  UNION ALL
  SELECT t.id, t.account_id, t.role, t.starts_at, t.ends_at, t.relation_id, 0
  FROM reach CROSS JOIN relations r CROSS JOIN rota_times t
  WHERE r.object_id = reach.id AND r.object_kind = reach.kind AND r.organisation_id = ? AND ` + inForce + `
  AND r.kind IN ('keyworker_of', 'cover_for', 'lead_of', 'safeguarding_of')
  AND t.account_id = r.subject_id AND ` + running + `
)
SELECT 'on' AS what, t.account_id AS account_id, t.role AS role, t.relation_id AS relation_id, t.here AS here, t.ends_at AS at
FROM times t WHERE ` + confirmed + `
UNION ALL
SELECT 'planned', '', '', '', 0, p.planned_from FROM served CROSS JOIN rota_plans p WHERE p.id = served.id AND p.planned_from <= ?
UNION ALL
SELECT 'next', '', '', '', 0, (SELECT t.starts_at FROM rota_times t WHERE t.service_id = served.id AND t.starts_at > ?
  ORDER BY t.starts_at LIMIT 1) FROM served`

func dutyArgs(tx *db.Tx, orgID, youngPersonID string) []any {
	now := db.At(tx.Now)
	args := append(reachArgs(tx, orgID, youngPersonID), runningArgs(tx.Now)...)
	args = append(args, orgID, now, now)
	args = append(args, runningArgs(tx.Now)...)
	args = append(args, confirmedArgs(tx.Now)...)
	return append(args, now, now)
}

type dutyFound struct {
	What, AccountID, Role, RelationID string
	Here                              int
	At                                *db.Millis
}

func dutyFoundTx(tx *db.Tx, orgID, youngPersonID string) ([]dutyFound, error) {
	var rows []dutyFound
	err := tx.Gorm().Raw(dutyQuery, dutyArgs(tx, orgID, youngPersonID)...).Scan(&rows).Error
	return rows, db.Translate(err)
}

// currentTimesTx gives an account's times that run or that it is on duty for,
// locked in one order.
func currentTimesTx(tx *db.Tx, orgID, accountID string) ([]timeRow, error) {
	var rows []timeRow
	err := tx.Gorm().Clauses(forUpdate).
		Where("account_id = ? AND organisation_id = ? AND starts_at > ?", accountID, orgID, db.At(tx.Now.Add(-2*longestShift))).
		Where("on_since IS NOT NULL OR (starts_at <= ? AND ends_at > ?)", db.At(tx.Now), db.At(tx.Now)).
		Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

// confirmedTx says for which of an account's times it is on duty now.
func confirmedTx(tx *db.Tx, orgID, accountID string) (map[string]bool, error) {
	var ids []string
	args := append([]any{accountID, orgID}, runningArgs(tx.Now)...)
	err := tx.Gorm().Raw(`SELECT t.id FROM rota_times t WHERE t.account_id = ? AND t.organisation_id = ? AND `+running+` AND `+confirmed,
		append(args, confirmedArgs(tx.Now)...)...).Scan(&ids).Error
	on := make(map[string]bool, len(ids))
	for _, id := range ids {
		on[id] = true
	}
	return on, db.Translate(err)
}

// lapsedTx gives accounts that count as on duty and no longer are: their time is
// over, their answer too old, their device or their access gone.
func lapsedTx(tx *db.Tx, limit int) ([]timeRow, error) {
	var rows []timeRow
	args := append(runningArgs(tx.Now), confirmedArgs(tx.Now)...)
	err := tx.Gorm().Raw(`SELECT t.* FROM rota_times t WHERE t.on_since IS NOT NULL AND NOT (`+running+` AND `+confirmed+`) ORDER BY t.id LIMIT ?`,
		append(args, limit)...).Scan(&rows).Error
	return rows, db.Translate(err)
}

// lookAtShiftsTx has the job look at an account's times of now: whether they can be
// on duty for them has changed.
func lookAtShiftsTx(tx *db.Tx, orgID, accountID string) error {
	return db.Translate(tx.Gorm().Model(&timeRow{}).
		Where("account_id = ? AND organisation_id = ? AND due_at > ? AND ends_at > ? AND starts_at <= ?",
			accountID, orgID, db.At(tx.Now), db.At(tx.Now), db.At(tx.Now.Add(answerBefore))).
		Update("due_at", db.At(tx.Now)).Error)
}

// awayTx says which of these accounts are suspended: they come to no shift.
func awayTx(tx *db.Tx, orgID string, ids ...string) (map[string]bool, error) {
	away := map[string]bool{}
	for part := range slices.Chunk(ids, 500) {
		var found []string
		err := tx.Gorm().Raw("SELECT id FROM accounts WHERE organisation_id = ? AND suspended_at IS NOT NULL AND id IN ?", orgID, part).Scan(&found).Error
		if err != nil {
			return nil, db.Translate(err)
		}
		for _, id := range found {
			away[id] = true
		}
	}
	return away, nil
}

func setOn(tx *db.Tx, id string, since *time.Time) error {
	return one(tx.Gorm().Model(&timeRow{}).Where("id = ?", id).Update("on_since", db.AtPtr(since)))
}

// lastAnswerTx gives the last test push an account answered on a device that
// lives. Somebody made up has always just answered.
func lastAnswerTx(tx *db.Tx, orgID, accountID string) (*time.Time, error) {
	var rows []struct{ AnsweredAt *db.Millis }
	err := tx.Gorm().Raw(`SELECT MAX(CASE WHEN d.made_up THEN ? ELSE d.answered_at END) AS answered_at FROM duty_answers d
 WHERE d.account_id = ? AND d.organisation_id = ? AND (d.made_up OR `+lives+`)`, db.At(tx.Now), accountID, orgID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return db.TimePtr(rows[0].AnsweredAt), nil
}

// madeUpTx says whether an account is on duty by the demo's word alone.
func madeUpTx(tx *db.Tx, orgID, accountID string) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&answerRow{}).Where("account_id = ? AND organisation_id = ? AND made_up", accountID, orgID).Count(&n).Error
	return n > 0, db.Translate(err)
}

// everAnsweredTx says whether an account answered a test since a time, whatever
// became of the device.
func everAnsweredTx(tx *db.Tx, orgID, accountID string, since time.Time) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&answerRow{}).Where("account_id = ? AND organisation_id = ? AND answered_at >= ?", accountID, orgID, db.At(since)).Count(&n).Error
	return n > 0, db.Translate(err)
}

func keepAnswer(tx *db.Tx, row answerRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// answered has the job look at an account's times of now, which need no further
// asking for a while.
func answered(tx *db.Tx, orgID, accountID string) error {
	return db.Translate(tx.Gorm().Model(&timeRow{}).
		Where("account_id = ? AND organisation_id = ? AND due_at IS NOT NULL AND ends_at > ? AND starts_at <= ?",
			accountID, orgID, db.At(tx.Now), db.At(tx.Now.Add(answerBefore))).
		Updates(map[string]any{"asks": 0, "due_at": db.At(tx.Now)}).Error)
}

// leasedTimeTx gives a time that is still this worker's, locked.
func leasedTimeTx(tx *db.Tx, id, worker string) (row timeRow, mine bool, err error) {
	var rows []timeRow
	err = tx.Gorm().Clauses(forUpdate).Where("id = ? AND lease_by = ?", id, worker).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return row, false, db.Translate(err)
	}
	return rows[0], true, nil
}

// settleTime says when the time is looked at next; nil: never again.
func settleTime(tx *db.Tx, row timeRow) error {
	return one(tx.Gorm().Model(&timeRow{}).Where("id = ?", row.ID).Updates(map[string]any{
		"due_at": row.DueAt, "asks": row.Asks, "asked_at": row.AskedAt, "lease_until": nil, "lease_by": nil, "attempts": 0,
	}))
}

// endOverShift marks the relation of a shift that is over as ended. It gives no
// right by then: this keeps it out of the index that every tap goes by.
func endOverShift(tx *db.Tx, relationID string) error {
	return db.Translate(tx.Gorm().Model(&relationRow{}).Where("id = ? AND ended_at IS NULL", relationID).
		Updates(map[string]any{"ended_at": db.At(tx.Now), "end_reason": "The shift is over."}).Error)
}

func hasShiftAheadTx(tx *db.Tx, orgID, accountID string) (bool, error) {
	var ids []string
	err := tx.Gorm().Model(&timeRow{}).Where("account_id = ? AND organisation_id = ? AND starts_at > ? AND ends_at > ?",
		accountID, orgID, db.At(tx.Now.Add(-longestShift)), db.At(tx.Now)).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Translate(err)
}

// nextTimesTx gives an account's times that run or come, soonest first.
func nextTimesTx(tx *db.Tx, orgID, accountID string) ([]timeRow, error) {
	var rows []timeRow
	err := tx.Gorm().Where("account_id = ? AND organisation_id = ? AND starts_at > ? AND ends_at > ?",
		accountID, orgID, db.At(tx.Now.Add(-longestShift)), db.At(tx.Now)).Order("starts_at, id").Limit(3).Find(&rows).Error
	return rows, db.Translate(err)
}

// asked notes that a test push went out.
func asked(tx *db.Tx, id string) error {
	return one(tx.Gorm().Model(&timeRow{}).Where("id = ?", id).Update("asked_at", db.At(tx.Now)))
}
