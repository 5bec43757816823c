// Package listening carries the question "Did you feel listened to?": contacts,
// at most one prompt after them, and the answer. What is counted, what a young
// person keeps for themselves and what they tell somebody are three things, and
// nothing leads from one to another.
package listening

import (
	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// subjectTold is what audit rows call an answer that was told to somebody.
const subjectTold = "told"

// Names gives names and pictures of accounts of one organisation.
type Names interface {
	PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error)
}

// Keyring opens the keys of a young person and of their organisation.
type Keyring interface {
	PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error)
	OrganisationKeyTx(tx *db.Tx, orgID string) (*keys.Key, error)
}

// Waker wakes the open live streams of accounts: all, or those that may read.
type Waker interface {
	Wake(accountIDs ...string)
	WakeReaders(accountIDs ...string)
}

// Macer authenticates data under the server's key, with a key of its own for each
// purpose.
type Macer interface {
	MAC(purpose string, data []byte) []byte
}

// Config says what the service works with.
type Config struct {
	DB        *db.DB
	Keys      Keyring
	Names     Names
	Waker     Waker
	MAC       Macer
	PublicURL string // where families' links lead
}

// Service takes in contacts and answers.
type Service struct {
	db    *db.DB
	keys  Keyring
	names Names
	waker Waker
	mac   Macer
	url   string
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, keys: c.Keys, names: c.Names, waker: c.Waker, mac: c.MAC, url: c.PublicURL}
}

// wakeYoungTx wakes a young person's streams that may read, once the transaction is
// durable. Whoever opened a device with a code must not learn from its stream that a
// question came or was answered.
func (s *Service) wakeYoungTx(tx *db.Tx, accountID string) {
	tx.AfterCommit(func() { s.waker.WakeReaders(accountID) })
}
