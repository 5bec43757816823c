package files

import (
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

func insertUploadTx(tx *db.Tx, row uploadRow) error {
	return db.Translate(tx.Gorm().Create(&row).Error)
}

// uploadOfTx gives an upload of the viewer's; nil: there is none.
func uploadOfTx(tx *db.Tx, v viewer.Viewer, id string) (*uploadRow, error) {
	return oneUpload(tx, "organisation_id = ? AND account_id = ? AND id = ?", v.OrganisationID, v.AccountID, id)
}

// uploadTx gives an upload to the worker that has leased it.
func uploadTx(tx *db.Tx, id string) (*uploadRow, error) {
	return oneUpload(tx, "id = ? AND state = ?", id, string(Working))
}

func oneUpload(tx *db.Tx, where string, args ...any) (*uploadRow, error) {
	var rows []uploadRow
	err := tx.Gorm().Where(where, args...).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	return &rows[0], nil
}

// endOldestTx leaves an account so many uploads on their way, the newest.
func endOldestTx(tx *db.Tx, v viewer.Viewer, most int) error {
	var ids []string
	err := tx.Gorm().Model(&uploadRow{}).
		Where("organisation_id = ? AND account_id = ? AND state = ? AND expires_at > ?", v.OrganisationID, v.AccountID, string(Receiving), db.At(tx.Now)).
		Order("made_at DESC, id DESC").Pluck("id", &ids).Error
	if err != nil {
		return db.Translate(err)
	}
	for _, id := range ids[min(most, len(ids)):] {
		if err := refuseTx(tx, v.OrganisationID, id, dropped); err != nil {
			return err
		}
	}
	return nil
}

// passingTx says how much is on its way in an organisation. Of an upload that has gone
// quiet only what has come counts, and one piece more: what somebody announced and left
// must not keep everybody else out for hours.
func passingTx(tx *db.Tx, orgID string) (int64, error) {
	var sum int64
	err := tx.Gorm().Model(&uploadRow{}).Select("COALESCE(SUM(CASE WHEN expires_at > ? THEN size ELSE received + ? END), 0)", db.At(tx.Now.Add(quietFor-liveFor)), Piece).
		Where("organisation_id = ? AND state IN ? AND expires_at > ?", orgID, []string{string(Receiving), string(Working)}, db.At(tx.Now)).Scan(&sum).Error
	return sum, db.Translate(err)
}

// advanceTx writes that a piece was kept, unless another was in the meantime.
func advanceTx(tx *db.Tx, row uploadRow, from int64) error {
	changed := tx.Gorm().Model(&uploadRow{}).
		Where("organisation_id = ? AND id = ? AND state = ? AND received = ?", row.OrganisationID, row.ID, string(Receiving), from).
		UpdateColumns(map[string]any{"received": row.Received, "state": row.State, "due_at": row.DueAt, "expires_at": row.ExpiresAt})
	if changed.Error == nil && changed.RowsAffected == 0 {
		return errOffset
	}
	return db.Translate(changed.Error)
}

// refuseTx ends an upload without a file. Its key is gone at once, its bytes soon; the
// row stays long enough for a piece that is still being written.
func refuseTx(tx *db.Tx, orgID, id, reason string) error {
	_, err := refuseWhereTx(tx, reason, "organisation_id = ? AND id = ?", orgID, id)
	return err
}

// refuseHeldTx does it for the worker that has it, and says whether it still had: what
// another has made of it, or is making, stays.
func refuseHeldTx(tx *db.Tx, row uploadRow, worker, reason string) (bool, error) {
	return refuseWhereTx(tx, reason, "organisation_id = ? AND id = ? AND state = ? AND lease_by = ?", row.OrganisationID, row.ID, string(Working), worker)
}

func refuseWhereTx(tx *db.Tx, reason, where string, args ...any) (bool, error) {
	keep := lookFor
	if reason == dropped {
		keep = time.Hour
	}
	changed := tx.Gorm().Model(&uploadRow{}).Where(where, args...).UpdateColumns(map[string]any{
		"state": string(Refused), "reason": reason, "wrapped": nil, "due_at": nil, "lease_until": nil, "lease_by": nil,
		"expires_at": db.At(tx.Now.Add(keep)),
	})
	return changed.RowsAffected > 0, db.Translate(changed.Error)
}

// laterTx lets an upload be tried again in a while.
func laterTx(tx *db.Tx, row uploadRow) error {
	wait := time.Duration(max(row.Attempts, 1)) * 30 * time.Second
	err := tx.Gorm().Model(&uploadRow{}).Where("organisation_id = ? AND id = ? AND lease_by = ?", row.OrganisationID, row.ID, row.LeaseBy).
		UpdateColumns(map[string]any{"due_at": db.At(tx.Now.Add(wait)), "attempts": row.Attempts, "lease_until": nil, "lease_by": nil}).Error
	return db.Translate(err)
}

// doneTx ends an upload that has become a file, unless another worker has it now.
func doneTx(tx *db.Tx, row uploadRow, worker string) error {
	changed := tx.Gorm().Model(&uploadRow{}).
		Where("organisation_id = ? AND id = ? AND state = ? AND lease_by = ?", row.OrganisationID, row.ID, string(Working), worker).
		UpdateColumns(map[string]any{"state": string(Done), "wrapped": nil, "due_at": nil, "lease_until": nil, "lease_by": nil})
	if changed.Error == nil && changed.RowsAffected == 0 {
		return errs.New(errs.Conflict, "Another worker has this upload.").With(leaseLost)
	}
	return db.Translate(changed.Error)
}

func insertFileTx(tx *db.Tx, f File) error {
	row := fileRow{
		ID: f.ID, OrganisationID: f.OrganisationID, OwnerKind: string(f.Owner.Kind), OwnerID: f.Owner.ID, Kind: string(f.Kind),
		Width: f.W, Height: f.H, Colour: f.Colour, Bytes: f.Bytes, Millis: f.Length.Milliseconds(), KeyOf: f.keyOf, Wrapped: f.wrapped, MadeBy: f.MadeBy, MadeAt: db.At(f.MadeAt),
	}
	if err := tx.Gorm().Create(&row).Error; err != nil {
		return db.Translate(err)
	}
	parts := make([]partRow, 0, len(f.Parts))
	for name, n := range f.Parts {
		parts = append(parts, partRow{OrganisationID: f.OrganisationID, FileID: f.ID, Name: name, Bytes: n})
	}
	return db.Translate(tx.Gorm().Create(&parts).Error)
}

func leaseTx(tx *db.Tx, worker string) ([]string, error) {
	return db.Lease(tx, db.LeaseSpec{Table: "uploads", Worker: worker, For: leaseFor, Limit: 1, Where: "state = 'working'"})
}

// anyDueTx looks before a lease is asked for, so that an idle server writes nothing.
func anyDueTx(tx *db.Tx) (bool, error) {
	var ids []string
	now := db.At(tx.Now)
	err := tx.Gorm().Model(&uploadRow{}).Where("due_at <= ? AND (lease_until IS NULL OR lease_until < ?)", now, now).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Translate(err)
}

// NoneTx says whether nothing was ever put up, or nothing of it is left.
func NoneTx(tx *db.Tx) (bool, error) {
	for _, table := range []any{&uploadRow{}, &fileRow{}} {
		var ids []string
		if err := tx.Gorm().Model(table).Limit(1).Pluck("id", &ids).Error; err != nil || len(ids) > 0 {
			return false, db.Translate(err)
		}
	}
	return true, nil
}

// overTx gives uploads whose time is over.
func overTx(tx *db.Tx, most int) ([]uploadRow, error) {
	var rows []uploadRow
	err := tx.Gorm().Where("expires_at <= ?", db.At(tx.Now)).Order("expires_at, id").Limit(most).Find(&rows).Error
	return rows, db.Translate(err)
}

// keptTx says which uploads have become files.
func keptTx(tx *db.Tx, rows []uploadRow) (map[string]bool, error) {
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.FileID)
	}
	kept := map[string]bool{}
	if len(ids) == 0 {
		return kept, nil
	}
	var found []string
	err := tx.Gorm().Model(&fileRow{}).Where("id IN ?", ids).Pluck("id", &found).Error
	for _, id := range found {
		kept[id] = true
	}
	return kept, db.Translate(err)
}

func deleteUploadTx(tx *db.Tx, row uploadRow) error {
	err := tx.Gorm().Where("organisation_id = ? AND id = ? AND expires_at <= ?", row.OrganisationID, row.ID, db.At(tx.Now)).Delete(&uploadRow{}).Error
	return db.Translate(err)
}

// goneTx gives files that nobody reads any more.
func goneTx(tx *db.Tx, most int) ([]fileRow, error) {
	var rows []fileRow
	err := tx.Gorm().Where("gone_at IS NOT NULL").Order("gone_at, id").Limit(most).Find(&rows).Error
	return rows, db.Translate(err)
}

func deleteFileTx(tx *db.Tx, row fileRow) error {
	if err := tx.Gorm().Where("organisation_id = ? AND file_id = ?", row.OrganisationID, row.ID).Delete(&partRow{}).Error; err != nil {
		return db.Translate(err)
	}
	return db.Translate(tx.Gorm().Where("organisation_id = ? AND id = ?", row.OrganisationID, row.ID).Delete(&fileRow{}).Error)
}
