package listening

import (
	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/viewer"
)

type familyLinkRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	ContactID      string
	YoungPersonID  string
	TokenHash      []byte
	FaceOrder      string
	MadeBy         string
	MadeAt         db.Millis
	ExpiresAt      db.Millis
	Closed         bool
}

func (familyLinkRow) TableName() string { return "family_links" }

// holdRecordedTx gives a contact that the viewer recorded as theirs, and makes others
// wait who make a link for it.
func holdRecordedTx(tx *db.Tx, v viewer.Viewer, id string) (Contact, error) {
	var rows []contactRow
	err := tx.Gorm().Clauses(forUpdate).
		Where("id = ? AND organisation_id = ? AND worker_id = ? AND recorded_by = worker_id", id, v.OrganisationID, v.AccountID).
		Limit(1).Find(&rows).Error
	if err != nil {
		return Contact{}, db.Translate(err)
	}
	if len(rows) == 0 {
		return Contact{}, errNotFound
	}
	return rows[0].contact(), nil
}

// familyLinksTx counts the links of a contact, whatever became of them.
func familyLinksTx(tx *db.Tx, c Contact) (int, error) {
	var n int64
	err := tx.Gorm().Model(&familyLinkRow{}).Where("contact_id = ? AND organisation_id = ?", c.ID, c.OrganisationID).Count(&n).Error
	return int(n), db.Translate(err)
}

func insertFamilyLinkTx(tx *db.Tx, l familyLink) error {
	return db.Translate(tx.Gorm().Create(&familyLinkRow{
		OrganisationID: l.Contact.OrganisationID, ID: l.ID, ContactID: l.Contact.ID, YoungPersonID: l.Contact.YoungPersonID, TokenHash: l.TokenHash,
		FaceOrder: string(l.Order), MadeBy: l.MadeBy, MadeAt: db.At(tx.Now), ExpiresAt: db.At(l.ExpiresAt),
	}).Error)
}

// openFamilyLinkTx gives a link that can still be used, with its contact.
func openFamilyLinkTx(tx *db.Tx, tokenHash []byte) (familyLink, error) {
	return usableTx(tx, tx.Gorm().Where("token_hash = ?", tokenHash))
}

// holdFamilyLinkTx is openFamilyLinkTx for the one who uses it: whoever comes at the
// same time waits, and finds it used.
func holdFamilyLinkTx(tx *db.Tx, tokenHash []byte) (familyLink, error) {
	return usableTx(tx, tx.Gorm().Clauses(forUpdate).Where("token_hash = ?", tokenHash))
}

// usableTx asks nothing of the worker: what a family says of somebody who has left
// counts as well.
func usableTx(tx *db.Tx, found *gorm.DB) (familyLink, error) {
	var rows []familyLinkRow
	if err := found.Limit(1).Find(&rows).Error; err != nil {
		return familyLink{}, db.Translate(err)
	}
	if len(rows) == 0 || rows[0].Closed || !rows[0].ExpiresAt.Time().After(tx.Now) {
		return familyLink{}, errLinkEnded
	}
	r := rows[0]
	var contacts []contactRow
	err := tx.Gorm().Where("id = ? AND organisation_id = ?", r.ContactID, r.OrganisationID).
		Where("EXISTS (SELECT 1 FROM accounts a WHERE a.id = contacts.young_person_id AND a.organisation_id = ? AND a.suspended_at IS NULL)", r.OrganisationID).
		Limit(1).Find(&contacts).Error
	if err != nil {
		return familyLink{}, db.Translate(err)
	}
	if len(contacts) == 0 {
		return familyLink{}, errLinkEnded
	}
	return familyLink{
		ID: r.ID, MadeBy: r.MadeBy, TokenHash: r.TokenHash, Order: Order(r.FaceOrder), ExpiresAt: r.ExpiresAt.Time(),
		Contact: contacts[0].contact(),
	}, nil
}

// closeFamilyLinkTx writes the same whatever was answered.
func closeFamilyLinkTx(tx *db.Tx, id string) error {
	return db.Translate(tx.Gorm().Model(&familyLinkRow{}).Where("id = ?", id).Update("closed", true).Error)
}
