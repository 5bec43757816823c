package placements

import (
	"slices"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// buddyMoveTx finds the move that two young people's buddying hangs on, by the buddying
// itself: the buddy knows of no move.
func buddyMoveTx(tx *db.Tx, v viewer.Viewer, a Act) (Move, error) {
	var said struct{ Buddy string }
	if err := a.read(&said); err != nil {
		return Move{}, err
	}
	if !isID(said.Buddy) {
		return Move{}, errNoBuddy
	}
	b, err := buddyByIDTx(tx, v, said.Buddy)
	if err != nil {
		return Move{}, err
	}
	if b == nil {
		return Move{}, errNoBuddy
	}
	return heldMoveTx(tx, v.OrganisationID, b.MoveID)
}

// heldOneTx holds the buddying that an act names, and says whether its relation holds.
func heldOneTx(tx *db.Tx, v viewer.Viewer, m Move, id string) (Buddy, bool, error) {
	b, err := holdBuddyTx(tx, m)
	if err != nil {
		return Buddy{}, false, err
	}
	if b == nil || b.ID != id || m.EndedAt != nil {
		return Buddy{}, false, errNoBuddy // it ended: nothing is said of who ended it
	}
	holds, err := holdsTx(tx, v.OrganisationID, *b)
	return *b, holds, err
}

// buddySaidTx takes what one of the two says to being buddies.
func (s *Service) buddySaidTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	var said struct{ Buddy, Said string }
	if err := a.read(&said); err != nil {
		return err
	}
	b, holds, err := heldOneTx(tx, v, m, said.Buddy)
	if err != nil {
		return err
	}
	mine := v.AccountID == b.YoungPersonID
	state := b.State(holds)
	if mine && (state == BuddyInvited || state == BuddyAgreed) {
		return errNoBuddy // not asked yet: nobody may know before their side agreed
	}
	switch said.Said {
	case saidNo, saidEnd:
		return s.endBuddyTx(tx, v, m, b)
	case saidYes:
		if mine {
			return s.youngYesTx(tx, v, m, b, state)
		}
		if state != BuddyInvited {
			return nil // once is enough
		}
		b.BuddyYesAt = &tx.Now
		return s.buddyChangedTx(tx, m, b, map[string]any{"buddy_yes_at": db.At(tx.Now)})
	case saidStill, saidEnough:
		return s.stillTx(tx, v, m, b, state, said.Said)
	}
	return errSaid
}

