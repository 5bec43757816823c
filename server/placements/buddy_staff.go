package placements

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// What those around two buddies may press.
const (
	MayInvite   May = "invite"
	MayAgree    May = "agree"
	MayEndBuddy May = "end_buddy"
)

var (
	errNotThere  = errs.New(errs.Invalid, "They don't live there.").With("not_there").Field("youngPersonId", "They don't live there.")
	errUnwanted  = errs.New(errs.Conflict, "They said that they don't want a buddy.").With("unwanted")
	errIsBuddy   = errs.New(errs.Conflict, "They are somebody's buddy already.").With("is_buddy").Field("youngPersonId", "They are somebody's buddy already.")
	errOneBuddy  = errs.New(errs.Conflict, "Somebody has been asked already.").With("one_open")
	errNotAgreed = errs.New(errs.Conflict, "The buddy hasn't said yes.").With("too_early")
	errAlone     = errs.New(errs.Forbidden, "Somebody else has to agree: you asked the buddy.").With("same_person")
)

// BuddyCandidates lists who lives at the place of a move and is nobody's buddy yet, for
// those who work there.
func (s *Service) BuddyCandidates(ctx context.Context, v viewer.Viewer, moveID string) ([]viewer.Person, error) {
	list := []viewer.Person{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		m, _, err := moveForTx(tx, v, moveID, Place)
		if err != nil {
			return err
		}
		ids, err := livingThereTx(tx, m)
		if err != nil {
			return err
		}
		busy, err := takenTx(tx, v.OrganisationID, ids)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return busy[id] })
		names, err := s.namesTx(tx, v.OrganisationID, ids...)
		for _, id := range ids {
			list = append(list, *person(names, id))
		}
		return err
	})
	return list, err
}

// livingThereTx gives who could be a buddy: everybody who lives where the move leads, but
// the one who moves.
func livingThereTx(tx *db.Tx, m Move) ([]string, error) {
	ids, err := people.LivingAtTx(tx, m.OrganisationID, m.ToServiceID)
	return slices.DeleteFunc(ids, func(id string) bool { return id == m.YoungPersonID }), err
}

// takenTx says who of some young people is somebody's buddy, or is asked to be. Nobody is
// two people's at once: their page has room for one, and whom it doesn't show they could
// not leave.
func takenTx(tx *db.Tx, orgID string, ids []string) (map[string]bool, error) {
	open, err := openOfBuddiesTx(tx, orgID, ids)
	taken := map[string]bool{}
	for _, b := range open {
		holds, err := holdsTx(tx, orgID, b)
		if err != nil {
			return nil, err
		}
		if b.State(holds) != BuddyEnded {
			taken[b.BuddyID] = true
		}
	}
	return taken, err
}

// InviteBuddy asks a young person of the place to be a buddy. They are told that somebody
// new is coming, and nothing else.
func (s *Service) InviteBuddy(ctx context.Context, v viewer.Viewer, moveID, youngPersonID string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, Place)
		if err != nil {
			return err
		}
		there, err := livingThereTx(tx, m)
		switch {
		case err != nil:
			return err
		case m.EndedAt != nil:
			return errNotOpen
		case m.BuddyWanted != nil && !*m.BuddyWanted:
			return errUnwanted
		case !slices.Contains(there, youngPersonID):
			return errNotThere
		}
		if open, err := s.settledTx(tx, v, m); err != nil || open != nil {
			if err == nil {
				err = errOneBuddy
			}
			return err
		}
		if err := aloneTx(tx, v.OrganisationID, youngPersonID); err != nil {
			return err
		}
		b := Buddy{
			ID: db.NewID(), OrganisationID: v.OrganisationID, MoveID: m.ID, YoungPersonID: m.YoungPersonID,
			BuddyID: youngPersonID, InvitedBy: v.AccountID, InvitedAt: tx.Now,
		}
		if err := insertBuddyTx(tx, b); err != nil {
			return err
		}
		if err := noteTx(tx, v, "buddy.invited", m); err != nil {
			return err
		}
		return s.wakeBuddyTx(tx, m, b)
	})
}

// aloneTx refuses to ask somebody who is a buddy already. It holds them until the end, so
// that two who ask them at the same moment, for two moves, wait for one another.
func aloneTx(tx *db.Tx, orgID, youngPersonID string) error {
	if err := holdPersonTx(tx, orgID, youngPersonID); err != nil {
		return err
	}
	taken, err := takenTx(tx, orgID, []string{youngPersonID})
	if err == nil && taken[youngPersonID] {
		err = errIsBuddy
	}
	return err
}

// settledTx gives the buddying of a move that goes on. One whose relation somebody has
// ended elsewhere is ended here too, so that another can be asked.
func (s *Service) settledTx(tx *db.Tx, v viewer.Viewer, m Move) (*Buddy, error) {
	b, err := holdBuddyTx(tx, m)
	if err != nil || b == nil {
		return nil, err
	}
	holds, err := holdsTx(tx, v.OrganisationID, *b)
	if err != nil || b.State(holds) != BuddyEnded {
		return b, err
	}
	return nil, s.endBuddyTx(tx, v, m, *b)
}

// AgreeBuddy is the word of the young person's side, once the buddy has said yes.
func (s *Service) AgreeBuddy(ctx context.Context, v viewer.Viewer, moveID string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, TheirSide)
		if err != nil {
			return err
		}
		b, err := holdBuddyTx(tx, m)
		if err != nil {
			return err
		}
		switch {
		case m.BuddyWanted != nil && !*m.BuddyWanted:
			return errUnwanted
		case b == nil:
			return errNotFound
		case b.InvitedBy == v.AccountID:
			return errAlone
		case b.BuddyYesAt == nil:
			return errNotAgreed
		case b.SideYesAt != nil:
			return nil
		}
		if err := noteTx(tx, v, "buddy.agreed", m); err != nil {
			return err
		}
		return s.buddyChangedTx(tx, m, *b, map[string]any{"side_yes_at": db.At(tx.Now), "side_yes_by": v.AccountID})
	})
}

// EndBuddy ends two young people's buddying: their side or the place can, at any time.
func (s *Service) EndBuddy(ctx context.Context, v viewer.Viewer, moveID string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, TheirSide, Place)
		if err != nil {
			return err
		}
		b, err := holdBuddyTx(tx, m)
		if err != nil || b == nil {
			return err // it has ended: twice is once
		}
		if err := noteTx(tx, v, "buddy.ended", m); err != nil {
			return err
		}
		return s.endBuddyTx(tx, v, m, *b)
	})
}
