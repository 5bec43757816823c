package outbox

import (
	"bytes"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type keyRow struct {
	ID         string `gorm:"primaryKey"`
	PublicKey  []byte
	PrivateKey []byte
	CreatedAt  db.Millis `gorm:"autoCreateTime:false"`
}

type ticketRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	DeviceID       string
	SessionID      string
	TicketHash     []byte
	IssuedAt       db.Millis
	ExpiresAt      db.Millis
	EndedAt        *db.Millis
	UsedAt         *db.Millis
	BodyHash       []byte
}

type refusedRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	TicketID       string
	EnvelopeHash   []byte
	Reason         string
	Opened         bool
	Body           []byte
	At             db.Millis
}

func (keyRow) TableName() string     { return "outbox_keys" }
func (ticketRow) TableName() string  { return "outbox_tickets" }
func (refusedRow) TableName() string { return "refused_cards" }

// viewer is the person a ticket stands for: theirs, and able to send, not to read.
func (t ticketRow) viewer() viewer.Viewer {
	return viewer.Viewer{
		AccountID: t.AccountID, OrganisationID: t.OrganisationID, SessionID: t.SessionID, DeviceID: t.DeviceID,
		Place: viewer.Young, Kind: viewer.KindYoungPerson,
	}
}

// newestKey gives a row without an id when there is no key yet.
func newestKey(tx *db.Tx) (keyRow, error) {
	var rows []keyRow
	err := tx.Gorm().Order("created_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return keyRow{}, db.Translate(err)
	}
	return rows[0], nil
}

func keyByID(tx *db.Tx, id string) (keyRow, error) {
	var row keyRow
	err := tx.Gorm().Where("id = ?", id).Take(&row).Error
	return row, db.Translate(err)
}

func insertKey(tx *db.Tx, row keyRow) error { return db.Translate(tx.Gorm().Create(&row).Error) }

// insertTickets leaves out what tells of their use: the SQLite driver writes a
// nil slice as an empty value.
func insertTickets(tx *db.Tx, rows []ticketRow) error {
	return db.Translate(tx.Gorm().Omit("EndedAt", "UsedAt", "BodyHash").Create(&rows).Error)
}

// countUnused counts a device's tickets that could still be used: those issued
// after a moment, and all.
func countUnused(tx *db.Tx, v viewer.Viewer, since db.Millis) (recent, all int, err error) {
	var n struct{ Recent, Total int }
	err = tx.Gorm().Raw(`SELECT count(*) AS total, coalesce(sum(CASE WHEN issued_at > ? THEN 1 ELSE 0 END), 0) AS recent
		FROM outbox_tickets WHERE device_id = ? AND organisation_id = ? AND expires_at > ? AND used_at IS NULL AND ended_at IS NULL`,
		since, v.DeviceID, v.OrganisationID, db.At(tx.Now)).Scan(&n).Error
	return n.Recent, n.Total, db.Translate(err)
}

// forgetTickets drops a device's tickets that ran out before a moment, and none
// that a refused card came with.
func forgetTickets(tx *db.Tx, v viewer.Viewer, before db.Millis) error {
	return db.Translate(tx.Gorm().Where(`device_id = ? AND organisation_id = ? AND expires_at < ?
		AND NOT EXISTS (SELECT 1 FROM refused_cards r WHERE r.ticket_id = outbox_tickets.id)`, v.DeviceID, v.OrganisationID, before).
		Delete(&ticketRow{}).Error)
}

func ticketByHash(tx *db.Tx, hash []byte) (ticketRow, error) {
	var row ticketRow
	err := tx.Gorm().Where("ticket_hash = ?", hash).Take(&row).Error
	return row, db.Translate(err)
}

// holdTicket reads a ticket and makes others wait who come with the same one.
func holdTicket(tx *db.Tx, id string) (ticketRow, error) {
	var row ticketRow
	err := tx.Gorm().Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error
	return row, db.Translate(err)
}

