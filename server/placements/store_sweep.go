package placements

import (
	"time"

	"heard/server/db"
	"heard/server/files"
)

// sweptTx lists the organisations that have any files or buddies, or words of moves that
// were done before a moment.
func sweptTx(tx *db.Tx, before time.Time) ([]string, error) {
	var orgs []string
	err := tx.Gorm().Raw(`SELECT organisation_id FROM files WHERE gone_at IS NULL
 UNION SELECT organisation_id FROM buddies WHERE ended_at IS NULL
 UNION SELECT organisation_id FROM moves WHERE `+wordy+` ORDER BY organisation_id`, whenWordy(before)...).Scan(&orgs).Error
	return orgs, db.Translate(err)
}

// placeFilesTx gives the files of each place that were made before a moment.
func placeFilesTx(tx *db.Tx, orgID string, before time.Time) (map[string][]string, error) {
	var rows []struct{ ID, OwnerID string }
	err := tx.Gorm().Raw("SELECT id, owner_id FROM files WHERE organisation_id = ? AND owner_kind = ? AND gone_at IS NULL AND made_at < ? ORDER BY owner_id, id",
		orgID, string(files.OfPlace), db.At(before)).Scan(&rows).Error
	found := map[string][]string{}
	for _, r := range rows {
		found[r.OwnerID] = append(found[r.OwnerID], r.ID)
	}
	return found, db.Translate(err)
}

// usedVersionsTx gives the newest version of a place, and those that were shown for a
// move that is ahead or was done after a moment.
func usedVersionsTx(tx *db.Tx, orgID, serviceID string, doneAfter time.Time) ([]versionRow, error) {
	var rows []versionRow
	err := tx.Gorm().Raw(`SELECT v.* FROM pack_versions v WHERE v.organisation_id = ? AND v.service_id = ? AND (
 v.number = (SELECT MAX(number) FROM pack_versions WHERE organisation_id = v.organisation_id AND service_id = v.service_id)
 OR EXISTS (SELECT 1 FROM moves m WHERE m.organisation_id = v.organisation_id AND m.pack_version_id = v.id
  AND (COALESCE(m.moved_at, m.ended_at) IS NULL OR COALESCE(m.moved_at, m.ended_at) > ? OR m.told_at > ?)))`,
		orgID, serviceID, db.At(doneAfter), db.At(doneAfter)).Scan(&rows).Error
	return rows, db.Translate(err)
}

// doneMoveFilesTx gives the files of moves that were done before a moment.
func doneMoveFilesTx(tx *db.Tx, orgID string, before time.Time) ([]string, error) {
	var ids []string
	err := tx.Gorm().Raw(`SELECT f.id FROM files f JOIN moves m ON m.id = f.owner_id AND m.organisation_id = f.organisation_id
 WHERE f.organisation_id = ? AND f.owner_kind = ? AND f.gone_at IS NULL AND COALESCE(m.moved_at, m.ended_at) < ? ORDER BY f.id`,
		orgID, string(files.OfMove), db.At(before)).Scan(&ids).Error
	return ids, db.Translate(err)
}

// buddyMovesTx gives the moves that were done before a moment and still have a buddy.
func buddyMovesTx(tx *db.Tx, orgID string, before time.Time) ([]Move, error) {
	var rows []moveRow
	err := tx.Gorm().Raw(`SELECT m.* FROM moves m WHERE m.organisation_id = ? AND m.moved_at < ? AND (m.told_at IS NULL OR m.told_at < ?)
 AND EXISTS (SELECT 1 FROM buddies b WHERE b.organisation_id = m.organisation_id AND b.move_id = m.id AND b.ended_at IS NULL)
 ORDER BY m.id LIMIT ?`, orgID, db.At(before), db.At(before), maxMoves).Scan(&rows).Error
	moves := make([]Move, len(rows))
	for i, r := range rows {
		moves[i] = r.move()
	}
	return moves, db.Translate(err)
}
