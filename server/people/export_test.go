package people

import "heard/server/db"

// Queries are the hot queries with arguments that suit them.
func Queries(tx *db.Tx, orgID, viewerID, youngPersonID string) map[string][]any {
	now := db.At(tx.Now)
	reach := reachArgs(tx, orgID, youngPersonID)
	return map[string][]any{
		circleQuery:    append(reach[:len(reach):len(reach)], orgID, now, now),
		standingsQuery: append(reach[:len(reach):len(reach)], viewerID, orgID, now, now),
		myPeopleQuery:  {viewerID, orgID, now, now, orgID, now, now, 1},
	}
}
