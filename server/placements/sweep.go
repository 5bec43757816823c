package placements

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/files"
	"heard/server/viewer"
)

const (
	// strayFor is how long a file may lie about that no pack names: somebody may still be
	// writing.
	strayFor = 7 * 24 * time.Hour
	// shownFor is how long after a move what was shown for it stays: as long as the young
	// person can look at it again.
	shownFor = youngAfter
	// alongFor is how long after a move the pictures of what went along stay.
	alongFor = 30 * 24 * time.Hour
	// wordsFor is how long after a move its words stay, when nothing else is said.
	wordsFor = 3 * 365 * 24 * time.Hour
	// sweepEvery is how often what has no use any more is looked for.
	sweepEvery = time.Hour
)

// Run takes away files that nothing shows any more, and ends what nobody can look at any
// more, until the context ends.
func (s *Service) Run(ctx context.Context) error {
	if s.every < 0 {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		if err := s.WorkOnce(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "places could not be looked after", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// WorkOnce does at once what Run does in its time.
func (s *Service) WorkOnce(ctx context.Context) error {
	var orgs []string
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		orgs, err = sweptTx(tx, tx.Now.Add(-s.wordsFor))
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, org := range orgs {
		// One organisation that can't be looked after is no reason to leave the others.
		failed = errors.Join(failed, s.db.Tx(ctx, func(tx *db.Tx) error { return s.sweepTx(tx, org) }))
		// Nor is one that can't be opened a reason to keep words for ever.
		failed = errors.Join(failed, s.db.Tx(ctx, func(tx *db.Tx) error { return s.forgetWordsTx(tx, org) }))
	}
	return failed
}

// sweepTx ends an organisation's files that no pack names, and those of moves that are
// long done.
func (s *Service) sweepTx(tx *db.Tx, orgID string) error {
	stray, err := placeFilesTx(tx, orgID, tx.Now.Add(-strayFor))
	if err != nil {
		return err
	}
	// In one order: two at once that hold the places' packs would wait for one another.
	for _, serviceID := range slices.Sorted(maps.Keys(stray)) {
		ids := stray[serviceID]
		// Whoever saves a pack holds its row: what they are about to name is not taken away.
		if _, err := holdPackTx(tx, orgID, serviceID); err != nil {
			return err
		}
		named, err := s.namedTx(tx, orgID, serviceID)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(named, id) })
		if err := files.EndTx(tx, orgID, ids...); err != nil {
			return err
		}
	}
	done, err := doneMoveFilesTx(tx, orgID, tx.Now.Add(-alongFor))
	if err != nil {
		return err
	}
	if err := files.EndTx(tx, orgID, done...); err != nil {
		return err
	}
	if err := s.endOldBuddiesTx(tx, orgID); err != nil {
		return err
	}
	return s.endLeftBuddiesTx(tx, orgID)
}

// endOldBuddiesTx ends two young people's buddying when the page of the move it began
// with is gone: otherwise one of them would send cards that the other can't see.
func (s *Service) endOldBuddiesTx(tx *db.Tx, orgID string) error {
	moves, err := buddyMovesTx(tx, orgID, tx.Now.Add(-youngAfter))
	if err != nil {
		return err
	}
	for _, m := range moves {
		if err := s.endAnyBuddyTx(tx, viewer.Viewer{OrganisationID: orgID}, m); err != nil {
			return err
		}
	}
	return nil
}

// namedTx gives every file of a place that somebody writes about or may look at: in the
// draft, in what is published, and in what was shown for a move that is not long done.
func (s *Service) namedTx(tx *db.Tx, orgID, serviceID string) ([]string, error) {
	key, err := s.keys.OrganisationKeyTx(tx, orgID)
	if err != nil {
		return nil, err
	}
	named := []string{}
	row, err := packRowTx(tx, orgID, serviceID)
	if err != nil {
		return nil, err
	}
	if row != nil {
		kept, err := row.open(key)
		if err != nil {
			return nil, err
		}
		named = append(named, kept.Pack.FileIDs()...)
	}
	versions, err := usedVersionsTx(tx, orgID, serviceID, tx.Now.Add(-shownFor))
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		p, err := v.open(key)
		if err != nil {
			return nil, err
		}
		named = append(named, p.FileIDs()...)
	}
	return named, nil
}
