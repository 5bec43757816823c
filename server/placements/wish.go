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

// wishes are what a young person can wish for the way.
var wishes = []string{"with", "time", "seat", "stops", "music", "food", "bag", "goodbye"}

const (
	maxWish   = 300
	maxReason = 300
)

// The states of a wish.
const (
	wishAsked  = "asked"
	wishAgreed = "agreed"
	wishNo     = "no"
)

// wishSaid and reasonSaid are what lies sealed of a wish.
type wishSaid struct {
	Words string `json:"words"`
}

type reasonSaid struct {
	Words string `json:"words"`
}

var (
	errWishKey = errs.New(errs.Invalid, "There is nothing like that to wish for.").With("key")
	errNoWhy   = errs.New(errs.Invalid, "Say why not. They see it.").With("reason").Field("reason", "Say why not. They see it.")
	errNoWish  = errs.New(errs.Conflict, "There is no wish here that waits for an answer.").With("changed")
)

// wishTx takes what the young person wishes for the way. A new wish asks again: what
// was said to the one before was said to another.
func (s *Service) wishTx(tx *db.Tx, _ viewer.Viewer, m Move, a Act) error {
	var said struct{ Key, Words string }
	if err := a.read(&said); err != nil {
		return err
	}
	if !m.open() {
		return errOver
	}
	if !slices.Contains(wishes, said.Key) {
		return errWishKey
	}
	words, err := wordsOf(said.Words, maxWish)
	if err != nil {
		return err
	}
	key, err := s.personTx(tx, m)
	if err != nil {
		return err
	}
	sealed, err := seal(key, wishAD(m.ID, said.Key), wishSaid{words})
	if err != nil {
		return err
	}
	if err := putWishTx(tx, m, said.Key, sealed); err != nil {
		return err
	}
	return s.wakeMoveTx(tx, m)
}

// Settlement is what is said to a wish.
type Settlement struct {
	AskedAt time.Time // of the wish that was read: another one has not been answered
	Agreed  bool
	Reason  string // needed for a no
}

// SettleWish says yes to a wish, or no and why. It is said once: what the young person
// was answered does not change under their eyes.
func (s *Service) SettleWish(ctx context.Context, v viewer.Viewer, moveID, choice string, said Settlement) error {
	if err := viewer.AsStaff(v); err != nil {
		return err
	}
	said.Reason = strings.TrimSpace(said.Reason)
	switch {
	case !said.Agreed && said.Reason == "":
		return errNoWhy
	case len([]rune(said.Reason)) > maxReason:
		return errs.New(errs.Invalid, "This is too long.").Field("reason", "This is too long.")
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		m, _, err := holdMoveForTx(tx, v, moveID, planning...)
		if err != nil {
			return err
		}
		if !m.open() {
			return errNotOpen
		}
		row, err := choiceTx(tx, m, choice)
		if err != nil {
			return err
		}
		if row.State != wishAsked || row.AskedAt != db.At(said.AskedAt) {
			return errNoWish
		}
		key, err := s.personTx(tx, m)
		if err != nil {
			return err
		}
		row.State, row.SettledBy, row.SettledAt = wishAgreed, &v.AccountID, db.AtPtr(&tx.Now)
		if !said.Agreed {
			row.State = wishNo
		}
		if said.Reason != "" {
			if row.Reason, err = seal(key, reasonAD(m.ID, choice), reasonSaid{said.Reason}); err != nil {
				return err
			}
		}
		if err := settleTx(tx, row); err != nil {
			return err
		}
		if err := s.wakeMoveTx(tx, m); err != nil {
			return err
		}
		return noteTx(tx, v, "move.wish_"+row.State, m)
	})
}

// ChoiceView is a wish for the way and what was said to it.
type ChoiceView struct {
	Key     string         `json:"key" enum:"with,time,seat,stops,music,food,bag,goodbye"`
	Wish    string         `json:"wish"`
	State   string         `json:"state" enum:"asked,agreed,no"`
	AskedAt time.Time      `json:"askedAt"`
	Reason  string         `json:"reason,omitempty"`
	By      *viewer.Person `json:"by,omitempty" doc:"who answered"`
}

func (r choiceRow) view(key *keys.Key, names map[string]viewer.Person) (ChoiceView, error) {
	var wish wishSaid
	if err := open(key, wishAD(r.MoveID, r.Choice), r.Wish, &wish); err != nil {
		return ChoiceView{}, err
	}
	view := ChoiceView{Key: r.Choice, Wish: wish.Words, State: r.State, AskedAt: r.AskedAt.Time()}
	if r.SettledBy != nil {
		view.By = person(names, *r.SettledBy)
	}
	if len(r.Reason) > 0 {
		var reason reasonSaid
		if err := open(key, reasonAD(r.MoveID, r.Choice), r.Reason, &reason); err != nil {
			return view, err
		}
		view.Reason = reason.Words
	}
	return view, nil
}

func wishAD(moveID, choice string) keys.AD {
	return keys.AD{Table: "journey_choices", Column: "wish", Row: moveID + "/" + choice}
}

func reasonAD(moveID, choice string) keys.AD {
	return keys.AD{Table: "journey_choices", Column: "reason", Row: moveID + "/" + choice}
}
