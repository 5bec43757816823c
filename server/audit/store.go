package audit

import (
	"heard/server/db"
	"heard/server/viewer"
)

// verifyBatch is how many rows Verify holds at a time.
const verifyBatch = 500

type row struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	Seq            int64
	At             db.Millis
	ActorID        string
	Action         string
	ObjectKind     string
	ObjectID       string
	SubjectID      string
	Reason         string
	PrevHash       []byte
	Hash           []byte
}

// TableName names the table.
func (row) TableName() string { return "audit" }

func appendRow(tx *db.Tx, e Entry) error {
	if tx.Dialect() == db.Postgres {
		// One at a time for an organisation; on SQLite writers are alone anyway.
		err := tx.Gorm().Exec(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, "audit "+e.OrganisationID).Error
		if err != nil {
			return db.Translate(err)
		}
	}
	r := row{
		ID: db.NewID(), OrganisationID: e.OrganisationID, At: db.At(tx.Now), ActorID: e.ActorID, Action: e.Action,
		ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, SubjectID: e.SubjectID, Reason: e.Reason,
		Seq: 1, PrevHash: genesis(e.OrganisationID),
	}
	var last []row
	err := tx.Gorm().Select("seq", "hash").Where("organisation_id = ?", e.OrganisationID).
		Order("seq DESC").Limit(1).Find(&last).Error
	if err != nil {
		return db.Translate(err)
	}
	if len(last) == 1 {
		r.Seq, r.PrevHash = last[0].Seq+1, last[0].Hash
	}
	r.Hash = r.digest()
	return db.Translate(tx.Gorm().Create(&r).Error)
}

func chainAfter(tx *db.Tx, organisationID string, seq int64) ([]row, error) {
	var rows []row
	err := tx.Gorm().Where("organisation_id = ? AND seq > ?", organisationID, seq).
		Order("seq").Limit(verifyBatch).Find(&rows).Error
	return rows, db.Translate(err)
}

func lookedAt(tx *db.Tx, v viewer.Viewer, limit int) ([]Row, error) {
	var rows []row
	err := tx.Gorm().
		Where("organisation_id = ? AND subject_id = ? AND actor_id <> ?", v.OrganisationID, v.AccountID, v.AccountID).
		Where("action LIKE ? OR action IN ?", "%"+lookedEnding, []string{BrokeGlass, FamilyLinkMade}).
		Order("at DESC, seq DESC").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = Row{
			ID: r.ID, ActorID: r.ActorID, Action: r.Action, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID,
			Reason: r.Reason, At: r.At.Time(),
		}
	}
	return out, nil
}
