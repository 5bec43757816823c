package placements

import (
	"bytes"
	"encoding/json"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

// sealedStep hides how long words are: what is sealed is filled up to a multiple.
const sealedStep = 1024

// personTx opens the key under which everything of a move lies. Where the key has been
// destroyed, the move is not there any more.
func (s *Service) personTx(tx *db.Tx, m Move) (*keys.Key, error) {
	key, err := s.keys.PersonKeyTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil && errs.CodeOf(err) != errs.Unavailable {
		return nil, errNotFound
	}
	return key, err
}

func seal(key *keys.Key, ad keys.AD, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, sealedStep-len(plain)%sealedStep)...)
	return key.Seal(plain, ad)
}

// open opens what was sealed. Words that have gone in their time leave nothing to open.
func open(key *keys.Key, ad keys.AD, sealed []byte, value any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := key.Open(sealed, ad)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, value)
}
