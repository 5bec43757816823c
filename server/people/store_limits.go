package people

import (
	"gorm.io/gorm/clause"

	"heard/server/db"
)

type limitsRow struct {
	ServiceID      string `gorm:"primaryKey"`
	OrganisationID string
	NotSafe        int // seconds
	SitWithMe      int
	Other          int
}

// TableName names the table.
func (limitsRow) TableName() string { return "service_limits" }

// limitsOfTx gives the limits of services that set their own.
func limitsOfTx(tx *db.Tx, orgID, serviceID string) (Limits, error) {
	var rows []limitsRow
	err := tx.Gorm().Where("service_id = ? AND organisation_id = ?", serviceID, orgID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return DefaultLimits, db.Translate(err)
	}
	return rows[0].limits(), nil
}

func (r limitsRow) limits() Limits {
	return Limits{NotSafe: seconds(r.NotSafe), SitWithMe: seconds(r.SitWithMe), Other: seconds(r.Other)}
}

// servingLimitsTx gives a row for each service that serves the young person; the
// numbers are missing where it set none.
func servingLimitsTx(tx *db.Tx, orgID, youngPersonID string) ([]*limitsRow, error) {
	now := db.At(tx.Now)
	var found []struct{ NotSafe, SitWithMe, Other *int }
	err := tx.Gorm().Raw(`SELECT l.not_safe, l.sit_with_me, l.other FROM relations r
 LEFT JOIN service_limits l ON l.service_id = r.object_id AND l.organisation_id = r.organisation_id
 WHERE r.subject_id = ? AND r.kind = 'served_by' AND r.organisation_id = ? AND `+inForce, youngPersonID, orgID, now, now).Scan(&found).Error
	rows := make([]*limitsRow, len(found))
	for i, f := range found {
		if f.NotSafe != nil && f.SitWithMe != nil && f.Other != nil {
			rows[i] = &limitsRow{NotSafe: *f.NotSafe, SitWithMe: *f.SitWithMe, Other: *f.Other}
		}
	}
	return rows, db.Translate(err)
}

func saveLimits(tx *db.Tx, row limitsRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}
