package reports

import (
	"time"

	"heard/server/db"
)

// ofCards narrows cards (c) to those people sent to somebody in a stretch of time.
// Arguments: organisation, from, to.
const ofCards = `c.organisation_id = ? AND c.received_at >= ? AND c.received_at < ? AND NOT c.kept
 AND c.young_person_id NOT IN (SELECT id FROM accounts WHERE machine)`

// cardsTx gives the cards received in a stretch of time, with their events.
func cardsTx(tx *db.Tx, orgID string, from, to time.Time) ([]cardTold, error) {
	args := []any{orgID, db.At(from), db.At(to)}
	var rows []struct {
		ID, YoungPersonID string
		WorkerID          *string
		ReceivedAt        db.Millis
		Limited           int
	}
	err := tx.Gorm().Raw(`SELECT c.id, c.young_person_id, c.received_at,
 CASE WHEN c.kind = 'need' AND c.need = 'just_know' THEN 0 ELSE 1 END AS limited,
 (SELECT r.account_id FROM card_recipients r JOIN accounts a ON a.id = r.account_id AND a.kind = 'staff'
  WHERE r.card_id = c.id AND r.level <= 1 ORDER BY r.added_at, r.account_id LIMIT 1) AS worker_id
 FROM cards c WHERE `+ofCards+` ORDER BY c.id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	cards := make([]cardTold, len(rows))
	at := make(map[string]int, len(rows))
	for i, r := range rows {
		cards[i] = cardTold{YoungPersonID: r.YoungPersonID, ReceivedAt: r.ReceivedAt.Time(), Limit: r.Limited == 1}
		if r.WorkerID != nil {
			cards[i].WorkerID = *r.WorkerID
		}
		at[r.ID] = i
	}
	var events []struct {
		CardID, Kind string
		ActorID      *string
		Helped       *bool
		At           db.Millis
	}
	err = tx.Gorm().Raw(`SELECT e.card_id, e.kind, e.actor_id, e.helped, e.at FROM card_events e JOIN cards c ON c.id = e.card_id
 WHERE `+ofCards+` ORDER BY e.card_id, e.seq`, args...).Scan(&events).Error
	for _, e := range events {
		card := &cards[at[e.CardID]]
		card.Events = append(card.Events, cardEvent{
			Kind: e.Kind, ByThem: e.ActorID != nil && *e.ActorID == card.YoungPersonID, Helped: e.Helped != nil && *e.Helped, At: e.At.Time(),
		})
	}
	return cards, db.Translate(err)
}

// servedSince is a service that serves a young person, and since when.
type servedSince struct {
	serviceID, youngPersonID string
	since                    time.Time
}

// servedSinceTx gives the young people each service served at a moment.
func servedSinceTx(tx *db.Tx, orgID string, at time.Time) ([]servedSince, error) {
	then := db.At(at)
	var rows []struct {
		SubjectID, ObjectID string
		Since               db.Millis
	}
	err := tx.Gorm().Raw(`SELECT r.subject_id, r.object_id, MIN(r.valid_from) AS since FROM relations r JOIN accounts a ON a.id = r.subject_id AND NOT a.machine
 WHERE r.organisation_id = ? AND r.kind = 'served_by' AND r.confirmed_at IS NOT NULL AND r.valid_from <= ?
 AND (r.valid_to IS NULL OR r.valid_to > ?) AND (r.ended_at IS NULL OR r.ended_at > ?) GROUP BY r.subject_id, r.object_id`,
		orgID, then, then, then).Scan(&rows).Error
	list := make([]servedSince, len(rows))
	for i, r := range rows {
		list[i] = servedSince{r.ObjectID, r.SubjectID, r.Since.Time()}
	}
	return list, db.Translate(err)
}

// keyworkersBetweenTx gives who was whose keyworker in a stretch of time, oldest first.
func keyworkersBetweenTx(tx *db.Tx, orgID string, from, to time.Time) (map[string][]keyworker, error) {
	var rows []struct {
		SubjectID, ObjectID string
		ValidFrom           db.Millis
		ValidTo, EndedAt    *db.Millis
	}
	err := tx.Gorm().Raw(`SELECT r.subject_id, r.object_id, r.valid_from, r.valid_to, r.ended_at FROM relations r
 WHERE r.organisation_id = ? AND r.kind = 'keyworker_of' AND r.confirmed_at IS NOT NULL AND r.valid_from < ?
 AND (r.valid_to IS NULL OR r.valid_to > ?) AND (r.ended_at IS NULL OR r.ended_at > ?) ORDER BY r.valid_from, r.id`,
		orgID, db.At(to), db.At(from), db.At(from)).Scan(&rows).Error
	workers := map[string][]keyworker{}
	for _, r := range rows {
		w := keyworker{WorkerID: r.SubjectID, From: r.ValidFrom.Time(), To: to}
		for _, end := range []*db.Millis{r.ValidTo, r.EndedAt} {
			if end != nil && end.Time().Before(w.To) {
				w.To = end.Time()
			}
		}
		workers[r.ObjectID] = append(workers[r.ObjectID], w)
	}
	return workers, db.Translate(err)
}
