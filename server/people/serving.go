package people

import (
	"time"

	"heard/server/db"
)

// Serving says which service a contact counts for, as ContactServiceTx does, for any number of
// contacts of a stretch of time without asking the database about each.
type Serving struct {
	served map[string][]spell // young person → services, the one that has served them longest first
	works  map[string][]spell // worker → services
	shifts map[string]map[string]bool
}

// spell is a time in which somebody belonged to a service.
type spell struct {
	serviceID string
	from, to  db.Millis // to is 0 while it lasts
}

func (s spell) holds(at db.Millis) bool { return s.from <= at && (s.to == 0 || s.to > at) }

// ServingTx reads who was served where and who worked where in a stretch of time. It is for
// whatever counts: the job that publishes, and the page that says how cards are answered.
func ServingTx(tx *db.Tx, orgID string, from, to time.Time) (*Serving, error) {
	s := &Serving{}
	var err error
	if s.served, err = servedBetweenTx(tx, orgID, from, to); err != nil {
		return nil, err
	}
	if s.works, err = workedBetweenTx(tx, orgID, from, to); err != nil {
		return nil, err
	}
	s.shifts, err = rotaServicesTx(tx, orgID)
	return s, err
}

// ServiceOf gives the service a contact of that moment counts for; "" for someone whom no
// service served then.
func (s *Serving) ServiceOf(workerID, youngPersonID string, at time.Time) string {
	then, oldest := db.At(at), ""
	works := map[string]bool{}
	for _, w := range s.works[workerID] {
		if w.holds(then) {
			works[w.serviceID] = true
		}
	}
	for _, served := range s.served[youngPersonID] {
		if !served.holds(then) {
			continue
		}
		if works[served.serviceID] || s.shifts[workerID][served.serviceID] {
			return served.serviceID
		}
		if oldest == "" {
			oldest = served.serviceID
		}
	}
	return oldest
}
