package feelings

import (
	"heard/server/db"
	"heard/server/viewer"
)

// guardTx says of cards that somebody has in hand, or that are closed, whether they
// still wait for the viewer as a safeguarding lead.
func (s *Service) guardTx(tx *db.Tx, v viewer.Viewer, all ...*dossier) error {
	shared := map[string]*around{}
	for _, d := range all {
		d.Guard = false
		switch d.Status.State {
		case StatePromised, StateHere, StateCheck, StateClosed:
		default:
			continue
		}
		if !atWork(v) || d.Card.Kind != KindNotSafe {
			continue
		}
		facts, err := s.factsOfTx(tx, d, shared)
		if err != nil {
			return err
		}
		d.Guard = facts.waitsFor(v.AccountID)
	}
	return nil
}

// restTx stops telling people of a closed card. What was closed before a safeguarding
// lead has looked rests with them: they are told of it at once, and go on being told.
func (s *Service) restTx(tx *db.Tx, d *dossier) error {
	if err := s.alerts.CancelTx(tx, d.Card.ID); err != nil {
		return err
	}
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	if _, waits := facts.leadPlan(); !waits {
		return nil
	}
	return s.applyTx(tx, d, facts.tellLeads())
}
