package placements

import (
	"slices"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// ReviewDue is a day for which a young person can say now how it went.
type ReviewDue struct {
	Day     int             `json:"day" enum:"1,7,28"`
	Until   time.Time       `json:"until"`
	Readers []viewer.Person `json:"readers" nullable:"false" doc:"who would read it, if they choose to tell"`
}

// ReviewView is how a move went, as a young person told it to one of its readers.
type ReviewView struct {
	Day     int        `json:"day" enum:"1,7,28"`
	At      time.Time  `json:"at"`
	Face    Face       `json:"face"`
	Settled *Face      `json:"settled,omitempty"`
	Words   string     `json:"words,omitempty"`
	Longer  bool       `json:"longer" doc:"they want more time with somebody"`
	ReadAt  *time.Time `json:"readAt,omitempty"`

	LongerAnswer *LongerView `json:"longerAnswer,omitempty" doc:"when they have it"`
}

// youngReviewTx gives what a young person is asked now. Of two days that are open it asks
// the later one.
func (s *Service) youngReviewTx(tx *db.Tx, m Move) (*ReviewDue, error) {
	if m.MovedAt == nil {
		return nil, nil
	}
	rows, err := reviewsTx(tx, m)
	if err != nil {
		return nil, err
	}
	loc, err := people.ZoneTx(tx, m.OrganisationID)
	if err != nil {
		return nil, err
	}
	for _, day := range slices.Backward(reviewDays) {
		from, to := reviewWindow(m, day, loc)
		if tx.Now.Before(from) || !tx.Now.Before(to) || slices.ContainsFunc(rows, func(r reviewRow) bool { return r.Day == day }) {
			continue
		}
		readers, err := s.readerNamesTx(tx, m)
		return &ReviewDue{Day: day, Until: to, Readers: readers}, err
	}
	return nil, nil
}

func (s *Service) readerNamesTx(tx *db.Tx, m Move) ([]viewer.Person, error) {
	ids, err := readersTx(tx, m)
	if err != nil {
		return nil, err
	}
	names, err := s.namesTx(tx, m.OrganisationID, ids...)
	readers := []viewer.Person{}
	for _, id := range ids {
		if p, ok := names[id]; ok {
			readers = append(readers, p)
		}
	}
	return readers, err
}

// toldReviewsTx gives one of the readers what the young person told them. Of what was
// told to nobody there is no trace.
func (s *Service) toldReviewsTx(tx *db.Tx, v viewer.Viewer, m Move, key *keys.Key) ([]ReviewView, error) {
	rows, err := reviewsTx(tx, m)
	if err != nil {
		return nil, err
	}
	told := []ReviewView{}
	for _, r := range rows {
		if !r.Told {
			continue
		}
		var said review
		if err := open(key, reviewAD(m.ID, r.Day), r.Sealed, &said); err != nil {
			return nil, err
		}
		if !slices.Contains(said.Readers, v.AccountID) {
			continue
		}
		view := ReviewView{Day: r.Day, At: r.At.Time(), Face: said.Face, Words: said.Words, Longer: said.Longer, ReadAt: db.TimePtr(r.ReadAt)}
		if view.LongerAnswer, err = s.longerTx(tx, m, key, r); err != nil {
			return nil, err
		}
		if said.Settled != NoFace {
			view.Settled = &said.Settled
		}
		told = append(told, view)
	}
	return told, nil
}

// reviewsWaitingTx says by which of some moves a young person wants more time with
// somebody, told the viewer so, and what is missing: that anybody reads it, or says when.
func (s *Service) reviewsWaitingTx(tx *db.Tx, v viewer.Viewer, moves []Move, held map[string][]Side) (map[string]string, error) {
	waits := map[string]string{}
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.ID
	}
	rows, err := longerWaitsTx(tx, v.OrganisationID, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		i := slices.IndexFunc(moves, func(m Move) bool { return m.ID == r.MoveID })
		if first(held[r.MoveID], []Side{TheirSide}) == NoSide {
			continue
		}
		key, err := s.personTx(tx, moves[i])
		if errs.CodeOf(err) == errs.NotFound {
			continue // the key is gone, and with it what was told
		}
		if err != nil {
			return nil, err
		}
		var said review
		if err := open(key, reviewAD(r.MoveID, r.Day), r.Sealed, &said); err != nil {
			return nil, err
		}
		if slices.Contains(said.Readers, v.AccountID) {
			switch {
			case r.ReadAt == nil:
				waits[r.MoveID] = missingReview
			case waits[r.MoveID] == "":
				waits[r.MoveID] = missingLonger
			}
		}
	}
	return waits, nil
}
