package accounts

import (
	"heard/server/db"
	"heard/server/errs"
)

func passkeysOf(tx *db.Tx, accountID string) ([]passkeyRow, error) {
	var rows []passkeyRow
	err := tx.Gorm().Where("account_id = ? AND ended_at IS NULL", accountID).Order("created_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

// lockPasskeys reads an account's passkeys so that two endings side by side
// cannot both believe another one is left.
func lockPasskeys(tx *db.Tx, accountID string) ([]passkeyRow, error) {
	var rows []passkeyRow
	err := tx.Gorm().Clauses(forUpdate).Where("account_id = ? AND ended_at IS NULL", accountID).Order("id").Find(&rows).Error
	return rows, db.Translate(err)
}

func passkeyByID(tx *db.Tx, id string) (passkeyRow, error) {
	var row passkeyRow
	err := tx.Gorm().Where("id = ? AND ended_at IS NULL", id).Take(&row).Error
	return row, db.Translate(err)
}

func endPasskey(tx *db.Tx, id string) error {
	return db.Translate(tx.Gorm().Model(&passkeyRow{}).Where("id = ?", id).Update("ended_at", db.At(tx.Now)).Error)
}

// usePasskey keeps the counter the authenticator sent with its answer.
func usePasskey(tx *db.Tx, id string, credential []byte) error {
	return db.Translate(tx.Gorm().Model(&passkeyRow{}).Where("id = ?", id).
		Updates(map[string]any{"credential": credential, "last_used_at": db.At(tx.Now)}).Error)
}

func takeCeremony(tx *db.Tx, id string) (ceremonyRow, error) {
	var row ceremonyRow
	err := tx.Gorm().Raw("DELETE FROM ceremonies WHERE id = ? RETURNING *", id).Scan(&row).Error
	if err == nil && row.ID == "" {
		return row, errs.New(errs.NotFound, "")
	}
	return row, db.Translate(err)
}

func forgetOldCeremonies(tx *db.Tx) error {
	return db.Translate(tx.Gorm().Where("expires_at < ?", db.At(tx.Now)).Delete(&ceremonyRow{}).Error)
}

func invitationByHash(tx *db.Tx, hash []byte) (invitationRow, error) {
	var row invitationRow
	err := tx.Gorm().Clauses(forUpdate).Where("token_hash = ?", hash).Take(&row).Error
	return row, db.Translate(err)
}

func invitationHash(tx *db.Tx, id string) ([]byte, error) {
	var row invitationRow
	err := tx.Gorm().Select("token_hash").Where("id = ?", id).Take(&row).Error
	return row.TokenHash, db.Translate(err)
}

func useInvitation(tx *db.Tx, id string) error {
	return db.Translate(tx.Gorm().Model(&invitationRow{}).Where("id = ?", id).Update("used_at", db.At(tx.Now)).Error)
}
