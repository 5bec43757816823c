package feelings

import (
	"context"
	"time"

	"heard/server/db"
	"heard/server/errs"
)

const (
	// leftEvery is how often cards in somebody's hands are looked at, unless it is
	// configured: a relation that ends, or runs out by itself, makes no event of its own.
	leftEvery = 5 * time.Second
	// leftBatch bounds one look; what is beyond it has its turn at the next.
	leftBatch = 200
)

// LeftOnce hands on the cards that rest on somebody who can no longer open them:
// their relation has ended, or their account was suspended. It looks at a page of
// them, after the card given, and says after which one to go on.
func (s *Service) LeftOnce(ctx context.Context, after string) (string, error) {
	var resting []cardRow
	left := map[string]string{}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if resting, err = restingTx(tx, after, leftBatch); err != nil {
			return err
		}
		for _, row := range resting {
			who, err := s.leftTx(tx, row)
			if err != nil {
				return err
			}
			if who != "" {
				left[row.ID] = who
			}
		}
		return nil
	})
	if err != nil {
		return after, err
	}
	for _, row := range resting {
		who, gone := left[row.ID]
		if !gone {
			continue
		}
		if err := s.db.Tx(ctx, func(tx *db.Tx) error { return s.handOnTx(tx, row, who) }); err != nil {
			return after, err
		}
	}
	if len(resting) < leftBatch {
		return "", nil
	}
	return resting[len(resting)-1].ID, nil
}

// leftTx names whom a card rests on, if they are no longer of this young person's people.
func (s *Service) leftTx(tx *db.Tx, row cardRow) (string, error) {
	d, err := dossierTx(tx, row)
	if err != nil {
		return "", err
	}
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return "", err
	}
	who := facts.awaited()
	if _, here := facts.Circle.Find(who); here || who == "" {
		return "", nil
	}
	return who, nil
}

// handOnTx asks again under the card's lock.
func (s *Service) handOnTx(tx *db.Tx, row cardRow, who string) error {
	locked, err := cardRowTx(tx, row.OrganisationID, row.ID, true)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	still, err := s.leftTx(tx, locked)
	if err != nil || still != who {
		return err
	}
	return s.offShiftTx(tx, row.OrganisationID, who, row.ID)
}

// sweep looks for cards whose people have left, until ctx ends.
func (s *Service) sweep(ctx context.Context) {
	if s.leftEvery < 0 {
		return
	}
	ticker := time.NewTicker(s.leftEvery)
	defer ticker.Stop()
	after := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		next, err := s.LeftOnce(ctx, after)
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "cards in somebody's hands could not be looked at", "error", err.Error())
		}
		after = next
	}
}
