package placements

import (
	"gorm.io/gorm"

	"heard/server/db"
)

type packRow struct {
	ServiceID      string `gorm:"primaryKey"`
	OrganisationID string
	Revision       int
	Sealed         []byte
	ChangedBy      string
	ChangedAt      db.Millis
	ReadyRevision  *int
	ReadyBy        *string
	ReadyAt        *db.Millis
}

type versionRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	ServiceID      string
	Number         int
	Sealed         []byte
	MadeBy         string
	ConfirmedBy    string
	PublishedAt    db.Millis
}

func (packRow) TableName() string    { return "packs" }
func (versionRow) TableName() string { return "pack_versions" }

// ready says whether the pack waits for a second person as it is now.
func (r packRow) ready() bool { return r.ReadyRevision != nil && *r.ReadyRevision == r.Revision }

// packRowTx gives a place's pack; nil: nobody has written any of it.
func packRowTx(tx *db.Tx, orgID, serviceID string) (*packRow, error) {
	return packByTx(tx.Gorm(), orgID, serviceID)
}

// holdPackTx is packRowTx for whoever changes it: others who do wait.
func holdPackTx(tx *db.Tx, orgID, serviceID string) (*packRow, error) {
	return packByTx(tx.Gorm().Clauses(forUpdate), orgID, serviceID)
}

func packByTx(found *gorm.DB, orgID, serviceID string) (*packRow, error) {
	var rows []packRow
	err := found.Where("service_id = ? AND organisation_id = ?", serviceID, orgID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

func packRowsTx(tx *db.Tx, orgID string, serviceIDs []string) (map[string]packRow, error) {
	var rows []packRow
	err := tx.Gorm().Where("organisation_id = ? AND service_id IN ?", orgID, serviceIDs).Find(&rows).Error
	found := make(map[string]packRow, len(rows))
	for _, r := range rows {
		found[r.ServiceID] = r
	}
	return found, db.Translate(err)
}

// insertPackTx writes a place's first words. Of two who do so at once, one is told that
// somebody else has.
func insertPackTx(tx *db.Tx, r packRow) error {
	return db.Translate(tx.Gorm().Create(&r).Error)
}

// changePackTx writes a pack anew. It waits for nobody any more: whoever was to check it
// would have checked something else.
func changePackTx(tx *db.Tx, r packRow) error {
	return changedOne(tx.Gorm().Model(&packRow{}).Where("service_id = ? AND organisation_id = ? AND revision = ?", r.ServiceID, r.OrganisationID, r.Revision-1).
		Updates(map[string]any{
			"revision": r.Revision, "sealed": r.Sealed, "changed_by": r.ChangedBy, "changed_at": r.ChangedAt,
			"ready_revision": nil, "ready_by": nil, "ready_at": nil,
		}))
}

// readyPackTx says who waits for a second person, and for which revision; nobody and
// nothing takes it back.
func readyPackTx(tx *db.Tx, r packRow, by *string, sealed []byte) error {
	columns := map[string]any{"ready_revision": nil, "ready_by": nil, "ready_at": nil, "sealed": sealed}
	if by != nil {
		columns["ready_revision"], columns["ready_by"], columns["ready_at"] = r.Revision, *by, db.At(tx.Now)
	}
	return changedOne(tx.Gorm().Model(&packRow{}).Where("service_id = ? AND organisation_id = ? AND revision = ?", r.ServiceID, r.OrganisationID, r.Revision).Updates(columns))
}

func changedOne(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return errChanged
	}
	return db.Translate(done.Error)
}

func insertVersionTx(tx *db.Tx, r versionRow) error { return db.Translate(tx.Gorm().Create(&r).Error) }

// versionTx gives one published version; nil: there is none.
func versionTx(tx *db.Tx, orgID, id string) (*versionRow, error) {
	var rows []versionRow
	err := tx.Gorm().Where("id = ? AND organisation_id = ?", id, orgID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// newestRowTx gives what a place has published last; nil: nothing.
func newestRowTx(tx *db.Tx, orgID, serviceID string) (*versionRow, error) {
	var rows []versionRow
	err := tx.Gorm().Where("service_id = ? AND organisation_id = ?", serviceID, orgID).Order("number DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// newestTx gives what each of several places has published last, without its words.
func newestTx(tx *db.Tx, orgID string, serviceIDs []string) (map[string]Version, error) {
	var rows []versionRow
	err := tx.Gorm().Omit("sealed").Where("organisation_id = ? AND service_id IN ?", orgID, serviceIDs).Order("number").Find(&rows).Error
	newest := make(map[string]Version, len(rows))
	for _, r := range rows {
		newest[r.ServiceID] = r.version(tx.Now)
	}
	return newest, db.Translate(err)
}

// movesToTx gives the moves to a place that are still ahead.
func movesToTx(tx *db.Tx, orgID, serviceID string) ([]Move, error) {
	var rows []moveRow
	err := tx.Gorm().Where("organisation_id = ? AND to_service_id = ? AND moved_at IS NULL AND ended_at IS NULL", orgID, serviceID).
		Order("id").Limit(maxMoves).Find(&rows).Error
	moves := make([]Move, len(rows))
	for i, r := range rows {
		moves[i] = r.move()
	}
	return moves, db.Translate(err)
}
