package feelings

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// hidden makes every "not found" the same.
func hidden(err error) error {
	if errs.CodeOf(err) == errs.NotFound {
		return errNotFound
	}
	return err
}

// ownTx loads a young person's own cards, newest first, but for those sent from
// another device that nobody has let in.
func ownTx(tx *db.Tx, v viewer.Viewer, limit int) ([]*dossier, error) {
	var rows []cardRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Where(`device_id = ? OR NOT EXISTS (SELECT 1 FROM devices d
 WHERE d.id = cards.device_id AND d.account_id = cards.young_person_id AND d.history_open = ?)`, v.DeviceID, false).
		Order("received_at DESC, id DESC").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	all, err := dossiersTx(tx, rows, true)
	if err != nil {
		return nil, err
	}
	st, err := people.StandingTx(tx, v, v.AccountID)
	if err != nil {
		return nil, hidden(err)
	}
	for _, d := range all {
		d.Standing = st
	}
	return all, nil
}

// mine narrows cards to the open ones of which the viewer is a recipient and not
// switched off. The condition on withdrawn cards is Card.Urgent and not checked; what
// is done and has a due row waits for a safeguarding lead.
func mine(tx *db.Tx, v viewer.Viewer) *gorm.DB {
	return tx.Gorm().Model(&cardRow{}).
		Joins("JOIN card_recipients r ON r.card_id = cards.id AND r.account_id = ?", v.AccountID).
		Where("cards.organisation_id = ? AND cards.kept = ?", v.OrganisationID, false).
		Where("NOT EXISTS (SELECT 1 FROM card_switched_off o WHERE o.card_id = cards.id AND o.account_id = ?)", v.AccountID).
		Where(`(cards.state IN ('received', 'alerting', 'no_channel', 'seen', 'promised', 'here', 'overdue', 'nobody')
 OR (cards.state = 'check' AND cards.changed_at > ?)
 OR (cards.state IN ('check', 'closed') AND cards.kind = 'not_safe' AND EXISTS (SELECT 1 FROM card_dues d WHERE d.id = cards.id))
 OR (cards.state = 'withdrawn' AND (cards.kind = 'not_safe' OR cards.need = 'sit_with_me')
  AND NOT EXISTS (SELECT 1 FROM card_events e WHERE e.card_id = cards.id AND e.kind = 'checked_on')))`,
			db.At(tx.Now.Add(-checkRests)))
}

// inboxYoungTx lists whose open cards came to the viewer.
func inboxYoungTx(tx *db.Tx, v viewer.Viewer) ([]string, error) {
	var ids []string
	err := mine(tx, v).Distinct("cards.young_person_id").Pluck("cards.young_person_id", &ids).Error
	return ids, db.Translate(err)
}

// inboxTx loads the viewer's open cards of young people they stand in a relation
// to, most urgent first, without words.
func inboxTx(tx *db.Tx, v viewer.Viewer, standings map[string]people.Standing) ([]*dossier, error) {
	if len(standings) == 0 {
		return nil, nil
	}
	var rows []cardRow
	err := mine(tx, v).Where("cards.young_person_id IN ?", slices.Collect(maps.Keys(standings))).
		Omit("words", "body_hash").
		Order(`CASE WHEN cards.kind = 'not_safe' THEN 0 WHEN cards.need IN ('sit_with_me', 'need_stop') THEN 1 ELSE 2 END,
 cards.received_at DESC, cards.id DESC`).
		Limit(maxInbox).Find(&rows).Error
	if err != nil {
		return nil, db.Translate(err)
	}
	all, err := dossiersTx(tx, rows, false)
	for _, d := range all {
		d.standFor(v, standings[d.Card.YoungPersonID])
	}
	return all, err
}

