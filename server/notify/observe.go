package notify

import (
	"time"

	"heard/server/db"
)

// Observer counts what was sent, in fixed words and without a person.
type Observer interface {
	// Sent is called once for each answer to a push, e-mail or text message: outcome is accepted, gone, refused or
	// retry, problem one of the codes shown in push health.
	Sent(channel, outcome, problem string)
}

func (s *Service) observe(r result) {
	if s.observer != nil {
		s.observer.Sent(string(r.channel), r.state, r.problem)
	}
}

// QueueTx says how many alerts have something left to do, and since when the oldest of them has been due.
func (s *Service) QueueTx(tx *db.Tx) (waiting int, oldest *time.Time, err error) {
	n, due, err := countDue(tx)
	return n, db.TimePtr(due), err
}
