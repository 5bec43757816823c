package feelings

import (
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// ofAnswered narrows cards (c) to those people sent to somebody since a moment, and
// those that may still wait; but for those the viewer was switched off for, of which
// they learn nothing here, not even by a number; what is published counts them too (hazard 31).
// Arguments: organisation, from, viewer.
const ofAnswered = `c.organisation_id = ? AND NOT c.kept
 AND (c.received_at >= ? OR c.state IN ('received', 'alerting', 'no_channel', 'seen', 'overdue', 'nobody')
  OR (c.state = 'withdrawn' AND (c.kind = 'not_safe' OR c.need = 'sit_with_me')
   AND NOT EXISTS (SELECT 1 FROM card_events w WHERE w.card_id = c.id AND w.kind = 'checked_on')))
 AND c.young_person_id NOT IN (SELECT id FROM accounts WHERE machine)
 AND NOT EXISTS (SELECT 1 FROM card_switched_off o WHERE o.card_id = c.id AND o.account_id = ?)`

// countedTx gives the cards of this week and those that wait, without words.
func countedTx(tx *db.Tx, v viewer.Viewer, from time.Time) ([]counted, error) {
	args := []any{v.OrganisationID, db.At(from), v.AccountID}
	var rows []struct {
		ID, YoungPersonID, Kind string
		Need, WorkerID          *string
		ReceivedAt              db.Millis
	}
	err := tx.Gorm().Raw(`SELECT c.id, c.young_person_id, c.kind, c.need, c.received_at,
 (SELECT r.account_id FROM card_recipients r JOIN accounts a ON a.id = r.account_id AND a.kind = 'staff'
  WHERE r.card_id = c.id AND r.level <= 1 ORDER BY r.added_at, r.account_id LIMIT 1) AS worker_id
 FROM cards c WHERE `+ofAnswered+` ORDER BY c.id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	cards := make([]counted, len(rows))
	at := make(map[string]int, len(rows))
	for i, r := range rows {
		card := Card{ID: r.ID, YoungPersonID: r.YoungPersonID, Kind: Kind(r.Kind), Need: text(r.Need), ReceivedAt: r.ReceivedAt.Time()}
		cards[i], at[r.ID] = counted{Card: card, WorkerID: text(r.WorkerID)}, i
	}
	var events []eventRow
	err = tx.Gorm().Raw(`SELECT e.card_id, e.seq, e.kind, e.actor_id, e.about_id, e.promise, e.until_at, e.at, e.level
 FROM card_events e JOIN cards c ON c.id = e.card_id WHERE `+ofAnswered+` ORDER BY e.card_id, e.seq`, args...).Scan(&events).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, e := range events {
		c := &cards[at[e.CardID]]
		c.Events = append(c.Events, e.event())
	}
	for i := range cards {
		if cards[i].Status, err = Derive(cards[i].Events); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "A card's history does not add up.")
		}
	}
	return cards, nil
}
