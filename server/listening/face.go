package listening

import (
	"crypto/rand"
	"encoding/json"
	"strconv"

	"heard/server/errs"
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

const (
	wordSkip    = "skip"
	wordNotSure = "not_sure"
)

// Valid says whether it is one of the five faces: nothing else is counted.
func (f Face) Valid() bool { return f >= 1 && f <= 5 }

// MarshalJSON writes a number, or the word for not answering.
func (f Face) MarshalJSON() ([]byte, error) {
	switch f {
	case Skip:
		return json.Marshal(wordSkip)
	case NotSure:
		return json.Marshal(wordNotSure)
	}
	return strconv.AppendInt(nil, int64(f), 10), nil
}

// UnmarshalJSON reads what MarshalJSON writes, and refuses any other face.
func (f *Face) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case `"` + wordSkip + `"`:
		*f = Skip
	case `"` + wordNotSure + `"`:
		*f = NotSure
	case "1", "2", "3", "4", "5":
		*f = Face(raw[0] - '0') // #nosec G115 -- one digit
	default:
		return errs.New(errs.Invalid, "This isn't one of the faces.").With("face")
	}
	return nil
}

// Question is what was asked.
type Question string

// The questions.
const (
	Listened Question = "listened"
	Serious  Question = "serious" // taken seriously
	Say      Question = "say"     // had a say
	// FamilyListened is what families and carers are asked, by a link of their own.
	FamilyListened Question = "family_listened"
	// Settled is asked on the 28th day after a move, where the move is.
	Settled Question = "settled"
)

// Order is which face comes first on a young person's screen.
type Order string

// The orders.
const (
	BestFirst Order = "best_first"
	BestLast  Order = "best_last"
)

// drawOrder tosses the coin that decides a young person's order of faces.
func drawOrder() Order {
	var b [1]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	if b[0]&1 == 0 {
		return BestFirst
	}
	return BestLast
}
