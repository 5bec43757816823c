package placements

import (
	"heard/server/db"
)

// wayFactsTx reads what the board asks of the ways of some moves: one query a table.
func wayFactsTx(tx *db.Tx, orgID string, moves []Move) (map[string]wayFacts, error) {
	facts := make(map[string]wayFacts, len(moves))
	if len(moves) == 0 {
		return facts, nil
	}
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.ID
	}
	var planned []string
	err := tx.Gorm().Model(&journeyRow{}).Where("organisation_id = ? AND move_id IN ?", orgID, ids).Pluck("move_id", &planned).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, id := range planned {
		f := facts[id]
		f.Planned = true
		facts[id] = f
	}
	var asked []struct {
		MoveID string
		Since  db.Millis
	}
	err = tx.Gorm().Model(&choiceRow{}).Select("move_id, MIN(asked_at) AS since").
		Where("organisation_id = ? AND move_id IN ? AND state = ?", orgID, ids, wishAsked).Group("move_id").Scan(&asked).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, a := range asked {
		f, since := facts[a.MoveID], a.Since.Time()
		f.Asked = &since
		facts[a.MoveID] = f
	}
	var bags []struct {
		MoveID                 string
		Things, Unpacked, Away int
	}
	err = tx.Gorm().Model(&belongingRow{}).
		Select("move_id, COUNT(*) AS things, COUNT(*) - COUNT(packed_at) AS unpacked, COUNT(*) - COUNT(arrived_at) AS away").
		Where("organisation_id = ? AND move_id IN ? AND gone_at IS NULL", orgID, ids).Group("move_id").Scan(&bags).Error
	for _, b := range bags {
		f := facts[b.MoveID]
		f.Things, f.Unpacked, f.Away = b.Things, b.Unpacked, b.Away
		facts[b.MoveID] = f
	}
	return facts, db.Translate(err)
}
