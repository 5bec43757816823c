package accounts

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// The methods of this file are the account book that other packages use inside
// their own transactions. They are scoped by the organisation, ask no right and
// write no audit row: whoever calls them does.

// defaultAvatar is the picture of an account that chose none.
const defaultAvatar = "a1"

// CreateTx makes an account with a key of its own; the names are sealed with the
// organisation's key.
func (s *Service) CreateTx(tx *db.Tx, orgID string, a viewer.NewAccount) (string, error) {
	if _, err := placeOf(a.Kind); err != nil && a.Kind != viewer.KindFamily {
		return "", err
	}
	org, err := s.organisationKeyTx(tx, orgID)
	if err != nil {
		return "", err
	}
	row := accountRow{ID: db.NewID(), OrganisationID: orgID, Kind: a.Kind, Avatar: a.Avatar, Machine: a.Machine, CreatedAt: db.At(tx.Now)}
	if row.Avatar == "" {
		row.Avatar = defaultAvatar
	}
	if row.WrappedKey, _, err = org.NewKey("account:" + row.ID); err != nil {
		return "", err
	}
	if err := row.sealNames(org, a); err != nil {
		return "", err
	}
	return row.ID, insert(tx, &row)
}

// sealNames seals what the account is called; whoever has no name for screens is
// called by the name on record.
func (r *accountRow) sealNames(org *keys.Key, a viewer.NewAccount) error {
	if a.Called == "" {
		a.Called = a.Name
	}
	r.Phone = nil
	for _, field := range []struct {
		column, text string
		into         *[]byte
	}{{"name", a.Name, &r.Name}, {"called", a.Called, &r.Called}, {"phone", a.Phone, &r.Phone}} {
		if field.text == "" && field.column == "phone" {
			continue
		}
		sealed, err := org.Seal([]byte(field.text), keys.AD{Table: "accounts", Column: field.column, Row: r.ID})
		if err != nil {
			return err
		}
		*field.into = sealed
	}
	return nil
}

// AccountTx gives one account.
func (s *Service) AccountTx(tx *db.Tx, orgID, id string) (viewer.Account, error) {
	accounts, err := s.AccountsTx(tx, orgID, []string{id})
	if err != nil {
		return viewer.Account{}, err
	}
	a, found := accounts[id]
	if !found {
		return viewer.Account{}, errNotFound
	}
	return a, nil
}

