package accounts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// purpose is what a ceremony is for; one begun for one purpose ends no other.
type purpose string

const (
	forInvite purpose = "invite"
	forSignIn purpose = "sign_in"
	forAdding purpose = "add"
)

const beginningsPerTenMin = 600 // from one address: a whole office may share one

// Begun is a ceremony the browser has to carry out.
type Begun struct {
	Ceremony string
	Options  any
	Name     string // whom an invitation is for
}

// Passkey is one way of signing in.
type Passkey struct {
	ID         string
	Name       string
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

// stored is what a ceremony must remember until it is finished.
type stored struct {
	Session    webauthn.SessionData
	Invitation string `json:",omitempty"`
}

var (
	errCeremony = errs.New(errs.Invalid, "That took too long, or was done already. Please start again.").With("ceremony")
	errPasskey  = errs.New(errs.Forbidden, "This passkey was not accepted.").With("passkey")
)

func newWebAuthn(u *url.URL) (*webauthn.WebAuthn, error) {
	required := true
	return webauthn.New(&webauthn.Config{
		RPID:                  u.Hostname(),
		RPDisplayName:         "Heard",
		RPOrigins:             []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &required,
			UserVerification: protocol.VerificationRequired,
		},
	})
}

// beginTx keeps what a ceremony needs and gives it a name nobody can guess.
func (s *Service) beginTx(tx *db.Tx, place viewer.Place, accountID string, why purpose, data stored) (string, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return "", errs.Wrap(err, errs.Internal, "")
	}
	row := ceremonyRow{ID: newToken(), Place: place, Purpose: why, Data: raw, ExpiresAt: db.At(tx.Now.Add(ceremonyLife))}
	if accountID != "" {
		row.AccountID = &accountID
	}
	if err := forgetOldCeremonies(tx); err != nil {
		return "", err
	}
	return row.ID, insert(tx, &row)
}

// takeTx takes a ceremony out, so that it can be finished once only.
func (s *Service) takeTx(tx *db.Tx, place viewer.Place, id string, why purpose) (ceremonyRow, stored, error) {
	var data stored
	row, err := takeCeremony(tx, id)
	if errs.CodeOf(err) == errs.NotFound {
		return row, data, errCeremony
	}
	if err != nil {
		return row, data, err
	}
	if row.Place != place || row.Purpose != why || !tx.Now.Before(row.ExpiresAt.Time()) {
		return row, data, errCeremony
	}
	if err := json.Unmarshal(row.Data, &data); err != nil {
		return row, data, errs.Wrap(err, errs.Internal, "")
	}
	return row, data, nil
}

// createOptions begins the making of a passkey.
func (s *Service) createOptions(h holder) (*protocol.CredentialCreation, *webauthn.SessionData, error) {
	creation, session, err := s.webauthn.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, nil, errs.Wrap(err, errs.Internal, "A passkey could not be begun.")
	}
	return creation, session, nil
}

// addTx checks what the browser made and keeps it as a passkey.
func (s *Service) addTx(tx *db.Tx, a accountRow, session webauthn.SessionData, parsed *protocol.ParsedCredentialCreationData, name string) (string, error) {
	h, err := s.holderTx(tx, a)
	if err != nil {
		return "", err
	}
	c, err := s.webauthn.CreateCredential(h, session, parsed)
	if err != nil {
		return "", s.refusedPasskey(err)
	}
	row := passkeyRow{
		ID: base64.RawURLEncoding.EncodeToString(c.ID), OrganisationID: a.OrganisationID, AccountID: a.ID,
		Name: name, CreatedAt: db.At(tx.Now),
	}
	if row.Credential, err = s.sealCredential(tx, a.OrganisationID, row.ID, c); err != nil {
		return "", err
	}
	return row.ID, insert(tx, &row)
}

