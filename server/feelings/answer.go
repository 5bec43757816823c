package feelings

import (
	"context"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// AnswerKind is one of the answer cards.
type AnswerKind string

// The answer cards.
const (
	AnswerOnMyWay    AnswerKind = "on_my_way"
	AnswerComingAt   AnswerKind = "coming_at"
	AnswerSitWithYou AnswerKind = "sit_with_you"
	AnswerTalkAfter  AnswerKind = "talk_after"
	AnswerHandOver   AnswerKind = "hand_over"
	AnswerOwnWords   AnswerKind = "own_words"
)

const (
	soon        = 10 * time.Minute // a promise without a time
	longPromise = 24 * time.Hour
)

// Answer is what a member of staff says to a card.
type Answer struct {
	Kind  AnswerKind
	At    time.Time // zero: none given
	To    string    // the colleague it is handed to
	Words string
}

// Seen records "I've seen this": the only thing that makes a card seen. Pressing
// it twice changes nothing.
func (s *Service) Seen(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActSeen, version: version,
		done: func(d *dossier) bool { return d.Status.SeenByPerson(v.AccountID) },
		do: func(tx *db.Tx, d *dossier) error {
			if err := s.recordTx(tx, d, seenFirst(v, d)...); err != nil || d.Status.State != StateClosed {
				return err
			}
			return s.restTx(tx, d)
		},
	})
}

// Answer records an answer card.
func (s *Service) Answer(ctx context.Context, v viewer.Viewer, id string, version int, a Answer) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActAnswer, version: version,
		do: func(tx *db.Tx, d *dossier) error {
			switch a.Kind {
			case AnswerHandOver:
				return s.handOverTx(tx, v, d, a.To)
			case AnswerOwnWords:
				words, err := cleanWords("words", a.Words, MaxReply)
				if err != nil {
					return err
				}
				return s.recordTx(tx, d, seenFirst(v, d, Event{Kind: EventWords, Words: words})...)
			default:
				promised, err := a.promise(tx.Now)
				if err != nil {
					return err
				}
				return s.recordTx(tx, d, seenFirst(v, d, promised)...)
			}
		},
	})
}

// promise turns an answer with a time into its event.
func (a Answer) promise(now time.Time) (Event, error) {
	e := Event{Kind: EventPromised, Until: a.At.UTC().Truncate(time.Millisecond)}
	mayOmit := true
	switch a.Kind {
	case AnswerOnMyWay:
		e.Promise = PromiseComing
	case AnswerComingAt:
		e.Promise, mayOmit = PromiseComing, false
	case AnswerSitWithYou:
		e.Promise = PromiseSit
	case AnswerTalkAfter:
		e.Promise, mayOmit = PromiseTalk, false
	default:
		return e, errs.New(errs.Invalid, "That isn't an answer card.").Field("kind", "Choose one of the answer cards.")
	}
	if a.At.IsZero() && mayOmit {
		e.Until = now.Add(soon)
		return e, nil
	}
	if a.At.IsZero() || !e.Until.After(now) || e.Until.After(now.Add(longPromise)) {
		return e, errs.New(errs.Invalid, "Choose a time within the next 24 hours.").
			Field("at", "A time within the next 24 hours.")
	}
	return e, nil
}

// handOverTx passes a card to a colleague, who becomes a recipient and is told.
func (s *Service) handOverTx(tx *db.Tx, v viewer.Viewer, d *dossier, to string) error {
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return err
	}
	colleague, ok := facts.Circle.Find(to)
	if !ok || !MayReceive(colleague, v.AccountID, d.Off) {
		return errs.New(errs.Invalid, "This card can't be handed to them.").Field("to", "Choose a colleague from the list.")
	}
	return s.applyTx(tx, d, Outcome{
		Events: seenFirst(v, d, Event{Kind: EventHandedOver, AboutID: to}),
		Tell:   []Telling{{Adult: colleague, Level: LevelAudience, OnDuty: facts.Duty.On(to)}},
	})
}

// Here records "I'm with them".
func (s *Service) Here(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActHere, version: version,
		done: func(d *dossier) bool { return d.Status.State == StateHere && d.Status.WhoID == v.AccountID },
		do: func(tx *db.Tx, d *dossier) error {
			return s.recordTx(tx, d, seenFirst(v, d, Event{Kind: EventHere})...)
		},
	})
}

// Met records that an adult says it is met; the young person is asked whether
// that is right.
func (s *Service) Met(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActMet, version: version,
		done: func(d *dossier) bool { return d.Status.State == StateCheck && d.Status.WhoID == v.AccountID },
		do: func(tx *db.Tx, d *dossier) error {
			return s.recordTx(tx, d, seenFirst(v, d, Event{Kind: EventCheck})...)
		},
	})
}

// CloseFor closes a card for a young person: a lead does it, with a reason that
// the young person reads.
func (s *Service) CloseFor(ctx context.Context, v viewer.Viewer, id string, version int, reason string) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActCloseFor, version: version,
		do: func(tx *db.Tx, d *dossier) error {
			reason, err := cleanWords("reason", reason, MaxReason)
			if err != nil {
				return err
			}
			if err := s.recordTx(tx, d, seenFirst(v, d, Event{Kind: EventClosed, Words: reason})...); err != nil {
				return err
			}
			return s.restTx(tx, d)
		},
	})
}

// CheckedOn records that an adult looked after a young person who took an urgent
// card back.
func (s *Service) CheckedOn(ctx context.Context, v viewer.Viewer, id string, version int) (View, error) {
	return s.press(ctx, v, id, deed{
		act: ActCheckedOn, version: version,
		done: func(d *dossier) bool { return d.Status.Checked },
		do: func(tx *db.Tx, d *dossier) error {
			e := Event{Kind: EventCheckedOn, ActorID: v.AccountID, Evidence: evidence(d.Ground)}
			if err := s.recordTx(tx, d, e); err != nil {
				return err
			}
			return s.alerts.CancelTx(tx, d.Card.ID)
		},
	})
}

// cleanWords checks what an adult wrote; the text itself is never repeated.
func cleanWords(field, words string, limit int) (string, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return "", errs.New(errs.Invalid, "Write a few words.").Field(field, "This is needed.")
	}
	if len([]rune(words)) > limit {
		return "", errs.New(errs.Invalid, "The words are too long.").Field(field, "At most 300 characters.")
	}
	return words, nil
}
