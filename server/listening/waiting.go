package listening

import (
	"context"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// ToldWaiting counts what young people told the viewer and the viewer hasn't read:
// what Told would show them for the first time. Counting reads nothing to anybody, so
// nothing is written down.
func (s *Service) ToldWaiting(ctx context.Context, v viewer.Viewer) (int, error) {
	waiting := 0
	if err := viewer.AsStaff(v); err != nil {
		return 0, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		waiting = 0
		rows, err := toldTx(tx, v, maxTold)
		if err != nil {
			return err
		}
		var unread []toldRow
		var ids []string
		for _, r := range rows {
			if r.ReadAt == nil {
				unread, ids = append(unread, r), append(ids, r.YoungPersonID)
			}
		}
		if len(unread) == 0 {
			return nil
		}
		standings, err := people.StandingsTx(tx, v, ids)
		if err != nil {
			return err
		}
		opened := keyChain{s: s, tx: tx, orgID: v.OrganisationID, keys: map[string]*keys.Key{}}
		for _, r := range unread {
			if MayReadTold(v, r.WorkerID, standings[r.YoungPersonID]) != nil {
				continue
			}
			_, ok, err := opened.open(r)
			if err != nil {
				return err
			}
			if ok {
				waiting++
			}
		}
		return nil
	})
	return waiting, err
}
