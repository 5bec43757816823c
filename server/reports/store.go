package reports

import (
	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/figures"
	"heard/server/people"
)

type releaseRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Period         string `gorm:"primaryKey"`
	Number         int
	PublishedAt    db.Millis
}

// TableName names the table.
func (releaseRow) TableName() string { return "releases" }

func (r releaseRow) release() Release {
	return Release{Number: r.Number, Period: figures.Period(r.Period), PublishedAt: r.PublishedAt.Time()}
}

type unitRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Period         string `gorm:"primaryKey"`
	UnitID         string `gorm:"primaryKey"`
	ServiceID      string `gorm:"primaryKey"`
	ServiceName    string
	Pool           bool
}

// TableName names the table.
func (unitRow) TableName() string { return "release_units" }

type cellRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Period         string `gorm:"primaryKey"`
	UnitID         string `gorm:"primaryKey"`
	SetKey         string `gorm:"primaryKey"`
	Hidden         bool
	A              *int
	B              *int
	C              *int
	N              *int
}

// TableName names the table.
func (cellRow) TableName() string { return "release_cells" }

func (c Cell) row(orgID string) cellRow {
	row := cellRow{OrganisationID: orgID, Period: string(c.Period), UnitID: c.Unit, SetKey: string(c.Set), Hidden: c.Hidden}
	if !c.Hidden {
		row.A, row.B, row.C, row.N = &c.A, &c.B, &c.C, &c.N
	}
	return row
}

type noteRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Period         string `gorm:"primaryKey"`
	UnitID         string `gorm:"primaryKey"`
	Did            string
	ByID           string
	At             db.Millis
}

// TableName names the table.
func (noteRow) TableName() string { return "release_notes" }

type targetRow struct {
	OrganisationID string `gorm:"primaryKey"`
	Measure        string `gorm:"primaryKey"`
	Percent        int
}

// TableName names the table.
func (targetRow) TableName() string { return "measure_targets" }

func organisationsTx(tx *db.Tx) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw("SELECT id FROM organisations ORDER BY id").Scan(&ids).Error
	return ids, db.Translate(err)
}

// lockOrganisation lets one instance publish for an organisation at a time.
func lockOrganisation(tx *db.Tx, orgID string) error {
	var ids []string
	err := tx.Gorm().Table("organisations").Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", orgID).Pluck("id", &ids).Error
	return db.Translate(err)
}

// patient gives the statements of this transaction the time that a large period
// takes; others stay bound to theirs.
func patient(tx *db.Tx) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	return db.Translate(tx.Gorm().Exec("SET LOCAL statement_timeout = '5min'").Error)
}

// groundsTx reads what decides which periods of an organisation are due.
func groundsTx(tx *db.Tx, orgID string) (grounds, error) {
	g := grounds{released: map[figures.Period]bool{}, cadence: map[string]map[int]people.Cadence{}}
	var made db.Millis
	if err := tx.Gorm().Raw("SELECT created_at FROM organisations WHERE id = ?", orgID).Scan(&made).Error; err != nil {
		return g, db.Translate(err)
	}
	g.begun = made.Time()
	releases, err := releasesTx(tx, orgID)
	if err != nil {
		return g, err
	}
	for _, r := range releases {
		g.released[r.Period] = true
	}
	if g.answered, err = answeredTx(tx, orgID); err != nil {
		return g, err
	}
	var services []struct {
		ID, Name  string
		CreatedAt db.Millis
	}
	if err := tx.Gorm().Raw("SELECT id, name, created_at FROM services WHERE organisation_id = ? ORDER BY id", orgID).Scan(&services).Error; err != nil {
		return g, db.Translate(err)
	}
	for _, s := range services {
		g.services = append(g.services, serviceMade{s.ID, s.Name, s.CreatedAt.Time()})
	}
	var decided []struct {
		ServiceID, Cadence string
		Year               int
	}
	err = tx.Gorm().Raw("SELECT service_id, year, cadence FROM service_cadences WHERE organisation_id = ?", orgID).Scan(&decided).Error
	for _, d := range decided {
		if g.cadence[d.ServiceID] == nil {
			g.cadence[d.ServiceID] = map[int]people.Cadence{}
		}
		g.cadence[d.ServiceID][d.Year] = people.Cadence(d.Cadence)
	}
	return g, db.Translate(err)
}

// beginRelease takes the period's one release and gives its number; 0: it exists.
func beginRelease(tx *db.Tx, orgID string, p figures.Period) (number int, err error) {
	var numbers []int
	err = tx.Gorm().Raw(`INSERT INTO releases (organisation_id, period, number, published_at)
 SELECT CAST(? AS TEXT), CAST(? AS TEXT), COALESCE(MAX(number), 0) + 1, CAST(? AS BIGINT) FROM releases WHERE organisation_id = ?
 ON CONFLICT (organisation_id, period) DO NOTHING RETURNING number`, orgID, string(p), db.At(tx.Now), orgID).Scan(&numbers).Error
	if err != nil || len(numbers) == 0 {
		return 0, db.Translate(err)
	}
	return numbers[0], nil
}

