package feelings

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/fault"
	"heard/server/keys"
)

func wordsAD(cardID string) keys.AD {
	return keys.AD{Table: "cards", Column: "words", Row: cardID}
}

func eventWordsAD(cardID string, seq int) keys.AD {
	return keys.AD{Table: "card_events", Column: "words", Row: cardID + "/" + strconv.Itoa(seq)}
}

// insertCardTx stores a new card unless the young person has one with the same
// client id. The database decides, so that of many tries at once one wins.
func insertCardTx(tx *db.Tx, row cardRow) (stored bool, err error) {
	res := tx.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "young_person_id"}, {Name: "client_id"}}, DoNothing: true,
	}).Create(&row)
	return res.RowsAffected == 1, db.Translate(res.Error)
}

// sentCardTx finds what is stored under a young person's client id.
func sentCardTx(tx *db.Tx, youngPersonID, clientID string) (cardRow, error) {
	var row cardRow
	err := tx.Gorm().Where("young_person_id = ? AND client_id = ?", youngPersonID, clientID).Take(&row).Error
	return row, db.Translate(err)
}

func insertSwitchedOffTx(tx *db.Tx, c Card, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	rows := make([]switchedOffRow, len(ids))
	for i, id := range ids {
		rows[i] = switchedOffRow{CardID: c.ID, AccountID: id, OrganisationID: c.OrganisationID}
	}
	return db.Translate(tx.Gorm().Create(&rows).Error)
}

func insertEventsTx(tx *db.Tx, rows []eventRow) error {
	return db.Translate(tx.Gorm().Create(&rows).Error)
}

// recordTx adds events to a card and stores what they add up to. It is the only
// way a card's state, version and due row change.
func (s *Service) recordTx(tx *db.Tx, d *dossier, events ...Event) error {
	before := d.Status
	rows := make([]eventRow, 0, len(events))
	for _, e := range events {
		e.Seq, e.At = d.Status.Version+1, d.latest(tx.Now)
		status, err := Apply(d.Status, e)
		if err != nil {
			return err
		}
		sealed, err := s.sealTx(tx, d.Card, e.Words, eventWordsAD(d.Card.ID, e.Seq))
		if err != nil {
			return err
		}
		d.Status = status
		d.Events = append(d.Events, e)
		d.eventWords = append(d.eventWords, sealed)
		rows = append(rows, eventRowOf(d.Card, e, sealed))
	}
	if len(rows) == 0 {
		return nil
	}
	if err := insertEventsTx(tx, rows); err != nil {
		return err
	}
	res := tx.Gorm().Model(&cardRow{}).Where("id = ? AND version = ?", d.Card.ID, before.Version).Updates(map[string]any{
		"state": string(d.Status.State), "version": d.Status.Version, "changed_at": db.At(d.Status.At),
	})
	if res.Error != nil {
		return db.Translate(res.Error)
	}
	if res.RowsAffected != 1 {
		return errStale
	}
	s.observe(tx, d, before)
	if d.Status.timing() == before.timing() {
		return nil
	}
	return s.dueTx(tx, d)
}

// dueTx writes the card's one due row as its events now say, or takes it away.
func (s *Service) dueTx(tx *db.Tx, d *dossier) error {
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	plan, ok := facts.Plan()
	if !ok {
		return db.Translate(tx.Gorm().Where("id = ?", d.Card.ID).Delete(&dueRow{}).Error)
	}
	// What has come due by this very change is due from now, not from before.
	if plan.At.Before(tx.Now) {
		plan.At = tx.Now
	}
	if fault.DeadlineInMemory {
		tx.AfterCommit(func() {
			fault.Later(plan.At.Sub(tx.Now), func(ctx context.Context) {
				_ = s.db.Tx(ctx, func(tx *db.Tx) error { return putDueTx(tx, d.Card, plan) })
			})
		})
		return db.Translate(tx.Gorm().Where("id = ?", d.Card.ID).Delete(&dueRow{}).Error)
	}
	return putDueTx(tx, d.Card, plan)
}

