package placements

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

var (
	errNoPack   = errs.New(errs.Conflict, "There are no published pages of this place to show yet.").With("no_pack")
	errNotShown = errs.New(errs.Conflict, "Tell them on paper: their phone shows another move.").With("not_shown")
)

// Tell puts a move before the young person, with the place's pages as they are now:
// those are frozen, whatever is published later. Without pages it takes a second word,
// because the law asks for telling and not for pictures. What was read is told and nothing
// else: words somebody saved meanwhile stop it, and a form that was opened before it can't
// change unseen what they were told.
func (s *Service) Tell(ctx context.Context, v viewer.Viewer, id string, base int, withoutPack bool) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, "move.told", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		if m.ToldAt != nil {
			return nil, nil // twice is once
		}
		if m.Revision != base {
			return nil, errChanged
		}
		if err := mayShowTx(tx, *m); err != nil {
			return nil, err
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
		columns["told_at"], columns["told_by"], columns["revision"] = db.At(tx.Now), v.AccountID, m.Revision+1
		return columns, nil
	})
}

// mayShowTx refuses to write down that somebody was told what their phone would not show
// them. It holds them: of two moves that are told at one moment one would hide the other.
func mayShowTx(tx *db.Tx, m Move) error {
	if err := holdPersonTx(tx, m.OrganisationID, m.YoungPersonID); err != nil {
		return err
	}
	told, err := toldMovesTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return err
	}
	for _, other := range told {
		if other.hides(m, tx.Now) {
			return errNotShown
		}
	}
	return nil
}

// Show shows the place's pages to a young person who was told before there were any. What
// they said to looking was said of no pages: these open by a press of their own.
func (s *Service) Show(ctx context.Context, v viewer.Viewer, id string) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, "move.shown", func(tx *db.Tx, m *Move) (map[string]any, error) {
		switch {
		case !m.open() || m.ToldAt == nil:
			return nil, errNotOpen
		case m.PackVersionID != "":
			return nil, nil
		}
		columns, err := freezeTx(tx, m)
		if err != nil {
			return nil, err
		}
		if columns == nil {
			return nil, errNoPack
		}
		columns["choice"], columns["opened_at"] = "", nil
		return columns, nil
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
