package feelings

import (
	"slices"
	"time"
)

// byPerson says whether an event is a press of a person; the server's own events
// never make a press stale.
func byPerson(kind EventKind) bool {
	switch kind {
	case EventKept, EventReceived, EventAlerting, EventNoChannel, EventOverdue, EventEscalated, EventNobody, EventAgain,
		EventOffShift:
		return false
	default:
		return true
	}
}

// moved says that a state is entered anew although its name stays: a new promise,
// another person there or not coming, or the colleague it was handed to looking at it.
func moved(s Status, e Event) bool {
	return s.State == StatePromised && e.Kind == EventPromised ||
		s.State == StateOverdue && e.Kind == EventOverdue ||
		s.State == StateNoChannel && e.Kind == EventNoChannel ||
		s.State == StateHere && e.Kind == EventHere ||
		s.State == StateSeen && e.Kind == EventSeen && e.ActorID == s.HandedTo
}

// note keeps what an event tells apart from the state.
func (s *Status) note(e Event) {
	switch e.Kind {
	case EventSeen:
		s.EverSeen = true
		s.SeenBy = append(slices.Clone(s.SeenBy), e.ActorID)
		if e.ActorID == s.HandedTo {
			s.HandedBy, s.HandedTo = "", ""
		}
	case EventHandedOver:
		s.HandedBy, s.HandedTo = e.ActorID, e.AboutID
	case EventWords:
		s.QuoteSeq = e.Seq
	case EventPromised, EventHere, EventCheck, EventOverdue, EventNobody, EventOffShift:
		s.HandedBy, s.HandedTo = "", ""
	case EventCheckedOn:
		s.Checked = true
	}
}

// enter sets what the words for a state speak of: who, since when, until when.
func (s *Status) enter(next State, before Status, e Event) {
	s.At, s.WhoID, s.Promise, s.Until = e.At, e.ActorID, "", time.Time{}
	switch next {
	case StateAlerting, StateNoChannel:
		s.WhoID = e.AboutID
	case StateReceived:
		// A new round: what adults said before is history.
		s.WhoID, s.SeenBy, s.HandedBy, s.HandedTo, s.QuoteSeq = "", nil, "", "", 0
	case StatePromised:
		s.Promise, s.Until = e.Promise, e.Until
	case StateOverdue, StateNobody:
		s.late(before, e)
	case StateClosed:
		s.WhoID, s.HandedBy, s.HandedTo, s.QuoteSeq = "", "", "", 0
		// An adult's press carries the relation that allowed it; their name and
		// reason stand under the state, the young person's own closing needs none.
		if e.Evidence != "" {
			s.WhoID, s.QuoteSeq = e.ActorID, e.Seq
		}
	case StateWithdrawn, StateKept:
		s.WhoID, s.HandedBy, s.HandedTo, s.QuoteSeq = "", "", "", 0
	}
}

// late names who has not come, and by when they had said they would.
func (s *Status) late(before Status, e Event) {
	switch e.Kind {
	case EventOverdue, EventNobody, EventOffShift:
		s.WhoID = e.AboutID
	default:
		s.WhoID = before.WhoID
	}
	if s.WhoID == before.WhoID {
		s.Promise, s.Until = before.Promise, before.Until
	}
}
