package accounts

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

var (
	errInviteWrong   = errs.New(errs.Invalid, "This link doesn't open Heard. Please ask for a new one.").With("invitation_wrong")
	errInviteUsed    = errs.New(errs.Conflict, "This link was used already. Sign in, or ask for a new one.").With("invitation_used")
	errInviteExpired = errs.New(errs.Conflict, "This link is too old. Please ask for a new one.").With("invitation_expired")
)

// Arrival is what a browser brings when it signs in.
type Arrival struct {
	Place      viewer.Place
	Ceremony   string
	Credential []byte
	DeviceName string
	Agent      string // what the browser says of itself
	Token      string // the session this browser had, if any
}

// BeginInvite starts the ceremony of an invitation: a first passkey.
func (s *Service) BeginInvite(ctx context.Context, place viewer.Place, token, address string) (Begun, error) {
	ctx = db.WholeServer(ctx)
	var begun Begun
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := s.mayBeginTx(tx, address); err != nil {
			return err
		}
		a, invitation, err := s.invitedTx(tx, place, s.ring.MAC("invitation", []byte(token)))
		if err != nil {
			return err
		}
		h, err := s.holderTx(tx, a)
		if err != nil {
			return err
		}
		options, session, err := s.createOptions(h)
		if err != nil {
			return err
		}
		begun.Options, begun.Name = options, h.name
		begun.Ceremony, err = s.beginTx(tx, place, a.ID, forInvite, stored{Session: *session, Invitation: invitation.ID})
		return err
	})
	return begun, err
}

// invitedTx judges an invitation.
func (s *Service) invitedTx(tx *db.Tx, place viewer.Place, hash []byte) (accountRow, invitationRow, error) {
	invitation, err := invitationByHash(tx, hash)
	if errs.CodeOf(err) == errs.NotFound {
		return accountRow{}, invitation, errInviteWrong
	}
	if err != nil {
		return accountRow{}, invitation, err
	}
	a, err := accountAnywhere(tx, invitation.AccountID)
	if err != nil && errs.CodeOf(err) != errs.NotFound {
		return a, invitation, err
	}
	switch {
	case invitation.UsedAt != nil:
		return a, invitation, errInviteUsed
	case err != nil, invitation.EndedAt != nil, !tx.Now.Before(invitation.ExpiresAt.Time()):
		return a, invitation, errInviteExpired
	case !mayEnter(a.Kind, place):
		return a, invitation, errInviteWrong
	}
	return a, invitation, nil
}

// FinishInvite keeps the first passkey, spends the invitation and signs in.
func (s *Service) FinishInvite(ctx context.Context, r Arrival) (Opened, error) {
	ctx = db.WholeServer(ctx)
	name, err := cleanDeviceName(r.DeviceName, r.Agent)
	if err != nil {
		return Opened{}, err
	}
	parsed, err := parseCreation(r.Credential)
	if err != nil {
		return Opened{}, err
	}
	var opened Opened
	err = s.once(ctx, func(tx *db.Tx) (func(*db.Tx) error, error) {
		_, data, err := s.takeTx(tx, r.Place, r.Ceremony, forInvite)
		if err != nil {
			return nil, err
		}
		return func(tx *db.Tx) error {
			hash, err := invitationHash(tx, data.Invitation)
			if err != nil {
				return err
			}
			// Judged again: it may have ended since the ceremony began.
			a, _, err := s.invitedTx(tx, r.Place, hash)
			if err != nil {
				return err
			}
			if err := useInvitation(tx, data.Invitation); err != nil {
				return err
			}
			id, err := s.addTx(tx, a, data.Session, parsed, name)
			if err != nil {
				return err
			}
			opened, err = s.arriveTx(tx, r.Place, a, name, r.Token)
			if err != nil {
				return err
			}
			return s.note(tx, opened.Viewer, "passkey.added", "passkey", id)
		}, nil
	})
	return opened, err
}

// BeginSignIn starts signing in with whichever passkey the person picks.
func (s *Service) BeginSignIn(ctx context.Context, place viewer.Place, address string) (Begun, error) {
	options, session, err := s.webauthn.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Begun{}, errs.Wrap(err, errs.Internal, "Signing in could not be begun.")
	}
	begun := Begun{Options: options}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := s.mayBeginTx(tx, address); err != nil {
			return err
		}
		begun.Ceremony, err = s.beginTx(tx, place, "", forSignIn, stored{Session: *session})
		return err
	})
	return begun, err
}

