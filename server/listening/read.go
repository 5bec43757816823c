package listening

import (
	"encoding/json"
	"strings"
	"time"

	"heard/server/errs"
)

// MaxWords is how many characters of a young person's own words are taken.
const MaxWords = 1000

// Answer is what a young person's phone sent.
type Answer struct {
	ID       string // made on the phone, the same at every try
	Ask      string // the prompt it closes, if any
	Contact  string // what it is about, by the server's id or the phone's own
	With     string // or whom
	Listened Face
	Serious  Face
	Say      Face
	Words    string
	Voice    *Voice // nil: none
	Tell     bool
}

// met is a young person's own word that they saw somebody.
type met struct {
	With string
	NewContact
}

var errUnreadable = errs.New(errs.Invalid, "Heard couldn't read this.").With("unreadable")

// ReadAnswer reads an answer. Unknown fields are a newer phone's and cost nothing;
// a face that is none does, because nobody could say what was meant.
func ReadAnswer(body []byte) (Answer, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return Answer{}, errUnreadable
	}
	a := Answer{
		ID: text(fields["id"]), Ask: text(fields["ask"]), Contact: text(fields["contact"]), With: text(fields["with"]),
		Words: strings.TrimSpace(text(fields["words"])), Tell: string(fields["tell"]) == "true",
	}
	for name, face := range map[string]*Face{"listened": &a.Listened, "serious": &a.Serious, "say": &a.Say} {
		if raw, sent := fields[name]; sent && string(raw) != "null" {
			if err := json.Unmarshal(raw, face); err != nil {
				return Answer{}, errs.New(errs.Invalid, "This isn't one of the faces.").With("face").Field(name, "Not one of the faces.")
			}
		}
	}
	if err := a.validate(); err != nil || !a.Listened.Valid() {
		return a, err // with no face there is nothing to say it about
	}
	var err error
	a.Voice, err = readVoice(fields["voice"])
	return a, err
}

func (a Answer) validate() error {
	switch {
	case !isID(a.ID):
		return errs.New(errs.Invalid, "This came without an id of its own.").With("no_id").Field("id", "An id is missing.")
	case a.Listened == NoFace:
		return errs.New(errs.Invalid, "There is no answer in this.").With("no_answer").Field("listened", "Choose a face.")
	case len([]rune(a.Words)) > MaxWords:
		return errs.New(errs.Invalid, "The words are too long.").With("words_too_long").Field("words", "At most 1,000 characters.")
	}
	return nil
}

// readMet reads "I saw my worker".
func readMet(body []byte) (met, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return met{}, errUnreadable
	}
	at, err := time.Parse(time.RFC3339Nano, text(fields["at"]))
	if err != nil {
		return met{}, errs.New(errs.Invalid, "Say when it was.").With("at").Field("at", "Say when it was.")
	}
	return met{With: text(fields["with"]), NewContact: NewContact{
		ID: text(fields["id"]), Kind: Kind(text(fields["kind"])), Outcome: Happened, At: at.UTC(),
	}}, nil
}

// text reads a text; what is none is empty.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
