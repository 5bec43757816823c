package accounts

import (
	"context"
	"encoding/hex"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// JoinRequest is a young person's way onto a device.
type JoinRequest struct {
	Code       string
	DeviceName string
	Agent      string // what the browser says of itself, for a device without a name
	Token      string // the session this browser had, if any
	Shared     bool   // others use this browser too
	Tablet     string // the shared tablet's own token, if it is one already
	Address    string // counted, not kept
}

// Join opens a young person's account on this device. The first device ever
// reads at once; a later one sends only, until the young person's secret or an
// older device lets it in: whoever makes a code must not become the child.
func (s *Service) Join(ctx context.Context, r JoinRequest) (Opened, error) {
	ctx = db.WholeServer(ctx) // the code says whose organisation it is, not the session this browser had
	selector, verifier, err := readCode(r.Code)
	if err != nil {
		return Opened{}, err
	}
	name, err := cleanDeviceName(r.DeviceName, r.Agent)
	if err != nil {
		return Opened{}, err
	}
	var opened Opened
	var refused error
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		opened, refused = Opened{}, nil
		var code codeRow
		code, refused, err = s.spendCodeTx(tx, selector, verifier)
		if err != nil {
			return err
		}
		var again deviceRow
		if errs.ReasonOf(refused) == errCodeUsed.Reason {
			// Told "used already", a first phone could never read anything: with new
			// words it would be a second device, and there is none to let it in.
			if again, err = s.againTx(tx, code); err != nil {
				return err
			}
		}
		if refused != nil && again.ID == "" {
			return s.countWrongTx(tx, r.Address, &refused)
		}
		refused = nil
		a, err := accountAnywhere(tx, code.AccountID)
		if errs.CodeOf(err) == errs.NotFound {
			refused = errCodeExpired
			return nil
		}
		if err != nil {
			return err
		}
		if !r.Shared && r.Tablet != "" { // where others have joined, nobody joins for themselves alone
			seats, err := seatsOf(tx, s.tabletHash(r.Tablet))
			if err != nil {
				return err
			}
			r.Shared = len(seats) > 0
		}
		opened, err = s.joinTx(tx, a, again, name, r)
		return err
	})
	if err == nil {
		err = refused
	}
	return opened, err
}

// countWrongTx counts wrong codes from one address. A whole home shares one, so
// the limit is wide; it only stops a machine.
func (s *Service) countWrongTx(tx *db.Tx, address string, refused *error) error {
	within, err := s.allowAddressTx(tx, "join", address, wrongCodesAnHr, time.Hour)
	if err == nil && !within {
		*refused = errTooMany
	}
	return err
}

// allowAddressTx counts by address without keeping the address.
func (s *Service) allowAddressTx(tx *db.Tx, what, address string, limit int, per time.Duration) (bool, error) {
	mac := s.ring.MAC("address", []byte(address))
	return allowTx(tx, what+":"+hex.EncodeToString(mac[:12]), limit, per)
}

// joinTx opens the account in this browser: on the device that a lost answer left
// behind, on the account's device that this browser was already, or on a new one.
func (s *Service) joinTx(tx *db.Tx, a accountRow, again deviceRow, name string, r JoinRequest) (Opened, error) {
	_, err := lockOf(tx, a.ID)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return Opened{}, err
	}
	hasLock := err == nil
	device, action := again, "device.rejoined"
	if err = nil; again.ID == "" {
		device, err = s.hereBeforeTx(tx, a, r)
	}
	unlocked := !hasLock
	if r.Shared && device.Shared && again.ID == "" {
		// Whoever made the code could be holding the tablet: without a lock that they
		// don't know, what was sent from here stays shut.
		unlocked = false
	}
	if errs.CodeOf(err) == errs.NotFound {
		later, lookErr := everHadDevice(tx, a.ID)
		if lookErr != nil {
			return Opened{}, lookErr
		}
		if !later {
			if lookErr = endUnheard(tx, a.ID); lookErr != nil {
				return Opened{}, lookErr
			}
		}
		device, action = newDevice(tx, a, name, !later), "device.joined"
		err = insert(tx, &device)
	}
	if err != nil {
		return Opened{}, err
	}
	if err := s.leaveBehindTx(tx, r.Token); err != nil {
		return Opened{}, err
	}
	opened, err := s.openTx(tx, viewer.Young, a, device, unlocked)
	if err != nil {
		return Opened{}, err
	}
	if r.Shared {
		if err := s.shareTx(tx, &opened, r.Tablet, hasLock); err != nil {
			return Opened{}, err
		}
	}
	if err := expectFirstUse(tx, opened.Viewer.SessionID, s.tokenHash(opened.Place, newToken())); err != nil {
		return Opened{}, err
	}
	// Every device the young person has is told of the new one.
	tx.AfterCommit(func() { s.hub.Wake(a.ID) })
	return opened, s.note(tx, opened.Viewer, action, "device", device.ID)
}

// againTx finds the device of a phone that tries its words again because it never
// heard the answer. The token it missed ends: whoever might hold it shares nothing.
func (s *Service) againTx(tx *db.Tx, code codeRow) (deviceRow, error) {
	device, err := unheardDevice(tx, code)
	if err != nil || device.ID == "" {
		return device, err
	}
	return device, s.endSessionsTx(tx, sessionsOfDevice, device.ID)
}

// sameDeviceTx finds the account's device in this very browser: its cookie
// proves it, even after the session behind it has run out.
func (s *Service) sameDeviceTx(tx *db.Tx, place viewer.Place, a accountRow, token string) (deviceRow, error) {
	if token == "" {
		return deviceRow{}, errNotFound
	}
	return deviceOfToken(tx, s.tokenHash(place, token), a.ID)
}

// hereBeforeTx finds the device that this browser already is for the account: by
// the tablet it shares with others, or by its cookie.
func (s *Service) hereBeforeTx(tx *db.Tx, a accountRow, r JoinRequest) (deviceRow, error) {
	if r.Shared && r.Tablet != "" {
		device, err := seatDevice(tx, s.tabletHash(r.Tablet), a.ID)
		if err == nil {
			err = s.endSessionsTx(tx, sessionsOfDevice, device.ID) // one place a person on a tablet
		}
		if errs.CodeOf(err) != errs.NotFound {
			return device, err
		}
	}
	return s.sameDeviceTx(tx, viewer.Young, a, r.Token)
}

// leaveBehindTx ends the session whose cookie is about to be replaced: nobody
// could ever use it again, unless it has its place on a shared tablet.
func (s *Service) leaveBehindTx(tx *db.Tx, token string) error {
	if token == "" {
		return nil
	}
	found, err := findSession(tx, viewer.Young, s.tokenHash(viewer.Young, token))
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	left, err := s.leaveSeatTx(tx, found.ID)
	if err != nil || left {
		return err
	}
	return s.endSessionsTx(tx, sessionItself, found.ID)
}
