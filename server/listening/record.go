package listening

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// errAnother says that an id is taken by a contact that is not this one. It is no
// conflict: trying again never helps.
var errAnother = errs.New(errs.Invalid, "Something else has been recorded under this id.").With("another")

// Receipt is what a phone needs to let go of what it sent.
type Receipt struct {
	ID         string    `json:"id"`
	ClientID   string    `json:"clientId" doc:"the id the phone sent"`
	ReceivedAt time.Time `json:"receivedAt"`
	Duplicate  bool      `json:"duplicate" doc:"the same had arrived before"`
	CountsIn   string    `json:"countsIn,omitempty" doc:"the period in which an answer counts, as 2026-11 or 2026-Q4"`
	Told       bool      `json:"told,omitempty" doc:"whom the young person chose will read it"`
}

// Record takes a contact from the worker who had it. The same id again gives the
// contact as it stands. What is answered never tells whether anybody is asked.
func (s *Service) Record(ctx context.Context, v viewer.Viewer, youngPersonID string, n NewContact) (ContactView, error) {
	var view ContactView
	if err := viewer.AsStaff(v); err != nil {
		return view, err
	}
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := n.Validate(tx.Now); err != nil {
			return err
		}
		standing, err := people.StandingTx(tx, v, youngPersonID)
		if err != nil {
			return err
		}
		if err := MayRecord(v, standing); err != nil {
			return err
		}
		c, _, err := s.recordTx(tx, n.contact(v, youngPersonID, v.AccountID))
		if err != nil {
			return err
		}
		names, err := s.names.PersonsTx(tx, v.OrganisationID, []string{youngPersonID})
		view = c.view(names)
		return err
	})
	return view, err
}

// ContactTx takes a young person's own "I saw my worker", which came sealed. The
// worker learns nothing of it.
func (s *Service) ContactTx(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	if err := viewer.AsYoung(v); err != nil {
		return nil, err
	}
	m, err := readMet(body)
	if err != nil {
		return nil, err
	}
	if err := mayWriteTx(tx, v); err != nil {
		return nil, err
	}
	c := m.contact(v, v.AccountID, m.With)
	earlier, err := contactByClientTx(tx, v.AccountID, m.ID)
	if err != nil {
		return nil, err
	}
	if earlier == nil { // a repeat is answered although the worker has left since
		if err := m.Validate(tx.Now); err != nil {
			return nil, err
		}
		circle, err := people.CircleTx(tx, v.OrganisationID, v.AccountID)
		if err != nil {
			return nil, err
		}
		if err := MayMeet(v, circle, m.With); err != nil {
			return nil, err
		}
	}
	c, stored, err := s.recordTx(tx, c)
	return Receipt{ID: c.ID, ClientID: m.ID, ReceivedAt: tx.Now, Duplicate: !stored}, err
}

// CardAnsweredTx makes the contact of a card whose young person says that the
// worker was there: one a card, however often it is opened again.
func (s *Service) CardAnsweredTx(tx *db.Tx, orgID, youngPersonID, workerID, cardID string, at time.Time) error {
	_, _, err := s.recordTx(tx, Contact{
		OrganisationID: orgID, YoungPersonID: youngPersonID, WorkerID: workerID, RecordedBy: workerID,
		ClientID: cardClientID(cardID), Kind: KindCard, Outcome: Happened, At: at,
	})
	return err
}

// cardClientID is no id that a phone or page can send, so nobody can take a card's
// contact away by recording something under its id first.
func cardClientID(cardID string) string { return "card:" + cardID }

func (n NewContact) contact(v viewer.Viewer, youngPersonID, workerID string) Contact {
	return Contact{
		OrganisationID: v.OrganisationID, YoungPersonID: youngPersonID, WorkerID: workerID, RecordedBy: v.AccountID,
		ClientID: n.ID, Kind: n.Kind, Outcome: n.Outcome, At: n.At.UTC().Truncate(time.Millisecond),
	}
}

// recordTx writes a contact once, and the prompt that may follow from it.
func (s *Service) recordTx(tx *db.Tx, c Contact) (Contact, bool, error) {
	var err error
	c.ID = db.NewID()
	if c.ServiceID, err = serviceTx(tx, c); err != nil {
		return c, false, err
	}
	stored, err := insertContactTx(tx, c)
	if err != nil {
		return c, false, err
	}
	if !stored {
		return earlierTx(tx, c)
	}
	if err := askTx(tx, c); err != nil {
		return c, true, err
	}
	s.wakeYoungTx(tx, c.YoungPersonID)
	return c, true, nil
}

// earlierTx gives the contact that is there under the same id, if it is the same.
func earlierTx(tx *db.Tx, c Contact) (Contact, bool, error) {
	earlier, err := contactByClientTx(tx, c.RecordedBy, c.ClientID)
	if err != nil {
		return c, false, err
	}
	if c.Kind == KindCard {
		return c, false, nil
	}
	if earlier == nil || earlier.YoungPersonID != c.YoungPersonID || earlier.Kind != c.Kind ||
		earlier.Outcome != c.Outcome || !earlier.At.Equal(c.At) || earlier.WorkerID != c.WorkerID {
		return c, false, errAnother
	}
	return *earlier, false, nil
}

// serviceTx says which service a contact counts for; empty when none served the
// young person.
func serviceTx(tx *db.Tx, c Contact) (string, error) {
	id, err := people.ContactServiceTx(tx, c.OrganisationID, c.WorkerID, c.YoungPersonID, c.At)
	if errs.CodeOf(err) == errs.NotFound {
		return "", nil
	}
	return id, err
}
