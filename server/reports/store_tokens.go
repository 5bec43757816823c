package reports

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"heard/server/db"
	"heard/server/viewer"
)

type tokenRow struct {
	OrganisationID string
	ID             string `gorm:"primaryKey"`
	MadeBy         string
	Name           string
	TokenHash      []byte
	Units          string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	ExpiresAt      db.Millis
	EndedAt        *db.Millis
	LastUsedOn     *string
	WindowAt       db.Millis
	WindowCount    int
}

func (tokenRow) TableName() string { return "figure_tokens" }

func (r tokenRow) scope() scope { return strings.Fields(r.Units) }

func (r tokenRow) token(persons map[string]viewer.Person) Token {
	t := Token{
		ID: r.ID, Name: r.Name, Units: r.scope(), MadeBy: persons[r.MadeBy],
		CreatedAt: r.CreatedAt.Time(), ExpiresAt: r.ExpiresAt.Time(), EndedAt: db.TimePtr(r.EndedAt),
	}
	if r.LastUsedOn != nil {
		t.LastUsedOn = *r.LastUsedOn
	}
	return t
}

// sharedBy narrows a query to what the viewer made, or to all of the organisation's.
func sharedBy(tx *db.Tx, v viewer.Viewer, all bool) *gorm.DB {
	q := tx.Gorm().Where("organisation_id = ?", v.OrganisationID)
	if !all {
		q = q.Where("made_by = ?", v.AccountID)
	}
	return q
}

// tokensOf leaves out those that ended or ran out more than a month ago.
func tokensOf(tx *db.Tx, v viewer.Viewer, all bool) ([]tokenRow, error) {
	var rows []tokenRow
	since := db.At(tx.Now.Add(-30 * 24 * time.Hour))
	err := sharedBy(tx, v, all).Where("expires_at > ? AND (ended_at IS NULL OR ended_at > ?)", since, since).
		Order("created_at, id").Find(&rows).Error
	return rows, db.Translate(err)
}

func findToken(tx *db.Tx, v viewer.Viewer, id string, all bool) error {
	var row tokenRow
	return db.Translate(sharedBy(tx, v, all).Where("id = ?", id).Take(&row).Error)
}

func countTokens(tx *db.Tx, v viewer.Viewer) (int64, error) {
	var n int64
	err := sharedBy(tx, v, false).Model(&tokenRow{}).Where("ended_at IS NULL AND expires_at > ?", db.At(tx.Now)).Count(&n).Error
	return n, db.Translate(err)
}

func insertToken(tx *db.Tx, row tokenRow) error {
	return db.Translate(tx.Gorm().Omit("EndedAt", "LastUsedOn").Create(&row).Error)
}

// tokenByHash asks for nobody's organisation: the token says whose it is.
func tokenByHash(tx *db.Tx, hash []byte) (tokenRow, error) {
	var row tokenRow
	err := tx.Gorm().Where("token_hash = ?", hash).Take(&row).Error
	return row, db.Translate(err)
}

// whose picks tokens by one column.
type whose string

const (
	byID    whose = "id = ?"
	byMaker whose = "made_by = ?"
)

func endTokens(tx *db.Tx, which whose, id string) error {
	return db.Translate(tx.Gorm().Model(&tokenRow{}).Where("ended_at IS NULL").Where(string(which), id).
		Update("ended_at", db.At(tx.Now)).Error)
}

// countRequest notes the day and counts the requests of a minute; it gives the count.
func countRequest(tx *db.Tx, id string) (int, error) {
	var n struct{ WindowCount int }
	over := db.At(tx.Now.Add(-time.Minute))
	err := tx.Gorm().Raw(`UPDATE figure_tokens SET last_used_on = ?,
			window_count = CASE WHEN window_at <= ? THEN 1 ELSE window_count + 1 END,
			window_at = CASE WHEN window_at <= ? THEN ? ELSE window_at END
		WHERE id = ? RETURNING window_count`,
		tx.Now.Format(time.DateOnly), over, over, db.At(tx.Now), id).Scan(&n).Error
	return n.WindowCount, db.Translate(err)
}
