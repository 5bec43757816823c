package people

import (
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/figures"
)

// errNoPeriod cannot come to pass while a period stays open for some days after its
// end: the one of now is always open.
var errNoPeriod = errs.New(errs.Internal, "Something went wrong.").With("no_period")

type cadenceRow struct {
	OrganisationID string `gorm:"primaryKey"`
	ServiceID      string `gorm:"primaryKey"`
	Year           int    `gorm:"primaryKey;autoIncrement:false"`
	Cadence        string
	UnitID         string
}

// TableName names the table.
func (cadenceRow) TableName() string { return "service_cadences" }

func (r cadenceRow) unit() Unit {
	return Unit{ID: r.UnitID, Pool: r.UnitID != r.ServiceID, Cadence: Cadence(r.Cadence)}
}

// ZoneTx gives the organisation's time zone, by which its days and periods go.
func ZoneTx(tx *db.Tx, orgID string) (*time.Location, error) {
	loc, _, err := zoneTx(tx, orgID)
	return loc, err
}

func cadenceTx(tx *db.Tx, orgID, serviceID string, year int) (cadenceRow, error) {
	var row cadenceRow
	err := tx.Gorm().
		Where("organisation_id = ? AND service_id = ? AND year = ?", orgID, serviceID, year).Take(&row).Error
	return row, hidden(err)
}

func decidedTx(tx *db.Tx, orgID, serviceID string, year int) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&cadenceRow{}).
		Where("organisation_id = ? AND service_id = ? AND year = ?", orgID, serviceID, year).Count(&n).Error
	return n > 0, db.Translate(err)
}

// cadencesTx gives a year's rows, oldest service first.
func cadencesTx(tx *db.Tx, orgID string, year int) ([]cadenceRow, error) {
	var rows []cadenceRow
	err := tx.Gorm().Where("organisation_id = ? AND year = ?", orgID, year).Order("service_id").Find(&rows).Error
	return rows, db.Translate(err)
}

func keepCadence(tx *db.Tx, row cadenceRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// sharePeriodTx keeps a period from being published until the transaction ends, and
// lets others write their answers meanwhile. SQLite has one writer at a time.
func sharePeriodTx(tx *db.Tx, orgID string, p figures.Period) error {
	return lockPeriod(tx, "SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))", orgID, p)
}

// HoldPeriodTx keeps answers from coming into a period until the transaction ends.
// It is for the job that publishes; other periods are not held up.
func HoldPeriodTx(tx *db.Tx, orgID string, p figures.Period) error {
	return lockPeriod(tx, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", orgID, p)
}

func lockPeriod(tx *db.Tx, statement, orgID string, p figures.Period) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	return db.Translate(tx.Gorm().Exec(statement, "heard period "+orgID+" "+string(p)).Error)
}

// ClosePeriodTx takes no more answers into a period, for good, and says whether there are
// any. It is for the job that publishes, once the period has closed by the clock: what it
// counts afterwards stands, whatever becomes of the clock.
func ClosePeriodTx(tx *db.Tx, orgID string, p figures.Period) (answered bool, err error) {
	done := tx.Gorm().Exec("UPDATE period_keys SET closed = TRUE WHERE organisation_id = ? AND period = ?", orgID, string(p))
	return done.RowsAffected > 0, db.Translate(done.Error)
}

// closedTx says whether a period has been released, or is about to be.
func closedTx(tx *db.Tx, orgID string, p figures.Period) (bool, error) {
	var n int64
	err := tx.Gorm().Raw(`SELECT (SELECT COUNT(*) FROM releases WHERE organisation_id = ? AND period = ?)
 + (SELECT COUNT(*) FROM period_keys WHERE organisation_id = ? AND period = ? AND closed)`, orgID, string(p), orgID, string(p)).Scan(&n).Error
	return n > 0, db.Translate(err)
}

// heldAt says that a confirmed relation (r) held at a moment that may be long past.
// Arguments: moment, moment, moment.
const heldAt = `r.confirmed_at IS NOT NULL AND r.valid_from <= ?
 AND (r.valid_to IS NULL OR r.valid_to > ?) AND (r.ended_at IS NULL OR r.ended_at > ?)`

// rosterTx counts the young people a service served at a moment.
func rosterTx(tx *db.Tx, orgID, serviceID string, at time.Time) (int, error) {
	var n int
	then := db.At(at)
	err := tx.Gorm().Raw(`SELECT COUNT(DISTINCT r.subject_id) FROM relations r JOIN accounts a ON a.id = r.subject_id
 WHERE r.object_id = ? AND r.kind = 'served_by' AND r.organisation_id = ? AND a.organisation_id = ? AND NOT a.machine AND `+heldAt,
		serviceID, orgID, orgID, then, then, then).Scan(&n).Error
	return n, db.Translate(err)
}

// servedAtTx gives the services that served a young person at a moment, the one
// that had done so longest first.
func servedAtTx(tx *db.Tx, orgID, youngPersonID string, at time.Time) ([]string, error) {
	var ids []string
	then := db.At(at)
	err := tx.Gorm().Raw(`SELECT r.object_id FROM relations r WHERE r.subject_id = ? AND r.kind = 'served_by'
 AND r.organisation_id = ? AND `+heldAt+` ORDER BY r.valid_from, r.id`, youngPersonID, orgID, then, then, then).Scan(&ids).Error
	return ids, db.Translate(err)
}

// worksInTx gives the services a worker worked in at a moment: those they led or
// safeguarded, were on a shift of, or have shifts planned in.
func worksInTx(tx *db.Tx, orgID, workerID string, at time.Time) (map[string]bool, error) {
	var ids []string
	then := db.At(at)
	err := tx.Gorm().Raw(`SELECT COALESCE(t.service_id, r.object_id) FROM relations r
 LEFT JOIN teams t ON r.object_kind = 'team' AND t.id = r.object_id AND t.organisation_id = r.organisation_id
 WHERE r.subject_id = ? AND r.kind IN ('lead_of', 'safeguarding_of', 'cover_for', 'on_shift') AND r.object_kind IN ('team', 'service')
 AND r.organisation_id = ? AND `+heldAt+`
 UNION SELECT s.service_id FROM rota_shifts s WHERE s.account_id = ? AND s.organisation_id = ?`,
		workerID, orgID, then, then, then, workerID, orgID).Scan(&ids).Error
	works := make(map[string]bool, len(ids))
	for _, id := range ids {
		works[id] = true
	}
	return works, db.Translate(err)
}

// ServedByTx gives the services that serve a young person now.
func ServedByTx(tx *db.Tx, orgID, youngPersonID string) ([]string, error) {
	return servedAtTx(tx, orgID, youngPersonID, tx.Now)
}
