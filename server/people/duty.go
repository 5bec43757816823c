package people

import (
	"time"

	"heard/server/db"
)

const (
	answerHolds  = 4 * time.Hour    // how long an answered test push is good for
	answerGrace  = 10 * time.Minute // and how long the next one may take to be answered
	answerBefore = 30 * time.Minute // how long before a shift an answer counts for it
	askBefore    = 10 * time.Minute // how long before a shift the test push goes out
	askAgain     = 10 * time.Minute // after the first without an answer
	askAgainLate = 30 * time.Minute // after each further one
	maxAsks      = 12               // without an answer, a shift
)

// Duty is who is on duty for a young person now, by the planned rota of the
// teams of the services that serve them. On duty is who is on a shift and has
// answered the test push on a device that can still be reached.
type Duty struct {
	Planned bool                 // false: no rota has begun, so nobody can be said to be off
	Until   map[string]time.Time // account → end of the shift they are on duty for
	Cover   []Adult              // on duty now, by the role of their shift
	Team    []Adult
	OnCall  []Adult
	NextOn  *time.Time // when the next shift begins
}

// On says whether an adult is on duty. Where no rota is planned, nobody is off.
func (d Duty) On(accountID string) bool {
	_, on := d.Until[accountID]
	return on || !d.Planned
}

// Nobody says that a rota is planned and nobody is on duty.
func (d Duty) Nobody() bool { return d.Planned && len(d.Until) == 0 }

// DutyTx reads who is on duty for a young person in the caller's transaction.
func DutyTx(tx *db.Tx, orgID, youngPersonID string) (Duty, error) {
	d := Duty{Until: map[string]time.Time{}}
	rows, err := dutyFoundTx(tx, orgID, youngPersonID)
	for _, row := range rows {
		at := db.TimePtr(row.At)
		switch {
		case row.What == "planned":
			d.Planned = true
		case at == nil:
		case row.What == "next":
			if d.NextOn == nil || at.Before(*d.NextOn) {
				d.NextOn = at
			}
		default:
			d.Until[row.AccountID] = later(d.Until[row.AccountID], *at)
			if row.Here == 1 {
				d.add(row, at.Add(afterShift))
			}
		}
	}
	return d, err
}

func (d *Duty) add(row dutyFound, until time.Time) {
	a := Adult{AccountID: row.AccountID, Role: RoleTeam, RelationID: row.RelationID, Staff: true, ValidTo: &until}
	list := &d.Team
	switch ShiftRole(row.Role) {
	case OnCover:
		a.Role, list = RoleCover, &d.Cover
	case OnCall:
		list = &d.OnCall
	}
	a.Roles = []Role{a.Role}
	*list = append(*list, a)
}

// OnShiftTx says whether an account is on a shift now, on duty for it or not. It
// tells an end of duty that comes with the end of the shift from one that is only
// an unanswered test push. Somebody suspended is on no shift.
func OnShiftTx(tx *db.Tx, orgID, accountID string) (bool, error) {
	rows, err := nextTimesTx(tx, orgID, accountID)
	if err != nil || len(rows) == 0 || !rows[0].runs(tx.Now) {
		return false, err
	}
	away, err := awayTx(tx, orgID, accountID)
	return err == nil && !away[accountID], err
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

// WatchDuty names who hears of it. It is called once, before Run: the floor above
// needs this one to be made first.
func (s *Service) WatchDuty(w DutyWatcher) { s.watcher = w }

// settleDutyTx compares an account's times of now with what makes somebody be on
// duty, and tells of each change once. Off: a time that ran is over or has been
// taken away, whether or not they were on duty for it to its end. A card may rest
// on somebody who never answered a test push, or not the last one.
func (s *Service) settleDutyTx(tx *db.Tx, orgID, accountID string, off bool) error {
	rows, err := currentTimesTx(tx, orgID, accountID)
	if err != nil {
		return err
	}
	on, err := confirmedTx(tx, orgID, accountID)
	if err != nil {
		return err
	}
	started := false
	for _, row := range rows {
		switch {
		case on[row.ID] && row.OnSince == nil:
			started = true
			err = setOn(tx, row.ID, timePtr(tx.Now))
		case !on[row.ID] && row.OnSince != nil:
			off = true
			err = setOn(tx, row.ID, nil)
		}
		if err != nil {
			return err
		}
	}
	if started || off {
		tx.AfterCommit(func() { s.wake(accountID) })
	}
	switch {
	case s.watcher == nil:
	case started:
		return s.watcher.DutyStartedTx(tx, orgID, accountID)
	case off && len(on) == 0:
		return s.watcher.DutyEndedTx(tx, orgID, accountID)
	}
	return nil
}

// TestAnsweredTx notes that a test push was answered on the device it went to.
func (s *Service) TestAnsweredTx(tx *db.Tx, orgID, accountID, subscriptionID string) error {
	return s.answeredTx(tx, answerRow{AccountID: accountID, SubscriptionID: subscriptionID, OrganisationID: orgID, AnsweredAt: db.At(tx.Now)})
}

func (s *Service) answeredTx(tx *db.Tx, row answerRow) error {
	if err := keepAnswer(tx, row); err != nil {
		return err
	}
	if err := answered(tx, row.OrganisationID, row.AccountID); err != nil {
		return err
	}
	return s.settleDutyTx(tx, row.OrganisationID, row.AccountID, false)
}

// SubscriptionLostTx hears that a device can't be reached any more. From this
// moment nobody is on duty by it: DutyTx and the job read the subscription itself.
// The job tells the watcher, within a poll. Here it could not be told: this may be
// the transaction of a push's result, which holds the card the push was about.
func (s *Service) SubscriptionLostTx(tx *db.Tx, _, accountID, _ string) error {
	tx.AfterCommit(func() { s.wake(accountID) })
	return nil
}
