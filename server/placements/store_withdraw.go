package placements

import (
	"time"

	"heard/server/db"
)

type withdrawnRow struct {
	FileID         string `gorm:"primaryKey"`
	OrganisationID string
	ServiceID      string
	WithdrawnBy    string
	At             db.Millis
}

func (withdrawnRow) TableName() string { return "withdrawn_files" }

func insertWithdrawnTx(tx *db.Tx, row withdrawnRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

// withdrawnTx names the files of a place that were taken away at once.
func withdrawnTx(tx *db.Tx, orgID, serviceID string) ([]string, error) {
	ids := []string{}
	err := tx.Gorm().Model(&withdrawnRow{}).Where("organisation_id = ? AND service_id = ?", orgID, serviceID).Order("file_id").Pluck("file_id", &ids).Error
	return ids, db.Translate(err)
}

// withdrawnSinceTx names those that were taken away since a version was published: what went
// before is in neither it nor a later one.
func withdrawnSinceTx(tx *db.Tx, version versionRow) ([]string, error) {
	var ids []string
	err := tx.Gorm().Model(&withdrawnRow{}).Where("organisation_id = ? AND service_id = ? AND at >= ?",
		version.OrganisationID, version.ServiceID, version.PublishedAt).Order("file_id").Pluck("file_id", &ids).Error
	return ids, db.Translate(err)
}

// movesShownTx gives the moves to a place that are told and not off, and were not done
// before a moment.
func movesShownTx(tx *db.Tx, orgID, serviceID string, doneAfter time.Time) ([]Move, error) {
	var rows []moveRow
	err := tx.Gorm().Where("organisation_id = ? AND to_service_id = ? AND told_at IS NOT NULL AND ended_at IS NULL AND (moved_at IS NULL OR moved_at > ? OR told_at > ?)",
		orgID, serviceID, db.At(doneAfter), db.At(doneAfter)).Order("id").Limit(maxMoves).Find(&rows).Error
	moves := make([]Move, len(rows))
	for i, r := range rows {
		moves[i] = r.move()
	}
	return moves, db.Translate(err)
}
