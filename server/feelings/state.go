package feelings

import (
	"slices"
	"time"

	"heard/server/errs"
)

// State is where a card stands.
type State string

// The states the server knows. Two more, on_phone and not_saved, exist only on
// the phone.
const (
	StateNone      State = "" // before the first event
	StateKept      State = "kept"
	StateReceived  State = "received"
	StateAlerting  State = "alerting"
	StateNoChannel State = "no_channel"
	StateSeen      State = "seen"
	StatePromised  State = "promised"
	StateHere      State = "here"
	StateOverdue   State = "overdue"
	StateNobody    State = "nobody"
	StateCheck     State = "check"
	StateClosed    State = "closed"
	StateWithdrawn State = "withdrawn"
)

// States lists every state, for tables and tests.
var States = []State{
	StateNone, StateKept, StateReceived, StateAlerting, StateNoChannel, StateSeen, StatePromised,
	StateHere, StateOverdue, StateNobody, StateCheck, StateClosed, StateWithdrawn,
}

// EventKind is what happened to a card.
type EventKind string

// The events.
const (
	EventKept        EventKind = "kept"
	EventReceived    EventKind = "received"
	EventAlerting    EventKind = "alerting"
	EventNoChannel   EventKind = "no_channel"
	EventSeen        EventKind = "seen"
	EventPromised    EventKind = "promised"
	EventHandedOver  EventKind = "handed_over"
	EventWords       EventKind = "words"
	EventHere        EventKind = "here"
	EventOverdue     EventKind = "overdue"
	EventEscalated   EventKind = "escalated"
	EventNobody      EventKind = "nobody"
	EventAgain       EventKind = "again"
	EventOffShift    EventKind = "off_shift"
	EventCheck       EventKind = "check"
	EventCheckYes    EventKind = "check_yes"
	EventCheckNo     EventKind = "check_no"
	EventCheckNotYet EventKind = "check_not_yet"
	EventClosed      EventKind = "closed"
	EventReopened    EventKind = "reopened"
	EventWithdrawn   EventKind = "withdrawn"
	EventCheckedOn   EventKind = "checked_on"
)

// EventKinds lists every event, for tables and tests.
var EventKinds = []EventKind{
	EventKept, EventReceived, EventAlerting, EventNoChannel, EventSeen, EventPromised, EventHandedOver, EventWords,
	EventHere, EventOverdue, EventEscalated, EventNobody, EventAgain, EventOffShift, EventCheck, EventCheckYes, EventCheckNo, EventCheckNotYet, EventClosed, EventReopened,
	EventWithdrawn, EventCheckedOn,
}

// Promise is what an adult said they will do, with a time.
type Promise string

// The promises.
const (
	PromiseComing Promise = "coming"
	PromiseSit    Promise = "sit"
	PromiseTalk   Promise = "talk"
)

// talkGrace is how long after "can we talk after …" the talk may begin.
const talkGrace = 15 * time.Minute

// Event is one thing that happened. Words are sealed in the store; the state
// never depends on them.
type Event struct {
	Seq      int
	Kind     EventKind
	ActorID  string // empty: the server itself
	AboutID  string // whom it concerns, when that is not the actor
	Promise  Promise
	Until    time.Time
	Evidence string // what proves it
	Helped   *bool
	Words    string
	Level    int    // the level that is told from here on; 0: the event tells nobody new
	ToldID   string // the first adult told by it
	At       time.Time
}

// Status is what a card's events add up to.
type Status struct {
	State     State
	Version   int       // seq of the last event
	PressedAt int       // seq of the last press by a person: an older version is stale
	At        time.Time // when the state came
	WhoID     string    // the adult the state speaks of
	Promise   Promise
	Until     time.Time
	EverSeen  bool     // an adult has pressed at some time: words are no longer only the young person's
	SeenBy    []string // adults who pressed since the card was last received
	HandedBy  string   // a handover nobody has taken up yet
	HandedTo  string
	QuoteSeq  int // the event whose words belong under the state
	Checked   bool
	Clock     // what is due, and when
}

