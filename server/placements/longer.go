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

// LongerView is when a young person who wanted it has more time with somebody.
type LongerView struct {
	Day   int            `json:"day" enum:"1,7,28" doc:"on which they asked for it"`
	At    time.Time      `json:"at"`
	Words string         `json:"words,omitempty" doc:"with whom, and what they will do"`
	Who   *viewer.Person `json:"who,omitempty" doc:"who said so"`
}

// longerReply is what lies sealed of it.
type longerReply struct {
	At    time.Time `json:"at"`
	Words string    `json:"words,omitempty"`
}

var errNotAsked = errs.New(errs.Conflict, "They didn't ask for this.").With("not_asked")

// Longer says when a young person gets the time with somebody that they asked for. Only
// those can who were told that they want it; who says another time changes it.
func (s *Service) Longer(ctx context.Context, v viewer.Viewer, moveID string, day int, at time.Time, words string) error {
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
		i := slices.IndexFunc(told, func(r ReviewView) bool { return r.Day == day })
		switch {
		case i < 0:
			return errNotFound
		case !told[i].Longer:
			return errNotAsked
		case at.Before(tx.Now.Add(-clockSlack)), at.After(tx.Now.Add(farthest * 24 * time.Hour)):
			return errs.New(errs.Invalid, "Say a time that is still to come.").Field("at", "A time that is still to come.")
		}
		if words = strings.TrimSpace(words); len([]rune(words)) > maxWords {
			return errs.New(errs.Invalid, "This is too long.").Field("words", "This is too long.")
		}
		reply, err := seal(key, longerAD(m.ID, day), longerReply{At: at.UTC().Truncate(time.Millisecond), Words: words})
		if err != nil {
			return err
		}
		err = changeReviewTx(tx, m, day, map[string]any{"longer_reply": reply, "longer_by": v.AccountID, "longer_said_at": db.At(tx.Now)})
		if err != nil {
			return err
		}
		if _, err := markReadTx(tx, m, day); err != nil { // who answers has read it
			return err
		}
		if err := noteTx(tx, v, "move.longer_said", m); err != nil {
			return err
		}
		return s.wakeMoveTx(tx, m)
	})
}

// longerTx gives what was said of the time they asked for; nil: nothing yet.
func (s *Service) longerTx(tx *db.Tx, m Move, key *keys.Key, r reviewRow) (*LongerView, error) {
	if len(r.LongerReply) == 0 {
		return nil, nil
	}
	var reply longerReply
	if err := open(key, longerAD(m.ID, r.Day), r.LongerReply, &reply); err != nil {
		return nil, err
	}
	names, err := s.namesTx(tx, m.OrganisationID, text(r.LongerBy))
	return &LongerView{Day: r.Day, At: reply.At, Words: reply.Words, Who: person(names, text(r.LongerBy))}, err
}

// youngLongerTx gives a young person what was said last of the time they asked for.
func (s *Service) youngLongerTx(tx *db.Tx, m Move, key *keys.Key) (*LongerView, error) {
	rows, err := reviewsTx(tx, m)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(rows) {
		if longer, err := s.longerTx(tx, m, key, r); err != nil || longer != nil {
			return longer, err
		}
	}
	return nil, nil
}

func longerAD(moveID string, day int) keys.AD {
	ad := reviewAD(moveID, day)
	ad.Column = "longer_reply"
	return ad
}
