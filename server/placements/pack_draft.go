package placements

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// Ready says that a pack waits for a second person.
type Ready struct {
	By viewer.Person `json:"by"`
	At time.Time     `json:"at"`
}

// Draft is a place's pack as it is being written.
type Draft struct {
	Service   PlaceView         `json:"service"`
	May       people.PlaceRight `json:"may" enum:"write,confirm"`
	Revision  int               `json:"revision" doc:"0: nobody has written any of it"`
	ChangedBy *viewer.Person    `json:"changedBy,omitempty"`
	ChangedAt *time.Time        `json:"changedAt,omitempty"`
	Pack      Pack              `json:"pack"`
	Ready     *Ready            `json:"ready,omitempty"`
	Back      string            `json:"back,omitempty" doc:"why the second person gave it back"`
	Findings  []Finding         `json:"findings" nullable:"false"`
	Version   *Version          `json:"version,omitempty" doc:"what is published"`
}

// OurPlace is a place in the list of those the viewer writes for or looks after.
type OurPlace struct {
	Service  PlaceView         `json:"service"`
	May      people.PlaceRight `json:"may" enum:"write,confirm"`
	Revision int               `json:"revision,omitempty"`
	Ready    *Ready            `json:"ready,omitempty"`
	Version  *Version          `json:"version,omitempty"`
	Findings int               `json:"findings" doc:"what stands in the way of publishing"`
}

// keptPack is a pack as it lies sealed.
type keptPack struct {
	Pack Pack   `json:"pack"`
	Back string `json:"back,omitempty"`
}

func packAD(serviceID string) keys.AD {
	return keys.AD{Table: "packs", Column: "sealed", Row: serviceID}
}

func (r packRow) open(key *keys.Key) (keptPack, error) {
	var k keptPack
	return k, open(key, packAD(r.ServiceID), r.Sealed, &k)
}

// OurPlaces lists the places whose packs the viewer writes or checks.
func (s *Service) OurPlaces(ctx context.Context, v viewer.Viewer) ([]OurPlace, error) {
	list := []OurPlace{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rights, err := people.PlaceRightsTx(tx, v)
		if err != nil || len(rights) == 0 {
			return err
		}
		places, err := people.PlaceNamesTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(rights))
		for id := range rights {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		rows, err := packRowsTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		newest, err := newestTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		key, err := s.keys.OrganisationKeyTx(tx, v.OrganisationID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			one := OurPlace{Service: placeView(id, "", places), May: rights[id], Revision: rows[id].Revision}
			if version, published := newest[id]; published {
				one.Version = &version
			}
			kept := keptPack{}
			if row, written := rows[id]; written {
				if kept, err = row.open(key); err != nil {
					return err
				}
				if one.Ready, err = s.readyTx(tx, row); err != nil {
					return err
				}
			}
			for _, f := range CheckPack(kept.Pack) {
				if f.Blocks {
					one.Findings++
				}
			}
			list = append(list, one)
		}
		return nil
	})
	return list, err
}

// Draft gives a place's pack as it is being written.
func (s *Service) Draft(ctx context.Context, v viewer.Viewer, serviceID string) (d Draft, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		right, err := people.PlaceRightTx(tx, v, serviceID)
		if err != nil {
			return err
		}
		if err := MayReadDraft(v, right); err != nil {
			return err
		}
		d, err = s.draftTx(tx, v, serviceID, right)
		return err
	})
	return d, err
}

func (s *Service) draftTx(tx *db.Tx, v viewer.Viewer, serviceID string, right people.PlaceRight) (Draft, error) {
	places, err := people.PlaceNamesTx(tx, v.OrganisationID)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Service: placeView(serviceID, "", places), May: right}
	newest, err := newestTx(tx, v.OrganisationID, []string{serviceID})
	if err != nil {
		return d, err
	}
	if version, published := newest[serviceID]; published {
		d.Version = &version
	}
	row, err := packRowTx(tx, v.OrganisationID, serviceID)
	if err != nil {
		return d, err
	}
	if row == nil {
		d.Pack = Pack{Called: d.Service.Name}
		d.Pack.tidy()
		d.Findings = CheckPack(d.Pack)
		return d, nil
	}
	key, err := s.keys.OrganisationKeyTx(tx, v.OrganisationID)
	if err != nil {
		return d, err
	}
	kept, err := row.open(key)
	if err != nil {
		return d, err
	}
	names, err := s.namesTx(tx, v.OrganisationID, row.ChangedBy)
	if err != nil {
		return d, err
	}
	at := row.ChangedAt.Time()
	d.Revision, d.ChangedBy, d.ChangedAt, d.Back = row.Revision, person(names, row.ChangedBy), &at, kept.Back
	d.Pack, d.Findings = kept.Pack, CheckPack(kept.Pack)
	d.Ready, err = s.readyTx(tx, *row)
	return d, err
}

func (s *Service) readyTx(tx *db.Tx, row packRow) (*Ready, error) {
	if !row.ready() {
		return nil, nil
	}
	names, err := s.namesTx(tx, row.OrganisationID, *row.ReadyBy)
	return &Ready{By: *person(names, *row.ReadyBy), At: row.ReadyAt.Time()}, err
}

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
