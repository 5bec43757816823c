package placements

import (
	"context"
	"encoding/json"
	"strings"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/people"
	"heard/server/viewer"
)

// Save writes a place's pack. base is the revision the writer read: when somebody has
// saved since, nothing is written, and their page shows both. Saving what is there
// already changes nothing, so that an open page does not undo what waits to be checked.
func (s *Service) Save(ctx context.Context, v viewer.Viewer, serviceID string, base int, p Pack) (d Draft, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		right, err := people.PlaceRightTx(tx, v, serviceID)
		if err != nil {
			return err
		}
		if err := MayWritePack(v, right); err != nil {
			return err
		}
		if err := s.saveTx(tx, v, serviceID, base, p); err != nil {
			return err
		}
		d, err = s.draftTx(tx, v, serviceID, right)
		return err
	})
	return d, err
}

func (s *Service) saveTx(tx *db.Tx, v viewer.Viewer, serviceID string, base int, p Pack) error {
	row, err := holdPackTx(tx, v.OrganisationID, serviceID)
	if err != nil {
		return err
	}
	if row == nil {
		row = &packRow{ServiceID: serviceID, OrganisationID: v.OrganisationID}
	}
	if row.Revision != base {
		return errChanged
	}
	if err := fitFilesTx(tx, v.OrganisationID, serviceID, &p); err != nil {
		return err
	}
	key, err := s.keys.OrganisationKeyTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	kept := keptPack{}
	if base > 0 {
		if kept, err = row.open(key); err != nil {
			return err
		}
		if same(kept.Pack, p) {
			return nil
		}
	}
	kept.Pack = p
	row.Revision, row.ChangedBy, row.ChangedAt = base+1, v.AccountID, db.At(tx.Now)
	if row.Sealed, err = seal(key, packAD(serviceID), kept); err != nil {
		return err
	}
	if base > 0 {
		err = changePackTx(tx, *row)
	} else if err = insertPackTx(tx, *row); errs.CodeOf(err) == errs.Conflict {
		err = errChanged
	}
	if err != nil {
		return err
	}
	return s.packChangedTx(tx, v, serviceID, "pack.changed")
}

// same says whether two packs, or parts of them, would be shown alike.
func same(a, b any) bool {
	one, err1 := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(one) == string(other)
}

// fitFilesTx asks that every file of a pack is the place's own and of the kind it is
// shown as, and writes down of it what is true, whatever the page said.
func fitFilesTx(tx *db.Tx, orgID, serviceID string, p *Pack) error {
	found, err := files.FilesTx(tx, orgID, p.FileIDs())
	if err != nil {
		return err
	}
	own := files.Owner{Kind: files.OfPlace, ID: serviceID}
	var fault error
	p.eachShot(func(where string, shot *Shot) {
		f, there := found[shot.ID]
		if !there || f.Owner != own || f.Kind != files.Photo && f.Kind != files.Panorama {
			fault = firstOf(fault, wrongField(where+".photos", "This photo is not there."))
			return
		}
		shot.W, shot.H, shot.Colour, shot.Pano = f.W, f.H, f.Colour, f.Kind == files.Panorama
	})
	p.eachVoice(func(part *Part) { fault = firstOf(fault, part.fitVoice(found, own)) })
	if p.GuideFile != nil {
		f, there := found[p.GuideFile.ID]
		if !there || f.Owner != own || f.Kind != files.Guide {
			fault = firstOf(fault, wrongField(keyGuideFile, "This file is not there."))
		}
		p.GuideFile.Bytes = f.Bytes
	}
	return fault
}

// packChangedTx writes down what was done with a place's pack, and wakes the others who
// work for the place.
func (s *Service) packChangedTx(tx *db.Tx, v viewer.Viewer, serviceID, action string) error {
	staff, err := people.PlacementStaffTx(tx, v.OrganisationID, serviceID)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.waker.Wake(staff...) })
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action, ObjectKind: "service", ObjectID: serviceID,
	})
}

const maxBack = 300

// cleanBack cleans the reason for which a pack is given back.
func cleanBack(reason string) (string, error) {
	reason = strings.TrimSpace(oneLine(reason))
	if reason == "" {
		return "", errs.New(errs.Invalid, "Say what has to change.").Field("reason", "Say what has to change.")
	}
	return reason, fits("reason", reason, maxBack)
}
