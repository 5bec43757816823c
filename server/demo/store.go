package demo

import (
	"heard/server/audit"
	"heard/server/db"
	"heard/server/viewer"
)

const actionDoor = "demo.door"

// doorsTx gives the accounts behind the doors of the newest made-up organisation
// that was finished.
func doorsTx(tx *db.Tx) (map[string]string, error) {
	var rows []struct{ OrganisationID, Reason, ObjectID string }
	err := tx.Gorm().Raw(`SELECT a.organisation_id, a.reason, a.object_id FROM audit a
 JOIN organisations o ON o.id = a.organisation_id WHERE o.demo = ? AND a.action = ?
 ORDER BY o.created_at DESC, o.id DESC, a.seq LIMIT ?`, true, actionDoor, len(doors)).Scan(&rows).Error
	found := map[string]string{}
	for _, r := range rows {
		if r.OrganisationID == rows[0].OrganisationID {
			found[r.Reason] = r.ObjectID
		}
	}
	return found, db.Translate(err)
}

// organisationOfTx gives the organisation of somebody behind a door.
func organisationOfTx(tx *db.Tx, accountID string) (id string, err error) {
	err = tx.Gorm().Raw("SELECT organisation_id FROM accounts WHERE id = ?", accountID).Scan(&id).Error
	return id, db.Translate(err)
}

// markDoors writes down who stands behind each door. It comes last: where it
// stands, the whole demo stands.
func markDoors(tx *db.Tx, admin viewer.Viewer, accountIDs map[string]string) error {
	for _, d := range doors {
		err := audit.Append(tx, audit.Entry{
			OrganisationID: admin.OrganisationID, ActorID: audit.Server, Action: actionDoor,
			ObjectKind: "account", ObjectID: accountIDs[d.Key], Reason: d.Key,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
