package placements

import (
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	// maxOpen and maxVisits are how many of them wait at a time at most, and maxAbout how
	// many things a place is told: no finger does more, a phone gone wild could.
	maxOpen   = 20
	maxVisits = 5
	maxAbout  = 50

	// clockSlack forgives a screen whose clock runs ahead of the server's.
	clockSlack = 5 * time.Minute
	// arrivedBefore is how long before a move was written down somebody may have arrived:
	// in an emergency that comes first.
	arrivedBefore = 30 * 24 * time.Hour
)

// What the place and their side may press about asks.
const (
	MayAnswer May = "answer"
	MayVisits May = "visits"
)

// VisitKind is what is asked for.
type VisitKind string

// The kinds of visit.
const (
	Visit VisitKind = "visit"
	Video VisitKind = "video"
)

// VisitState is where a visit stands.
type VisitState string

// The states.
const (
	VisitAsked    VisitState = "asked"
	VisitAgreed   VisitState = "agreed"
	VisitDeclined VisitState = "declined"
	VisitMade     VisitState = "made"
	VisitGone     VisitState = "gone" // called off
)

var (
	errMany     = errs.New(errs.Invalid, "A great many of these are waiting already.").With("words_many")
	errKind     = errs.New(errs.Invalid, "Ask for a visit or a video call.").With("key")
	errAnswered = errs.New(errs.Conflict, "Somebody has answered this already.").With("answered")
	errSettled  = errs.New(errs.Conflict, "This visit stands otherwise by now.").With("changed")
	errFuture   = errs.New(errs.Invalid, "This hasn't happened yet.").Field("at", "This is in the future.")
	errPast     = errs.New(errs.Invalid, "Say when it will be.").Field("at", "Say when it will be.")
	errLongAgo  = errs.New(errs.Invalid, "That is too long ago.").Field("at", "That is too long ago.")
)

// said is a person's own words as they lie sealed.
type said struct {
	Words string `json:"words"`
}

// questionTx takes a question to the place. The time of its answer is promised here and
// shown before it is sent.
func (s *Service) questionTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	sealed, err := s.wordsTx(tx, m, a, "move_questions", true)
	if err != nil {
		return err
	}
	due, err := answerDueTx(tx, v.OrganisationID)
	if err != nil {
		return err
	}
	if n, err := openQuestionsTx(tx, m); err != nil || n >= maxOpen {
		return first2(err, errMany)
	}
	if err := insertQuestionTx(tx, m, a.ID, sealed, due); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// answerDueTx is when something asked now is answered.
func answerDueTx(tx *db.Tx, orgID string) (time.Time, error) {
	loc, err := people.ZoneTx(tx, orgID)
	if err != nil {
		return time.Time{}, err
	}
	return dueAfter(people.DayOf(tx.Now, loc), answerWithin, loc), nil
}

// visitTx takes the wish to see the place before moving there.
func (s *Service) visitTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	var body struct{ Kind VisitKind }
	if err := a.read(&body); err != nil {
		return err
	}
	switch {
	case !m.open():
		return errOver
	case body.Kind != Visit && body.Kind != Video:
		return errKind
	}
	sealed, err := s.wordsTx(tx, m, a, "move_visits", false)
	if err != nil {
		return err
	}
	if n, err := askedVisitsTx(tx, m); err != nil || n >= maxVisits {
		return first2(err, errMany)
	}
	row := visitRow{
		ID: a.ID, OrganisationID: m.OrganisationID, MoveID: m.ID, Kind: string(body.Kind), AskedBy: v.AccountID, AskedAt: db.At(tx.Now),
		Sealed: sealed, State: string(VisitAsked),
	}
	if err := insertVisitTx(tx, row); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// aboutTx takes something the young person wants the place to know of them.
func (s *Service) aboutTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	sealed, err := s.wordsTx(tx, m, a, "move_about", true)
	if err != nil {
		return err
	}
	if n, err := aboutsTx(tx, m); err != nil || n >= maxAbout {
		return first2(err, errMany)
	}
	if err := insertAboutTx(tx, m, a.ID, sealed); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// aboutGoneTx takes such a thing back.
func (s *Service) aboutGoneTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	var body struct{ Item string }
	if err := a.read(&body); err != nil {
		return err
	}
	found, err := endAboutTx(tx, m, body.Item)
	if err != nil {
		return err
	}
	if !found {
		return errNoItem
	}
	return s.wakeMoveTx(tx, m)
}

// buddyWantedTx takes whether the young person would like a buddy there. A no also ends
// the asking that is under way, of which they may know nothing.
func (s *Service) buddyWantedTx(tx *db.Tx, v viewer.Viewer, m Move, a Act) error {
	var body struct{ Wanted *bool }
	if err := a.read(&body); err != nil {
		return err
	}
	if body.Wanted == nil {
		return errUnreadable
	}
	if err := changeMoveTx(tx, m, map[string]any{"buddy_wanted": *body.Wanted}); err != nil {
		return err
	}
	if !*body.Wanted {
		if err := s.endUnbegunBuddyTx(tx, v, m); err != nil {
			return err
		}
	}
	return s.wakeMoveTx(tx, m)
}

// wordsTx seals the words of an act for the row that the act makes. Nil: there are none
// and none are needed.
func (s *Service) wordsTx(tx *db.Tx, m Move, a Act, table string, needed bool) ([]byte, error) {
	var body said
	if err := a.read(&body); err != nil {
		return nil, err
	}
	words, err := wordsOf(body.Words, maxWords)
	if err != nil && !needed && words == "" && strings.TrimSpace(body.Words) == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return nil, err
	}
	return seal(key, keys.AD{Table: table, Column: "sealed", Row: a.ID}, said{words})
}

// first2 gives the error that happened, or the one that is to be given otherwise.
func first2(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
