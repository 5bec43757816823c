package placements

import (
	"context"
	"slices"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// anySide is every side an adult can be on.
var anySide = []Side{TheirSide, Shift, Place, Escort, PlaceLeft}

// asked are those whom a young person's questions and visits reach.
var asked = []Side{Place, TheirSide, Shift}

var errNotTheDay = errs.New(errs.Conflict, "The day of this move hasn't come. Whoever stands near them can say that they are there.").With("too_early")

// StaffMove gives one of the adults a move, as far as their sides may read it. That they
// opened it is written down for the young person.
func (s *Service) StaffMove(ctx context.Context, v viewer.Viewer, id string) (view StaffMove, err error) {
	if err := viewer.AsStaff(v); err != nil {
		return view, err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := moveForTx(tx, v, id, anySide...)
		if err != nil {
			return err
		}
		held, err := sidesTx(tx, v, m)
		if err != nil {
			return err
		}
		if view, err = s.staffMoveTx(tx, v, m, held); err != nil {
			return err
		}
		return lookedTx(tx, v, m)
	})
	return view, err
}

func (s *Service) staffMoveTx(tx *db.Tx, v viewer.Viewer, m Move, held []Side) (StaffMove, error) {
	loc, err := people.ZoneTx(tx, m.OrganisationID)
	if err != nil {
		return StaffMove{}, err
	}
	view := StaffMove{
		ServerTime: tx.Now, ID: m.ID, Revision: m.Revision, Side: sideNames[held[0]], Sides: namesOfSides(held), May: moveMay(m, held, tx.Now, loc), State: m.State(),
		Emergency: m.Emergency, Day: m.Day, Days: []DayWas{}, ToldAt: m.ToldAt, MovedAt: m.MovedAt, EndedAt: m.EndedAt,
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return view, err
	}
	if err := m.openWords(key); err != nil {
		return view, err
	}
	names, err := s.namesTx(tx, m.OrganisationID, m.YoungPersonID, m.MadeBy, m.ToldBy)
	if err != nil {
		return view, err
	}
	places, err := people.PlaceNamesTx(tx, m.OrganisationID)
	if err != nil {
		return view, err
	}
	to, from := placesOf(m, places)
	view.YoungPerson, view.Days = *person(names, m.YoungPersonID), days(m.Words.Days)
	if first(held, []Side{TheirSide, Shift, Place, Escort}) != NoSide {
		view.To = &to
	}
	if first(held, []Side{TheirSide, Shift}) != NoSide {
		view.From = from
	}
	if first(held, []Side{TheirSide, Place}) != NoSide {
		view.BuddyWanted = m.BuddyWanted
	}
	if first(held, asked) != NoSide {
		if view.Asks, err = s.asksTx(tx, m, key); err != nil {
			return view, err
		}
	}
	if first(held, []Side{TheirSide}) != NoSide {
		view.theirs(m, names)
		if view.Reviews, err = s.toldReviewsTx(tx, v, m, key); err != nil {
			return view, err
		}
	}
	all, err := s.missingTx(tx, v, []Move{m}, map[string][]Side{m.ID: held})
	if err != nil {
		return view, err
	}
	view.Missing = all[m.ID]
	if err := packStateTx(tx, m, held, &view); err != nil {
		return view, err
	}
	if err := s.staffBuddyTx(tx, m, held, &view); err != nil {
		return view, err
	}
	err = s.staffWayTx(tx, m, held, &view)
	return view, err
}

// theirs adds what is between the young person and their side.
func (view *StaffMove) theirs(m Move, names map[string]viewer.Person) {
	view.MadeAt, view.MadeBy, view.ToldBy = &m.MadeAt, person(names, m.MadeBy), person(names, m.ToldBy)
	view.Choice, view.OpenedAt = m.Choice, m.OpenedAt
	view.Words = &MoveWordsView{
		Reason: m.Words.Reason, DecidedBy: m.Words.DecidedBy, Wishes: m.Words.Wishes, TimeWords: m.Words.TimeWords, EndReason: m.Words.EndReason,
		EndForThem: m.Words.EndForThem,
	}
}

// moveMay names what somebody with these sides may press about the move itself.
func moveMay(m Move, held []Side, now time.Time, loc *time.Location) []May {
	may := []May{}
	if m.EndedAt != nil {
		return may
	}
	theirs, answer := slices.Contains(held, TheirSide), first(held, asked) != NoSide
	add := func(allowed bool, what ...May) {
		if allowed {
			may = append(may, what...)
		}
	}
	add(theirs && m.open(), MayChangeWords, MayEndMove)
	add(theirs && m.ToldAt == nil, MayTell)
	add(theirs && m.ToldAt != nil && m.PackVersionID == "" && m.ToServiceID != "" && m.open(), MayShow)
	add(m.MovedAt == nil && arrives(m, held, now, loc), MayArrive)
	add(theirs && amends(m, now), MayAmendArrival)
	add(answer && m.ToldAt != nil, MayAnswer, MayVisits)
	add(theirs && m.MovedAt != nil, MayReview)
	return may
}

// End says that the young person isn't going there after all. The place is gone from
// their phone at once, which says that it is off and who said so. The reason is for their
// side; what the young person reads of why are words of their own, or none.
func (s *Service) End(ctx context.Context, v viewer.Viewer, id, reason, forThem string) error {
	return s.changeAs(ctx, v, id, []Side{TheirSide}, "move.ended", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, nil
		}
		if !m.open() {
			return nil, errNotOpen
		}
		reason, err := staffWords("reason", reason)
		if err != nil {
			return nil, err
		}
		if forThem = strings.TrimSpace(forThem); len([]rune(forThem)) > maxWords {
			return nil, errs.New(errs.Invalid, "This is too long.").Field("forThem", "This is too long.")
		}
		key, err := s.personTx(tx, *m)
		if err != nil {
			return nil, err
		}
		if err := m.openWords(key); err != nil {
			return nil, err
		}
		words := m.Words
		words.EndReason, words.EndForThem = reason, forThem
		if err := s.sealTx(tx, m, words); err != nil {
			return nil, err
		}
		m.EndedAt = &tx.Now
		if err := s.endAnyBuddyTx(tx, v, *m); err != nil {
			return nil, err
		}
		return map[string]any{"ended_at": db.At(tx.Now), "ended_by": v.AccountID, "sealed": m.sealed, "revision": m.Revision + 1}, nil
	})
}

// changeAs holds a move for one of some sides, changes it, writes that down and wakes
// whoever must hear. No columns: nothing had to be done.
func (s *Service) changeAs(
	ctx context.Context, v viewer.Viewer, id string, may []Side, action string, change func(tx *db.Tx, m *Move) (map[string]any, error),
) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, id, may...)
		if err != nil {
			return err
		}
		columns, err := change(tx, &m)
		if err != nil || columns == nil {
			return err
		}
		columns["changed_at"] = db.At(tx.Now)
		if err := changeMoveTx(tx, m, columns); err != nil {
			return err
		}
		if err := noteTx(tx, v, action, m); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
}
