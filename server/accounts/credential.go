package accounts

import (
	"encoding/json"

	"github.com/go-webauthn/webauthn/webauthn"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

// holder is an account as the passkey library sees it.
type holder struct {
	id, name    string
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.id) }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (s *Service) holderTx(tx *db.Tx, a accountRow) (holder, error) {
	persons, err := s.PersonsTx(tx, a.OrganisationID, []string{a.ID})
	if err != nil {
		return holder{}, err
	}
	rows, err := passkeysOf(tx, a.ID)
	if err != nil {
		return holder{}, err
	}
	h := holder{id: a.ID, name: persons[a.ID].Name}
	for _, row := range rows {
		c, err := s.openCredential(tx, row)
		if err != nil {
			return holder{}, err
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

func (s *Service) openCredential(tx *db.Tx, row passkeyRow) (c webauthn.Credential, err error) {
	org, err := s.organisationKeyTx(tx, row.OrganisationID)
	if err != nil {
		return c, err
	}
	plain, err := org.Open(row.Credential, keys.AD{Table: "passkeys", Column: "credential", Row: row.ID})
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, errs.Wrap(err, errs.Internal, "A passkey could not be read.")
	}
	return c, nil
}

func (s *Service) sealCredential(tx *db.Tx, orgID, id string, c *webauthn.Credential) ([]byte, error) {
	org, err := s.organisationKeyTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "A passkey could not be kept.")
	}
	return org.Seal(plain, keys.AD{Table: "passkeys", Column: "credential", Row: id})
}
