package placements

// Long because a bag is written, ticked and photographed by both sides under one set of rules.

import (
	"context"
	"strings"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/viewer"
)

const (
	maxThing  = 80
	maxThings = 100
)

var (
	errManyThings = errs.New(errs.Invalid, "There is no room for more in this list.").With("words_many")
	errPhotoUsed  = errs.New(errs.Conflict, "This photo stands beside something in this list already.").With("photo_used")
)

// thing is what lies sealed of something that goes along.
type thing struct {
	Name      string `json:"name"`
	NoBinBags bool   `json:"noBinBags,omitempty"`
}

// BagItem is something that goes along.
type BagItem struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Mine      bool   `json:"mine" doc:"the young person wrote it down"`
	Packed    bool   `json:"packed"`
	Arrived   bool   `json:"arrived"`
	Missing   bool   `json:"missing"`
	NoBinBags bool   `json:"noBinBags" doc:"it goes in something better than a bin bag"`
	Photo     string `json:"photo,omitempty" doc:"a file of the move: where it was packed"`
	FarPhoto  string `json:"farPhoto,omitempty" doc:"and where it came"`
}

// bagTx takes what the young person writes down to take along. The phone's id is the
// item's, so that it can be ticked before there is signal.
func (s *Service) bagTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	var said struct{ Name string }
	if err := a.read(&said); err != nil {
		return err
	}
	name, err := wordsOf(said.Name, maxThing)
	if err != nil {
		return err
	}
	if err := s.addThingTx(tx, m, a.ID, name, true); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// bagGoneTx takes something off the list that the young person had written down.
func (s *Service) bagGoneTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	var said struct{ Item string }
	if err := a.read(&said); err != nil {
		return err
	}
	row, err := thingTx(tx, m, said.Item)
	if err != nil {
		return err
	}
	if row == nil || !row.ByYoung {
		return errNoItem
	}
	if err := changeThingTx(tx, m, row.ID, map[string]any{"gone_at": db.At(tx.Now)}); err != nil {
		return err
	}
	for _, photo := range []*string{row.PhotoID, row.FarPhotoID} {
		if photo != nil {
			if err := files.EndTx(tx, m.OrganisationID, *photo); err != nil {
				return err
			}
		}
	}
	return s.wakeMoveTx(tx, m)
}

// bagPackedTx ticks something as packed, or not. Of two who tick the same the last holds.
func (s *Service) bagPackedTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	var said struct {
		Item   string
		Packed bool
	}
	if err := a.read(&said); err != nil {
		return err
	}
	row, err := thingTx(tx, m, said.Item)
	if err != nil {
		return err
	}
	if row == nil {
		return errNoItem
	}
	if err := changeThingTx(tx, m, row.ID, ticked(tx, v, "packed", said.Packed)); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// addThingTx adds to the list, which is held by its move.
func (s *Service) addThingTx(tx *db.Tx, m Move, id, name string, byYoung bool) error {
	n, err := countThingsTx(tx, m)
	if err != nil {
		return err
	}
	if n >= maxThings {
		return errManyThings
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return err
	}
	sealed, err := seal(key, thingAD(id), thing{Name: name})
	if err != nil {
		return err
	}
	added, err := insertThingTx(tx, belongingRow{
		ID: id, OrganisationID: m.OrganisationID, MoveID: m.ID, Sealed: sealed, ByYoung: byYoung, MadeAt: db.At(tx.Now),
	})
	if err == nil && !added {
		err = errNoItem
	}
	return err
}

// AddBelonging writes down something that goes along.
func (s *Service) AddBelonging(ctx context.Context, v viewer.Viewer, moveID, name string) error {
	return s.withBag(ctx, v, moveID, "move.bag_added", func(tx *db.Tx, m Move) error {
		name = strings.TrimSpace(name)
		if n := len([]rune(name)); n == 0 || n > maxThing {
			return errs.New(errs.Invalid, "Say what it is, in a few words.").Field("name", "A few words.")
		}
		return s.addThingTx(tx, m, db.NewID(), name, false)
	})
}

// Ticks is what staff say of something that goes along; what is nil stays.
type Ticks struct {
	Packed    *bool
	Arrived   *bool
	Missing   *bool
	NoBinBags *bool
	Photo     *string // a file of the move, where it was packed; empty: none
	FarPhoto  *string // and where it came
}

