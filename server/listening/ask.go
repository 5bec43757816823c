package listening

import (
	"time"

	"heard/server/db"
	"heard/server/people"
)

// The limits on asking: a young person is never worn down by the question.
const (
	asksPerWeek = 3
	askDays     = 7                  // the days of a week, today among them
	askLife     = 7 * 24 * time.Hour // after which a prompt is gone
	askWithin   = 7 * 24 * time.Hour // a contact longer ago is not asked about
)

// Ask is a prompt.
type Ask struct {
	ID        string
	Contact   Contact
	UnitID    string // where it counts as asked; empty: nowhere
	Period    string
	At        time.Time
	ExpiresAt time.Time
}

// mayAsk says whether a contact leads to a prompt, from when a young person was
// asked before. Whether they answered is not looked at: a worker who records a
// contact must find nothing of that, not even in how long it takes.
func mayAsk(c Contact, earlier []time.Time, now time.Time, loc *time.Location) bool {
	if c.Outcome != Happened || c.At.Before(now.Add(-askWithin)) {
		return false
	}
	today := dayOf(now, loc, 0)
	asked := 0
	for _, at := range earlier {
		if !at.Before(today) {
			return false
		}
		if !at.Before(dayOf(now, loc, 1-askDays)) {
			asked++
		}
	}
	return asked < asksPerWeek
}

// dayOf is the first moment of a day, so many days from now by the calendar there.
func dayOf(now time.Time, loc *time.Location, days int) time.Time {
	y, m, d := now.In(loc).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, loc)
}

// askTx makes the prompt that may follow from a new contact. It takes the place of
// the one before: only the newest is ever shown.
func askTx(tx *db.Tx, c Contact) error {
	if _, err := holdPersonTx(tx, c.OrganisationID, c.YoungPersonID); err != nil {
		return err
	}
	loc, err := people.ZoneTx(tx, c.OrganisationID)
	if err != nil {
		return err
	}
	earlier, err := askedSinceTx(tx, c.OrganisationID, c.YoungPersonID, dayOf(tx.Now, loc, 1-askDays))
	if err != nil || !mayAsk(c, earlier, tx.Now, loc) {
		return err
	}
	ask := Ask{ID: db.NewID(), Contact: c, At: tx.Now, ExpiresAt: tx.Now.Add(askLife)}
	if c.ServiceID != "" {
		unit, period, err := people.CountsInTx(tx, c.OrganisationID, c.ServiceID, c.At)
		if err != nil {
			return err
		}
		ask.UnitID, ask.Period = unit.ID, string(period)
	}
	return insertAskTx(tx, ask)
}