// cardsOfTx loads the newest cards of one young person that the viewer may have a
// way to, without words. What MayRead refuses anyway is left out here already, so
// that it takes no place among the newest.
func cardsOfTx(tx *db.Tx, v viewer.Viewer, standing people.Standing) ([]*dossier, error) {
	q := tx.Gorm().Model(&cardRow{}).
		Where("cards.young_person_id = ? AND cards.organisation_id = ? AND cards.kept = ?", standing.YoungPersonID, v.OrganisationID, false).
		Where("NOT EXISTS (SELECT 1 FROM card_switched_off o WHERE o.card_id = cards.id AND o.account_id = ?)", v.AccountID).
		Where(`(cards.state <> 'withdrawn' OR cards.kind = 'not_safe' OR cards.need = 'sit_with_me'
 OR EXISTS (SELECT 1 FROM card_events e WHERE e.card_id = cards.id AND e.kind = 'seen'))`)
	if !standing.Has(people.BreakGlass) {
		q = q.Where("EXISTS (SELECT 1 FROM card_recipients r WHERE r.card_id = cards.id AND r.account_id = ?)", v.AccountID)
	}
	var rows []cardRow
	if err := q.Omit("words", "body_hash").Order("cards.received_at DESC, cards.id DESC").Limit(maxCards).Find(&rows).Error; err != nil {
		return nil, db.Translate(err)
	}
	all, err := dossiersTx(tx, rows, false)
	for _, d := range all {
		d.standFor(v, standing)
	}
	return all, err
}

// standFor says what a viewer is to the card.
func (d *dossier) standFor(v viewer.Viewer, standing people.Standing) {
	d.Standing = standing
	d.receivedBy(v.AccountID)
	d.SwitchedOff = slices.Contains(d.Off, v.AccountID)
}

// dossiersTx loads what belongs to cards, a query a table.
func dossiersTx(tx *db.Tx, rows []cardRow, words bool) ([]*dossier, error) {
	all := make([]*dossier, len(rows))
	byID := make(map[string]*dossier, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		all[i] = &dossier{Ground: Ground{Card: row.card()}, words: row.Words}
		byID[row.ID], ids[i] = all[i], row.ID
	}
	if len(ids) == 0 {
		return all, nil
	}
	events := tx.Gorm().Where("card_id IN ?", ids).Order("card_id, seq")
	if !words {
		events = events.Omit("words")
	}
	var eventRows []eventRow
	if err := events.Find(&eventRows).Error; err != nil {
		return nil, db.Translate(err)
	}
	for _, e := range eventRows {
		d := byID[e.CardID]
		d.Events, d.eventWords = append(d.Events, e.event()), append(d.eventWords, e.Words)
	}
	var recipients []recipientRow
	if err := tx.Gorm().Where("card_id IN ?", ids).Order("added_at, account_id").Find(&recipients).Error; err != nil {
		return nil, db.Translate(err)
	}
	for _, r := range recipients {
		byID[r.CardID].Recipients = append(byID[r.CardID].Recipients, r)
	}
	var off []switchedOffRow
	if err := tx.Gorm().Where("card_id IN ?", ids).Find(&off).Error; err != nil {
		return nil, db.Translate(err)
	}
	for _, o := range off {
		byID[o.CardID].Off = append(byID[o.CardID].Off, o.AccountID)
	}
	for _, d := range all {
		var err error
		if d.Status, err = Derive(d.Events); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "A card's history does not add up.")
		}
	}
	return all, nil
}

// tellableTx lists cards of the viewer nobody is known to have been told of.
func tellableTx(tx *db.Tx, v viewer.Viewer) ([]string, error) {
	var ids []string
	err := mine(tx, v).Where("cards.state IN ('received', 'no_channel')").Limit(maxInbox).Pluck("cards.id", &ids).Error
	return ids, db.Translate(err)
}

// duesTx gives cards their due rows, as the worker will find them.
func duesTx(tx *db.Tx, all []*dossier) error {
	byID := make(map[string]*dossier, len(all))
	ids := make([]string, 0, len(all))
	for _, d := range all {
		d.due, byID[d.Card.ID] = nil, d
		ids = append(ids, d.Card.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []dueRow
	if err := tx.Gorm().Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return db.Translate(err)
	}
	for i := range rows {
		byID[rows[i].ID].due = &rows[i]
	}
	return nil
}
