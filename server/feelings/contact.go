package feelings

import (
	"time"

	"heard/server/db"
)

// Contacts hears that an adult was with a young person because of a card. Whatever
// fails there, the young person's press stands: a card must not stay open, nor go on
// alerting, because a question could not be prepared.
type Contacts interface {
	// CardAnsweredTx comes once a card, in the transaction in which the young person
	// says that the worker was there; at is when the worker said so.
	CardAnsweredTx(tx *db.Tx, orgID, youngPersonID, workerID, cardID string, at time.Time) error
}

// contactTx tells of the contact that the young person's last press confirms.
func (s *Service) contactTx(tx *db.Tx, d *dossier) error {
	if s.contacts == nil {
		return nil
	}
	there, ok := confirmed(d.Card.YoungPersonID, d.Events)
	if !ok {
		return nil
	}
	return tx.Aside("the contact of a card", func() error {
		return s.contacts.CardAnsweredTx(tx, d.Card.OrganisationID, d.Card.YoungPersonID, there.ActorID, d.Card.ID, there.At)
	})
}

// confirmed gives the event by which a worker said that they were there, when the
// last event is the first in which the young person lets that stand. An adult's
// closing says nothing of it, and "no" takes the worker's word away.
func confirmed(youngPersonID string, events []Event) (there Event, first bool) {
	times := 0
	for _, e := range events {
		first = false
		switch e.Kind {
		case EventReceived, EventReopened, EventCheckNo, EventCheckNotYet:
			there = Event{}
		case EventHere, EventCheck:
			if there.ActorID != e.ActorID {
				there = e
			}
		case EventCheckYes, EventClosed:
			if e.ActorID == youngPersonID && there.ActorID != "" {
				times++
				first = times == 1
			}
		}
	}
	return there, first
}
