package listening

import (
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}

// optional stores an empty text as no value.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (r contactRow) contact() Contact {
	c := Contact{
		ID: r.ID, OrganisationID: r.OrganisationID, YoungPersonID: r.YoungPersonID, WorkerID: r.WorkerID,
		RecordedBy: r.RecordedBy, ClientID: r.ClientID, Kind: Kind(r.Kind), Outcome: Outcome(r.Outcome), At: r.At.Time(),
	}
	if r.ServiceID != nil {
		c.ServiceID = *r.ServiceID
	}
	return c
}

func contactsOf(rows []contactRow) []Contact {
	list := make([]Contact, len(rows))
	for i, r := range rows {
		list[i] = r.contact()
	}
	return list
}

// insertContactTx stores a contact unless it is there: the database decides, so
// that of many tries at once one wins.
func insertContactTx(tx *db.Tx, c Contact) (stored bool, err error) {
	res := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&contactRow{
		ID: c.ID, OrganisationID: c.OrganisationID, YoungPersonID: c.YoungPersonID, WorkerID: c.WorkerID,
		RecordedBy: c.RecordedBy, ClientID: c.ClientID, ServiceID: optional(c.ServiceID), Kind: string(c.Kind),
		Outcome: string(c.Outcome), At: db.At(c.At), CreatedAt: db.At(tx.Now),
	})
	return res.RowsAffected == 1, db.Translate(res.Error)
}

// contactByClientTx gives nil when nothing was recorded under the id.
func contactByClientTx(tx *db.Tx, recordedBy, clientID string) (*Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Where("recorded_by = ? AND client_id = ?", recordedBy, clientID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	c := rows[0].contact()
	return &c, nil
}

// contactTx finds a young person's contact by its id, or by the id they gave it.
func contactTx(tx *db.Tx, v viewer.Viewer, id string) (Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Where("organisation_id = ? AND young_person_id = ?", v.OrganisationID, v.AccountID).
		Where("id = ? OR (recorded_by = ? AND client_id = ?)", id, v.AccountID, id).Limit(1).Find(&rows).Error
	if err != nil {
		return Contact{}, db.Translate(err)
	}
	if len(rows) == 0 {
		return Contact{}, errNoContact
	}
	return rows[0].contact(), nil
}

// metTx gives a young person's last contacts that happened.
func metTx(tx *db.Tx, v viewer.Viewer, limit int) ([]Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ? AND outcome = ?", v.AccountID, v.OrganisationID, string(Happened)).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	return contactsOf(rows), db.Translate(err)
}

// recordedTx gives the contacts a worker recorded, and those of their cards.
func recordedTx(tx *db.Tx, v viewer.Viewer, limit int) ([]Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Where("worker_id = ? AND organisation_id = ? AND recorded_by = worker_id", v.AccountID, v.OrganisationID).
		Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	return contactsOf(rows), db.Translate(err)
}

// holdPersonTx gives the order of a young person's faces, drawn now if it has not
// been, and makes others wait who ask or answer for the same person.
func holdPersonTx(tx *db.Tx, orgID, youngPersonID string) (Order, error) {
	fresh := personRow{YoungPersonID: youngPersonID, OrganisationID: orgID, FaceOrder: string(drawOrder())}
	if err := tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return "", db.Translate(err)
	}
	var row personRow
	err := tx.Gorm().Clauses(forUpdate).Where("young_person_id = ? AND organisation_id = ?", youngPersonID, orgID).Take(&row).Error
	return Order(row.FaceOrder), db.Translate(err)
}

// orderTx gives nothing when no order has been drawn.
func orderTx(tx *db.Tx, v viewer.Viewer) (Order, error) {
	var rows []personRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", db.Translate(err)
	}
	return Order(rows[0].FaceOrder), nil
}

// askedSinceTx gives when a young person was asked since a moment.
func askedSinceTx(tx *db.Tx, orgID, youngPersonID string, since time.Time) ([]time.Time, error) {
	var at []db.Millis
	err := tx.Gorm().Model(&askRow{}).Where("young_person_id = ? AND organisation_id = ? AND at >= ?", youngPersonID, orgID, db.At(since)).
		Pluck("at", &at).Error
	times := make([]time.Time, len(at))
	for i, m := range at {
		times[i] = m.Time()
	}
	return times, db.Translate(err)
}

func insertAskTx(tx *db.Tx, a Ask) error {
	return db.Translate(tx.Gorm().Create(&askRow{
		ID: a.ID, OrganisationID: a.Contact.OrganisationID, YoungPersonID: a.Contact.YoungPersonID, ContactID: a.Contact.ID,
		UnitID: optional(a.UnitID), Period: optional(a.Period), At: db.At(a.At), ExpiresAt: db.At(a.ExpiresAt),
	}).Error)
}

// openAskTx gives a young person's newest prompt while it is open; nil: none.
func openAskTx(tx *db.Tx, v viewer.Viewer) (*Ask, error) {
	var rows []askRow
	err := tx.Gorm().Where("young_person_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Order("at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 || rows[0].Closed || !rows[0].ExpiresAt.Time().After(tx.Now) {
		return nil, db.Translate(err)
	}
	c, err := contactTx(tx, v, rows[0].ContactID)
	if err != nil {
		return nil, err
	}
	return &Ask{ID: rows[0].ID, Contact: c, At: rows[0].At.Time(), ExpiresAt: rows[0].ExpiresAt.Time()}, nil
}

// closeAskTx closes a young person's prompt, named by its id or its contact. It
// writes the same whatever the young person chose.
func closeAskTx(tx *db.Tx, v viewer.Viewer, askID, contactID string) error {
	return db.Translate(tx.Gorm().Model(&askRow{}).
		Where("young_person_id = ? AND organisation_id = ? AND NOT closed AND (id = ? OR contact_id = ?)", v.AccountID, v.OrganisationID, askID, contactID).
		Update("closed", true).Error)
}

// askedAboutTx gives the contact a prompt of the young person's was about; empty
// when there is no such prompt.
func askedAboutTx(tx *db.Tx, v viewer.Viewer, askID string) (string, error) {
	var ids []string
	err := tx.Gorm().Model(&askRow{}).Where("id = ? AND young_person_id = ? AND organisation_id = ?", askID, v.AccountID, v.OrganisationID).
		Limit(1).Pluck("contact_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", db.Translate(err)
	}
	return ids[0], nil
}