// youngYesTx is the last of four: from it on the two are buddies.
func (s *Service) youngYesTx(tx *db.Tx, v viewer.Viewer, m Move, b Buddy, state BuddyState) error {
	switch state {
	case BuddyOn:
		return nil
	case BuddySide:
	default:
		return errNoBuddy
	}
	// Days may lie between the yeses: whoever has left the place can't be there for anybody.
	there, err := livingThereTx(tx, m)
	if err != nil {
		return err
	}
	if !slices.Contains(there, b.BuddyID) {
		return s.endBuddyTx(tx, viewer.Viewer{OrganisationID: v.OrganisationID}, m, b)
	}
	relation, err := people.GrantBuddyTx(tx, v, people.Buddies{
		BuddyID: b.BuddyID, YoungPersonID: b.YoungPersonID, ProposedBy: b.InvitedBy, ConfirmedBy: b.SideYesBy,
	})
	if err != nil {
		return err
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	return s.buddyChangedTx(tx, m, b, map[string]any{
		"young_yes_at": db.At(tx.Now), "relation_id": relation, "day_one": nullable(firstDay(m, tx.Now, loc)),
	})
}

// stillTx takes what a young person says at the end of their week.
func (s *Service) stillTx(tx *db.Tx, v viewer.Viewer, m Move, b Buddy, state BuddyState, said string) error {
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	switch {
	case v.AccountID != b.YoungPersonID || state != BuddyOn:
		return errNoBuddy
	case b.DayOn(tx.Now, loc) < buddyWeek:
		return errTooEarly
	}
	if err := changeBuddyTx(tx, b, map[string]any{"still": said}); err != nil {
		return err
	}
	if said == saidEnough {
		return s.endBuddyTx(tx, v, m, b)
	}
	return s.wakeBuddyTx(tx, m, b)
}

// helloTx takes a card of one of the two for the other. There are no words in it, and
// nothing to find out whether the other has looked.
func (s *Service) helloTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	var said struct{ Buddy, Card string }
	if err := a.read(&said); err != nil {
		return err
	}
	b, holds, err := heldOneTx(tx, v, m, said.Buddy)
	if err != nil {
		return err
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	sent, err := sentSinceTx(tx, b, v.AccountID, people.MomentOf(people.DayOf(tx.Now, loc), 0, loc))
	if err != nil {
		return err
	}
	if err := MayHello(v, b, holds, said.Card, s.hellos, sent); err != nil {
		return err
	}
	if err := insertHelloTx(tx, v, b, said.Card, a.ID); err != nil {
		return err
	}
	return s.wakeBuddyTx(tx, m, b)
}

// endBuddyTx ends it for both at once. Nobody is told who ended it.
func (s *Service) endBuddyTx(tx *db.Tx, v viewer.Viewer, m Move, b Buddy) error {
	if b.RelationID != "" {
		if err := people.EndBuddyTx(tx, v, b.RelationID); err != nil {
			return err
		}
	}
	return s.buddyChangedTx(tx, m, b, map[string]any{"ended_at": db.At(tx.Now), "ended_by": nullable(v.AccountID)})
}

// endAnyBuddyTx ends the buddying of a move that isn't happening.
func (s *Service) endAnyBuddyTx(tx *db.Tx, v viewer.Viewer, m Move) error {
	b, err := holdBuddyTx(tx, m)
	if err != nil || b == nil {
		return err
	}
	return s.endBuddyTx(tx, v, m, *b)
}

// endEarlierBuddiesTx ends the buddyings of moves that the young person's page shows no
// more once this one is told: whom it doesn't show they could not leave.
func (s *Service) endEarlierBuddiesTx(tx *db.Tx, v viewer.Viewer, m Move) error {
	open, err := openElsewhereTx(tx, m)
	if err != nil {
		return err
	}
	for _, b := range open {
		earlier, err := heldMoveTx(tx, m.OrganisationID, b.MoveID)
		if err != nil {
			return err
		}
		if !earlier.before(m) {
			continue
		}
		if err := s.endAnyBuddyTx(tx, v, earlier); err != nil {
			return err
		}
	}
	return nil
}

// before says whether a move is over, or was done before another one.
func (m Move) before(other Move) bool {
	return m.EndedAt != nil || m.MovedAt != nil && (other.open() || other.MovedAt != nil && m.MovedAt.Before(*other.MovedAt))
}

// endUnbegunBuddyTx ends a buddying that nobody has said the last yes to: the young person
// wants none. One that goes on they end themselves.
func (s *Service) endUnbegunBuddyTx(tx *db.Tx, v viewer.Viewer, m Move) error {
	b, err := holdBuddyTx(tx, m)
	if err != nil || b == nil || b.RelationID != "" {
		return err
	}
	return s.endBuddyTx(tx, v, m, *b)
}

// buddyArrivedTx counts the days of two buddies from an arrival.
func buddyArrivedTx(tx *db.Tx, m Move) error {
	b, err := holdBuddyTx(tx, m)
	if err != nil || b == nil || b.YoungYesAt == nil {
		return err
	}
	loc, err := people.ZoneTx(tx, m.OrganisationID)
	if err != nil {
		return err
	}
	return changeBuddyTx(tx, *b, map[string]any{"day_one": nullable(firstDay(m, *b.YoungYesAt, loc))})
}

func (s *Service) buddyChangedTx(tx *db.Tx, m Move, b Buddy, columns map[string]any) error {
	if err := changeBuddyTx(tx, b, columns); err != nil {
		return err
	}
	return s.wakeBuddyTx(tx, m, b)
}

// wakeBuddyTx wakes whoever a move concerns and the buddy, who otherwise hears nothing
// of it.
func (s *Service) wakeBuddyTx(tx *db.Tx, m Move, b Buddy) error {
	tx.AfterCommit(func() { s.waker.WakeReaders(b.BuddyID) })
	return s.wakeMoveTx(tx, m)
}
