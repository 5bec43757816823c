package placements

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
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