// refusedPasskey says no in one way whatever the reason. The library's own
// sentence goes to the log: a wrong public address, say, shows nowhere else.
func (s *Service) refusedPasskey(err error) error {
	why := "unknown to Heard"
	if e, ok := errors.AsType[*protocol.Error](err); ok {
		why = e.Details
	}
	s.log.Warn("a passkey was refused", "why", why)
	return errs.Wrap(err, errPasskey.Code, errPasskey.Message).With(errPasskey.Reason)
}

// BeginPasskey starts adding a passkey to the viewer's own account.
func (s *Service) BeginPasskey(ctx context.Context, v viewer.Viewer) (Begun, error) {
	var begun Begun
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := activeAccount(tx, v.OrganisationID, v.AccountID)
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
		begun.Options = options
		begun.Ceremony, err = s.beginTx(tx, v.Place, a.ID, forAdding, stored{Session: *session})
		return err
	})
	return begun, err
}

// FinishPasskey adds the passkey.
func (s *Service) FinishPasskey(ctx context.Context, v viewer.Viewer, ceremony string, credential []byte, name string) (string, error) {
	name, err := cleanPasskeyName(name)
	if err != nil {
		return "", err
	}
	parsed, err := parseCreation(credential)
	if err != nil {
		return "", err
	}
	var id string
	err = s.once(ctx, func(tx *db.Tx) (func(*db.Tx) error, error) {
		row, data, err := s.takeTx(tx, v.Place, ceremony, forAdding)
		if err != nil {
			return nil, err
		}
		if row.AccountID == nil || *row.AccountID != v.AccountID {
			return nil, errCeremony
		}
		return func(tx *db.Tx) error {
			a, err := activeAccount(tx, v.OrganisationID, v.AccountID)
			if err != nil {
				return err
			}
			if id, err = s.addTx(tx, a, data.Session, parsed, name); err != nil {
				return err
			}
			return s.note(tx, v, "passkey.added", "passkey", id)
		}, nil
	})
	return id, err
}

// once takes a ceremony in a transaction of its own and acts in a second one:
// whatever comes of the act, the ceremony is spent.
func (s *Service) once(ctx context.Context, take func(tx *db.Tx) (act func(tx *db.Tx) error, err error)) error {
	var act func(tx *db.Tx) error
	err := s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		act, err = take(tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, act)
}

// Passkeys lists the viewer's own passkeys.
func (s *Service) Passkeys(ctx context.Context, v viewer.Viewer) ([]Passkey, error) {
	var list []Passkey
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := passkeysOf(tx, v.AccountID)
		for _, row := range rows {
			list = append(list, Passkey{ID: row.ID, Name: row.Name, CreatedAt: row.CreatedAt.Time(), LastUsedAt: db.TimePtr(row.LastUsedAt)})
		}
		return err
	})
	return list, err
}

// EndPasskey takes a passkey away, but never the last one: nobody could come in
// any more.
func (s *Service) EndPasskey(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		rows, err := lockPasskeys(tx, v.AccountID)
		if err != nil {
			return err
		}
		mine := false
		for _, row := range rows {
			mine = mine || row.ID == id
		}
		if !mine {
			return errNotFound
		}
		if len(rows) == 1 {
			return errs.New(errs.Conflict, "This is your only passkey. Add another one first.").With("last_passkey")
		}
		if err := endPasskey(tx, id); err != nil {
			return err
		}
		return s.note(tx, v, "passkey.ended", "passkey", id)
	})
}

func cleanPasskeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "Passkey", nil
	}
	if len([]rune(name)) > maxDeviceName || strings.ContainsFunc(name, unicode.IsControl) {
		return "", errs.New(errs.Invalid, "Please give the passkey a shorter name.").Field("name", "This is too long, or not one line of text.")
	}
	return name, nil
}

func parseCreation(credential []byte) (*protocol.ParsedCredentialCreationData, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "This is not a passkey that Heard can read.").With("passkey").Field("credential", "This is not a passkey.")
	}
	return parsed, nil
}
