package reports

import (
	"time"

	"heard/server/db"
)

// ofMoves narrows moves (m) to those made in a stretch of time that were not taken back.
// Arguments: organisation, from, to.
const ofMoves = `m.organisation_id = ? AND m.moved_at >= ? AND m.moved_at < ? AND m.ended_at IS NULL AND m.service_id IS NOT NULL
 AND m.young_person_id NOT IN (SELECT id FROM accounts WHERE machine)`

// movedTx gives the moves made in a stretch of time, with what is openly known of each.
func movedTx(tx *db.Tx, orgID string, from, to time.Time) ([]moveTold, error) {
	args := []any{orgID, db.At(from), db.At(to)}
	var rows []struct {
		ID, YoungPersonID, ServiceID string
		MovedAt                      db.Millis
		ToldAt, PackedAt, OpenedAt   *db.Millis
		Wanted, Visited, Chose       int
	}
	err := tx.Gorm().Raw(`SELECT m.id, m.young_person_id, m.service_id, m.moved_at, m.told_at, m.packed_at, m.opened_at,
 CASE WHEN m.buddy_wanted THEN 1 ELSE 0 END AS wanted,
 CASE WHEN EXISTS (SELECT 1 FROM move_visits v WHERE v.organisation_id = m.organisation_id AND v.move_id = m.id
  AND v.kind = 'visit' AND v.state = 'made' AND v.made_at < m.moved_at) THEN 1 ELSE 0 END AS visited,
 CASE WHEN EXISTS (SELECT 1 FROM journey_choices j WHERE j.organisation_id = m.organisation_id AND j.move_id = m.id
  AND j.asked_at < m.moved_at) THEN 1 ELSE 0 END AS chose
 FROM moves m WHERE `+ofMoves+` ORDER BY m.id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	moves := make([]moveTold, len(rows))
	at := make(map[string]*moveTold, len(rows))
	for i, r := range rows {
		moves[i] = moveTold{
			YoungPersonID: r.YoungPersonID, ServiceID: r.ServiceID, MovedAt: r.MovedAt.Time(),
			ToldAt: db.TimePtr(r.ToldAt), PackedAt: db.TimePtr(r.PackedAt), OpenedAt: db.TimePtr(r.OpenedAt),
			Visited: r.Visited == 1, Chose: r.Chose == 1, BuddyWanted: r.Wanted == 1, Reviewed: map[int]bool{},
		}
		at[r.ID] = &moves[i]
	}
	if err := buddiesTx(tx, args, at); err != nil {
		return nil, err
	}
	return moves, reviewsTx(tx, args, at)
}

// buddiesTx adds when each buddy of the moves sent a card.
func buddiesTx(tx *db.Tx, args []any, moves map[string]*moveTold) error {
	var rows []struct {
		MoveID, ID, DayOne string
		At                 db.Millis
	}
	err := tx.Gorm().Raw(`SELECT b.move_id, b.id, b.day_one, c.at FROM buddies b
 JOIN moves m ON m.id = b.move_id JOIN buddy_cards c ON c.buddies_id = b.id AND c.from_id = b.buddy_id
 WHERE `+ofMoves+` AND b.day_one IS NOT NULL ORDER BY b.id, c.at`, args...).Scan(&rows).Error
	last := ""
	for _, r := range rows {
		move := moves[r.MoveID]
		if move == nil {
			continue // written down between the two questions: it is of the next look
		}
		if r.ID != last {
			move.Buddies, last = append(move.Buddies, buddyTold{DayOne: r.DayOne}), r.ID
		}
		b := &move.Buddies[len(move.Buddies)-1]
		b.At = append(b.At, r.At.Time())
	}
	return db.Translate(err)
}

// reviewsTx adds on which days somebody said how the move went; what they said is not read.
func reviewsTx(tx *db.Tx, args []any, moves map[string]*moveTold) error {
	var rows []struct {
		MoveID string
		Day    int
	}
	err := tx.Gorm().Raw(`SELECT r.move_id, r.day FROM move_reviews r JOIN moves m ON m.id = r.move_id
 WHERE `+ofMoves+` AND NOT r.skipped ORDER BY r.move_id, r.day`, args...).Scan(&rows).Error
	for _, r := range rows {
		if move := moves[r.MoveID]; move != nil {
			move.Reviewed[r.Day] = true
		}
	}
	return db.Translate(err)
}
