package placements

import (
	"heard/server/db"
)

// youngWayTx adds the way and what goes along to what a young person has before them.
func (s *Service) youngWayTx(tx *db.Tx, m Move, next *NextPlace) (err error) {
	if next.Journey, err = s.journeyViewTx(tx, m); err != nil {
		return err
	}
	next.Bag, err = s.bagViewTx(tx, m)
	return err
}

// staffWayTx adds the same to what an adult reads of a move. All their sides see it;
// whoever plans it also sees who could go along.
func (s *Service) staffWayTx(tx *db.Tx, m Move, held []Side, view *StaffMove) (err error) {
	if view.Journey, err = s.journeyViewTx(tx, m); err != nil {
		return err
	}
	if view.Bag, err = s.bagViewTx(tx, m); err != nil {
		return err
	}
	may := wayMay(m, held)
	view.May = append(view.May, may...)
	if !m.open() || first(held, planning) == NoSide {
		return nil
	}
	if view.Journey != nil && view.Journey.Escort == nil && m.EscortID != "" {
		names, err := s.namesTx(tx, m.OrganisationID, m.EscortID)
		if err != nil {
			return err
		}
		view.Journey.Away = person(names, m.EscortID)
	}
	view.Escorts, err = s.escortsTx(tx, m)
	return err
}
