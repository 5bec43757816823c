package placements

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// Face is an answer to one question: 5, the best, to 1, or one of two ways of not
// answering.
type Face int8

// What a face can be besides 1 to 5.
const (
	NoFace  Face = 0 // the question was not asked
	Skip    Face = -1
	NotSure Face = -2
)

var faceWords = map[Face]string{Skip: "skip", NotSure: "not_sure"}

// MarshalJSON writes a number, or the word for not answering.
func (f Face) MarshalJSON() ([]byte, error) {
	if word, ok := faceWords[f]; ok {
		return json.Marshal(word)
	}
	return strconv.AppendInt(nil, int64(f), 10), nil
}

// UnmarshalJSON reads what MarshalJSON writes, and refuses any other face.
func (f *Face) UnmarshalJSON(raw []byte) error {
	for face, word := range faceWords {
		if string(raw) == `"`+word+`"` {
			*f = face
			return nil
		}
	}
	if n, err := strconv.Atoi(string(raw)); err == nil && n >= 1 && n <= 5 {
		*f = Face(n)
		return nil
	}
	return errFace
}

// reviewDays are the days after a move on which it is asked how it went, and
// reviewOpen for how many days it can be said.
var reviewDays = []int{1, 7, 28}

const (
	reviewOpen = 7
	// settledDay is when it is asked whether they feel settled, and settledQuestion what
	// that counts under.
	settledDay      = 28
	settledQuestion = "settled"
)

// MayReview is reading what the young person told of how it went.
const MayReview May = "reviews"

var (
	errFace = errs.New(errs.Invalid, "This isn't one of the faces.").With("face")
	errDay  = errs.New(errs.Invalid, "There is nothing to say for this day.").With("day")
)

// review is what lies sealed of how a move went. Whoever the young person was told would
// read it are its readers, and nobody who comes later.
type review struct {
	Face    Face     `json:"face"`
	Settled Face     `json:"settled,omitempty"`
	Words   string   `json:"words,omitempty"`
	Longer  bool     `json:"longer,omitempty"`
	Readers []string `json:"readers,omitempty"`
}

// reviewWindow says from when to when a day's review can be given.
func reviewWindow(m Move, day int, loc *time.Location) (from, to time.Time) {
	then := people.DayOf(*m.MovedAt, loc) + people.Day(day)
	return people.MomentOf(then, 0, loc), people.MomentOf(then+reviewOpen, 0, loc)
}

// reviewTx takes how the move went. It wakes nobody else and changes nothing that an
// adult sees unless the young person chose to tell; a skip of everything keeps nothing but
// that there is no more to ask.
func (s *Service) reviewTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	said, day, shown, err := readReview(a)
	if err != nil {
		return err
	}
	if err := mayReviewTx(tx, m, day); err != nil {
		return err
	}
	row := reviewRow{OrganisationID: m.OrganisationID, MoveID: m.ID, Day: day, At: db.At(tx.Now), Skipped: said.Face == Skip && said.Settled < 1}
	if row.Skipped {
		said, shown = review{Face: Skip}, nil
	}
	if said.Readers, err = toldToTx(tx, m, shown); err != nil {
		return err
	}
	if row.Told = len(said.Readers) > 0; row.Told {
		row.Longer = said.Longer
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return err
	}
	if row.Sealed, err = seal(key, reviewAD(m.ID, day), said); err != nil {
		return err
	}
	if err := insertReviewTx(tx, row); err != nil {
		return err
	}
	if said.Settled >= 1 && m.ServiceID != "" {
		at, _, err := reviewAtTx(tx, m, day)
		if err != nil {
			return err
		}
		if err := s.count.CountTx(tx, m.OrganisationID, v.AccountID, m.ServiceID, settledQuestion, at, int(said.Settled)); err != nil {
			return err
		}
	}
	s.wakeYoungTx(tx, m)
	if row.Told {
		readers := slices.Clone(said.Readers)
		tx.AfterCommit(func() { s.waker.Wake(readers...) })
	}
	return nil
}

