package accounts

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Mine is what a signed-in person is told of their own session.
type Mine struct {
	Person      viewer.Person
	Lock        LockKind
	Locked      bool
	HistoryOpen bool
	Shared      bool
	NewDevices  int // devices that send only so far; counted for whoever reads
}

// MineTx reads the viewer's own session anew.
func (s *Service) MineTx(tx *db.Tx, v viewer.Viewer) (Mine, error) {
	m := Mine{Lock: NoLock, HistoryOpen: true}
	persons, err := s.PersonsTx(tx, v.OrganisationID, []string{v.AccountID})
	if err != nil {
		return m, err
	}
	m.Person = persons[v.AccountID]
	if v.Place != viewer.Young {
		return m, nil
	}
	state, err := sessionByID(tx, v)
	if err != nil {
		return m, err
	}
	m.Locked, m.HistoryOpen, m.Shared = state.locked(tx.Now), state.HistoryOpen, state.Shared
	if m.Shared && m.Locked {
		m.Person.Name = "" // whoever stands there may have picked another's picture
	}
	if state.HasLock {
		lock, err := lockOf(tx, v.AccountID)
		if err != nil {
			return m, err
		}
		m.Lock = lock.Kind
	}
	if state.mayRead(tx.Now) && !state.lacksLock() {
		m.NewDevices, err = waitingDevices(tx, v)
	}
	return m, err
}

// Idle says whose session it is that has only gone idle, for the lock's screen.
func (s *Service) Idle(ctx context.Context, place viewer.Place, token string) (viewer.Viewer, error) {
	var v viewer.Viewer
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := findSession(tx, place, s.tokenHash(place, token))
		if err != nil {
			return err
		}
		if _, err := found.state().judge(tx.Now); errs.ReasonOf(err) != errIdle.Reason {
			return errNotFound
		}
		v = viewer.Viewer{
			AccountID: found.AccountID, OrganisationID: found.OrganisationID, SessionID: found.ID,
			DeviceID: found.DeviceID, Place: place, Kind: found.Kind, Demo: s.demo,
		}
		return nil
	})
	return v, err
}

// MakeJoinCode asks whether v may, and makes a code, in one transaction.
func (s *Service) MakeJoinCode(ctx context.Context, v viewer.Viewer, youngPersonID string, may MayMakeCode) (JoinCode, error) {
	var code JoinCode
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := may(ctx, tx, v, youngPersonID); err != nil {
			return err
		}
		var err error
		code, err = s.MakeJoinCodeTx(tx, v, youngPersonID)
		return err
	})
	return code, err
}

// MayMakeCode says whether somebody may make a join code for a young person.
type MayMakeCode func(ctx context.Context, tx *db.Tx, v viewer.Viewer, youngPersonID string) error
