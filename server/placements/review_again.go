package placements

import (
	"slices"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// ReviewAgain is what a young person told to people of whom none is there any more, and
// nobody has read. They named who reads it, so nobody else comes in: they choose again.
type ReviewAgain struct {
	Day     int             `json:"day" enum:"1,7,28"`
	Readers []viewer.Person `json:"readers" nullable:"false" doc:"who would read it now, if they choose to tell"`
}

// reviewAgainTx gives the last of what was told and can be read by nobody; nil: all of
// it has a reader, or had one.
func (s *Service) reviewAgainTx(tx *db.Tx, m Move, key *keys.Key) (*ReviewAgain, error) {
	rows, err := reviewsTx(tx, m)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(rows) {
		again, err := s.unreachedTx(tx, m, key, r)
		if err != nil || again != nil {
			return again, err
		}
	}
	return nil, nil
}

// unreachedTx says of a row whether nobody can read it who was named; nil: somebody can,
// or did, or it was told to nobody.
func (s *Service) unreachedTx(tx *db.Tx, m Move, key *keys.Key, r reviewRow) (*ReviewAgain, error) {
	if !r.Told || r.ReadAt != nil {
		return nil, nil
	}
	var said review
	if err := open(key, reviewAD(m.ID, r.Day), r.Sealed, &said); err != nil {
		return nil, err
	}
	ids, err := readersTx(tx, m)
	if err != nil || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(said.Readers, id) }) {
		return nil, err
	}
	readers, err := s.readerNamesTx(tx, m)
	return &ReviewAgain{Day: r.Day, Readers: readers}, err
}

// reviewAgainSaidTx takes who is to read what nobody could, by the names the phone
// showed; none: nobody.
func (s *Service) reviewAgainSaidTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	var body struct {
		Day     int
		Readers []string
	}
	if err := a.read(&body); err != nil {
		return err
	}
	rows, err := reviewsTx(tx, m)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(r reviewRow) bool { return r.Day == body.Day })
	if i < 0 {
		return errDay
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return err
	}
	again, err := s.unreachedTx(tx, m, key, rows[i])
	if err != nil {
		return err
	}
	if again == nil {
		return errDay
	}
	var said review
	if err := open(key, reviewAD(m.ID, body.Day), rows[i].Sealed, &said); err != nil {
		return err
	}
	if said.Readers, err = toldToTx(tx, m, body.Readers); err != nil {
		return err
	}
	sealed, err := seal(key, reviewAD(m.ID, body.Day), said)
	if err != nil {
		return err
	}
	told := len(said.Readers) > 0
	if err := changeReviewTx(tx, m, body.Day, map[string]any{"sealed": sealed, "told": told, "longer": told && said.Longer}); err != nil {
		return err
	}
	s.wakeYoungTx(tx, m)
	tx.AfterCommit(func() { s.waker.Wake(said.Readers...) })
	return nil
}