// readReview gives what was said, and the readers the phone showed when the young person
// chose to tell them: none if they chose to tell nobody.
func readReview(a Act) (said review, day int, shown []string, err error) {
	var body struct {
		Day     int
		Face    json.RawMessage
		Settled json.RawMessage
		Words   string
		Longer  bool
		Tell    bool
		Readers []string
	}
	if err := a.read(&body); err != nil {
		return said, 0, nil, err
	}
	if !slices.Contains(reviewDays, body.Day) {
		return said, 0, nil, errDay
	}
	if err := said.Face.UnmarshalJSON(body.Face); err != nil {
		return said, 0, nil, err
	}
	if len(body.Settled) > 0 && string(body.Settled) != "null" && body.Day == settledDay {
		if err := said.Settled.UnmarshalJSON(body.Settled); err != nil {
			return said, 0, nil, err
		}
	}
	said.Longer = body.Longer
	if body.Words != "" {
		said.Words, err = wordsOf(body.Words, maxWords)
		if errs.ReasonOf(err) == errs.ReasonOf(errWordsEmpty) {
			err = nil
		}
	}
	if body.Tell {
		shown = body.Readers
	}
	return said, body.Day, shown, err
}

// mayReviewTx says whether it can be said now how the move went by this day.
func mayReviewTx(tx *db.Tx, m Move, day int) error {
	if m.MovedAt == nil {
		return errTooEarly
	}
	from, to, err := reviewAtTx(tx, m, day)
	switch {
	case err != nil:
		return err
	case tx.Now.Before(from):
		return errTooEarly
	case !tx.Now.Before(to):
		return errOver
	}
	given, err := reviewsTx(tx, m)
	if err == nil && slices.ContainsFunc(given, func(r reviewRow) bool { return r.Day == day }) {
		err = errDay
	}
	return err
}

func reviewAtTx(tx *db.Tx, m Move, day int) (from, to time.Time, err error) {
	loc, err := people.ZoneTx(tx, m.OrganisationID)
	if err != nil {
		return from, to, err
	}
	from, to = reviewWindow(m, day, loc)
	return from, to, nil
}

// readersTx names the adults who read what is told of a move: those near for longer than
// a shift, and whoever places the young person.
func readersTx(tx *db.Tx, m Move) ([]string, error) {
	circle, err := people.CircleTx(tx, m.OrganisationID, m.YoungPersonID)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, a := range circle.Adults {
		if a.Staff && (a.Has(people.RoleKeyworker) || a.Has(people.RoleLead) || a.Has(people.RoleSafeguarding)) {
			ids = append(ids, a.AccountID)
		}
	}
	placing, err := people.PlacingTx(tx, m.OrganisationID, m.YoungPersonID)
	for _, id := range placing {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, err
}

// toldToTx gives who reads what is told: of those the young person was shown by name, as
// many as would still read it. It may lie on a phone for days, so whoever came near since
// is not among them, and without names it is told to nobody.
func toldToTx(tx *db.Tx, m Move, shown []string) ([]string, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	ids, err := readersTx(tx, m)
	return slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(shown, id) }), err
}

// ReadReview writes down that one of the readers read what the young person told.
func (s *Service) ReadReview(ctx context.Context, v viewer.Viewer, moveID string, day int) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, TheirSide)
		if err != nil {
			return err
		}
		key, err := s.personTx(tx, m)
		if err != nil {
			return err
		}
		told, err := s.toldReviewsTx(tx, v, m, key)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(told, func(r ReviewView) bool { return r.Day == day }) {
			return errNotFound
		}
		first, err := markReadTx(tx, m, day)
		if err != nil || !first {
			return err
		}
		if err := noteTx(tx, v, "move.review_read", m); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
}

func reviewAD(moveID string, day int) keys.AD {
	return keys.AD{Table: "move_reviews", Column: "sealed", Row: moveID + "/" + strconv.Itoa(day)}
}
