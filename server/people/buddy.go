package people

import (
	"heard/server/db"
	"heard/server/viewer"
)

// Buddies are two young people and the two adults who let them be.
type Buddies struct {
	BuddyID       string
	YoungPersonID string
	ProposedBy    string // of the place
	ConfirmedBy   string // of the young person's side
}

// GrantBuddyTx makes one young person the other's buddy, for as long as the kind may
// last. The caller has asked all four: v is the last of them.
func GrantBuddyTx(tx *db.Tx, v viewer.Viewer, b Buddies) (relationID string, err error) {
	until := rules[BuddyOf].longest(tx.Now)
	r := Relation{
		ID: db.NewID(), OrganisationID: v.OrganisationID, SubjectID: b.BuddyID, Kind: BuddyOf,
		ObjectKind: ToYoungPerson, ObjectID: b.YoungPersonID, ValidFrom: tx.Now, ValidTo: &until,
		GrantedBy: b.ProposedBy, Reason: "Buddy for a move", CreatedAt: tx.Now,
		ConfirmedBy: b.ConfirmedBy, ConfirmedAt: timePtr(tx.Now),
	}
	if err := insertRelation(tx, r); err != nil {
		return "", err
	}
	return r.ID, note(tx, v, "relation.grant", "relation", r.ID, b.YoungPersonID)
}

// EndBuddyTx ends what GrantBuddyTx made. What somebody else has ended already stays as
// they ended it.
func EndBuddyTx(tx *db.Tx, v viewer.Viewer, relationID string) error {
	r, err := relationTx(tx, v.OrganisationID, relationID)
	if err != nil || r.EndedAt != nil {
		return err
	}
	if err := endRelation(tx, r, v.AccountID, "Ended as a buddy"); err != nil {
		return err
	}
	return note(tx, v, "relation.end", "relation", r.ID, r.ObjectID)
}

// BuddiesInForceTx says which of these relations hold now, between two young people
// neither of whom is suspended.
func BuddiesInForceTx(tx *db.Tx, orgID string, relationIDs ...string) (map[string]bool, error) {
	return buddiesInForceTx(tx, orgID, relationIDs)
}

// LivingAtTx lists the young people a service serves now.
func LivingAtTx(tx *db.Tx, orgID, serviceID string) ([]string, error) {
	return livingAtTx(tx, orgID, serviceID)
}
