package files

import (
	"time"

	"heard/server/db"
)

type uploadRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	Kind           string
	OwnerKind      string
	OwnerID        string
	KeyOf          string
	Size           int64
	Received       int64
	Wrapped        []byte
	State          string
	Reason         string
	FileID         string
	MadeAt         db.Millis
	ExpiresAt      db.Millis
	DueAt          *db.Millis
	LeaseUntil     *db.Millis
	LeaseBy        *string
	Attempts       int
}

type fileRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	OwnerKind      string
	OwnerID        string
	Kind           string
	Width          int
	Height         int
	Colour         string
	Bytes          int64
	Millis         int64
	KeyOf          string
	Wrapped        []byte
	MadeBy         string
	MadeAt         db.Millis
	GoneAt         *db.Millis
}

type partRow struct {
	OrganisationID string
	FileID         string `gorm:"primaryKey"`
	Name           string `gorm:"primaryKey"`
	Bytes          int64
}

func (uploadRow) TableName() string { return "uploads" }
func (fileRow) TableName() string   { return "files" }
func (partRow) TableName() string   { return "file_parts" }

func (r fileRow) file() File {
	return File{
		ID: r.ID, OrganisationID: r.OrganisationID, Owner: Owner{Kind: OwnerKind(r.OwnerKind), ID: r.OwnerID}, Kind: Kind(r.Kind),
		W: r.Width, H: r.Height, Colour: r.Colour, Bytes: r.Bytes,
		Length: time.Duration(r.Millis) * time.Millisecond, MadeBy: r.MadeBy, MadeAt: r.MadeAt.Time(), Parts: map[string]int64{},
		keyOf: r.KeyOf, wrapped: r.Wrapped,
	}
}

func fileRowsTx(tx *db.Tx, orgID string, ids []string) ([]fileRow, error) {
	var rows []fileRow
	err := tx.Gorm().Where("organisation_id = ? AND id IN ? AND gone_at IS NULL", orgID, ids).Find(&rows).Error
	return rows, db.Translate(err)
}

func partRowsTx(tx *db.Tx, orgID string, ids []string) ([]partRow, error) {
	var rows []partRow
	err := tx.Gorm().Where("organisation_id = ? AND file_id IN ?", orgID, ids).Find(&rows).Error
	return rows, db.Translate(err)
}

func endFilesTx(tx *db.Tx, orgID string, ids []string) error {
	err := tx.Gorm().Model(&fileRow{}).Where("organisation_id = ? AND id IN ? AND gone_at IS NULL", orgID, ids).
		UpdateColumn("gone_at", db.At(tx.Now)).Error
	return db.Translate(err)
}