func insertUnits(tx *db.Tx, d duePeriod, units []unitNamed) error {
	var rows []unitRow
	for _, u := range units {
		for _, service := range u.Services {
			rows = append(rows, unitRow{
				OrganisationID: d.orgID, Period: string(d.period), UnitID: u.ID, ServiceID: service.ID, ServiceName: service.Name, Pool: u.Pool,
			})
		}
	}
	return db.Translate(tx.Gorm().CreateInBatches(&rows, 200).Error)
}

func insertCells(tx *db.Tx, orgID string, cells []Cell) error {
	rows := make([]cellRow, len(cells))
	for i, c := range cells {
		rows[i] = c.row(orgID)
	}
	return db.Translate(tx.Gorm().CreateInBatches(&rows, 200).Error)
}

// releasesTx lists an organisation's releases, oldest first.
func releasesTx(tx *db.Tx, orgID string) ([]Release, error) {
	var rows []releaseRow
	err := tx.Gorm().Where("organisation_id = ?", orgID).Order("number").Find(&rows).Error
	list := make([]Release, len(rows))
	for i, row := range rows {
		list[i] = row.release()
	}
	return list, db.Translate(err)
}

// releaseUnitsTx lists what its newest release called each unit, newest first. The newest is
// that of the period which ended last, not the one that came out last: what failed comes out
// late. The last month of a period says when it ended, and the period itself stands behind it.
func releaseUnitsTx(tx *db.Tx, orgID string) ([]unitRow, error) {
	var rows []unitRow
	err := tx.Gorm().Raw(`WITH named AS (SELECT unit_id, MAX(substr(period, 1, 5) || CASE substr(period, 6)
  WHEN 'Q1' THEN '03' WHEN 'Q2' THEN '06' WHEN 'Q3' THEN '09' WHEN 'Q4' THEN '12' ELSE substr(period, 6) END || ' ' || period) AS newest
  FROM release_units WHERE organisation_id = ? GROUP BY unit_id)
 SELECT u.* FROM named n JOIN release_units u ON u.organisation_id = ? AND u.period = substr(n.newest, 9) AND u.unit_id = n.unit_id
 ORDER BY n.newest DESC, u.unit_id, u.service_id`, orgID, orgID).Scan(&rows).Error
	return rows, db.Translate(err)
}

// cellsTx reads the cells of sets, those of some units, unit by unit and oldest first. There
// are thousands of them in every report, so they are read without the detour through a model.
func cellsTx(tx *db.Tx, orgID string, units []string, sets ...Set) ([]Cell, error) {
	if len(units) == 0 {
		return nil, nil
	}
	rows, err := tx.Gorm().Raw(`SELECT unit_id, period, set_key, hidden, COALESCE(a, 0), COALESCE(b, 0), COALESCE(c, 0), COALESCE(n, 0)
 FROM release_cells WHERE organisation_id = ? AND set_key IN ? AND unit_id IN ? ORDER BY unit_id, period, set_key`, orgID, sets, units).Rows()
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var cells []Cell
	for rows.Next() {
		var c Cell
		if err := rows.Scan(&c.Unit, &c.Period, &c.Set, &c.Hidden, &c.A, &c.B, &c.C, &c.N); err != nil {
			return nil, db.Translate(err)
		}
		cells = append(cells, c)
	}
	return cells, db.Translate(rows.Err())
}

// shownSetsTx says which sets have a cell with numbers in any of these units.
func shownSetsTx(tx *db.Tx, orgID string, units []string) (map[Set]bool, error) {
	has := map[Set]bool{}
	if len(units) == 0 {
		return has, nil
	}
	var sets []string
	err := tx.Gorm().Raw("SELECT DISTINCT set_key FROM release_cells WHERE organisation_id = ? AND unit_id IN ? AND NOT hidden", orgID, units).Scan(&sets).Error
	for _, set := range sets {
		has[Set(set)] = true
	}
	return has, db.Translate(err)
}

func notesTx(tx *db.Tx, orgID string, units []string) ([]noteRow, error) {
	if len(units) == 0 {
		return nil, nil
	}
	var rows []noteRow
	err := tx.Gorm().Where("organisation_id = ? AND unit_id IN ?", orgID, units).Order("period DESC, unit_id").Find(&rows).Error
	return rows, db.Translate(err)
}

func keepNote(tx *db.Tx, row noteRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

func dropNote(tx *db.Tx, row noteRow) error {
	return db.Translate(tx.Gorm().Where("organisation_id = ? AND period = ? AND unit_id = ?", row.OrganisationID, row.Period, row.UnitID).
		Delete(&noteRow{}).Error)
}

func targetsTx(tx *db.Tx, orgID string) (map[string]int, error) {
	var rows []targetRow
	err := tx.Gorm().Where("organisation_id = ?", orgID).Find(&rows).Error
	targets := make(map[string]int, len(rows))
	for _, row := range rows {
		targets[row.Measure] = row.Percent
	}
	return targets, db.Translate(err)
}

func keepTarget(tx *db.Tx, row targetRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

func dropTarget(tx *db.Tx, orgID, measure string) error {
	return db.Translate(tx.Gorm().Where("organisation_id = ? AND measure = ?", orgID, measure).Delete(&targetRow{}).Error)
}
