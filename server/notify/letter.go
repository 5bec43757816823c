package notify

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/viewer"
)

// ProvenMailTx gives the viewer's own e-mail address that letters go to, masked: the newest
// they have proven. Empty when there is none.
func (s *Service) ProvenMailTx(tx *db.Tx, v viewer.Viewer) (string, error) {
	row, err := newestMail(tx, v.AccountID)
	if err != nil || row == nil {
		return "", err
	}
	address, err := s.ring.Open(row.Address, contactAD(row.ID))
	if err != nil {
		return "", err
	}
	return mask(Email, string(address)), nil
}

// LetterTo sends an e-mail to an account's newest proven address; the message carries the
// id at every try. It says whether the mail server took it, and if not, whether trying again
// can help; problem is empty when it was taken and "no_address" when the account has none.
func (s *Service) LetterTo(ctx context.Context, accountID, id, text string) (again bool, problem string) {
	var row *contactRow
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = newestMail(tx, accountID)
		return err
	})
	switch {
	case err != nil:
		return true, problemUnreachable
	case row == nil:
		return false, "no_address"
	}
	r := s.letter(ctx, s.target(due{contact: row, deliveryID: id}), text)
	if r.state == pushAccepted {
		return false, ""
	}
	return r.state == pushRetry, r.problem
}

func newestMail(tx *db.Tx, accountID string) (*contactRow, error) {
	rows, err := provenContacts(tx, []string{accountID}, []string{string(Email)})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	newest := slices.MaxFunc(rows, func(a, b contactRow) int { return int(*a.VerifiedAt - *b.VerifiedAt) })
	return &newest, nil
}