// putDueTx writes a due row over the one that may be there, and ends its lease.
func putDueTx(tx *db.Tx, c Card, p Plan) error {
	row := dueRow{ID: c.ID, OrganisationID: c.OrganisationID, Kind: string(p.Kind), DueAt: db.At(p.At)}
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"kind", "due_at", "lease_until", "lease_by", "attempts"}),
	}).Create(&row).Error)
}

// tellTx keeps who is told now, and at which level: whoever is no recipient yet
// becomes one, and a new alert is on its way to all of them.
func tellTx(tx *db.Tx, d *dossier, tell []Telling) error {
	var added []recipientRow
	again := map[recipientRow][]string{} // level and duty → accounts
	for _, t := range tell {
		row := d.recipient(t.AccountID)
		if row == nil {
			added = append(added, recipientRowOf(tx, d.Card, t))
			continue
		}
		if row.Level == 0 {
			row.Level = t.Level
		}
		row.OnDuty, row.Alerted = t.OnDuty, nil
		key := recipientRow{Level: row.Level, OnDuty: row.OnDuty}
		again[key] = append(again[key], t.AccountID)
	}
	if len(added) > 0 {
		d.Recipients = append(d.Recipients, added...)
		if err := tx.Gorm().Create(&added).Error; err != nil {
			return db.Translate(err)
		}
	}
	for key, ids := range again {
		err := tx.Gorm().Model(&recipientRow{}).Where("card_id = ? AND account_id IN ?", d.Card.ID, ids).
			Updates(map[string]any{"level": key.Level, "on_duty": key.OnDuty, "alerted": nil}).Error
		if err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

func recipientRowOf(tx *db.Tx, c Card, t Telling) recipientRow {
	return recipientRow{
		CardID: c.ID, AccountID: t.AccountID, OrganisationID: c.OrganisationID,
		Role: string(t.Role), AddedAt: db.At(tx.Now), Level: t.Level, OnDuty: t.OnDuty,
	}
}

// untoldTx says that a card's recipients have not been told: a new round begins.
func untoldTx(tx *db.Tx, d *dossier) error {
	for i := range d.Recipients {
		d.Recipients[i].Level, d.Recipients[i].OnDuty = 0, false
	}
	return db.Translate(tx.Gorm().Model(&recipientRow{}).Where("card_id = ?", d.Card.ID).
		Updates(map[string]any{"level": 0, "on_duty": false}).Error)
}

// alertedTx notes how a recipient's last alert ended; empty: a new one is on its way.
func alertedTx(tx *db.Tx, d *dossier, accountIDs []string, outcome string) error {
	if len(accountIDs) == 0 {
		return nil
	}
	for i := range d.Recipients {
		for _, id := range accountIDs {
			if d.Recipients[i].AccountID == id {
				d.Recipients[i].Alerted = optional(outcome)
			}
		}
	}
	return db.Translate(tx.Gorm().Model(&recipientRow{}).
		Where("card_id = ? AND account_id IN ?", d.Card.ID, accountIDs).
		Updates(map[string]any{"alerted": optional(outcome)}).Error)
}

// eraseWordsTx takes a young person's words back for good.
func eraseWordsTx(tx *db.Tx, d *dossier) error {
	d.words = nil
	return db.Translate(tx.Gorm().Model(&cardRow{}).Where("id = ?", d.Card.ID).
		Updates(map[string]any{"words": nil}).Error)
}

// leasedTx says whether a due row is still this worker's and past.
func leasedTx(tx *db.Tx, id, worker string) (orgID string, due bool, err error) {
	var rows []dueRow
	err = tx.Gorm().Where("id = ? AND lease_by = ? AND due_at <= ?", id, worker, db.At(tx.Now)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", false, db.Translate(err)
	}
	return rows[0].OrganisationID, true, nil
}

func leaseDueTx(tx *db.Tx, worker string, forHow time.Duration, limit int) ([]string, error) {
	return db.Lease(tx, db.LeaseSpec{Table: "card_dues", Worker: worker, For: forHow, Limit: limit})
}

// anyDueTx looks before a lease is asked for, so that an idle server writes nothing.
func anyDueTx(tx *db.Tx) (bool, error) {
	var ids []string
	err := tx.Gorm().Model(&dueRow{}).Where("due_at <= ?", db.At(tx.Now)).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Translate(err)
}
