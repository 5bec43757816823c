package people

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type planRow struct {
	ID             string `gorm:"primaryKey"` // the service's
	OrganisationID string
	PlannedFrom    *db.Millis
	DueAt          db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
}

// TableName names the table.
func (planRow) TableName() string { return "rota_plans" }

type shiftRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	ServiceID      string
	TeamID         string
	AccountID      string
	Role           string
	FirstOn        string
	FromMinute     int
	ToMinute       int
	EndsNextDay    bool
	Repeats        string
	UntilOn        *string
	ChangedBy      string
	ChangedAt      db.Millis
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (shiftRow) TableName() string { return "rota_shifts" }

type exceptionRow struct {
	ShiftID        string `gorm:"primaryKey"`
	OnDate         string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      *string
	IsOff          bool
	FromMinute     int
	ToMinute       int
	EndsNextDay    bool
}

// TableName names the table.
func (exceptionRow) TableName() string { return "rota_exceptions" }

// forUpdate locks rows against other writers, and not against rows that refer to them.
var forUpdate = clause.Locking{Strength: "NO KEY UPDATE"}

func dayOf(text string) Day {
	d, _ := ParseDay(text) // written by us, from a Day
	return d
}

func (r shiftRow) shift() Shift {
	s := Shift{
		ID: r.ID, OrganisationID: r.OrganisationID, ServiceID: r.ServiceID, TeamID: r.TeamID, AccountID: r.AccountID,
		Role: ShiftRole(r.Role), First: dayOf(r.FirstOn), Repeat: Repeat(r.Repeats), ChangedBy: r.ChangedBy,
		Hours:      Hours{From: Wall(r.FromMinute), To: Wall(r.ToMinute), EndsNextDay: r.EndsNextDay},
		Exceptions: map[Day]Exception{},
	}
	if r.UntilOn != nil {
		until := dayOf(*r.UntilOn)
		s.Until = &until
	}
	return s
}

func (s Shift) row(now time.Time) shiftRow {
	r := shiftRow{
		ID: s.ID, OrganisationID: s.OrganisationID, ServiceID: s.ServiceID, TeamID: s.TeamID, AccountID: s.AccountID,
		Role: string(s.Role), FirstOn: s.First.String(), FromMinute: int(s.Hours.From), ToMinute: int(s.Hours.To),
		EndsNextDay: s.Hours.EndsNextDay, Repeats: string(s.Repeat), ChangedBy: s.ChangedBy,
		ChangedAt: db.At(now), CreatedAt: db.At(now),
	}
	if s.Until != nil {
		r.UntilOn = nullable(s.Until.String())
	}
	return r
}

// zoneTx gives the organisation's time zone.
func zoneTx(tx *db.Tx, orgID string) (*time.Location, string, error) {
	var row organisationRow
	err := tx.Gorm().Select("time_zone").Where("id = ?", orgID).Take(&row).Error
	return zone(row.TimeZone), row.TimeZone, hidden(err)
}

// lockRotaTx holds off every other change to the organisation's rota: whether
// somebody is twice at once is a question across services.
func lockRotaTx(tx *db.Tx, orgID string) error {
	var ids []string
	err := tx.Gorm().Model(&planRow{}).Clauses(forUpdate).Where("organisation_id = ?", orgID).Order("id").Pluck("id", &ids).Error
	return db.Translate(err)
}

// planTx gives a service's plan row, locked, and makes it where it is missing.
func planTx(tx *db.Tx, orgID, serviceID string) (planRow, error) {
	fresh := planRow{ID: serviceID, OrganisationID: orgID, DueAt: db.At(tx.Now)}
	if err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return fresh, db.Translate(err)
	}
	var row planRow
	err := tx.Gorm().Clauses(forUpdate).Where("id = ? AND organisation_id = ?", serviceID, orgID).Take(&row).Error
	return row, hidden(err)
}

