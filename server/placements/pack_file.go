package placements

import (
	"context"

	"heard/server/db"
	"heard/server/files"
	"heard/server/people"
	"heard/server/viewer"
)

// MayUploadTx says whether the viewer may put a picture or a paper up: staff for the
// place they work for, and whoever packs or unpacks for a move. A move's pictures lie
// under the young person's own key.
func MayUploadTx(tx *db.Tx, v viewer.Viewer, o files.Owner) (keyOf string, err error) {
	switch o.Kind {
	case files.OfPlace:
		right, err := people.PlaceRightTx(tx, v, o.ID)
		if err != nil {
			return "", err
		}
		return "", MayWritePack(v, right)
	case files.OfMove:
		m, _, err := moveForTx(tx, v, o.ID, along...)
		if err != nil {
			return "", err
		}
		if !m.open() && m.MovedAt == nil {
			return "", errNotFound
		}
		return m.YoungPersonID, nil
	}
	return "", errNotFound
}

// MyFile gives a young person a file of what they were shown, or of what goes with them.
func (s *Service) MyFile(ctx context.Context, v viewer.Viewer, fileID string) (f files.File, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return f, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := youngMoveTx(tx, v)
		if err != nil {
			return err
		}
		if m == nil {
			return errNotFound
		}
		if f, err = files.FileTx(tx, v.OrganisationID, fileID); err != nil || f.Owner == (files.Owner{Kind: files.OfMove, ID: m.ID}) {
			return err
		}
		opened, err := myOpenedTx(tx, v)
		if err != nil {
			return errNotFound
		}
		shown, err := s.packForMoveTx(tx, opened)
		return shownIn(shown, fileID, err)
	})
	return f, err
}

// MoveFile gives an adult a file of a move: what goes along, and for those who may read
// it what the place tells of itself.
func (s *Service) MoveFile(ctx context.Context, v viewer.Viewer, moveID, fileID string) (f files.File, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, _, err := moveForTx(tx, v, moveID, along...)
		if err != nil {
			return err
		}
		if f, err = files.FileTx(tx, v.OrganisationID, fileID); err != nil || f.Owner == (files.Owner{Kind: files.OfMove, ID: m.ID}) {
			return err
		}
		if m, err = packMoveTx(tx, v, moveID); err != nil {
			return err
		}
		shown, err := s.staffPackTx(tx, m)
		return shownIn(shown, fileID, err)
	})
	return f, err
}

// PlaceFile gives whoever writes or checks a place's pack a file of it.
func (s *Service) PlaceFile(ctx context.Context, v viewer.Viewer, serviceID, fileID string) (f files.File, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		right, err := people.PlaceRightTx(tx, v, serviceID)
		if err != nil {
			return err
		}
		if err := MayReadDraft(v, right); err != nil {
			return err
		}
		if f, err = files.FileTx(tx, v.OrganisationID, fileID); err == nil && f.Owner != (files.Owner{Kind: files.OfPlace, ID: serviceID}) {
			err = errNotFound
		}
		return err
	})
	return f, err
}

// shownIn asks that a file is one of those shown with a pack.
func shownIn(shown PackShown, fileID string, err error) error {
	if err == nil && !shown.shows(fileID) {
		err = errNotFound
	}
	return err
}
