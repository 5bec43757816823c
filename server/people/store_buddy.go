package people

import (
	"heard/server/db"
)

func buddiesInForceTx(tx *db.Tx, orgID string, relationIDs []string) (map[string]bool, error) {
	holds := make(map[string]bool, len(relationIDs))
	if len(relationIDs) == 0 {
		return holds, nil
	}
	now := db.At(tx.Now)
	var ids []string
	err := tx.Gorm().Raw(`SELECT r.id FROM relations r
 JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
 JOIN accounts b ON b.id = r.object_id AND b.organisation_id = r.organisation_id AND b.suspended_at IS NULL
 WHERE r.id IN ? AND r.kind = ? AND r.organisation_id = ? AND `+inForce, relationIDs, string(BuddyOf), orgID, now, now).Scan(&ids).Error
	for _, id := range ids {
		holds[id] = true
	}
	return holds, db.Translate(err)
}

func livingAtTx(tx *db.Tx, orgID, serviceID string) ([]string, error) {
	now := db.At(tx.Now)
	ids := []string{}
	err := tx.Gorm().Raw(`SELECT DISTINCT r.subject_id FROM relations r
 JOIN accounts a ON a.id = r.subject_id AND a.organisation_id = r.organisation_id AND a.suspended_at IS NULL
 WHERE r.object_id = ? AND r.kind = ? AND r.organisation_id = ? AND NOT a.machine AND `+inForce+` ORDER BY r.subject_id LIMIT ?`,
		serviceID, string(ServedBy), orgID, now, now, maxMine).Scan(&ids).Error
	return ids, db.Translate(err)
}
