package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// Opened is a session just opened or given a new token. The token is shown to
// the browser once and kept here only as a hash.
type Opened struct {
	Place  viewer.Place
	Token  keys.Secret
	Viewer viewer.Viewer
	Tablet keys.Secret // the shared tablet's own token, when joining made or used one
}

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// tokenHash binds a token to its place, so that a cookie carried to another
// place opens nothing there.
func (s *Service) tokenHash(place viewer.Place, token string) []byte {
	return s.ring.MAC("session", []byte(string(place)+":"+token))
}

// Authenticate finds whose token it is. An act of the person keeps the session
// awake; what the page does by itself does not.
func (s *Service) Authenticate(ctx context.Context, place viewer.Place, token string, userAct bool) (viewer.Viewer, error) {
	var state sessionState
	var row sessionFound
	var now time.Time
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now
		row, err = findSession(tx, place, s.tokenHash(place, token))
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return viewer.Viewer{}, errSignIn
	}
	if err != nil {
		return viewer.Viewer{}, err
	}
	state = row.state()
	v, err := state.judge(now)
	if err != nil {
		return viewer.Viewer{}, err
	}
	v.Demo = s.demo
	s.touch(ctx, state, row, userAct, now)
	return v, nil
}

// touch keeps the last act and retires the token before. Failing, it costs the
// person nothing but an earlier idle lock, so the request goes on.
func (s *Service) touch(ctx context.Context, state sessionState, row sessionFound, userAct bool, now time.Time) {
	act := userAct && now.Sub(state.LastActive) >= touchEvery
	confirm := !state.Old && row.HasPrevious && row.PreviousUntil == nil
	if !act && !confirm {
		return
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if confirm {
			if err := retirePrevious(tx, state.SessionID, tx.Now.Add(tokenGrace)); err != nil {
				return err
			}
		}
		if !act {
			return nil
		}
		// The act of sending while locked must not open the lock again.
		shut := state.idle(now)
		expires := state.Expires
		if state.Place == viewer.Young {
			expires = tx.Now.Add(youngSession)
		}
		return touchSession(tx, state.SessionID, state.DeviceID, expires, shut)
	})
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "a session's last act was not kept", slog.String("code", string(errs.CodeOf(err))))
	}
}

// openTx opens a session on a device, at a place the account may enter.
func (s *Service) openTx(tx *db.Tx, place viewer.Place, a accountRow, d deviceRow, unlocked bool) (Opened, error) {
	token, expires := newToken(), tx.Now.Add(lifeOf(place))
	row := sessionRow{
		ID: db.NewID(), OrganisationID: a.OrganisationID, AccountID: a.ID, DeviceID: d.ID, Place: place,
		TokenHash: s.tokenHash(place, token), CreatedAt: db.At(tx.Now), LastActiveAt: db.At(tx.Now),
		Unlocked: unlocked, ExpiresAt: db.At(expires),
	}
	if err := insertSession(tx, &row); err != nil {
		return Opened{}, err
	}
	return Opened{Place: place, Token: keys.Secret(token), Viewer: viewer.Viewer{
		AccountID: a.ID, OrganisationID: a.OrganisationID, SessionID: row.ID, DeviceID: d.ID,
		Place: place, Kind: a.Kind, Reading: unlocked && d.HistoryOpen, Demo: s.demo,
	}}, nil
}

// rotateTx gives a session a new token. The one the browser sent stays good
// until the new one is seen: an answer can be lost on the way.
func (s *Service) rotateTx(tx *db.Tx, v viewer.Viewer, oldToken string) (Opened, error) {
	token, expires := newToken(), tx.Now.Add(lifeOf(v.Place))
	err := replaceToken(tx, v.SessionID, s.tokenHash(v.Place, token), s.tokenHash(v.Place, oldToken), expires)
	return Opened{Place: v.Place, Token: keys.Secret(token), Viewer: v}, err
}

func lifeOf(place viewer.Place) time.Duration {
	if place == viewer.Young {
		return youngSession
	}
	return staffSession
}

// SignOut ends the session behind a token and forgets its device. A token that
// opens nothing is signed out already.
func (s *Service) SignOut(ctx context.Context, place viewer.Place, token string) error {
	if token == "" {
		return nil
	}
	return s.db.Tx(db.WholeServer(ctx), func(tx *db.Tx) error {
		row, err := findSession(tx, place, s.tokenHash(place, token))
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := endDevice(tx, row.AccountID, row.DeviceID); err != nil {
			return err
		}
		return s.endSessionsTx(tx, sessionsOfDevice, row.DeviceID)
	})
}

// HoldSessionTx keeps the viewer's session from ending until the transaction does.
func (s *Service) HoldSessionTx(tx *db.Tx, v viewer.Viewer) error { return holdSession(tx, v) }

// ActiveTx gives not found for an account that is suspended or gone.
func (s *Service) ActiveTx(tx *db.Tx, orgID, accountID string) error {
	_, err := activeAccount(tx, orgID, accountID)
	return err
}

// EndForAccountTx ends all sessions of an account and what hangs on them.
func (s *Service) EndForAccountTx(tx *db.Tx, accountID string) error {
	tx.AfterCommit(func() { s.hub.EndAccount(accountID) })
	return s.endSessionsTx(tx, sessionsOfAccount, accountID)
}

// endSessionsTx ends sessions, runs the hooks in the same transaction and ends
// their streams once it is durable.
func (s *Service) endSessionsTx(tx *db.Tx, which sessionFilter, id string) error {
	ids, err := endSessions(tx, which, id)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for _, hook := range s.onSessionEnd {
			if err := hook(tx, id); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.hub.EndSession(id) })
	}
	return nil
}
