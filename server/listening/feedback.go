package listening

import (
	"bytes"
	"encoding/json"
	"strconv"

	"heard/server/errs"
	"heard/server/keys"
)

// feedbackCodes are the four items of the Session Feedback Questionnaire as SNOMED CT
// names them in the Mental Health Services Data Set. They are texts: a spreadsheet's
// number would lose the last digit.
var feedbackCodes = [4]string{
	"1047381000000103", // did you feel listened to
	"1047391000000101", // did you talk about what you wanted to talk about
	"1047401000000103", // did you understand the things said in the meeting
	"1047411000000101", // did you feel the meeting gave you ideas for what to do
}

// Scores are the answers to the four items, each 1 (not at all) to 5 (totally).
type Scores [len(feedbackCodes)]int

// Feedback is what a young person's phone sent: with their name, for the service's file.
type Feedback struct {
	ID      string // made on the phone, the same at every try
	Contact string
	Scores  Scores
}

var (
	errScores = errs.New(errs.Invalid, "Each of the four questions needs an answer from 1 to 5.").With("scores").
			Field("scores", "Four numbers from 1 to 5.")
	errFeedbackOff = errs.New(errs.NotFound, "This service does not ask these questions.").With("feedback_off")
	errExported    = errs.New(errs.Invalid, "This is in your file already.").With("exported")
)

// ReadFeedback reads what came sealed. Unknown fields are a newer phone's and cost nothing.
func ReadFeedback(body []byte) (Feedback, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return Feedback{}, errUnreadable
	}
	f := Feedback{ID: text(fields["id"]), Contact: text(fields["contact"])}
	var scores []int
	if err := json.Unmarshal(fields["scores"], &scores); err != nil || len(scores) != len(f.Scores) {
		return Feedback{}, errScores
	}
	copy(f.Scores[:], scores)
	return f, f.validate()
}

func (f Feedback) validate() error {
	if !isID(f.ID) {
		return errs.New(errs.Invalid, "This came without an id of its own.").With("no_id").Field("id", "An id is missing.")
	}
	for _, score := range f.Scores {
		if score < 1 || score > 5 {
			return errScores
		}
	}
	return nil
}

// maxBefore is how many ids of what was given before are kept.
const maxBefore = 20

// keptFeedback is feedback as it lies sealed. It knows what it took the place of: a
// late try of that must not undo it.
type keptFeedback struct {
	Scores Scores   `json:"scores"`
	Before []string `json:"before,omitempty"`
}

func (k keptFeedback) seal(key *keys.Key, id string) ([]byte, error) {
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, keptStep-len(plain)%keptStep)...)
	return key.Seal(plain, feedbackAD(id))
}

func (r feedbackRow) open(key *keys.Key) (keptFeedback, error) {
	var k keptFeedback
	plain, err := key.Open(r.Sealed, feedbackAD(r.ID))
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(plain, &k)
}

func feedbackAD(id string) keys.AD {
	return keys.AD{Table: "session_feedback", Column: "sealed", Row: id}
}

// item is one line of the export: what was asked, and the score as it is written.
type item struct{ code, score string }

func (s Scores) items() [len(feedbackCodes)]item {
	var all [len(feedbackCodes)]item
	for i, score := range s {
		all[i] = item{feedbackCodes[i], strconv.Itoa(score)}
	}
	return all
}
