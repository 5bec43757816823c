package placements

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

var (
	errNotReady = errs.New(errs.Conflict, "Nobody has said that this is ready to be checked.").With("not_ready")
	errFindings = errs.New(errs.Invalid, "Something is still missing.").With("findings")
	errBoxes    = errs.New(errs.Invalid, "Look at each of the four, then say so.").With("boxes")
)

// Checked is what the second person says they have looked at.
type Checked struct {
	Street       bool `json:"street" doc:"no street, number or postcode"`
	Plates       bool `json:"plates" doc:"no car's plate and no school's name on a photo"`
	People       bool `json:"people" doc:"everybody in a photo agreed"`
	Descriptions bool `json:"descriptions" doc:"every photo says what can be seen"`
}

func (c Checked) all() bool { return c.Street && c.Plates && c.People && c.Descriptions }

// packUse is one step of a pack's way, with everything it is decided by.
type packUse struct {
	row   *packRow
	kept  keptPack
	key   *keys.Key
	right people.PlaceRight
}

// holdTx holds a place's pack at the revision the viewer read.
func (s *Service) holdTx(tx *db.Tx, v viewer.Viewer, serviceID string, revision int) (u packUse, err error) {
	if u.right, err = people.PlaceRightTx(tx, v, serviceID); err != nil {
		return u, err
	}
	if err := MayReadDraft(v, u.right); err != nil {
		return u, err
	}
	if u.row, err = holdPackTx(tx, v.OrganisationID, serviceID); err != nil {
		return u, err
	}
	if u.row == nil || u.row.Revision != revision {
		return u, errChanged
	}
	if u.key, err = s.keys.OrganisationKeyTx(tx, v.OrganisationID); err != nil {
		return u, err
	}
	u.kept, err = u.row.open(u.key)
	return u, err
}

// Ready says that a pack can be checked by a second person, as it is at this revision.
func (s *Service) Ready(ctx context.Context, v viewer.Viewer, serviceID string, revision int) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		u, err := s.holdTx(tx, v, serviceID, revision)
		if err != nil {
			return err
		}
		if err := MayWritePack(v, u.right); err != nil {
			return err
		}
		if blocked(CheckPack(u.kept.Pack)) {
			return errFindings
		}
		if u.row.ready() {
			return nil // whoever said so first stays the one who did
		}
		u.kept.Back = ""
		if err := u.markTx(tx, &v.AccountID); err != nil {
			return err
		}
		return s.packChangedTx(tx, v, serviceID, "pack.ready")
	})
}

// GiveBack takes back that a pack is ready, with what has to change first.
func (s *Service) GiveBack(ctx context.Context, v viewer.Viewer, serviceID string, revision int, reason string) error {
	reason, err := cleanBack(reason)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		u, err := s.holdTx(tx, v, serviceID, revision)
		if err != nil {
			return err
		}
		if !u.row.ready() {
			return errNotReady
		}
		u.kept.Back = reason
		if err := u.markTx(tx, nil); err != nil {
			return err
		}
		return s.packChangedTx(tx, v, serviceID, "pack.given_back")
	})
}

func (u packUse) markTx(tx *db.Tx, readyBy *string) error {
	sealed, err := seal(u.key, packAD(u.row.ServiceID), u.kept)
	if err != nil {
		return err
	}
	return readyPackTx(tx, *u.row, readyBy, sealed)
}

// Publish makes a version of what a second person has looked at. It is what young people
// are shown from then on; those who were shown an earlier one keep that.
func (s *Service) Publish(ctx context.Context, v viewer.Viewer, serviceID string, revision int, c Checked) (made Version, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		u, err := s.holdTx(tx, v, serviceID, revision)
		if err != nil {
			return err
		}
		if !u.row.ready() {
			return errNotReady
		}
		if err := MayPublish(v, u.right, *u.row.ReadyBy); err != nil {
			return err
		}
		switch {
		case !c.all():
			return errBoxes
		case blocked(CheckPack(u.kept.Pack)):
			return errFindings
		}
		made, err = s.publishTx(tx, v, u)
		return err
	})
	return made, err
}

func (s *Service) publishTx(tx *db.Tx, v viewer.Viewer, u packUse) (Version, error) {
	own := files.Owner{Kind: files.OfPlace, ID: u.row.ServiceID}
	for _, id := range u.kept.Pack.FileIDs() {
		if err := files.TakeTx(tx, v.OrganisationID, id, own); err != nil {
			return Version{}, errFindings // a file has gone since it was written
		}
	}
	row := versionRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, ServiceID: u.row.ServiceID, Number: 1,
		MadeBy: *u.row.ReadyBy, ConfirmedBy: v.AccountID, PublishedAt: db.At(tx.Now),
	}
	newest, err := newestRowTx(tx, v.OrganisationID, row.ServiceID)
	if err != nil {
		return Version{}, err
	}
	if newest != nil {
		row.Number = newest.Number + 1
	}
	if row.Sealed, err = seal(u.key, versionAD(row.ID), u.kept.Pack); err != nil {
		return Version{}, err
	}
	if err := insertVersionTx(tx, row); err != nil {
		return Version{}, err
	}
	if err := u.markTx(tx, nil); err != nil {
		return Version{}, err
	}
	moves, err := movesToTx(tx, v.OrganisationID, row.ServiceID)
	if err != nil {
		return Version{}, err
	}
	for _, m := range moves { // it is no longer missing, or something has changed since
		if err := s.wakeMoveTx(tx, m); err != nil {
			return Version{}, err
		}
	}
	return row.version(tx.Now), s.packChangedTx(tx, v, row.ServiceID, "pack.published")
}
