package accounts

import (
	"time"

	"gorm.io/gorm/clause"

	"heard/server/db"
	"heard/server/viewer"
)

type accountRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	Kind           viewer.Kind
	Name           []byte
	Called         []byte
	Phone          []byte
	Avatar         string
	WrappedKey     []byte
	SuspendedAt    *db.Millis
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	Machine        bool      // one of the heartbeat's two, in no list
}

type deviceRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	Name           string
	HistoryOpen    bool
	Shared         bool
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	LastSeenAt     db.Millis
	EndedAt        *db.Millis
}

type sessionRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	DeviceID       string
	Place          viewer.Place
	TokenHash      []byte
	PreviousHash   []byte
	PreviousUntil  *db.Millis
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	LastActiveAt   db.Millis
	Unlocked       bool
	ExpiresAt      db.Millis
	EndedAt        *db.Millis
}

type lockRow struct {
	AccountID      string `gorm:"primaryKey"`
	OrganisationID string
	Kind           LockKind
	SecretHash     string
	Failures       int
	BlockedUntil   *db.Millis
	ChangedAt      db.Millis
}

type codeRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	Selector       string
	VerifierHash   []byte
	MadeBy         string
	Failures       int
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	ExpiresAt      db.Millis
	UsedAt         *db.Millis
	EndedAt        *db.Millis
}

type invitationRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	TokenHash      []byte
	MadeBy         *string
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	ExpiresAt      db.Millis
	UsedAt         *db.Millis
	EndedAt        *db.Millis
}

type passkeyRow struct {
	ID             string `gorm:"primaryKey"`
	OrganisationID string
	AccountID      string
	Name           string
	Credential     []byte
	CreatedAt      db.Millis `gorm:"autoCreateTime:false"`
	LastUsedAt     *db.Millis
	EndedAt        *db.Millis
}

type ceremonyRow struct {
	ID        string `gorm:"primaryKey"`
	Place     viewer.Place
	AccountID *string
	Purpose   purpose
	Data      []byte
	ExpiresAt db.Millis
}

type rateLimitRow struct {
	ID       string `gorm:"primaryKey"`
	Count    int
	ResetsAt db.Millis
}

// organisationRow is what this package reads of an organisation; another one
// keeps it.
type organisationRow struct {
	ID         string `gorm:"primaryKey"`
	Demo       bool
	WrappedKey []byte
}

func (accountRow) TableName() string      { return "accounts" }
func (deviceRow) TableName() string       { return "devices" }
func (sessionRow) TableName() string      { return "sessions" }
func (lockRow) TableName() string         { return "locks" }
func (codeRow) TableName() string         { return "join_codes" }
func (invitationRow) TableName() string   { return "invitations" }
func (passkeyRow) TableName() string      { return "passkeys" }
func (ceremonyRow) TableName() string     { return "ceremonies" }
func (rateLimitRow) TableName() string    { return "rate_limits" }
func (organisationRow) TableName() string { return "organisations" }

func insert[T any](tx *db.Tx, row *T) error {
	return db.Translate(tx.Gorm().Create(row).Error)
}

// allowTx counts one act against a limit and says whether it is still within it.
func allowTx(tx *db.Tx, id string, limit int, per time.Duration) (bool, error) {
	now := db.At(tx.Now)
	var count int
	err := tx.Gorm().Raw(`INSERT INTO rate_limits (id, count, resets_at) VALUES (?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET
			count = CASE WHEN rate_limits.resets_at <= ? THEN 1 ELSE rate_limits.count + 1 END,
			resets_at = CASE WHEN rate_limits.resets_at <= ? THEN excluded.resets_at ELSE rate_limits.resets_at END
		RETURNING count`, id, db.At(tx.Now.Add(per)), now, now).Scan(&count).Error
	return count <= limit, db.Translate(err)
}

// forgetLimit begins one count anew.
func forgetLimit(tx *db.Tx, id string) error {
	return db.Translate(tx.Gorm().Where("id = ?", id).Delete(&rateLimitRow{}).Error)
}

// forgetOldLimits drops counters that have run out.
func forgetOldLimits(tx *db.Tx) error {
	return db.Translate(tx.Gorm().Where("resets_at < ?", db.At(tx.Now)).Delete(&rateLimitRow{}).Error)
}

// forUpdate makes others wait who would judge the same row.
var forUpdate = clause.Locking{Strength: "UPDATE"}
