package placements

import (
	"heard/server/db"
	"heard/server/people"
)

// EscortTx gives who goes along on the move that a young person was told of and has ahead,
// while a card would reach them.
func (s *Service) EscortTx(tx *db.Tx, orgID, youngPersonID string) (string, error) {
	told, err := toldMovesTx(tx, orgID, youngPersonID)
	if err != nil || len(told) == 0 || !told[0].open() || told[0].EscortID == "" {
		return "", err
	}
	circle, err := people.CircleTx(tx, orgID, youngPersonID)
	if err != nil || !mayEscort(circle, told[0].EscortID) {
		return "", err
	}
	return told[0].EscortID, nil
}
