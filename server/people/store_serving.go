package people

import (
	"time"

	"heard/server/db"
)

// heldBetween says that a confirmed relation (r) held at some moment of a stretch of time.
// Arguments: its end, its beginning, its beginning.
const heldBetween = `r.confirmed_at IS NOT NULL AND r.valid_from <= ?
 AND (r.valid_to IS NULL OR r.valid_to > ?) AND (r.ended_at IS NULL OR r.ended_at > ?)`

type spellRow struct {
	SubjectID, ServiceID string
	ValidFrom            db.Millis
	ValidTo, EndedAt     *db.Millis
}

// servedBetweenTx gives where each young person was served, by the one that had done so longest.
func servedBetweenTx(tx *db.Tx, orgID string, from, to time.Time) (map[string][]spell, error) {
	return spellsTx(tx, `SELECT r.subject_id, r.object_id AS service_id, r.valid_from, r.valid_to, r.ended_at FROM relations r
 WHERE r.organisation_id = ? AND r.kind = 'served_by' AND `+heldBetween+` ORDER BY r.valid_from, r.id`,
		orgID, db.At(to), db.At(from), db.At(from))
}

// workedBetweenTx gives where each worker led or safeguarded, or was on a shift.
func workedBetweenTx(tx *db.Tx, orgID string, from, to time.Time) (map[string][]spell, error) {
	return spellsTx(tx, `SELECT r.subject_id, COALESCE(t.service_id, r.object_id) AS service_id, r.valid_from, r.valid_to, r.ended_at FROM relations r
 LEFT JOIN teams t ON r.object_kind = 'team' AND t.id = r.object_id AND t.organisation_id = r.organisation_id
 WHERE r.organisation_id = ? AND r.kind IN ('lead_of', 'safeguarding_of', 'cover_for', 'on_shift') AND r.object_kind IN ('team', 'service')
 AND `+heldBetween, orgID, db.At(to), db.At(from), db.At(from))
}

func spellsTx(tx *db.Tx, query string, args ...any) (map[string][]spell, error) {
	var rows []spellRow
	err := tx.Gorm().Raw(query, args...).Scan(&rows).Error
	spells := make(map[string][]spell, len(rows))
	for _, r := range rows {
		s := spell{serviceID: r.ServiceID, from: r.ValidFrom}
		for _, end := range []*db.Millis{r.ValidTo, r.EndedAt} {
			if end != nil && (s.to == 0 || *end < s.to) {
				s.to = *end
			}
		}
		spells[r.SubjectID] = append(spells[r.SubjectID], s)
	}
	return spells, db.Translate(err)
}

// rotaServicesTx gives the services each worker has shifts planned in, whenever.
func rotaServicesTx(tx *db.Tx, orgID string) (map[string]map[string]bool, error) {
	var rows []struct{ AccountID, ServiceID string }
	err := tx.Gorm().Raw("SELECT DISTINCT account_id, service_id FROM rota_shifts WHERE organisation_id = ?", orgID).Scan(&rows).Error
	shifts := make(map[string]map[string]bool, len(rows))
	for _, r := range rows {
		if shifts[r.AccountID] == nil {
			shifts[r.AccountID] = map[string]bool{}
		}
		shifts[r.AccountID][r.ServiceID] = true
	}
	return shifts, db.Translate(err)
}