func markUsed(tx *db.Tx, id string, hash []byte) error {
	return db.Translate(tx.Gorm().Model(&ticketRow{}).Where("id = ? AND used_at IS NULL", id).
		Updates(map[string]any{"used_at": db.At(tx.Now), "body_hash": hash}).Error)
}

// ticketFilter picks tickets by one column.
type ticketFilter string

const (
	ticketsOfAccount ticketFilter = "account_id = ?"
	ticketsOfDevice  ticketFilter = "device_id = ?"
)

func endTickets(tx *db.Tx, which ticketFilter, id string) error {
	return db.Translate(tx.Gorm().Model(&ticketRow{}).Where("ended_at IS NULL").Where(string(which), id).
		Update("ended_at", db.At(tx.Now)).Error)
}

// endTicketsBut ends a device's tickets issued before a moment, but for those its
// phone still keeps.
func endTicketsBut(tx *db.Tx, v viewer.Viewer, before db.Millis, kept [][]byte) error {
	q := tx.Gorm().Model(&ticketRow{}).Where(`device_id = ? AND account_id = ? AND organisation_id = ?
		AND issued_at <= ? AND used_at IS NULL AND ended_at IS NULL`, v.DeviceID, v.AccountID, v.OrganisationID, before)
	if len(kept) > 0 {
		q = q.Where("ticket_hash NOT IN ?", kept)
	}
	return db.Translate(q.Update("ended_at", db.At(tx.Now)).Error)
}

// isRefused says whether a card is among the refused already.
func isRefused(tx *db.Tx, ticketID string, hash []byte) (bool, error) {
	var n int64
	err := tx.Gorm().Model(&refusedRow{}).Where("ticket_id = ? AND envelope_hash = ?", ticketID, hash).Count(&n).Error
	return n > 0, db.Translate(err)
}

// keepRefused keeps a card that was refused, once however often it comes.
func keepRefused(tx *db.Tx, row refusedRow) error {
	return db.Translate(tx.Gorm().Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

func countRefused(tx *db.Tx, accountID string) (int, error) {
	var n int64
	err := tx.Gorm().Model(&refusedRow{}).Where("account_id = ?", accountID).Count(&n).Error
	return int(n), db.Translate(err)
}

// displaceRefused drops an account's oldest refused card, one that could not be
// opened first.
func displaceRefused(tx *db.Tx, accountID string) error {
	var ids []string
	err := tx.Gorm().Model(&refusedRow{}).Where("account_id = ?", accountID).
		Order("opened, at, id").Limit(1).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return db.Translate(err)
	}
	return dropRefused(tx, ids)
}

// largeRefused names an account's refused bodies that are larger than any words, the
// oldest first.
func largeRefused(tx *db.Tx, accountID string) (ids []string, err error) {
	err = tx.Gorm().Model(&refusedRow{}).Where("account_id = ? AND length(body) > ?", accountID, maxEnvelope).
		Order("opened, at, id").Pluck("id", &ids).Error
	return ids, db.Translate(err)
}

func dropRefused(tx *db.Tx, ids []string) error {
	return db.Translate(tx.Gorm().Where("id IN ?", ids).Delete(&refusedRow{}).Error)
}

// forgetRefused drops a card from among the refused: it has been taken after all.
func forgetRefused(tx *db.Tx, ticketID string, hash []byte) error {
	return db.Translate(tx.Gorm().Where("ticket_id = ? AND envelope_hash = ?", ticketID, hash).Delete(&refusedRow{}).Error)
}

func refusedOf(tx *db.Tx, v viewer.Viewer) ([]refusedRow, error) {
	var rows []refusedRow
	err := tx.Gorm().Select("id", "reason", "opened", "body", "at").Where("account_id = ? AND organisation_id = ?", v.AccountID, v.OrganisationID).
		Order("at DESC, id DESC").Limit(refusedPerAccount).Find(&rows).Error
	return rows, db.Translate(err)
}

func (t ticketRow) usedFor(hash []byte) bool { return t.UsedAt != nil && bytes.Equal(t.BodyHash, hash) }
