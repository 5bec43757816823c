package people

import (
	"heard/server/db"
	"heard/server/viewer"
)

type organisationRow struct {
	ID            string `gorm:"primaryKey"`
	Name          string
	KeyworkerWord string
	AboutMeWord   string
	DutyPhone     string
	TimeZone      string
	Demo          bool
	WrappedKey    []byte
	CreatedAt     db.Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (organisationRow) TableName() string { return "organisations" }

type serviceRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	Kind           string
	Name           string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (serviceRow) TableName() string { return "services" }

type teamRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	ServiceID      string
	Name           string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (teamRow) TableName() string { return "teams" }

// insert writes a row with every column, zero values too.
func insert(tx *db.Tx, row any) error {
	return db.Translate(tx.Gorm().Create(row).Error)
}

// OrganisationTx gives what members may know of their organisation.
func OrganisationTx(tx *db.Tx, orgID string) (viewer.Organisation, error) {
	var row organisationRow
	err := tx.Gorm().Omit("wrapped_key").Where("id = ?", orgID).Take(&row).Error
	if err != nil {
		return viewer.Organisation{}, db.Translate(err)
	}
	return viewer.Organisation{
		ID: row.ID, Name: row.Name, KeyworkerWord: row.KeyworkerWord,
		AboutMeWord: row.AboutMeWord, DutyPhone: row.DutyPhone, Demo: row.Demo,
	}, nil
}

// organisationsTx counts the organisations, made-up ones and real ones apart.
func organisationsTx(tx *db.Tx) (demo, actual int64, err error) {
	if err = tx.Gorm().Model(&organisationRow{}).Where("demo = ?", true).Count(&demo).Error; err == nil {
		err = tx.Gorm().Model(&organisationRow{}).Where("demo = ?", false).Count(&actual).Error
	}
	return demo, actual, db.Translate(err)
}

// firstOrganisationTx gives the oldest organisation that is not made up.
func firstOrganisationTx(tx *db.Tx) (id string, err error) {
	var row organisationRow
	err = tx.Gorm().Select("id").Where("demo = ?", false).Order("created_at, id").Take(&row).Error
	return row.ID, db.Translate(err)
}

// changeOrganisation names its columns: an emptied duty phone must become empty.
func changeOrganisation(tx *db.Tx, o viewer.Organisation) error {
	return one(tx.Gorm().Model(&organisationRow{}).Where("id = ?", o.ID).Updates(map[string]any{
		"name": o.Name, "keyworker_word": o.KeyworkerWord,
		"about_me_word": o.AboutMeWord, "duty_phone": o.DutyPhone,
	}))
}

func servicesTx(tx *db.Tx, orgID string) ([]serviceRow, error) {
	var rows []serviceRow
	err := tx.Gorm().Where("organisation_id = ?", orgID).Order("id").Limit(maxServices).Find(&rows).Error
	return rows, db.Translate(err)
}

func serviceTx(tx *db.Tx, orgID, id string) (serviceRow, error) {
	var row serviceRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	return row, hidden(err)
}

func renameService(tx *db.Tx, orgID, id, name string) error {
	return one(tx.Gorm().Model(&serviceRow{}).
		Where("organisation_id = ? AND id = ?", orgID, id).Update("name", name))
}

func teamsTx(tx *db.Tx, orgID string) ([]teamRow, error) {
	var rows []teamRow
	err := tx.Gorm().Where("organisation_id = ?", orgID).Order("id").Limit(maxTeams).Find(&rows).Error
	return rows, db.Translate(err)
}

func teamTx(tx *db.Tx, orgID, id string) (teamRow, error) {
	var row teamRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	return row, hidden(err)
}

func countTx(tx *db.Tx, model any, orgID string) (int64, error) {
	var n int64
	err := tx.Gorm().Model(model).Where("organisation_id = ?", orgID).Count(&n).Error
	return n, db.Translate(err)
}