// FinishSignIn signs in. In a browser whose session has only gone idle it opens
// that session again, with a new token.
func (s *Service) FinishSignIn(ctx context.Context, r Arrival) (Opened, error) {
	ctx = db.WholeServer(ctx)
	name, err := cleanDeviceName(r.DeviceName, r.Agent)
	if err != nil {
		return Opened{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(r.Credential)
	if err != nil {
		return Opened{}, errs.Wrap(err, errs.Invalid, "This is not a passkey that Heard can read.").With("passkey").Field("credential", "This is not a passkey.")
	}
	var opened Opened
	err = s.once(ctx, func(tx *db.Tx) (func(*db.Tx) error, error) {
		_, data, err := s.takeTx(tx, r.Place, r.Ceremony, forSignIn)
		if err != nil {
			return nil, err
		}
		return func(tx *db.Tx) error {
			a, err := s.provenTx(tx, r.Place, data.Session, parsed)
			if err != nil {
				return err
			}
			opened, err = s.arriveTx(tx, r.Place, a, name, r.Token)
			return err
		}, nil
	})
	return opened, err
}

// provenTx finds whose passkey answered the challenge. Every failure reads the
// same: nobody learns which accounts there are.
func (s *Service) provenTx(tx *db.Tx, place viewer.Place, session webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) (accountRow, error) {
	id := base64.RawURLEncoding.EncodeToString(parsed.RawID)
	row, err := passkeyByID(tx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return accountRow{}, s.refusedPasskey(err)
	}
	if err != nil {
		return accountRow{}, err
	}
	a, err := accountAnywhere(tx, row.AccountID)
	if errs.CodeOf(err) == errs.NotFound {
		return a, s.refusedPasskey(err)
	}
	if err != nil {
		return a, err
	}
	if !mayEnter(a.Kind, place) {
		return a, errPasskey
	}
	h, err := s.holderTx(tx, a)
	if err != nil {
		return a, err
	}
	find := func([]byte, []byte) (webauthn.User, error) { return h, nil }
	_, credential, err := s.webauthn.ValidatePasskeyLogin(find, session, parsed)
	if err != nil {
		return a, s.refusedPasskey(err)
	}
	if credential.Authenticator.CloneWarning {
		return a, s.refusedPasskey(protocol.ErrVerification.WithDetails("The counter went back: this passkey may have been copied"))
	}
	sealed, err := s.sealCredential(tx, a.OrganisationID, id, credential)
	if err != nil {
		return a, err
	}
	return a, usePasskey(tx, id, sealed)
}

// arriveTx opens a session in this browser. A session the same account still has
// here gets a new token and twelve new hours, so that what hangs on it (push)
// stays; anybody else's ends.
func (s *Service) arriveTx(tx *db.Tx, place viewer.Place, a accountRow, name, token string) (Opened, error) {
	found, err := s.hereTx(tx, place, token)
	if err != nil {
		return Opened{}, err
	}
	if found != nil && found.AccountID == a.ID && tx.Now.Before(found.ExpiresAt.Time()) {
		v := viewer.Viewer{
			AccountID: a.ID, OrganisationID: a.OrganisationID, SessionID: found.ID, DeviceID: found.DeviceID,
			Place: place, Kind: a.Kind, Reading: true, Demo: s.demo,
		}
		opened, err := s.rotateTx(tx, v, newToken()) // the old token is not kept: the person is here to sign in again
		if err != nil {
			return Opened{}, err
		}
		return opened, s.note(tx, v, "session.opened", "session", found.ID)
	}
	if found != nil {
		if err := s.endSessionsTx(tx, sessionItself, found.ID); err != nil {
			return Opened{}, err
		}
	}
	device, err := s.sameDeviceTx(tx, place, a, token)
	if errs.CodeOf(err) == errs.NotFound {
		device = newDevice(tx, a, name, true)
		err = insert(tx, &device)
	}
	if err != nil {
		return Opened{}, err
	}
	opened, err := s.openTx(tx, place, a, device, true)
	if err != nil {
		return Opened{}, err
	}
	return opened, s.note(tx, opened.Viewer, "session.opened", "session", opened.Viewer.SessionID)
}

// hereTx finds the session behind the browser's cookie, expired or not.
func (s *Service) hereTx(tx *db.Tx, place viewer.Place, token string) (*sessionFound, error) {
	if token == "" {
		return nil, nil
	}
	found, err := findSession(tx, place, s.tokenHash(place, token))
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil
	}
	return &found, err
}

func (s *Service) mayBeginTx(tx *db.Tx, address string) error {
	within, err := s.allowAddressTx(tx, "ceremony", address, beginningsPerTenMin, 10*time.Minute)
	if err == nil && !within {
		err = errTooMany
	}
	return err
}
