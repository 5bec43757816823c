package placements

import (
	"context"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

var errNoChoice = errs.New(errs.Invalid, "This isn't one of the choices.").Field("choice", "Not one of the choices.")

// NextPlace gives a young person the move that is before them.
func (s *Service) NextPlace(ctx context.Context, v viewer.Viewer) (next NextPlace, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return next, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err := youngMoveTx(tx, v)
		if err != nil {
			return err
		}
		if m == nil {
			return absentTx(tx, v)
		}
		if next, err = s.nextPlaceTx(tx, v, *m); err != nil {
			return err
		}
		off, err := offBesideTx(tx, v, m)
		if err != nil || off == nil {
			return err
		}
		view, err := s.offViewTx(tx, *off)
		next.Off = &view
		return err
	})
	return next, err
}

func (s *Service) nextPlaceTx(tx *db.Tx, v viewer.Viewer, m Move) (NextPlace, error) {
	next := NextPlace{ServerTime: tx.Now, HasPack: m.PackVersionID != "", BuddyWanted: m.BuddyWanted}
	key, err := s.personTx(tx, m)
	if err != nil {
		return next, err
	}
	if err := m.openWords(key); err != nil {
		return next, err
	}
	places, err := people.PlaceNamesTx(tx, m.OrganisationID)
	if err != nil {
		return next, err
	}
	names, err := s.namesTx(tx, m.OrganisationID, m.ToldBy)
	if err != nil {
		return next, err
	}
	to, from := placesOf(m, places)
	next.Move = YoungMove{
		ID: m.ID, State: m.State(), Emergency: m.Emergency, Day: m.Day, Days: days(m.Words.Days), TimeWords: m.Words.TimeWords,
		To: to, From: from, By: names[m.ToldBy], ToldAt: *m.ToldAt, Reason: m.Words.Reason, DecidedBy: m.Words.DecidedBy,
		Wishes: m.Words.Wishes, Choice: m.Choice, MovedAt: m.MovedAt,
	}
	if next.Asks, err = s.asksTx(tx, m, key); err != nil {
		return next, err
	}
	if next.AnswerBy, err = answerDueTx(tx, m.OrganisationID); err != nil {
		return next, err
	}
	if next.Review, err = s.youngReviewTx(tx, m); err != nil {
		return next, err
	}
	if next.Again, err = s.reviewAgainTx(tx, m, key); err != nil {
		return next, err
	}
	if next.Longer, err = s.youngLongerTx(tx, m, key); err != nil {
		return next, err
	}
	if err := s.youngPackTx(tx, m, &next); err != nil {
		return next, err
	}
	if err := s.youngBuddyTx(tx, v, m, &next); err != nil {
		return next, err
	}
	err = s.youngWayTx(tx, m, &next)
	return next, err
}

// Choose takes what a young person says to looking at the place. They can say
// something else at any time; the first "opened" stays written down as the moment they
// looked.
func (s *Service) Choose(ctx context.Context, v viewer.Viewer, moveID string, c Choice) error {
	if err := viewer.AsYoungReading(v); err != nil {
		return err
	}
	switch c {
	case Opened, NotYet, TellFirst, Never:
	default:
		return errNoChoice
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, Young)
		if err != nil || m.Choice == c {
			return err
		}
		columns := map[string]any{"choice": string(c)}
		if c == Opened && m.OpenedAt == nil {
			columns["opened_at"] = db.At(tx.Now)
		}
		if err := changeMoveTx(tx, m, columns); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
}
