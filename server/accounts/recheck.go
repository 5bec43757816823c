package accounts

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/viewer"
	"heard/server/web"
)

// Recheck says what many tokens of one place open now, in one read: live streams
// ask before every event. It is no act of anybody's and keeps no session awake.
func (s *Service) Recheck(ctx context.Context, place viewer.Place, tokens []string) ([]web.Session, error) {
	hashes := make([][]byte, len(tokens))
	for i, token := range tokens {
		hashes[i] = s.tokenHash(place, token)
	}
	var found map[string]sessionFound
	var now time.Time
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now
		found, err = findSessions(tx, place, hashes)
		return err
	})
	if err != nil {
		return nil, err
	}
	sessions := make([]web.Session, len(tokens))
	for i, hash := range hashes {
		row, there := found[string(hash)]
		if !there {
			sessions[i].Err = errSignIn
			continue
		}
		sessions[i].Viewer, sessions[i].Err = row.state().judge(now)
		sessions[i].Viewer.Demo = s.demo
	}
	return sessions, nil
}
