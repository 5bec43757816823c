package feelings

import (
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
)

// around is what a young person's cards share: who is there, who is on duty, and
// how long each level has.
type around struct {
	circle people.Circle
	duty   people.Duty
	limits people.Limits
}

func aroundTx(tx *db.Tx, orgID, youngPersonID string) (*around, error) {
	var a around
	var err error
	if a.circle, err = people.CircleTx(tx, orgID, youngPersonID); err != nil {
		return nil, err
	}
	if a.duty, err = people.DutyTx(tx, orgID, youngPersonID); err != nil {
		return nil, err
	}
	a.limits, err = people.LimitsTx(tx, orgID, youngPersonID)
	return &a, err
}

// factsTx gives what the card's deadlines stand on, as it is in this transaction.
func (s *Service) factsTx(tx *db.Tx, d *dossier) (Facts, error) {
	if d.around == nil {
		a, err := s.around(tx, d.Card.OrganisationID, d.Card.YoungPersonID)
		if err != nil {
			return Facts{}, err
		}
		d.around = a
	}
	return d.facts(tx.Now), nil
}

// factsOfTx is factsTx for many cards: what a young person's cards share is asked once.
func (s *Service) factsOfTx(tx *db.Tx, d *dossier, shared map[string]*around) (Facts, error) {
	if d.around == nil {
		d.around = shared[d.Card.YoungPersonID]
	}
	facts, err := s.factsTx(tx, d)
	shared[d.Card.YoungPersonID] = d.around
	return facts, err
}

// facts puts recipients in the order of their roles, so that words name the
// nearest first.
func (d *dossier) facts(now time.Time) Facts {
	f := Facts{
		Card: d.Card, Status: d.Status, Limits: d.around.limits, Circle: d.around.circle, Duty: d.around.duty, Off: d.Off, Now: now,
	}
	for _, a := range d.around.circle.Adults {
		if r := d.recipient(a.AccountID); r != nil {
			f.Told = append(f.Told, r.told())
		}
	}
	for _, r := range d.Recipients {
		if !slices.ContainsFunc(f.Told, func(t Told) bool { return t.AccountID == r.AccountID }) {
			f.Told = append(f.Told, r.told())
		}
	}
	return f
}

// timing is all of a status that the due row depends on.
type timing struct {
	state       State
	since, lead time.Time
	until       time.Time
	spent       bool
	seen        int
	checked     bool
}

func (s Status) timing() timing {
	t := timing{state: s.State, since: s.Since, lead: s.LeadAt, spent: s.Spent, seen: len(s.SeenBy), checked: s.Checked}
	t.until, _ = s.Promised()
	// Telling somebody, or failing to, changes no deadline by itself.
	if s.State == StateAlerting || s.State == StateNoChannel {
		t.state = StateReceived
	}
	return t
}
