package placements

import (
	"strings"
	"time"

	"heard/server/errs"
	"heard/server/keys"
	"heard/server/people"
)

// Move is a young person's move from one place to another.
type Move struct {
	ID             string
	OrganisationID string
	YoungPersonID  string
	ServiceID      string // where it counts; empty: nowhere
	FromServiceID  string
	ToServiceID    string // empty: a place that is none of ours
	Emergency      bool
	Day            string // 2026-11-27; empty: not known yet
	MadeBy         string
	MadeAt         time.Time
	ToldAt         *time.Time
	ToldBy         string
	PackVersionID  string
	PackedAt       *time.Time
	Choice         Choice
	OpenedAt       *time.Time
	EscortID       string
	BuddyWanted    *bool
	MovedAt        *time.Time
	ArrivedSaidAt  *time.Time // when MovedAt was written down first
	EndedAt        *time.Time
	EndedBy        string
	Revision       int
	Words          MoveWords // as far as they were opened

	sealed []byte
}

// MoveWords is what lies sealed of a move.
type MoveWords struct {
	Reason    string   `json:"reason"`
	DecidedBy string   `json:"decidedBy"`
	Wishes    string   `json:"wishes"`
	TimeWords string   `json:"timeWords,omitempty"`
	FromName  string   `json:"fromName,omitempty"`
	ToName    string   `json:"toName,omitempty"`
	Days      []DayWas `json:"days,omitempty"`
	EndReason string   `json:"endReason,omitempty"` // for their side
	// EndForThem is why it is off, as the young person reads it.
	EndForThem string `json:"endForThem,omitempty"`
}

// DayWas is a day the young person had been told before it changed.
type DayWas struct {
	Was string    `json:"was" doc:"2026-11-27; empty: it was not known"`
	At  time.Time `json:"at"`
}

// Choice is what the young person said to looking at the place.
type Choice string

// The choices; none yet is empty.
const (
	Opened    Choice = "opened"
	NotYet    Choice = "not_yet"
	TellFirst Choice = "tell_first" // what is in it, before looking
	Never     Choice = "never"
)

// State is where a move stands.
type State string

// The states.
const (
	Preparing State = "preparing"
	Told      State = "told"
	Moved     State = "moved"
	Over      State = "ended" // not going there after all
)

// State says where the move stands.
func (m Move) State() State {
	switch {
	case m.EndedAt != nil:
		return Over
	case m.MovedAt != nil:
		return Moved
	case m.ToldAt != nil:
		return Told
	}
	return Preparing
}

// open says whether the move is still ahead.
func (m Move) open() bool { return m.MovedAt == nil && m.EndedAt == nil }

const (
	maxWords     = 1000
	maxTimeWords = 100
	maxName      = 60
	// farthest is how far ahead a day can be: more is a slip of the finger.
	farthest = 365
	// backdated is how many days an emergency can have been before it is written down.
	backdated = 30
)

// MoveInput is what is said of a move when it is made or changed.
type MoveInput struct {
	FromServiceID string
	FromName      string
	ToServiceID   string
	ToName        string
	Emergency     bool
	Day           string
	Reason        string
	DecidedBy     string
	Wishes        string
	TimeWords     string
}

// Validate checks what was said of a move against the organisation's calendar. The day
// it had before is let stand, however long ago it was.
func (in *MoveInput) Validate(before string, now time.Time, loc *time.Location) error {
	for _, f := range []struct {
		text         *string
		name, called string
		most         int
		needed       bool
	}{
		{&in.Reason, "reason", "why they are moving", maxWords, true},
		{&in.DecidedBy, "decidedBy", "who decided", maxWords, true},
		{&in.Wishes, "wishes", "how their wishes were heard", maxWords, true},
		{&in.TimeWords, "timeWords", "the time of day", maxTimeWords, false},
		{&in.ToName, "toName", "the place's name", maxName, in.ToServiceID == ""},
		{&in.FromName, "fromName", "the name of the place they leave", maxName, false},
	} {
		*f.text = strings.TrimSpace(*f.text)
		switch {
		case f.needed && *f.text == "":
			return errs.New(errs.Invalid, "Say "+f.called+".").Field(f.name, "Say "+f.called+".")
		case len([]rune(*f.text)) > f.most:
			return errs.New(errs.Invalid, "This is too long.").Field(f.name, "This is too long.")
		}
	}
	if in.ToServiceID != "" && in.ToServiceID == in.FromServiceID {
		return errs.New(errs.Invalid, "The two places are the same.").Field("toServiceId", "The two places are the same.")
	}
	return in.validateDay(before, now, loc)
}

func (in *MoveInput) validateDay(before string, now time.Time, loc *time.Location) error {
	if in.Day == "" || in.Day == before {
		return nil
	}
	day, err := people.ParseDay(in.Day)
	today := people.DayOf(now, loc)
	earliest := today
	if in.Emergency {
		earliest -= backdated
	}
	switch {
	case err != nil || day.String() != in.Day:
		return errs.New(errs.Invalid, "There is no such day.").Field("day", "There is no such day.")
	case day < earliest:
		return errs.New(errs.Invalid, "That day is past.").Field("day", "That day is past.")
	case day > today+farthest:
		return errs.New(errs.Invalid, "A move can be a year ahead at most.").Field("day", "A year ahead at most.")
	}
	return nil
}

func (in *MoveInput) words(days []DayWas) MoveWords {
	return MoveWords{
		Reason: in.Reason, DecidedBy: in.DecidedBy, Wishes: in.Wishes, TimeWords: in.TimeWords,
		FromName: in.FromName, ToName: in.ToName, Days: days,
	}
}

func moveAD(id string) keys.AD { return keys.AD{Table: "moves", Column: "sealed", Row: id} }
