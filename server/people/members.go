package people

import (
	"context"
	"slices"
	"strconv"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

const avatars = 12

// cleanAccount checks what an administrator typed about a person. Without a name
// for screens, the name on record serves.
func cleanAccount(a viewer.NewAccount) (viewer.NewAccount, error) {
	var err error
	if a.Name, err = cleanText("name", "The name", a.Name, maxName, true); err != nil {
		return a, err
	}
	if a.Called, err = cleanText("called", "What they are called", a.Called, maxName, false); err != nil {
		return a, err
	}
	if a.Called == "" {
		a.Called = a.Name
	}
	if a.Phone, err = cleanPhone("phone", a.Phone); err != nil {
		return a, err
	}
	if a.Avatar != "" && !knownAvatar(a.Avatar) {
		const sentence = "There is no such picture."
		return a, errs.New(errs.Invalid, sentence).Field("avatar", sentence)
	}
	return a, nil
}

func knownAvatar(key string) bool {
	for i := 1; i <= avatars; i++ {
		if key == "a"+strconv.Itoa(i) {
			return true
		}
	}
	return false
}

// CreateStaff makes an account for a worker or an administrator, with the link
// that opens it. An administrator administers at once.
func (s *Service) CreateStaff(ctx context.Context, v viewer.Viewer, a viewer.NewAccount) (id string, link viewer.Invitation, err error) {
	if a, err = cleanAccount(a); err != nil {
		return "", link, err
	}
	if a.Kind != viewer.KindStaff && a.Kind != viewer.KindAdmin {
		const sentence = "An account here is for staff or for an administrator."
		return "", link, errs.New(errs.Invalid, sentence).Field("kind", sentence)
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if id, err = s.createTx(tx, v, a); err != nil {
			return err
		}
		if a.Kind == viewer.KindAdmin {
			if _, err := s.proposeTx(tx, v, Ask{SubjectID: id, Kind: AdminOf, ObjectID: v.OrganisationID, Reason: "New administrator"}); err != nil {
				return err
			}
		}
		if link, err = s.book.InviteTx(tx, v.OrganisationID, id, v.AccountID); err != nil {
			return err
		}
		return note(tx, v, "invitation.create", "account", id, "")
	})
	return id, link, err
}

func (s *Service) createTx(tx *db.Tx, v viewer.Viewer, a viewer.NewAccount) (string, error) {
	id, err := s.book.CreateTx(tx, v.OrganisationID, a)
	if err != nil {
		return "", err
	}
	about := ""
	if a.Kind == viewer.KindYoungPerson {
		about = id
	}
	return id, note(tx, v, "account.create", "account", id, about)
}

// CreateYoungPerson makes an account for a young person and puts it in the care
// of a service. That takes effect at once: there is nothing to see yet. Moving
// them to another service later needs a lead.
func (s *Service) CreateYoungPerson(ctx context.Context, v viewer.Viewer, a viewer.NewAccount, serviceID string) (id string, err error) {
	a.Kind, a.Phone = viewer.KindYoungPerson, ""
	if a, err = cleanAccount(a); err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if _, err := serviceTx(tx, v.OrganisationID, serviceID); err != nil {
			return err
		}
		if id, err = s.createTx(tx, v, a); err != nil {
			return err
		}
		r := Relation{
			ID: db.NewID(), OrganisationID: v.OrganisationID, SubjectID: id, Kind: ServedBy,
			ObjectKind: ToService, ObjectID: serviceID, ValidFrom: tx.Now, GrantedBy: v.AccountID,
			Reason: "First service", CreatedAt: tx.Now, ConfirmedBy: v.AccountID, ConfirmedAt: timePtr(tx.Now),
		}
		if err := insertRelation(tx, r); err != nil {
			return err
		}
		return note(tx, v, "relation.grant", "relation", r.ID, id)
	})
	return id, err
}