func settlePlan(tx *db.Tx, row planRow) error {
	return one(tx.Gorm().Model(&planRow{}).Where("id = ?", row.ID).Updates(map[string]any{
		"planned_from": row.PlannedFrom, "due_at": row.DueAt, "lease_until": nil, "lease_by": nil, "attempts": 0,
	}))
}

// replan has the organisation's plans looked at again now: who leads has changed.
func replan(tx *db.Tx, orgID string) error {
	return db.Translate(tx.Gorm().Model(&planRow{}).Where("organisation_id = ?", orgID).Update("due_at", db.At(tx.Now)).Error)
}

// shiftsTx gives shifts with their exceptions, of one organisation. The condition
// is on rota_shifts.
func shiftsTx(tx *db.Tx, orgID, where string, args ...any) ([]Shift, error) {
	var rows []shiftRow
	err := tx.Gorm().Where("organisation_id = ?", orgID).Where(where, args...).Order("first_on, from_minute, id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	shifts, at, ids := make([]Shift, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, r := range rows {
		shifts[i], at[r.ID], ids[i] = r.shift(), i, r.ID
	}
	for part := range slices.Chunk(ids, 500) { // SQLite counts its arguments
		var exceptions []exceptionRow
		if err := tx.Gorm().Where("shift_id IN ?", part).Find(&exceptions).Error; err != nil {
			return nil, db.Translate(err)
		}
		for _, e := range exceptions {
			shifts[at[e.ShiftID]].Exceptions[dayOf(e.OnDate)] = Exception{
				Off: e.IsOff, AccountID: text(e.AccountID),
				Hours: Hours{From: Wall(e.FromMinute), To: Wall(e.ToMinute), EndsNextDay: e.EndsNextDay},
			}
		}
	}
	return shifts, nil
}

// shiftsOfTx gives every shift that may put somebody on a time: their own, and
// those they stand in for.
func shiftsOfTx(tx *db.Tx, orgID, accountID string) ([]Shift, error) {
	return shiftsTx(tx, orgID, `account_id = ? OR id IN (SELECT shift_id FROM rota_exceptions WHERE account_id = ? AND organisation_id = ?)`,
		accountID, accountID, orgID)
}

// visibleShiftTx gives a shift of the viewer's organisation. Whether they may see
// its team is asked next.
func visibleShiftTx(tx *db.Tx, v viewer.Viewer, id string) (Shift, error) {
	found, err := shiftsTx(tx, v.OrganisationID, "id = ?", id)
	if err == nil && len(found) == 0 {
		err = errNotFound
	}
	if err != nil {
		return Shift{}, err
	}
	return found[0], nil
}

func insertShift(tx *db.Tx, s Shift) error {
	row := s.row(tx.Now)
	return insert(tx, &row)
}

func changeShift(tx *db.Tx, s Shift) error {
	row := s.row(tx.Now)
	return one(tx.Gorm().Model(&shiftRow{}).Where("id = ? AND organisation_id = ?", s.ID, s.OrganisationID).
		Select("service_id", "team_id", "account_id", "role", "first_on", "from_minute", "to_minute", "ends_next_day",
			"repeats", "until_on", "changed_by", "changed_at").Updates(&row))
}

func deleteShift(tx *db.Tx, s Shift) error {
	err := tx.Gorm().Where("shift_id = ? AND organisation_id = ?", s.ID, s.OrganisationID).Delete(&exceptionRow{}).Error
	if err != nil {
		return db.Translate(err)
	}
	return one(tx.Gorm().Where("id = ? AND organisation_id = ?", s.ID, s.OrganisationID).Delete(&shiftRow{}))
}

