package people

import "heard/server/db"

// RelateMachinesTx joins the heartbeat's two machines, so that a card can go from
// one to the other. Nobody decides about it, so there is no audit row, and no list
// shows it.
func (s *Service) RelateMachinesTx(tx *db.Tx, orgID, workerID, youngPersonID string) error {
	return insertRelation(tx, Relation{
		ID: db.NewID(), OrganisationID: orgID, SubjectID: workerID, Kind: KeyworkerOf, ObjectKind: ToYoungPerson,
		ObjectID: youngPersonID, ValidFrom: tx.Now, Reason: "Heartbeat", CreatedAt: tx.Now, ConfirmedAt: &tx.Now,
	})
}
