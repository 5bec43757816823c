package listening

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"heard/server/errs"
)

// Kind is what a contact was.
type Kind string

// The kinds of contact. A card's is made by the card, nobody records it.
const (
	KindMeeting Kind = "meeting"
	KindVisit   Kind = "visit"
	KindSession Kind = "session"
	KindCall    Kind = "call"
	KindCard    Kind = "card"
)

// Outcome says whether a contact happened.
type Outcome string

// The outcomes. Only what happened is asked about.
const (
	Happened      Outcome = "happened"
	ByService     Outcome = "cancelled_by_service"
	ByYoungPerson Outcome = "cancelled_by_young_person"
	ByFamily      Outcome = "cancelled_by_family"
	Missed        Outcome = "missed"
)

const (
	// clockSlack forgives a phone whose clock runs ahead of the server's.
	clockSlack = 5 * time.Minute
	// longAgo is how far back a contact can be recorded.
	longAgo = 365 * 24 * time.Hour
)

// Contact is one time a worker and a young person met, or were to meet.
type Contact struct {
	ID             string
	OrganisationID string
	YoungPersonID  string
	WorkerID       string
	RecordedBy     string
	ClientID       string
	ServiceID      string // empty: no service served the young person
	Kind           Kind
	Outcome        Outcome
	At             time.Time
}

// NewContact is what is recorded about a contact.
type NewContact struct {
	ID      string // made where it was recorded, the same at every try
	Kind    Kind
	Outcome Outcome
	At      time.Time
}

var (
	errFuture = errs.New(errs.Invalid, "This hasn't happened yet.").With("future").Field("at", "This is in the future.")
	errTooOld = errs.New(errs.Invalid, "This is more than a year ago.").With("too_old").Field("at", "More than a year ago.")
)

// Validate checks what was recorded against the clock.
func (n NewContact) Validate(now time.Time) error {
	switch {
	case !isID(n.ID):
		return errs.New(errs.Invalid, "This came without an id of its own.").With("no_id").Field("id", "An id is missing.")
	case !slices.Contains([]Kind{KindMeeting, KindVisit, KindSession, KindCall}, n.Kind):
		return errs.New(errs.Invalid, "Say what it was: a meeting, a visit, a session or a call.").With("kind").
			Field("kind", "Meeting, visit, session or call.")
	case !slices.Contains([]Outcome{Happened, ByService, ByYoungPerson, ByFamily, Missed}, n.Outcome):
		return errs.New(errs.Invalid, "Say whether it happened.").With("outcome").Field("outcome", "Say whether it happened.")
	case n.At.After(now.Add(clockSlack)):
		return errFuture
	case n.At.Before(now.Add(-longAgo)):
		return errTooOld
	}
	return nil
}

// isID says whether a text is an id as phones and pages make them.
func isID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == 36
}
