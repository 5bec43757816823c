package listening

import (
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
)

// CountTx counts a face that was given elsewhere, under a question of its own: once a
// young person and period, by the same tag and in the same rows as what is asked here,
// so that it is published like any other answer. Who has it done, sees to it that nobody
// is woken and nothing written down beside it.
func (s *Service) CountTx(tx *db.Tx, orgID, youngPersonID, serviceID, question string, at time.Time, face int) error {
	q := Question(question)
	if q != Settled || face < 1 || face > 5 {
		return errs.New(errs.Internal, "This is no answer that can be counted.")
	}
	order, err := holdPersonTx(tx, orgID, youngPersonID)
	if err != nil {
		return err
	}
	unit, period, err := people.CountsInTx(tx, orgID, serviceID, at)
	if err != nil {
		return err
	}
	key, err := s.periodKeyTx(tx, orgID, string(period))
	if err != nil {
		return err
	}
	defer clear(key)
	return putAnswerTx(tx, answerRow{
		OrganisationID: orgID, UnitID: unit.ID, Period: string(period), Question: string(q),
		Tag: tag(key, q, youngPersonID), Value: face, FaceOrder: string(order),
	})
}