func saveException(tx *db.Tx, s Shift, on Day, e Exception) error {
	row := exceptionRow{
		ShiftID: s.ID, OnDate: on.String(), OrganisationID: s.OrganisationID, AccountID: nullable(e.AccountID), IsOff: e.Off,
		FromMinute: int(e.Hours.From), ToMinute: int(e.Hours.To), EndsNextDay: e.Hours.EndsNextDay,
	}
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

func deleteException(tx *db.Tx, s Shift, on Day) error {
	return one(tx.Gorm().Where("shift_id = ? AND on_date = ? AND organisation_id = ?", s.ID, on.String(), s.OrganisationID).Delete(&exceptionRow{}))
}

func teamsOfTx(tx *db.Tx, orgID, serviceID string) ([]teamRow, error) {
	var rows []teamRow
	err := tx.Gorm().Where("service_id = ? AND organisation_id = ?", serviceID, orgID).Order("id").Limit(maxTeams).Find(&rows).Error
	return rows, db.Translate(err)
}

// leasedPlanTx says whose a plan is, if it is still this worker's.
func leasedPlanTx(tx *db.Tx, id, worker string) (orgID string, mine bool, err error) {
	var rows []planRow
	err = tx.Gorm().Clauses(forUpdate).Where("id = ? AND lease_by = ?", id, worker).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", false, db.Translate(err)
	}
	return rows[0].OrganisationID, true, nil
}

// countShiftsTx counts a service's shifts, all of them and those that are not over.
func countShiftsTx(tx *db.Tx, orgID, serviceID string) (all, ahead int64, err error) {
	yesterday := tx.Now.AddDate(0, 0, -2).Format(time.DateOnly) // wherever on earth the service is
	of := func() *gorm.DB {
		return tx.Gorm().Model(&shiftRow{}).Where("service_id = ? AND organisation_id = ?", serviceID, orgID)
	}
	if err := of().Count(&all).Error; err != nil {
		return 0, 0, db.Translate(err)
	}
	err = of().Where("first_on >= ? OR repeats <> 'none' AND (until_on IS NULL OR until_on >= ?)", yesterday, yesterday).Count(&ahead).Error
	return all, ahead, db.Translate(err)
}

// myServicesTx gives the services the viewer works for: by a relation to them, to
// one of their teams or to a young person they serve, or by a shift that is not
// over. The organisation's own id stands for all of them.
func myServicesTx(tx *db.Tx, v viewer.Viewer) (map[string]bool, error) {
	now := db.At(tx.Now)
	var ids []string
	err := tx.Gorm().Raw(`WITH mine AS MATERIALIZED (
  SELECT r.object_kind, r.object_id FROM relations r
  JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
  WHERE r.subject_id = ? AND r.organisation_id = ? AND r.kind IN ('keyworker_of', 'cover_for', 'on_shift', 'lead_of', 'safeguarding_of') AND `+inForce+`
)
SELECT object_id FROM mine WHERE object_kind IN ('service', 'organisation')
UNION SELECT teams.service_id FROM mine JOIN teams ON teams.id = mine.object_id WHERE mine.object_kind = 'team'
UNION SELECT r.object_id FROM mine CROSS JOIN relations r WHERE mine.object_kind = 'young_person' AND r.subject_id = mine.object_id
 AND r.kind = 'served_by' AND r.organisation_id = ? AND `+inForce+`
UNION SELECT t.service_id FROM rota_times t WHERE t.account_id = ? AND t.organisation_id = ? AND t.starts_at > ? AND t.ends_at > ?`,
		v.AccountID, v.OrganisationID, now, now, v.OrganisationID, now, now,
		v.AccountID, v.OrganisationID, db.At(tx.Now.Add(-longestShift)), now).Scan(&ids).Error
	mine := make(map[string]bool, len(ids))
	for _, id := range ids {
		mine[id] = true
	}
	return mine, db.Translate(err)
}

// plannedTx says whether a rota has begun in any of these services.
func plannedTx(tx *db.Tx, orgID string, services map[string]bool) (bool, error) {
	var ids []string
	err := tx.Gorm().Model(&planRow{}).Where("organisation_id = ? AND planned_from <= ?", orgID, db.At(tx.Now)).Pluck("id", &ids).Error
	return slices.ContainsFunc(ids, func(id string) bool { return services[id] || services[orgID] }), db.Translate(err)
}
