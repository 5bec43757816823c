package people

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// NewOrganisation is what an organisation starts with.
type NewOrganisation struct {
	Name string
	Demo bool // made up
}

// CreateOrganisationTx makes an organisation with a key of its own.
func (s *Service) CreateOrganisationTx(tx *db.Tx, o NewOrganisation) (id string, err error) {
	name, err := cleanText("name", "The organisation's name", o.Name, maxName, true)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	wrapped, _, err := s.ring.NewKey("organisation:" + id)
	if err != nil {
		return "", err
	}
	return id, insert(tx, &organisationRow{
		ID: id, Name: name, KeyworkerWord: "keyworker", AboutMeWord: "About me",
		TimeZone: "Europe/London", Demo: o.Demo, WrappedKey: wrapped, CreatedAt: db.At(tx.Now),
	})
}

// InviteFirstAdmin gives the link for the first administrator, from the server's
// own console. It makes the organisation when there is none, and refuses once an
// administrator has come in: from then on administrators invite one another.
func (s *Service) InviteFirstAdmin(ctx context.Context, organisation, name string) (viewer.Invitation, error) {
	var invitation viewer.Invitation
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		orgID, err := s.ownOrganisation(tx, organisation)
		if err != nil {
			return err
		}
		adminID, err := s.waitingAdmin(tx, orgID)
		if err != nil {
			return err
		}
		if adminID == "" {
			if adminID, err = s.createAdminTx(tx, orgID, viewer.NewAccount{Name: name}); err != nil {
				return err
			}
		}
		if err := note(tx, viewer.Viewer{OrganisationID: orgID}, "invitation.create", "account", adminID, ""); err != nil {
			return err
		}
		invitation, err = s.book.InviteTx(tx, orgID, adminID, "")
		return err
	})
	return invitation, err
}

// CreateDemo makes the made-up organisation with an administrator. It never
// stands in one database with a real one.
func (s *Service) CreateDemo(ctx context.Context, name string, admin viewer.NewAccount) (orgID, adminID string, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := NoRealOrganisationTx(tx); err != nil {
			return err
		}
		if orgID, err = s.CreateOrganisationTx(tx, NewOrganisation{Name: name, Demo: true}); err != nil {
			return err
		}
		adminID, err = s.createAdminTx(tx, orgID, admin)
		return err
	})
	return orgID, adminID, err
}

// NoRealOrganisationTx refuses the demo where people's own data is.
func NoRealOrganisationTx(tx *db.Tx) error {
	_, actual, err := organisationsTx(tx)
	if err == nil && actual > 0 {
		return errs.New(errs.Conflict, "This database holds a real organisation. The demo needs a database of its own.").With("real_organisation")
	}
	return err
}

// NoDemoOrganisationTx refuses the made-up organisation outside the demo: without
// its banner nobody could tell that the people who answer there don't exist.
func NoDemoOrganisationTx(tx *db.Tx) error {
	demo, _, err := organisationsTx(tx)
	if err == nil && demo > 0 {
		return errs.New(errs.Conflict, "This database holds the made-up demo organisation. Use another database for a real one.").With("demo")
	}
	return err
}

func (s *Service) ownOrganisation(tx *db.Tx, name string) (string, error) {
	if err := NoDemoOrganisationTx(tx); err != nil {
		return "", err
	}
	_, actual, err := organisationsTx(tx)
	if err != nil {
		return "", err
	}
	if actual > 0 {
		return firstOrganisationTx(tx)
	}
	return s.CreateOrganisationTx(tx, NewOrganisation{Name: name})
}

// waitingAdmin gives an administrator who was invited and never came, so that
// asking twice doesn't leave two.
func (s *Service) waitingAdmin(tx *db.Tx, orgID string) (string, error) {
	admins, err := s.book.ListTx(tx, orgID, []viewer.Kind{viewer.KindAdmin}, "", maxPage)
	if err != nil {
		return "", err
	}
	waiting := ""
	for _, a := range admins {
		if a.Joined && !a.Suspended {
			return "", errs.New(errs.Conflict, "This organisation has an administrator already. They can invite others under Staff.").With("has_admin")
		}
		if !a.Suspended {
			waiting = a.ID
		}
	}
	return waiting, nil
}

// createAdminTx makes an administrator by the console's word: in the audit the
// server did it, not somebody who has yet to come.
func (s *Service) createAdminTx(tx *db.Tx, orgID string, a viewer.NewAccount) (string, error) {
	a.Kind = viewer.KindAdmin
	a, err := cleanAccount(a)
	if err != nil {
		return "", err
	}
	id, err := s.book.CreateTx(tx, orgID, a)
	if err != nil {
		return "", err
	}
	r := Relation{
		ID: db.NewID(), OrganisationID: orgID, SubjectID: id, Kind: AdminOf,
		ObjectKind: ToOrganisation, ObjectID: orgID, ValidFrom: tx.Now, CreatedAt: tx.Now,
		Reason: "First administrator", ConfirmedAt: timePtr(tx.Now),
	}
	if err := insertRelation(tx, r); err != nil {
		return "", err
	}
	return id, note(tx, viewer.Viewer{OrganisationID: orgID}, "relation.grant", "relation", r.ID, "")
}

// Organisation gives an administrator the settings.
func (s *Service) Organisation(ctx context.Context, v viewer.Viewer) (viewer.Organisation, error) {
	var o viewer.Organisation
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if err = mustAdminister(tx, v); err != nil {
			return err
		}
		o, err = OrganisationTx(tx, v.OrganisationID)
		return err
	})
	return o, err
}

// ChangeOrganisation changes the settings.
func (s *Service) ChangeOrganisation(ctx context.Context, v viewer.Viewer, o viewer.Organisation) error {
	var err error
	o.ID = v.OrganisationID
	if o.Name, err = cleanText("name", "The organisation's name", o.Name, maxName, true); err != nil {
		return err
	}
	if o.KeyworkerWord, err = cleanText("keyworkerWord", "The word for keyworker", o.KeyworkerWord, maxWord, true); err != nil {
		return err
	}
	if o.AboutMeWord, err = cleanText("aboutMeWord", "The name of About me", o.AboutMeWord, maxWord, true); err != nil {
		return err
	}
	if o.DutyPhone, err = cleanPhone("dutyPhone", o.DutyPhone); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := mustAdminister(tx, v); err != nil {
			return err
		}
		if err := changeOrganisation(tx, o); err != nil {
			return err
		}
		return note(tx, v, "organisation.change", "organisation", o.ID, "")
	})
}