// TickBelonging says of something that goes along whether it is packed, came, or is
// missing. What came is not missing, and what is missing did not come.
func (s *Service) TickBelonging(ctx context.Context, v viewer.Viewer, moveID, itemID string, t Ticks) error {
	return s.withBag(ctx, v, moveID, "move.bag_ticked", func(tx *db.Tx, m Move) error {
		row, err := thingTx(tx, m, itemID)
		if err != nil {
			return err
		}
		if row == nil {
			return errNotFound
		}
		columns := map[string]any{}
		for name, on := range map[string]*bool{"packed": t.Packed, "arrived": t.Arrived} {
			if on != nil {
				for column, value := range ticked(tx, v, name, *on) {
					columns[column] = value
				}
			}
		}
		switch {
		case t.Missing != nil && *t.Missing:
			columns["missing_at"], columns["arrived_at"], columns["arrived_by"] = db.At(tx.Now), nil, nil
		case t.Missing != nil, t.Arrived != nil && *t.Arrived:
			columns["missing_at"] = nil
		}
		if text(t.Photo) != "" && text(t.Photo) == text(t.FarPhoto) {
			return errPhotoUsed
		}
		if err := photoTx(tx, m, t.Photo, row.PhotoID, "photo_id", columns); err != nil {
			return err
		}
		if err := photoTx(tx, m, t.FarPhoto, row.FarPhotoID, "far_photo_id", columns); err != nil {
			return err
		}
		if t.NoBinBags != nil {
			if columns["sealed"], err = s.binBagsTx(tx, m, *row, *t.NoBinBags); err != nil {
				return err
			}
		}
		if len(columns) == 0 {
			return nil
		}
		return changeThingTx(tx, m, row.ID, columns)
	})
}

// photoTx puts a photo to a thing, at one of its two ends. It must be a photo of this very
// move: a file of another one is not there. The one before it at that end is gone.
func photoTx(tx *db.Tx, m Move, photo, before *string, column string, columns map[string]any) error {
	if photo == nil || *photo == text(before) {
		return nil
	}
	if *photo != "" {
		f, err := files.FileTx(tx, m.OrganisationID, *photo)
		if err != nil {
			return err
		}
		if f.Kind != files.Photo || f.Owner != (files.Owner{Kind: files.OfMove, ID: m.ID}) {
			return errNotFound
		}
		// Taken from one thing it would be gone for both.
		used, err := isInBagTx(tx, m, *photo)
		if err != nil || used {
			return first2(err, errPhotoUsed)
		}
	}
	columns[column] = nullable(*photo)
	if before == nil {
		return nil
	}
	return files.EndTx(tx, m.OrganisationID, *before)
}

func (s *Service) binBagsTx(tx *db.Tx, m Move, row belongingRow, none bool) ([]byte, error) {
	key, err := s.personTx(tx, m)
	if err != nil {
		return nil, err
	}
	var what thing
	if err := open(key, thingAD(row.ID), row.Sealed, &what); err != nil {
		return nil, err
	}
	what.NoBinBags = none
	return seal(key, thingAD(row.ID), what)
}

// withBag does something with what goes along, for one of those who see it.
func (s *Service) withBag(ctx context.Context, v viewer.Viewer, moveID, action string, do func(tx *db.Tx, m Move) error) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, along...)
		if err != nil {
			return err
		}
		if m.EndedAt != nil {
			return errNotOpen
		}
		if err := do(tx, m); err != nil {
			return err
		}
		if err := s.wakeMoveTx(tx, m); err != nil {
			return err
		}
		return noteTx(tx, v, action, m)
	})
}

// ticked is what a tick changes: when and by whom, or neither.
func ticked(tx *db.Tx, v viewer.Viewer, name string, on bool) map[string]any {
	if !on {
		return map[string]any{name + "_at": nil, name + "_by": nil}
	}
	return map[string]any{name + "_at": db.At(tx.Now), name + "_by": v.AccountID}
}

// bagViewTx gives what goes along, oldest first.
func (s *Service) bagViewTx(tx *db.Tx, m Move) ([]BagItem, error) {
	rows, err := thingsTx(tx, m)
	if err != nil || len(rows) == 0 {
		return []BagItem{}, err
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return nil, err
	}
	there, err := bagFilesTx(tx, m, rows)
	if err != nil {
		return nil, err
	}
	items := make([]BagItem, len(rows))
	for i, r := range rows {
		var what thing
		if err := open(key, thingAD(r.ID), r.Sealed, &what); err != nil {
			return nil, err
		}
		items[i] = BagItem{
			ID: r.ID, Name: what.Name, NoBinBags: what.NoBinBags, Mine: r.ByYoung, Photo: there[text(r.PhotoID)].ID, FarPhoto: there[text(r.FarPhotoID)].ID,
			Packed: r.PackedAt != nil, Arrived: r.ArrivedAt != nil, Missing: r.MissingAt != nil,
		}
	}
	return items, nil
}

// bagFilesTx gives the photos of a bag that are still there: they end a while before the
// page does, and what is gone is no broken picture in it.
func bagFilesTx(tx *db.Tx, m Move, rows []belongingRow) (map[string]files.File, error) {
	var ids []string
	for _, r := range rows {
		for _, photo := range []*string{r.PhotoID, r.FarPhotoID} {
			if photo != nil {
				ids = append(ids, *photo)
			}
		}
	}
	return files.FilesTx(tx, m.OrganisationID, ids)
}

func thingAD(id string) keys.AD { return keys.AD{Table: "belongings", Column: "sealed", Row: id} }
