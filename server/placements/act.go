package placements

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// Act is something a young person did about a move, as their phone sent it.
type Act struct {
	ID   string // made on the phone, the same at every try
	Do   string
	Move string
	Raw  json.RawMessage // all of it; unknown fields are a newer phone's and cost nothing
	At   time.Time       // when it came
}

// Receipt says that something a phone sent was taken.
type Receipt struct {
	ID         string    `json:"id"`
	ClientID   string    `json:"clientId"`
	ReceivedAt time.Time `json:"receivedAt"`
	Duplicate  bool      `json:"duplicate,omitempty"`
}

// deed is what is done for one kind of act: the move it is about, held, and the doing,
// which also wakes whoever must hear of it.
type deed struct {
	find func(tx *db.Tx, v viewer.Viewer, a Act) (Move, error)
	do   func(s *Service, tx *db.Tx, v viewer.Viewer, m Move, a Act) error
}

// deeds are the acts this server knows.
var deeds = map[string]deed{
	"question":   {ownMoveTx, (*Service).questionTx},
	"visit":      {ownMoveTx, (*Service).visitTx},
	"about":      {ownMoveTx, (*Service).aboutTx},
	"about_gone": {ownMoveTx, (*Service).aboutGoneTx},
	"buddy":      {ownMoveTx, (*Service).buddyWantedTx},
	"review":     {ownMoveTx, (*Service).reviewTx},
	"read_by":    {ownMoveTx, (*Service).reviewAgainSaidTx},
	"wish":       {ownMoveTx, (*Service).wishTx},
	"bag":        {ownMoveTx, (*Service).bagTx},
	"bag_gone":   {ownMoveTx, (*Service).bagGoneTx},
	"buddy_said": {buddyMoveTx, (*Service).buddySaidTx},
	"hello":      {buddyMoveTx, (*Service).helloTx},
	"bag_packed": {ownMoveTx, (*Service).bagPackedTx},
}

// What a young person's phone named and could not. The reasons tell a phone that it is
// refused for good, which a bare "not found" does not.
var (
	errUnreadable  = errs.New(errs.Invalid, "Heard couldn't read this.").With("unreadable")
	errNoID        = errs.New(errs.Invalid, "This came without an id of its own.").With("no_id")
	errOutside     = errs.New(errs.Forbidden, "This device isn't let in to your next place yet.").With("device")
	errNoMove      = errs.New(errs.NotFound, "There is no such move of yours.").With("move")
	errOver        = errs.New(errs.Invalid, "This move is over.").With("over")
	errTooEarly    = errs.New(errs.Invalid, "It isn't time for this yet.").With("too_early")
	errWordsEmpty  = errs.New(errs.Invalid, "There are no words in this.").With("words_empty")
	errWordsLong   = errs.New(errs.Invalid, "The words are too long.").With("words_too_long")
	errNoItem      = errs.New(errs.NotFound, "There is nothing like that in your list.").With("item")
	errUnknownDeed = errs.New(errs.Unavailable, "Heard cannot take this yet. It stays on the phone.").With("what")
)

// ActTx takes what a young person did about a move and their phone sealed. The same id
// again gives the same receipt and does nothing, also when the move is over by then.
func (s *Service) ActTx(tx *db.Tx, v viewer.Viewer, body []byte) (any, error) {
	if err := viewer.AsYoung(v); err != nil {
		return nil, err
	}
	a, err := readAct(body, tx.Now)
	if err != nil {
		return nil, err
	}
	if err := mayWriteTx(tx, v); err != nil {
		return nil, err
	}
	deed, known := deeds[a.Do]
	if !known {
		return nil, errUnknownDeed
	}
	// Two tries at the same moment wait for one another at the young person's move, so
	// it is asked about a repeat only then.
	m, found := deed.find(tx, v, a)
	earlier, err := actTx(tx, v, a.ID)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		return Receipt{ID: a.ID, ClientID: a.ID, ReceivedAt: earlier.At.Time(), Duplicate: true}, nil
	}
	if found != nil {
		return nil, found
	}
	if err := deed.do(s, tx, v, m, a); err != nil {
		return nil, err
	}
	return Receipt{ID: a.ID, ClientID: a.ID, ReceivedAt: tx.Now}, insertActTx(tx, v, m, a)
}

// mayWriteTx refuses what comes from a device that nobody has let in yet: whoever opened
// one with a code must not speak to a place in the young person's name.
func mayWriteTx(tx *db.Tx, v viewer.Viewer) error {
	outside, err := outsideTx(tx, v)
	if err == nil && outside {
		err = errOutside
	}
	return err
}

// ownMoveTx holds the young person's own move that an act names. One that is somebody
// else's was never theirs; one that is over says so, because they knew of it.
func ownMoveTx(tx *db.Tx, v viewer.Viewer, a Act) (Move, error) {
	m, _, err := holdMoveForTx(tx, v, a.Move, Young)
	if errs.CodeOf(err) != errs.NotFound {
		return m, err
	}
	mine, err := wasToldTx(tx, v, a.Move)
	switch {
	case err != nil:
		return m, err
	case mine:
		return m, errOver
	}
	return m, errNoMove
}

func readAct(body []byte, now time.Time) (Act, error) {
	var said struct {
		ID, Do, Move any
	}
	if json.Unmarshal(body, &said) != nil {
		return Act{}, errUnreadable
	}
	a := Act{Raw: body, At: now}
	a.ID, _ = said.ID.(string)
	a.Do, _ = said.Do.(string)
	a.Move, _ = said.Move.(string)
	if !isID(a.ID) {
		return a, errNoID
	}
	return a, nil
}

// read reads what an act says for itself.
func (a Act) read(into any) error {
	if json.Unmarshal(a.Raw, into) != nil {
		return errUnreadable
	}
	return nil
}

// wordsOf cleans a young person's own words: some, and not more than so many characters.
func wordsOf(text string, most int) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", errWordsEmpty
	case len([]rune(text)) > most:
		return "", errWordsLong
	}
	return text, nil
}

// isID says whether a text is an id as phones and pages make them.
func isID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == 36
}
