package placements

import (
	"context"
	"slices"
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

// settles says which states follow which.
var settles = map[VisitState][]VisitState{
	VisitAsked:    {VisitAgreed, VisitDeclined},
	VisitAgreed:   {VisitAgreed, VisitDeclined, VisitMade, VisitGone},
	VisitDeclined: {VisitAgreed},
}

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

// buddyWantedTx takes whether the young person would like a buddy there.
func (s *Service) buddyWantedTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
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

// staffWords cleans what one of the adults wrote: some words, not too many.
func staffWords(field, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", errs.New(errs.Invalid, "Write some words.").Field(field, "Write some words.")
	case len([]rune(text)) > maxWords:
		return "", errs.New(errs.Invalid, "The words are too long.").Field(field, "At most 1,000 characters.")
	}
	return text, nil
}

// AnswerQuestion answers a young person's question. It is answered once: what they were
// told does not change under their eyes.
func (s *Service) AnswerQuestion(ctx context.Context, v viewer.Viewer, moveID, questionID, words string) error {
	words, err := staffWords("words", words)
	if err != nil {
		return err
	}
	return s.changeAs(ctx, v, moveID, []Side{Place, TheirSide}, "move.answered", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		key, err := s.personTx(tx, *m)
		if err != nil {
			return nil, err
		}
		answer, err := seal(key, keys.AD{Table: "move_questions", Column: "answer", Row: questionID}, said{words})
		if err != nil {
			return nil, err
		}
		return map[string]any{}, answerQuestionTx(tx, v, *m, questionID, answer)
	})
}

// VisitReply is what is said to a visit.
type VisitReply struct {
	State VisitState
	At    *time.Time // when it is to be, or was
	Words string
}

// OfferVisit offers a visit that nobody asked for.
func (s *Service) OfferVisit(ctx context.Context, v viewer.Viewer, moveID string, kind VisitKind, r VisitReply) error {
	if kind != Visit && kind != Video {
		return errKind
	}
	r.State = VisitAgreed
	return s.changeAs(ctx, v, moveID, []Side{Place, TheirSide}, "move.visit_offered", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if !m.open() || m.ToldAt == nil {
			return nil, errNotOpen
		}
		row := visitRow{
			ID: db.NewID(), OrganisationID: m.OrganisationID, MoveID: m.ID, Kind: string(kind), AskedBy: v.AccountID, AskedAt: db.At(tx.Now),
		}
		if err := s.replyTx(tx, v, *m, &row, r); err != nil {
			return nil, err
		}
		return map[string]any{}, insertVisitTx(tx, row)
	})
}

// SettleVisit says what becomes of a visit.
func (s *Service) SettleVisit(ctx context.Context, v viewer.Viewer, moveID, visitID string, r VisitReply) error {
	return s.changeAs(ctx, v, moveID, []Side{Place, TheirSide}, "move.visit_settled", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		row, err := visitTx(tx, *m, visitID)
		if err != nil {
			return nil, err
		}
		if err := s.replyTx(tx, v, *m, &row, r); err != nil {
			return nil, err
		}
		return map[string]any{}, settleVisitTx(tx, row)
	})
}

// replyTx writes a reply into a visit's row, if one may follow the other.
func (s *Service) replyTx(tx *db.Tx, v viewer.Viewer, m Move, row *visitRow, r VisitReply) error {
	if row.State != "" && !slices.Contains(settles[VisitState(row.State)], r.State) {
		return errSettled
	}
	switch {
	case r.State == VisitAgreed && (r.At == nil || !r.At.After(tx.Now)):
		return errPast
	case r.State == VisitAgreed && r.At.After(tx.Now.AddDate(0, 0, farthest)):
		return errs.New(errs.Invalid, "A year ahead at most.").Field("at", "A year ahead at most.")
	case r.State == VisitMade && r.At != nil && r.At.After(tx.Now.Add(clockSlack)):
		return errFuture
	case r.State == VisitDeclined && strings.TrimSpace(r.Words) == "":
		return errs.New(errs.Invalid, "Say why not. They see it.").Field("words", "Say why not. They see it.")
	}
	if r.At != nil {
		row.At = db.AtPtr(r.At)
	}
	if r.State == VisitMade {
		made := db.At(tx.Now)
		if row.At != nil && *row.At < made {
			made = *row.At
		}
		row.MadeAt = &made
	}
	row.State, row.SettledBy, row.SettledAt = string(r.State), &v.AccountID, db.AtPtr(&tx.Now)
	if strings.TrimSpace(r.Words) == "" {
		return nil
	}
	words, err := staffWords("words", r.Words)
	if err != nil {
		return err
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return err
	}
	row.Reply, err = seal(key, keys.AD{Table: "move_visits", Column: "reply", Row: row.ID}, said{words})
	return err
}
