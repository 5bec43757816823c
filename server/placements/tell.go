package placements

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

var errNoPack = errs.New(errs.Conflict, "There are no published pages of this place to show yet.").With("no_pack")

// Tell puts a move before the young person, with the place's pages as they are now:
// those are frozen, whatever is published later. Without pages it takes a second word,
// because the law asks for telling and not for pictures.
func (s *Service) Tell(ctx context.Context, v viewer.Viewer, id string, withoutPack bool) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, "move.told", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		if m.ToldAt != nil {
			return nil, nil // twice is once
		}
		columns, err := freezeTx(tx, m)
		if err != nil {
			return nil, err
		}
		if columns == nil {
			if !withoutPack {
				return nil, errNoPack
			}
			columns = map[string]any{}
		}
		if err := s.endEarlierBuddiesTx(tx, v, *m); err != nil {
			return nil, err
		}
		m.ToldAt = &tx.Now
		columns["told_at"], columns["told_by"] = db.At(tx.Now), v.AccountID
		return columns, nil
	})
}

// Show shows the place's pages to a young person who was told before there were any.
func (s *Service) Show(ctx context.Context, v viewer.Viewer, id string) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, "move.shown", func(tx *db.Tx, m *Move) (map[string]any, error) {
		switch {
		case !m.open() || m.ToldAt == nil:
			return nil, errNotOpen
		case m.PackVersionID != "":
			return nil, nil
		}
		columns, err := freezeTx(tx, m)
		if err == nil && columns == nil {
			err = errNoPack
		}
		return columns, err
	})
}

// freezeTx ties a move to the newest published pages of where it leads; nil: there are
// none.
func freezeTx(tx *db.Tx, m *Move) (map[string]any, error) {
	if m.ToServiceID == "" {
		return nil, nil
	}
	version, err := newestVersionTx(tx, m.OrganisationID, m.ToServiceID)
	if err != nil || version == nil {
		return nil, err
	}
	m.PackVersionID, m.PackedAt = version.ID, &tx.Now
	return map[string]any{"pack_version_id": version.ID, "packed_at": db.At(tx.Now)}, nil
}
