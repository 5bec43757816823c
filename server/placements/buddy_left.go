package placements

import (
	"slices"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// holdsTx says whether two are still buddies: their relation holds, and the buddy lives
// where the move leads. Whoever has left there is there for nobody.
func holdsTx(tx *db.Tx, orgID string, b Buddy) (bool, error) {
	if b.RelationID == "" {
		return false, nil
	}
	holds, err := people.BuddiesInForceTx(tx, orgID, b.RelationID)
	if err != nil || !holds[b.RelationID] {
		return false, err
	}
	return staysTx(tx, b)
}

// staysTx says whether the buddy lives where the move leads.
func staysTx(tx *db.Tx, b Buddy) (bool, error) {
	to, err := leadsToTx(tx, b.OrganisationID, b.MoveID)
	if err != nil || to == "" {
		return false, err
	}
	there, err := people.LivingAtTx(tx, b.OrganisationID, to)
	return slices.Contains(there, b.BuddyID), err
}

// endLeftBuddiesTx ends the buddyings, and the askings, of those who have left the place.
// No card goes between them from that moment; this ends the relation too.
func (s *Service) endLeftBuddiesTx(tx *db.Tx, orgID string) error {
	open, err := buddiesWhereTx(tx, "organisation_id = ? AND ended_at IS NULL", orgID)
	if err != nil {
		return err
	}
	for _, b := range open {
		stays, err := staysTx(tx, b)
		if err != nil {
			return err
		}
		if stays {
			continue
		}
		m, err := heldMoveTx(tx, orgID, b.MoveID)
		if err != nil {
			return err
		}
		if err := s.endAnyBuddyTx(tx, viewer.Viewer{OrganisationID: orgID}, m); err != nil {
			return err
		}
	}
	return nil
}
