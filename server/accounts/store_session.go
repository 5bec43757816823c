package accounts

import (
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// sessionFound is the one row that Authenticate reads.
type sessionFound struct {
	ID             string
	AccountID      string
	OrganisationID string
	DeviceID       string
	Place          viewer.Place
	Kind           viewer.Kind
	SuspendedAt    *db.Millis
	Unlocked       bool
	HistoryOpen    bool
	Shared         bool
	HasLock        bool
	LastActiveAt   db.Millis
	ExpiresAt      db.Millis
	IsOld          bool
	HasPrevious    bool
	PreviousUntil  *db.Millis
}

func (f sessionFound) state() sessionState {
	return sessionState{
		SessionID: f.ID, AccountID: f.AccountID, OrganisationID: f.OrganisationID, DeviceID: f.DeviceID,
		Place: f.Place, Kind: f.Kind, Suspended: f.SuspendedAt != nil, Unlocked: f.Unlocked,
		HistoryOpen: f.HistoryOpen, Shared: f.Shared, HasLock: f.HasLock, LastActive: f.LastActiveAt.Time(), Expires: f.ExpiresAt.Time(),
		Old: f.IsOld, OldUntil: db.TimePtr(f.PreviousUntil),
	}
}

// findSession finds the session of a token that has not been ended; whether it
// has expired is for judge to say.
func findSession(tx *db.Tx, place viewer.Place, hash []byte) (sessionFound, error) {
	var found sessionFound
	result := tx.Gorm().Raw(`SELECT s.id, s.account_id, s.organisation_id, s.device_id, s.place, a.kind, a.suspended_at,
			s.unlocked, d.history_open, d.shared, l.account_id IS NOT NULL AS has_lock, s.last_active_at, s.expires_at,
			s.token_hash <> ? AS is_old, s.previous_hash IS NOT NULL AS has_previous, s.previous_until
		FROM sessions s
		JOIN accounts a ON a.id = s.account_id
		JOIN devices d ON d.id = s.device_id
		LEFT JOIN locks l ON l.account_id = s.account_id
		WHERE (s.token_hash = ? OR s.previous_hash = ?) AND s.place = ? AND s.ended_at IS NULL AND d.ended_at IS NULL`,
		hash, hash, hash, place).Scan(&found)
	if result.Error != nil {
		return found, db.Translate(result.Error)
	}
	if result.RowsAffected == 0 {
		return found, errNotFound
	}
	return found, nil
}

// findSessions is findSession for many tokens at once, by token hash. Each of the
// two ways to a session has its index, so there are two halves and no OR.
func findSessions(tx *db.Tx, place viewer.Place, hashes [][]byte) (map[string]sessionFound, error) {
	const half = `SELECT s.id, s.account_id, s.organisation_id, s.device_id, s.place, a.kind, a.suspended_at,
			s.unlocked, d.history_open, d.shared, l.account_id IS NOT NULL AS has_lock, s.last_active_at, s.expires_at,
			s.previous_hash IS NOT NULL AS has_previous, s.previous_until`
	const from = ` FROM sessions s
		JOIN accounts a ON a.id = s.account_id
		JOIN devices d ON d.id = s.device_id
		LEFT JOIN locks l ON l.account_id = s.account_id
		WHERE s.place = ? AND s.ended_at IS NULL AND d.ended_at IS NULL AND `
	var rows []struct {
		Found sessionFound `gorm:"embedded"`
		Hash  []byte
	}
	err := tx.Gorm().Raw(half+", FALSE AS is_old, s.token_hash AS hash"+from+"s.token_hash IN ? UNION ALL "+
		half+", TRUE AS is_old, s.previous_hash AS hash"+from+"s.previous_hash IN ?", place, hashes, place, hashes).Scan(&rows).Error
	found := make(map[string]sessionFound, len(rows))
	for _, row := range rows {
		found[string(row.Hash)] = row.Found
	}
	return found, db.Translate(err)
}

// insertSession leaves the token before the last out: the SQLite driver writes a
// nil slice as an empty value, and two empty values are not unique.
func insertSession(tx *db.Tx, row *sessionRow) error {
	return db.Translate(tx.Gorm().Omit("PreviousHash", "PreviousUntil").Create(row).Error)
}

// expectFirstUse gives a session just opened a token before it that nobody has:
// the first use of the real one retires it, and so shows that it has arrived.
func expectFirstUse(tx *db.Tx, sessionID string, nobodys []byte) error {
	return db.Translate(tx.Gorm().Model(&sessionRow{}).Where("id = ?", sessionID).Update("previous_hash", nobodys).Error)
}

// sessionByID gives the state of the viewer's own session.
func sessionByID(tx *db.Tx, v viewer.Viewer) (sessionState, error) {
	var row sessionRow
	err := tx.Gorm().Where("id = ? AND account_id = ? AND ended_at IS NULL", v.SessionID, v.AccountID).Take(&row).Error
	if err != nil {
		return sessionState{}, db.Translate(err)
	}
	found, err := findSession(tx, row.Place, row.TokenHash)
	return found.state(), err
}

// holdSession makes whoever would end the session wait for this transaction.
func holdSession(tx *db.Tx, v viewer.Viewer) error {
	var row sessionRow
	err := db.Translate(tx.Gorm().Clauses(forUpdate).Select("id").
		Where("id = ? AND account_id = ? AND ended_at IS NULL", v.SessionID, v.AccountID).Take(&row).Error)
	if errs.CodeOf(err) == errs.NotFound {
		return errSignIn
	}
	return err
}

// touchSession keeps the last act; shut closes the lock that has gone idle.
func touchSession(tx *db.Tx, sessionID, deviceID string, expires time.Time, shut bool) error {
	now := db.At(tx.Now)
	change := map[string]any{"last_active_at": now, "expires_at": db.At(expires)}
	if shut {
		change["unlocked"] = false
	}
	err := tx.Gorm().Model(&sessionRow{}).Where("id = ? AND ended_at IS NULL", sessionID).Updates(change).Error
	if err != nil {
		return db.Translate(err)
	}
	return db.Translate(tx.Gorm().Model(&deviceRow{}).Where("id = ?", deviceID).Update("last_seen_at", now).Error)
}

func retirePrevious(tx *db.Tx, sessionID string, until time.Time) error {
	return db.Translate(tx.Gorm().Model(&sessionRow{}).Where("id = ? AND previous_until IS NULL", sessionID).
		Update("previous_until", db.At(until)).Error)
}

func replaceToken(tx *db.Tx, sessionID string, hash, old []byte, expires time.Time) error {
	now := db.At(tx.Now)
	result := tx.Gorm().Model(&sessionRow{}).Where("id = ? AND ended_at IS NULL", sessionID).Updates(map[string]any{
		"token_hash": hash, "previous_hash": old, "previous_until": nil,
		"last_active_at": now, "unlocked": true, "expires_at": db.At(expires),
	})
	if result.Error == nil && result.RowsAffected == 0 {
		return errSignIn
	}
	return db.Translate(result.Error)
}

func shutSession(tx *db.Tx, sessionID string) error {
	return db.Translate(tx.Gorm().Model(&sessionRow{}).Where("id = ?", sessionID).Update("unlocked", false).Error)
}

// shutOthers closes the lock of an account's other sessions.
func shutOthers(tx *db.Tx, v viewer.Viewer) error {
	return db.Translate(tx.Gorm().Model(&sessionRow{}).Where("account_id = ? AND id <> ? AND ended_at IS NULL", v.AccountID, v.SessionID).
		Update("unlocked", false).Error)
}

// openAll opens an account's sessions once there is no lock any more, but for
// those on shared tablets: anybody could pick them.
func openAll(tx *db.Tx, accountID string) error {
	return db.Translate(tx.Gorm().Model(&sessionRow{}).Where("account_id = ? AND ended_at IS NULL", accountID).
		Where("NOT EXISTS (SELECT 1 FROM devices d WHERE d.id = sessions.device_id AND d.shared = ?)", true).
		Update("unlocked", true).Error)
}

// sessionFilter picks sessions by one column.
type sessionFilter string

const (
	sessionsOfAccount sessionFilter = "account_id = ?"
	sessionsOfDevice  sessionFilter = "device_id = ?"
	sessionItself     sessionFilter = "id = ?"
)

// endSessions ends what the filter picks and says which sessions it was.
func endSessions(tx *db.Tx, which sessionFilter, id string) ([]string, error) {
	var ids []string
	err := tx.Gorm().Model(&sessionRow{}).Clauses(forUpdate).Where("ended_at IS NULL").Where(string(which), id).
		Order("id").Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, db.Translate(err)
	}
	err = tx.Gorm().Model(&sessionRow{}).Where("id IN ?", ids).Update("ended_at", db.At(tx.Now)).Error
	return ids, db.Translate(err)
}

// deviceOfToken finds the device that once held a token, even one whose session
// has run out: the browser is the same. An ended device is gone for good.
func deviceOfToken(tx *db.Tx, hash []byte, accountID string) (deviceRow, error) {
	var row deviceRow
	err := tx.Gorm().Raw(`SELECT d.* FROM devices d JOIN sessions s ON s.device_id = d.id
		WHERE (s.token_hash = ? OR s.previous_hash = ?) AND d.account_id = ? AND d.ended_at IS NULL`, hash, hash, accountID).Scan(&row).Error
	if err == nil && row.ID == "" {
		return row, errs.New(errs.NotFound, "")
	}
	return row, db.Translate(err)
}
