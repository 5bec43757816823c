package accounts

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// A shared tablet belongs to nobody. Each young person who joined on it has a
// session there whose token nobody holds; picking one's picture gives that session
// a new token, always locked, and leaving takes it away again.

// Seat is a young person on a shared tablet, as anybody in front of it may know
// them: by their picture.
type Seat struct {
	ID     string
	Avatar string
}

// PickRequest is somebody picking their picture on a shared tablet.
type PickRequest struct {
	ID     string
	Tablet string // the tablet's own token
	Token  string // the session this browser had, if any
}

func (s *Service) tabletHash(tablet string) []byte { return s.ring.MAC("tablet", []byte(tablet)) }

// Seats lists who has joined on a tablet; nobody, when it is no shared one.
func (s *Service) Seats(ctx context.Context, tablet string) ([]Seat, error) {
	if tablet == "" {
		return nil, nil
	}
	var seats []Seat
	err := s.db.Read(db.WholeServer(ctx), func(tx *db.Tx) error {
		rows, err := seatsOf(tx, s.tabletHash(tablet))
		for _, row := range rows {
			seats = append(seats, Seat{ID: row.ID, Avatar: row.Avatar})
		}
		return err
	})
	return seats, err
}

// Pick opens the session of whose picture it is, locked, and leaves that of
// whoever was there before.
func (s *Service) Pick(ctx context.Context, r PickRequest) (Opened, error) {
	if r.Tablet == "" {
		return Opened{}, errNotFound
	}
	var opened Opened
	err := s.db.Tx(db.WholeServer(ctx), func(tx *db.Tx) error {
		seat, err := seatByID(tx, s.tabletHash(r.Tablet), r.ID)
		if err != nil {
			return err
		}
		if err := s.leaveBehindTx(tx, r.Token); err != nil {
			return err
		}
		token := newToken()
		if err := seatToken(tx, seat.SessionID, s.tokenHash(viewer.Young, token), tx.Now.Add(youngSession)); err != nil {
			return err
		}
		opened = Opened{Place: viewer.Young, Token: keys.Secret(token), Viewer: viewer.Viewer{
			AccountID: seat.AccountID, OrganisationID: seat.OrganisationID, SessionID: seat.SessionID, DeviceID: seat.DeviceID,
			Place: viewer.Young, Kind: viewer.KindYoungPerson, Demo: s.demo,
		}}
		return nil
	})
	return opened, err
}

var errNotShared = errs.New(errs.Conflict, "This is not a shared tablet.").With("not_shared")

// Leave gives the tablet back: reading is shut, the token opens nothing any more
// and open streams end. A token that opens nothing has left already.
func (s *Service) Leave(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	return s.db.Tx(db.WholeServer(ctx), func(tx *db.Tx) error {
		found, err := findSession(tx, viewer.Young, s.tokenHash(viewer.Young, token))
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		left, err := s.leaveSeatTx(tx, found.ID)
		if err == nil && !left {
			err = errNotShared
		}
		return err
	})
}

// leaveSeatTx burns the token of a session on a shared tablet; false when the
// session is on none.
func (s *Service) leaveSeatTx(tx *db.Tx, sessionID string) (bool, error) {
	seated, err := hasSeat(tx, sessionID)
	if err != nil || !seated {
		return false, err
	}
	tx.AfterCommit(func() { s.hub.EndSession(sessionID) })
	return true, seatToken(tx, sessionID, s.tokenHash(viewer.Young, newToken()), time.Time{})
}

// shareTx makes what was just opened one of the sessions on a shared tablet.
func (s *Service) shareTx(tx *db.Tx, o *Opened, tablet string, hasLock bool) error {
	if err := shareDevice(tx, o.Viewer.DeviceID); err != nil {
		return err
	}
	if !hasLock {
		o.Viewer.Reading, o.Viewer.NeedsLock = false, o.Viewer.Reading
	}
	var err error
	o.Tablet, err = s.seatTx(tx, o.Viewer, tablet)
	return err
}

// seatTx puts a session just opened among those of the tablet and gives the
// tablet's token when it is new.
func (s *Service) seatTx(tx *db.Tx, v viewer.Viewer, tablet string) (keys.Secret, error) {
	known := tablet != ""
	if known {
		var err error
		if known, err = knownTablet(tx, s.tabletHash(tablet)); err != nil {
			return "", err
		}
	}
	if !known { // never one of the browser's own making
		tablet = newToken()
	}
	err := insert(tx, &seatRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, TabletHash: s.tabletHash(tablet), SessionID: v.SessionID, CreatedAt: db.At(tx.Now),
	})
	return keys.Secret(tablet), err
}
