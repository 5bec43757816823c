package people

import (
	"time"

	"heard/server/db"
)

// Queries are the hot queries with arguments that suit them.
func Queries(tx *db.Tx, orgID, viewerID, youngPersonID string) map[string][]any {
	now := db.At(tx.Now)
	reach := reachArgs(tx, orgID, youngPersonID)
	return map[string][]any{
		circleQuery:    append(reach[:len(reach):len(reach)], orgID, now, now),
		standingsQuery: append(reach[:len(reach):len(reach)], viewerID, orgID, now, now),
		dutyQuery:      dutyArgs(tx, orgID, youngPersonID),
		myPeopleQuery:  {viewerID, orgID, now, now, orgID, now, now, 1},
	}
}

// Gaps are the stretches of a span in which none of the shifts is on.
func Gaps(shifts []Shift, from, to time.Time, loc *time.Location) []Span {
	return gaps(timesBetween(shifts, from, to, loc), from, to)
}

// Overlap gives two times of the shifts that run at once.
func Overlap(shifts []Shift, from, to time.Time, loc *time.Location) (a, b ShiftTime, found bool) {
	return overlap(timesBetween(shifts, from, to, loc))
}