// AccountsTx gives several accounts; those of other organisations are left out.
func (s *Service) AccountsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Account, error) {
	rows, err := accountsByID(tx, orgID, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]viewer.Account, len(rows))
	for _, row := range rows {
		if found[row.Account.ID], err = s.openAccountTx(tx, row); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// ListTx gives accounts of some kinds in the order of their ids, after one of them.
// Machines are no people and are left out.
func (s *Service) ListTx(tx *db.Tx, orgID string, kinds []viewer.Kind, after string, limit int) ([]viewer.Account, error) {
	if limit <= 0 || limit > maxPage {
		limit = maxPage
	}
	rows, err := accountsAfter(tx, orgID, kinds, after, limit)
	if err != nil {
		return nil, err
	}
	accounts := make([]viewer.Account, 0, len(rows))
	for _, row := range rows {
		a, err := s.openAccountTx(tx, row)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	return accounts, nil
}

// PersonsTx gives what others may see of accounts.
func (s *Service) PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	rows, err := personsByID(tx, orgID, ids)
	if err != nil || len(rows) == 0 {
		return map[string]viewer.Person{}, err
	}
	org, err := s.organisationKeyTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	persons := make(map[string]viewer.Person, len(rows))
	for _, row := range rows {
		called, err := org.Open(row.Called, keys.AD{Table: "accounts", Column: "called", Row: row.ID})
		if err != nil {
			return nil, err
		}
		persons[row.ID] = viewer.Person{ID: row.ID, Name: string(called), Avatar: row.Avatar}
	}
	return persons, nil
}

func (s *Service) openAccountTx(tx *db.Tx, found accountFound) (viewer.Account, error) {
	row := found.Account
	org, err := s.organisationKeyTx(tx, row.OrganisationID)
	if err != nil {
		return viewer.Account{}, err
	}
	a := viewer.Account{
		ID: row.ID, Kind: row.Kind, Avatar: row.Avatar, Suspended: row.SuspendedAt != nil,
		Joined: found.Joined, Invited: found.Invited, CreatedAt: row.CreatedAt.Time(),
	}
	for _, field := range []struct {
		column string
		sealed []byte
		into   *string
	}{{"name", row.Name, &a.Name}, {"called", row.Called, &a.Called}, {"phone", row.Phone, &a.Phone}} {
		if len(field.sealed) == 0 {
			continue
		}
		plain, err := org.Open(field.sealed, keys.AD{Table: "accounts", Column: field.column, Row: row.ID})
		if err != nil {
			return viewer.Account{}, err
		}
		*field.into = string(plain)
	}
	return a, nil
}

// ChangeTx changes name, name on screens, phone and, unless empty, the picture.
func (s *Service) ChangeTx(tx *db.Tx, orgID, id string, a viewer.NewAccount) error {
	org, err := s.organisationKeyTx(tx, orgID)
	if err != nil {
		return err
	}
	row := accountRow{ID: id, OrganisationID: orgID, Avatar: a.Avatar}
	if err := row.sealNames(org, a); err != nil {
		return err
	}
	return changeAccount(tx, row)
}

// SuspendTx shuts an account: its sessions, and what other packages hung on
// them, end in the same transaction, its streams after it.
func (s *Service) SuspendTx(tx *db.Tx, orgID, id string) error {
	if err := setSuspended(tx, orgID, id, db.AtPtr(&tx.Now)); err != nil {
		return err
	}
	if err := s.EndForAccountTx(tx, id); err != nil {
		return err
	}
	if err := endCodesAndInvitations(tx, id); err != nil {
		return err
	}
	for _, hook := range s.onAccountEnd {
		if err := hook(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// RestoreTx opens a suspended account again; everybody signs in anew.
func (s *Service) RestoreTx(tx *db.Tx, orgID, id string) error {
	return setSuspended(tx, orgID, id, nil)
}

// PersonKeyTx gives an account's own key. It is read from the database each
// time, so that a key that was deleted is gone at once.
func (s *Service) PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error) {
	wrapped, err := wrappedKey(tx, orgID, accountID)
	if err != nil {
		return nil, err
	}
	org, err := s.organisationKeyTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	return org.Unwrap(wrapped, "account:"+accountID)
}

// OrganisationKeyTx gives the key of an organisation, which wraps those of its
// people and of what is counted.
func (s *Service) OrganisationKeyTx(tx *db.Tx, orgID string) (*keys.Key, error) {
	return s.organisationKeyTx(tx, orgID)
}

func (s *Service) organisationKeyTx(tx *db.Tx, orgID string) (*keys.Key, error) {
	if k, ok := s.orgKeys.Load(orgID); ok {
		return k.(*keys.Key), nil
	}
	wrapped, err := organisationKey(tx, orgID)
	if err != nil {
		return nil, err
	}
	k, err := s.ring.Unwrap(wrapped, "organisation:"+orgID)
	if err != nil {
		return nil, err
	}
	s.orgKeys.Store(orgID, k)
	return k, nil
}

// EnterDemo opens one of the demo's doors: a session without any secret. It does
// nothing outside the demo.
func (s *Service) EnterDemo(ctx context.Context, accountID string, place viewer.Place) (Opened, error) {
	if !s.demo {
		return Opened{}, errNotFound
	}
	var opened Opened
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		a, err := demoAccount(tx, accountID)
		if err != nil {
			return err
		}
		if !mayEnter(a.Kind, place) {
			return errNotFound
		}
		d, err := demoDevice(tx, a)
		if err != nil {
			return err
		}
		opened, err = s.openTx(tx, place, a, d, true)
		return err
	})
	return opened, err
}

// InviteTx makes a link that opens an account once; links made before it end.
func (s *Service) InviteTx(tx *db.Tx, orgID, id, madeBy string) (viewer.Invitation, error) {
	a, err := activeAccount(tx, orgID, id)
	if err != nil {
		return viewer.Invitation{}, err
	}
	place, err := placeOf(a.Kind)
	if err != nil || place == viewer.Young {
		return viewer.Invitation{}, errs.New(errs.Invalid, "Only staff and administrators are invited by a link.")
	}
	if err := endInvitations(tx, id); err != nil {
		return viewer.Invitation{}, err
	}
	token, expires := newToken(), tx.Now.Add(inviteLife)
	row := invitationRow{
		ID: db.NewID(), OrganisationID: orgID, AccountID: id, TokenHash: s.ring.MAC("invitation", []byte(token)),
		CreatedAt: db.At(tx.Now), ExpiresAt: db.At(expires),
	}
	if madeBy != "" {
		row.MadeBy = &madeBy
	}
	if err := insert(tx, &row); err != nil {
		return viewer.Invitation{}, err
	}
	at := func(place viewer.Place) string { return s.url + "/" + string(place) + "/invite#" + token }
	return viewer.Invitation{URL: at(place), InsightURL: at(viewer.Insight), ExpiresAt: expires.Truncate(time.Millisecond)}, nil
}
