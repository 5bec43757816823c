package accounts

import (
	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// accountFound is an account with what hangs on it.
type accountFound struct {
	Account accountRow `gorm:"embedded"`
	Joined  bool
	Invited bool
}

const accountColumns = `SELECT a.*,
	(EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = a.id AND p.ended_at IS NULL)
		OR EXISTS (SELECT 1 FROM devices d WHERE d.account_id = a.id AND d.ended_at IS NULL)) AS joined,
	EXISTS (SELECT 1 FROM invitations i WHERE i.account_id = a.id AND i.used_at IS NULL AND i.ended_at IS NULL AND i.expires_at > ?) AS invited
	FROM accounts a `

func accountsByID(tx *db.Tx, orgID string, ids []string) ([]accountFound, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []accountFound
	err := tx.Gorm().Raw(accountColumns+"WHERE a.organisation_id = ? AND a.id IN ?", db.At(tx.Now), orgID, ids).Scan(&rows).Error
	return rows, db.Translate(err)
}

func accountsAfter(tx *db.Tx, orgID string, kinds []viewer.Kind, after string, limit int) ([]accountFound, error) {
	var rows []accountFound
	err := tx.Gorm().Raw(accountColumns+"WHERE a.organisation_id = ? AND a.kind IN ? AND a.id > ? AND NOT a.machine ORDER BY a.id LIMIT ?",
		db.At(tx.Now), orgID, kinds, after, limit).Scan(&rows).Error
	return rows, db.Translate(err)
}

// personsByID reads the screen names only.
func personsByID(tx *db.Tx, orgID string, ids []string) ([]accountRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []accountRow
	err := tx.Gorm().Select("id", "called", "avatar").Where("organisation_id = ? AND id IN ?", orgID, ids).Find(&rows).Error
	return rows, db.Translate(err)
}

// activeAccount gives an account that is not suspended.
func activeAccount(tx *db.Tx, orgID, id string) (accountRow, error) {
	var row accountRow
	err := tx.Gorm().Where("organisation_id = ? AND id = ? AND suspended_at IS NULL", orgID, id).Take(&row).Error
	return row, db.Translate(err)
}

// accountAnywhere gives an account that is not suspended by its id alone, for
// those who have just proven that it is theirs.
func accountAnywhere(tx *db.Tx, id string) (accountRow, error) {
	var row accountRow
	err := tx.Gorm().Where("id = ? AND suspended_at IS NULL", id).Take(&row).Error
	return row, db.Translate(err)
}

// demoAccount gives an account of a demo organisation and of no other.
func demoAccount(tx *db.Tx, id string) (accountRow, error) {
	a, err := accountAnywhere(tx, id)
	if err != nil {
		return a, err
	}
	var demo int64
	err = tx.Gorm().Model(&organisationRow{}).Where("id = ? AND demo = ?", a.OrganisationID, true).Count(&demo).Error
	if err == nil && demo == 0 {
		return a, errNotFound
	}
	return a, db.Translate(err)
}

const demoDeviceName = "Demo door"

// demoDevice gives the one device that an account's demo door stands for.
func demoDevice(tx *db.Tx, a accountRow) (deviceRow, error) {
	var row deviceRow
	err := db.Translate(tx.Gorm().Where("account_id = ? AND name = ? AND ended_at IS NULL", a.ID, demoDeviceName).Order("id").Take(&row).Error)
	if errs.CodeOf(err) != errs.NotFound {
		return row, err
	}
	row = newDevice(tx, a, demoDeviceName, true)
	return row, insert(tx, &row)
}

func changeAccount(tx *db.Tx, row accountRow) error {
	change := map[string]any{"name": row.Name, "called": row.Called, "phone": row.Phone}
	if row.Avatar != "" {
		change["avatar"] = row.Avatar
	}
	result := tx.Gorm().Model(&accountRow{}).Where("organisation_id = ? AND id = ?", row.OrganisationID, row.ID).Updates(change)
	if result.Error == nil && result.RowsAffected == 0 {
		return errNotFound
	}
	return db.Translate(result.Error)
}

func setSuspended(tx *db.Tx, orgID, id string, at *db.Millis) error {
	result := tx.Gorm().Model(&accountRow{}).Where("organisation_id = ? AND id = ?", orgID, id).Update("suspended_at", at)
	if result.Error == nil && result.RowsAffected == 0 {
		return errNotFound
	}
	return db.Translate(result.Error)
}

func wrappedKey(tx *db.Tx, orgID, id string) ([]byte, error) {
	var row accountRow
	err := tx.Gorm().Select("wrapped_key").Where("organisation_id = ? AND id = ?", orgID, id).Take(&row).Error
	return row.WrappedKey, db.Translate(err)
}

func organisationKey(tx *db.Tx, orgID string) ([]byte, error) {
	var row organisationRow
	err := tx.Gorm().Select("wrapped_key").Where("id = ?", orgID).Take(&row).Error
	return row.WrappedKey, db.Translate(err)
}

func endInvitations(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Model(&invitationRow{}).
		Where("account_id = ? AND used_at IS NULL AND ended_at IS NULL", accountID).Update("ended_at", db.At(tx.Now)).Error)
}

func endCodes(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Model(&codeRow{}).
		Where("account_id = ? AND used_at IS NULL AND ended_at IS NULL", accountID).Update("ended_at", db.At(tx.Now)).Error)
}

func endCodesAndInvitations(tx *db.Tx, accountID string) error {
	if err := endInvitations(tx, accountID); err != nil {
		return err
	}
	return endCodes(tx, accountID)
}