// Invite makes a new link for somebody who hasn't come in yet. Somebody who has
// keeps their own way in: a second link would let whoever opens it become them.
func (s *Service) Invite(ctx context.Context, v viewer.Viewer, id string) (link viewer.Invitation, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		account, err := s.managed(tx, v, id, viewer.KindStaff, viewer.KindAdmin)
		switch {
		case err != nil:
			return err
		case account.Suspended:
			return errs.New(errs.Conflict, "This account is suspended.").With("suspended")
		case account.Joined:
			return errs.New(errs.Conflict, "They have signed in already. If every passkey is lost, suspend this account and make a new one, so that a lead confirms who it is.").With("joined")
		}
		if link, err = s.book.InviteTx(tx, v.OrganisationID, id, v.AccountID); err != nil {
			return err
		}
		return note(tx, v, "invitation.create", "account", id, "")
	})
	return link, err
}

// managed gives an account an administrator asks to change, of the kinds asked for.
func (s *Service) managed(tx *db.Tx, v viewer.Viewer, id string, kinds ...viewer.Kind) (viewer.Account, error) {
	if err := mustAdminister(tx, v); err != nil {
		return viewer.Account{}, err
	}
	account, err := s.book.AccountTx(tx, v.OrganisationID, id)
	if err != nil {
		return account, hidden(err)
	}
	if !slices.Contains(kinds, account.Kind) {
		return account, errNotFound
	}
	return account, nil
}

// Change changes names, picture and phone of an account of these kinds. What is
// left out stays.
func (s *Service) Change(ctx context.Context, v viewer.Viewer, id string, change Change, kinds ...viewer.Kind) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		account, err := s.managed(tx, v, id, kinds...)
		if err != nil {
			return err
		}
		a, err := cleanAccount(change.over(account))
		if err != nil {
			return err
		}
		if err := s.book.ChangeTx(tx, v.OrganisationID, id, a); err != nil {
			return err
		}
		return note(tx, v, "account.change", "account", id, about(account))
	})
}

// Change is what an administrator changes about an account; nil stays as it is.
type Change struct {
	Name, Called, Avatar, Phone *string
}

func (c Change) over(a viewer.Account) viewer.NewAccount {
	n := viewer.NewAccount{Kind: a.Kind, Name: a.Name, Called: a.Called, Avatar: a.Avatar, Phone: a.Phone}
	if c.Name != nil {
		if n.Called == n.Name { // it was never given apart
			n.Called = *c.Name
		}
		n.Name = *c.Name
	}
	if c.Called != nil {
		n.Called = *c.Called
	}
	if c.Avatar != nil {
		n.Avatar = *c.Avatar
	}
	if c.Phone != nil {
		n.Phone = *c.Phone
	}
	return n
}

// Suspend closes an account with all its sessions. Nobody suspends themselves, so
// one administrator always remains.
func (s *Service) Suspend(ctx context.Context, v viewer.Viewer, id string, kinds ...viewer.Kind) error {
	if id == v.AccountID {
		return errs.New(errs.Conflict, "You can't suspend your own account. Another administrator can.").With("self")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		account, err := s.managed(tx, v, id, kinds...)
		if err != nil || account.Suspended {
			return err
		}
		if err := shiftsOfAnewTx(tx, v.OrganisationID, id); err != nil {
			return err
		}
		if err := s.book.SuspendTx(tx, v.OrganisationID, id); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.wake(id) })
		return note(tx, v, "account.suspend", "account", id, about(account))
	})
}

// shiftsOfAnewTx has the job look at the plans, for gaps, and at the times of now of
// somebody who is suspended or let in again. Plans and times are locked before the
// account and what hangs on it, as the job does.
func shiftsOfAnewTx(tx *db.Tx, orgID, accountID string) error {
	if err := lockRotaTx(tx, orgID); err != nil {
		return err
	}
	if err := replan(tx, orgID); err != nil {
		return err
	}
	return lookAtShiftsTx(tx, orgID, accountID)
}

// Restore opens a suspended account again. Its relations stand as far as nobody
// ended them; its sessions do not come back.
func (s *Service) Restore(ctx context.Context, v viewer.Viewer, id string, kinds ...viewer.Kind) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		account, err := s.managed(tx, v, id, kinds...)
		if err != nil || !account.Suspended {
			return err
		}
		if err := shiftsOfAnewTx(tx, v.OrganisationID, id); err != nil {
			return err
		}
		if err := s.book.RestoreTx(tx, v.OrganisationID, id); err != nil {
			return err
		}
		return note(tx, v, "account.restore", "account", id, about(account))
	})
}

func about(a viewer.Account) string {
	if a.Kind == viewer.KindYoungPerson {
		return a.ID
	}
	return ""
}
