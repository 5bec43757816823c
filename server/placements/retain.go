package placements

import (
	"heard/server/db"
)

// forgetWordsTx takes away what was said around an organisation's moves that are long
// done: why and who decided, questions and answers, wishes, what the place should know,
// what went along and how it went. That there was a move, and when what was done, stays:
// figures are made of nothing else.
func (s *Service) forgetWordsTx(tx *db.Tx, orgID string) error {
	ids, err := wordyMovesTx(tx, orgID, tx.Now.Add(-s.wordsFor))
	if err != nil || len(ids) == 0 {
		return err
	}
	return forgetTx(tx, orgID, ids)
}