// moves is the whole table: what is not here cannot happen.
var moves = map[State]map[EventKind]State{
	StateNone: {EventKept: StateKept, EventReceived: StateReceived},
	StateKept: {},
	// Level after level is told while nobody has pressed. "again" and "escalated"
	// tell people and change no word; only passing a deadline does.
	StateReceived: {
		EventAlerting: StateAlerting, EventNoChannel: StateNoChannel, EventSeen: StateSeen, EventOverdue: StateOverdue,
		EventEscalated: StateReceived, EventNobody: StateNobody, EventAgain: StateReceived,
		EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	StateAlerting: {
		EventNoChannel: StateNoChannel, EventSeen: StateSeen, EventOverdue: StateOverdue, EventEscalated: StateAlerting, EventNobody: StateNobody,
		EventAgain: StateAlerting, EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	StateNoChannel: {
		EventAlerting: StateAlerting, EventNoChannel: StateNoChannel, EventSeen: StateSeen, EventOverdue: StateOverdue,
		EventEscalated: StateNoChannel, EventNobody: StateNobody, EventAgain: StateNoChannel,
		EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	StateSeen: {
		EventSeen: StateSeen, EventPromised: StatePromised, EventHandedOver: StateSeen, EventWords: StateSeen,
		EventHere: StateHere, EventOverdue: StateOverdue, EventNobody: StateNobody, EventAgain: StateSeen,
		EventOffShift: StateOverdue, EventCheck: StateCheck, EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	StatePromised: {
		EventSeen: StatePromised, EventPromised: StatePromised, EventHandedOver: StateSeen, EventWords: StatePromised,
		EventHere: StateHere, EventOverdue: StateOverdue, EventNobody: StateNobody, EventAgain: StatePromised,
		EventOffShift: StateOverdue, EventCheck: StateCheck, EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	StateHere: {
		EventSeen: StateHere, EventPromised: StatePromised, EventHandedOver: StateSeen, EventWords: StateHere,
		EventHere: StateHere, EventAgain: StateHere, EventOffShift: StateOverdue, EventCheck: StateCheck,
		EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	// Somebody who has not pressed yet and does is a person looking at it now. A word
	// or passing it on, by one who did not come, is not coming.
	StateOverdue: {
		EventAlerting: StateAlerting, EventNoChannel: StateNoChannel, EventSeen: StateSeen, EventPromised: StatePromised,
		EventHandedOver: StateOverdue, EventWords: StateOverdue, EventHere: StateHere, EventOverdue: StateOverdue,
		EventEscalated: StateOverdue, EventNobody: StateNobody, EventAgain: StateOverdue, EventCheck: StateCheck,
		EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	// Every level has been told and has had its time. Whoever comes on duty is told,
	// and then the card waits for them as it did for the others.
	StateNobody: {
		EventSeen: StateSeen, EventPromised: StatePromised, EventHandedOver: StateOverdue, EventWords: StateNobody,
		EventHere: StateHere, EventEscalated: StateReceived, EventAgain: StateNobody, EventCheck: StateCheck,
		EventClosed: StateClosed, EventWithdrawn: StateWithdrawn,
	},
	// Only the young person says whether it was met; a lead may close with a reason.
	StateCheck: {
		EventSeen: StateCheck, EventWords: StateCheck, EventAgain: StateCheck, EventCheckYes: StateClosed,
		EventCheckNo: StateReceived, EventCheckNotYet: StateReceived, EventClosed: StateClosed,
	},
	// A not-safe card that is closed still waits for its safeguarding lead; their press
	// opens nothing again.
	StateClosed: {EventReopened: StateReceived, EventSeen: StateClosed, EventAgain: StateClosed},
	// An urgent card that was taken back goes on from level to level until somebody
	// has checked; its words stay.
	StateWithdrawn: {EventEscalated: StateWithdrawn, EventAgain: StateWithdrawn, EventCheckedOn: StateWithdrawn},
}

// errNotNow is the answer to a press that does not fit where the card stands.
var errNotNow = errs.New(errs.Conflict, "That doesn't fit this card any more.").With("not_now")

// Can says whether an event fits the state.
func (s Status) Can(kind EventKind) bool {
	_, ok := moves[s.State][kind]
	switch {
	case s.State == StateWithdrawn:
		return ok && !s.Checked
	case s.State == StateOverdue && kind == EventAlerting:
		return ok && s.Back
	case s.State == StateOverdue && kind == EventNoChannel:
		return ok && !s.Pressed()
	case s.State == StateOverdue || s.State == StateNobody:
		// An answer rests on a press, and nobody may have pressed yet.
		return ok && (s.Pressed() || !answers[kind])
	}
	return ok
}

// answers are what an adult can say once they have pressed "I've seen this".
var answers = map[EventKind]bool{
	EventPromised: true, EventHandedOver: true, EventWords: true, EventHere: true, EventCheck: true,
}

// Pressed says whether an adult has pressed since the card was last received.
func (s Status) Pressed() bool { return len(s.SeenBy) > 0 }

// SeenByPerson says whether this adult has pressed since the card was last received.
func (s Status) SeenByPerson(accountID string) bool { return slices.Contains(s.SeenBy, accountID) }

// Apply gives the status after one more event, or the reason why it can't be.
func Apply(s Status, e Event) (Status, error) {
	if !s.Can(e.Kind) {
		return s, errNotNow
	}
	next := moves[s.State][e.Kind]
	if e.Kind == EventSeen && s.SeenByPerson(e.ActorID) {
		return s, errNotNow
	}
	// A promise falls only by its own maker's hand: a colleague who passes the
	// card on does not take back what another said.
	if e.Kind == EventHandedOver && s.State == StatePromised && s.WhoID != e.ActorID {
		next = StatePromised
	}
	// "Nobody has seen it yet" is no longer true of a card that somebody pressed.
	if s.State == StateNobody && e.Kind == EventEscalated && s.Pressed() {
		next = StateOverdue
	}
	n := s
	n.Version = e.Seq
	if byPerson(e.Kind) {
		n.PressedAt = e.Seq
	}
	n.note(e)
	entered := next != s.State || moved(s, e)
	if entered {
		n.enter(next, s, e)
	}
	n.State = next
	n.run(e, s, entered)
	return n, nil
}

// Derive adds up a card's events.
func Derive(events []Event) (Status, error) {
	var s Status
	var err error
	for _, e := range events {
		if s, err = Apply(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Promised is when a promise has passed; false when none stands.
func (s Status) Promised() (time.Time, bool) {
	if s.State != StatePromised {
		return time.Time{}, false
	}
	if s.Promise == PromiseTalk {
		return s.Until.Add(talkGrace), true
	}
	return s.Until, true
}
