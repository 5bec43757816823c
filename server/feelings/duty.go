package feelings

import (
	"maps"
	"slices"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// DutyStartedTx hears that an adult has come on duty. Cards that every level was
// told of wait for just that: they are looked at now instead of at their next round.
func (s *Service) DutyStartedTx(tx *db.Tx, orgID, accountID string) error {
	v := viewer.Viewer{AccountID: accountID, OrganisationID: orgID, Kind: viewer.KindStaff, Place: viewer.Work}
	young, err := roundsTx(tx, orgID)
	if err != nil {
		return err
	}
	mine, err := people.StandingsTx(tx, v, young)
	if err != nil || len(mine) == 0 {
		return err
	}
	return hastenTx(tx, orgID, slices.Collect(maps.Keys(mine)))
}

// DutyEndedTx hears that an adult is no longer on duty: they will be told anew when
// they come back. When their shift is over, and not only a test push unanswered,
// the cards that rest on them go back to whoever is there now.
func (s *Service) DutyEndedTx(tx *db.Tx, orgID, accountID string) error {
	resting, err := offDutyTx(tx, orgID, accountID)
	if err != nil || len(resting) == 0 {
		return err
	}
	onShift, err := people.OnShiftTx(tx, orgID, accountID)
	if err != nil || onShift {
		return err
	}
	for _, id := range resting {
		if err := s.offShiftTx(tx, orgID, accountID, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) offShiftTx(tx *db.Tx, orgID, accountID, id string) error {
	d, err := serverTx(tx, orgID, id)
	if err != nil {
		return err
	}
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	out, rests := facts.OffShift(accountID)
	if !rests {
		return nil
	}
	if err := s.applyTx(tx, d, out); err != nil {
		return err
	}
	s.wakeTx(tx, d)
	return nil
}
