package placements

import (
	"context"
	"slices"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var (
	errNoPlace  = errs.New(errs.Invalid, "There is no such place.").Field("toServiceId", "There is no such place.")
	errOneOpen  = errs.New(errs.Conflict, "There is a move for this young person already.").With("one_open")
	errChanged  = errs.New(errs.Conflict, "Somebody has changed this meanwhile.").With("changed")
	errPlaceSet = errs.New(errs.Conflict, "The place can't change once it was told. Say that this move isn't happening, and make a new one.").With("told")
	errNotOpen  = errs.New(errs.Conflict, "This move is over.").With("over")
)

// NewMove is a move that is to be made.
type NewMove struct {
	ID            string // made by the page, the same at every try
	YoungPersonID string
	MoveInput
}

// Make makes a move for a young person. Nobody but their side sees it before it is told.
func (s *Service) Make(ctx context.Context, v viewer.Viewer, n NewMove) (id string, err error) {
	if err := viewer.AsStaff(v); err != nil {
		return "", err
	}
	if !isID(n.ID) {
		return "", errNoID
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		standings, err := people.StandingsTx(tx, v, []string{n.YoungPersonID})
		if err != nil {
			return err
		}
		if err := MayMake(v, standings[n.YoungPersonID]); err != nil {
			return err
		}
		// The same made again by a page that lost the answer is there already.
		if _, _, err := moveForTx(tx, v, n.ID, TheirSide); errs.CodeOf(err) != errs.NotFound {
			return err
		}
		if err := s.checkTx(tx, v, &n.MoveInput, Move{}); err != nil {
			return err
		}
		m := Move{
			ID: n.ID, OrganisationID: v.OrganisationID, YoungPersonID: n.YoungPersonID, FromServiceID: n.FromServiceID,
			ToServiceID: n.ToServiceID, Emergency: n.Emergency, Day: n.Day, MadeBy: v.AccountID, MadeAt: tx.Now, Revision: 1,
		}
		m.ServiceID, err = people.ContactServiceTx(tx, v.OrganisationID, v.AccountID, n.YoungPersonID, tx.Now)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			return err
		}
		if err := s.sealTx(tx, &m, n.words(nil)); err != nil {
			return err
		}
		if err := insertMoveTx(tx, m); err != nil {
			if errs.CodeOf(err) == errs.Conflict {
				return errOneOpen
			}
			return err
		}
		if err := noteTx(tx, v, "move.made", m); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
	return n.ID, err
}

// Change changes what is said of a move while it is ahead. Another revision than the
// one the viewer had before them is refused, so that nobody's words are lost.
func (s *Service) Change(ctx context.Context, v viewer.Viewer, id string, base int, in MoveInput) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, id, TheirSide)
		if err != nil {
			return err
		}
		switch {
		case !m.open():
			return errNotOpen
		case m.Revision != base:
			return errChanged
		}
		key, err := s.personTx(tx, m)
		if err != nil {
			return err
		}
		if err := m.openWords(key); err != nil {
			return err
		}
		if err := s.checkTx(tx, v, &in, m); err != nil {
			return err
		}
		if m.ToldAt != nil && (in.ToServiceID != m.ToServiceID || in.ToName != m.Words.ToName) {
			return errPlaceSet
		}
		words := in.words(m.Words.Days)
		if m.ToldAt != nil && in.Day != m.Day {
			words.Days = append(slices.Clone(words.Days), DayWas{Was: m.Day, At: tx.Now})
		}
		m.FromServiceID, m.ToServiceID, m.Emergency, m.Day = in.FromServiceID, in.ToServiceID, in.Emergency, in.Day
		if err := s.sealTx(tx, &m, words); err != nil {
			return err
		}
		err = changeMoveTx(tx, m, map[string]any{
			"from_service_id": nullable(m.FromServiceID), "to_service_id": nullable(m.ToServiceID), "emergency": m.Emergency,
			"day": nullable(m.Day), "sealed": m.sealed, "revision": m.Revision + 1, "changed_at": db.At(tx.Now),
		})
		if err != nil {
			return err
		}
		if err := noteTx(tx, v, "move.changed", m); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
}

// checkTx checks what is said of a move against the calendar and the organisation's
// places. A place of ours is named by its service, so its name is not kept twice.
func (s *Service) checkTx(tx *db.Tx, v viewer.Viewer, in *MoveInput, before Move) error {
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	if err := in.Validate(before.Day, tx.Now, loc); err != nil {
		return err
	}
	places, err := people.PlaceNamesTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	if in.ToServiceID != "" {
		if _, ok := places[in.ToServiceID]; !ok {
			return errNoPlace
		}
		in.ToName = ""
	}
	if in.FromServiceID != "" {
		if _, ok := places[in.FromServiceID]; !ok {
			return errs.New(errs.Invalid, "There is no such place.").Field("fromServiceId", "There is no such place.")
		}
		in.FromName = ""
	}
	return nil
}

func (s *Service) sealTx(tx *db.Tx, m *Move, words MoveWords) error {
	key, err := s.personTx(tx, *m)
	if err != nil {
		return err
	}
	m.Words = words
	m.sealed, err = seal(key, moveAD(m.ID), words)
	return err
}
