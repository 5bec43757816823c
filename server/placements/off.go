package placements

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// MoveOff says to a young person that they aren't going where they were told they would.
type MoveOff struct {
	ID    string          `json:"id"`
	To    PlaceView       `json:"to"`
	At    time.Time       `json:"at"`
	By    *viewer.Person  `json:"by,omitempty" doc:"who said so"`
	Words string          `json:"words,omitempty" doc:"why, in words for them"`
	Ask   []viewer.Person `json:"ask" nullable:"false" doc:"whom they can ask about it"`
}

// maxToAsk is how many people are named whom they can ask.
const maxToAsk = 3

// errOff is errNotFound for a young person whose move is off: their phone asks what to
// say of it.
var errOff = errNotFound.With("off")

// toldOff says whether a young person is still told that their move is off.
func toldOff(m Move, now time.Time) bool {
	return m.ToldAt != nil && m.EndedAt != nil && within(m.EndedAt, youngEnded, now)
}

// NextPlaceOff gives a young person that the move they were told of is off, for as long
// as that is news. Of the place itself there is nothing any more.
func (s *Service) NextPlaceOff(ctx context.Context, v viewer.Viewer) (off MoveOff, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return off, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := offTx(tx, v)
		if err != nil {
			return err
		}
		if m == nil {
			return errNotFound
		}
		off, err = s.offViewTx(tx, *m)
		return err
	})
	return off, err
}

// offTx gives the move of the viewer that is off, unless another one is before them by
// now. Nil: there is none.
func offTx(tx *db.Tx, v viewer.Viewer) (*Move, error) {
	page, err := youngMoveTx(tx, v)
	if err != nil {
		return nil, err
	}
	return offBesideTx(tx, v, page)
}

// offBesideTx is offTx beside the move that their page shows, if any. Only news after it
// takes the place of what is off: one that is ahead, or was told since. The page of a move
// that was done before says nothing of it.
func offBesideTx(tx *db.Tx, v viewer.Viewer, page *Move) (*Move, error) {
	m, err := lastEndedTx(tx, v)
	if err != nil || m == nil || !toldOff(*m, tx.Now) {
		return nil, err
	}
	if page != nil && (page.open() || page.ToldAt.After(*m.EndedAt)) {
		return nil, nil
	}
	return m, nil
}

// absentTx says that there is no move before the viewer, and whether one is off.
func absentTx(tx *db.Tx, v viewer.Viewer) error {
	off, err := offTx(tx, v)
	switch {
	case err != nil:
		return err
	case off != nil:
		return errOff
	}
	return errNotFound
}

func (s *Service) offViewTx(tx *db.Tx, m Move) (MoveOff, error) {
	off := MoveOff{ID: m.ID, At: *m.EndedAt, Ask: []viewer.Person{}}
	key, err := s.personTx(tx, m)
	if err != nil {
		return off, err
	}
	if err := m.openWords(key); err != nil {
		return off, err
	}
	places, err := people.PlaceNamesTx(tx, m.OrganisationID)
	if err != nil {
		return off, err
	}
	off.To, _ = placesOf(m, places)
	off.To.ID = "" // its pictures are gone
	off.Words = m.Words.EndForThem
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return off, err
	}
	ids := []string{m.EndedBy}
	for _, role := range []people.Role{people.RoleKeyworker, people.RoleLead} {
		for _, a := range circle.Adults {
			if a.Staff && a.Has(role) && len(ids) <= maxToAsk {
				ids = append(ids, a.AccountID)
			}
		}
	}
	names, err := s.namesTx(tx, m.OrganisationID, ids...)
	if err != nil {
		return off, err
	}
	off.By = person(names, m.EndedBy)
	for i, id := range ids[1:] {
		if p, ok := names[id]; ok && !slices.Contains(ids[1:i+1], id) {
			off.Ask = append(off.Ask, p)
		}
	}
	return off, nil
}
