package placements

import (
	"context"
	"slices"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// settles says which states follow which.
var settles = map[VisitState][]VisitState{
	VisitAsked:    {VisitAgreed, VisitDeclined},
	VisitAgreed:   {VisitAgreed, VisitDeclined, VisitMade, VisitGone},
	VisitDeclined: {VisitAgreed},
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
	return s.changeAs(ctx, v, moveID, asked, "move.answered", func(tx *db.Tx, m *Move) (map[string]any, error) {
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

	Was *time.Time // when what was read before it was said; nil: nothing was yet
}

// OfferVisit offers a visit that nobody asked for.
func (s *Service) OfferVisit(ctx context.Context, v viewer.Viewer, moveID string, kind VisitKind, r VisitReply) error {
	if kind != Visit && kind != Video {
		return errKind
	}
	r.State = VisitAgreed
	return s.changeAs(ctx, v, moveID, asked, "move.visit_offered", func(tx *db.Tx, m *Move) (map[string]any, error) {
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

// SettleVisit says what becomes of a visit. What somebody else said meanwhile is not
// written over unread: the young person would have been told one thing, and then another.
func (s *Service) SettleVisit(ctx context.Context, v viewer.Viewer, moveID, visitID string, r VisitReply) error {
	return s.changeAs(ctx, v, moveID, asked, "move.visit_settled", func(tx *db.Tx, m *Move) (map[string]any, error) {
		if m.EndedAt != nil {
			return nil, errNotOpen
		}
		row, err := visitTx(tx, *m, visitID)
		if err != nil {
			return nil, err
		}
		if was := db.AtPtr(r.Was); (was == nil) != (row.SettledAt == nil) || was != nil && *was != *row.SettledAt {
			return nil, errChanged
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
