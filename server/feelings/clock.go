package feelings

import "time"

// Levels are who is told of a card, one after the other.
const (
	LevelAudience = 1 // those the young person chose
	LevelCover    = 2 // cover on this shift
	LevelTeam     = 3 // the team on duty
	LevelLead     = 4 // the leads and whoever is on call
)

// Clock is what a card's events say about its deadlines. It is reckoned from the
// events like everything else, so a restart forgets none.
type Clock struct {
	Level  int       // the highest level told since the card was last received; 0: a kept card
	ToldID string    // whom the server told because the one before did not come or could not be reached
	Since  time.Time // since when the people of this level have had time
	LeadAt time.Time // when the safeguarding leads were last told
	Spent  bool      // every level has been told and has had its time
	Rounds int       // how often that came to pass since the card was received, or since a person answered
	Back   bool      // handed back at the end of a shift: it may alert people anew
}

// run sets the clock after an event. entered says that the event brought a new
// state, or the same one anew.
func (s *Status) run(e Event, before Status, entered bool) {
	switch e.Kind {
	case EventReceived, EventReopened, EventCheckNo, EventCheckNotYet:
		s.Clock = Clock{Level: LevelAudience, Since: e.At, LeadAt: e.At}
	case EventNoChannel, EventEscalated, EventOverdue:
		s.Spent = false
		s.reach(e)
	case EventOffShift:
		s.Spent, s.Back = false, true
		s.reach(e)
		s.Level = max(s.Level, LevelCover)
	case EventNobody:
		s.Spent, s.Rounds = true, s.Rounds+1
		s.reach(e)
	case EventAgain:
		s.LeadAt = e.At
		if e.AboutID == "" {
			s.Spent, s.Since, s.Level, s.Rounds = true, e.At, max(s.Level, e.Level), s.Rounds+1
		}
	case EventSeen:
		if entered {
			s.answered(e)
		}
	case EventPromised, EventHere, EventCheck:
		s.answered(e)
	case EventHandedOver:
		s.Spent, s.Since = false, e.At
		if s.State == StateOverdue {
			s.ToldID = e.AboutID
		}
	case EventWithdrawn:
		// A wait goes on as it was; what had been answered waits anew, for a check.
		if !waits[before.State] {
			s.answered(e)
		}
	}
}

// reach raises the level; it never falls.
func (s *Status) reach(e Event) {
	s.Level, s.ToldID, s.Since = max(s.Level, e.Level), e.ToldID, e.At
}

// answered starts the time anew: a person has it in hand.
func (s *Status) answered(e Event) {
	s.ToldID, s.Since, s.Spent, s.Back, s.Rounds = "", e.At, false, false, 0
}

// waits are the states in which nobody has it in hand.
var waits = map[State]bool{
	StateReceived: true, StateAlerting: true, StateNoChannel: true, StateOverdue: true, StateNobody: true,
}
