package feelings

import (
	"time"

	"heard/server/people"
)

// Outcome is what is done when something is due: the events, who is told, and
// whether alerts under way give way to them.
type Outcome struct {
	Events []Event
	Tell   []Telling
	Anew   bool
	TTL    time.Duration // how long it is worth telling, where that is not as usual
}

// Open says who is told of a card that has just been received, or received anew:
// its audience, and the next levels at once as long as nobody is on duty.
func (f Facts) Open(audience []people.Adult) Outcome {
	var out Outcome
	staff, on := false, false
	for _, a := range audience {
		t := Telling{Adult: a, Level: LevelAudience, OnDuty: f.Duty.On(a.AccountID)}
		out.Tell = append(out.Tell, t)
		f.Told = append(f.without(a.AccountID), t.told())
		staff, on = staff || a.Staff, on || a.Staff && t.OnDuty
	}
	if on || staff && f.limit() == 0 {
		return out
	}
	up := f.climb(LevelAudience)
	out.Tell = append(out.Tell, up.tell...)
	if up.on {
		out.Events = []Event{{Kind: EventEscalated, Level: up.level, ToldID: up.first}}
	} else {
		out.Events = []Event{{Kind: EventNobody, Level: up.level, ToldID: up.first}}
	}
	return out
}

func (f Facts) without(accountID string) []Told {
	var rest []Told
	for _, t := range f.Told {
		if t.AccountID != accountID {
			rest = append(rest, t)
		}
	}
	return rest
}

func (t Telling) told() Told {
	return Told{AccountID: t.AccountID, Role: t.Role, Staff: t.Staff, Level: t.Level, OnDuty: t.OnDuty}
}

// Look says what is to be done now; false when nothing is due yet. It asks the
// facts and not the row that led here, so a row that is early, late or looked at
// twice does no harm. The row says one thing only: when a level's time ends. A
// service that gave its levels more time since does not move what people were told.
func (f Facts) Look(row Plan) (Outcome, bool) {
	if _, open := f.course(); open && f.Status.Spent {
		if came := f.newcomers(); len(came) > 0 {
			return f.tellNewcomers(came), true
		}
	}
	plan, ok := f.Plan()
	if row.Kind == DueLimit && row.Kind == plan.Kind && row.At.Before(plan.At) && row.At.After(f.Status.At) {
		plan.At = row.At
	}
	if !ok || plan.At.After(f.Now) {
		return Outcome{}, false
	}
	switch plan.Kind {
	case DueAgain:
		return f.tellAgain(), true
	case DueLead:
		return f.tellLeads(), true
	default:
		return f.pass(), true
	}
}

// pass tells the next level that those before have had their time.
func (f Facts) pass() Outcome {
	up, about := f.climb(f.Status.Level), f.awaited()
	var out Outcome
	switch {
	case f.Status.State == StateWithdrawn && up.on:
		out = Outcome{Tell: up.tell, Events: []Event{{Kind: EventEscalated, Level: up.level, ToldID: up.first}}}
	case f.Status.State == StateWithdrawn:
		return f.tellAgain()
	case up.on:
		out = Outcome{Tell: up.tell, Events: []Event{{Kind: EventOverdue, AboutID: about, Level: up.level, ToldID: up.first}}}
	default:
		out = Outcome{Tell: up.tell, Events: []Event{f.nobody(up, about)}}
		if len(up.tell) == 0 {
			out.Tell, out.Anew, out.TTL = f.goRound(), f.insists(), f.roundTTL()
		}
	}
	// The others stood down because somebody had it in hand.
	if f.Status.State == StateSeen || f.Status.State == StatePromised {
		out.TTL = 0
		out.tellAll(f)
	}
	return out
}

// nobody says that every level was told. Somebody is named only who had pressed:
// of the others nobody has seen it.
func (f Facts) nobody(up climb, about string) Event {
	e := Event{Kind: EventNobody, Level: up.level, ToldID: up.first}
	if f.Status.Pressed() {
		e.AboutID = about
	}
	return e
}

// tellAll tells everybody anew beside those who are told now.
func (o *Outcome) tellAll(f Facts) {
	o.Anew = true
	for _, t := range f.everybody() {
		known := false
		for _, have := range o.Tell {
			known = known || have.AccountID == t.AccountID
		}
		if !known {
			o.Tell = append(o.Tell, t)
		}
	}
}

// tellNewcomers tells whoever has come on duty since every level was told; they
// have their time like those before.
func (f Facts) tellNewcomers(came []Telling) Outcome {
	return Outcome{Tell: came, Events: []Event{{Kind: EventEscalated, Level: LevelLead, ToldID: came[0].AccountID}}}
}

// tellAgain goes round once more, while there is anybody to tell. Later a card
// waits for somebody to come on duty; its row comes round all the same.
func (f Facts) tellAgain() Outcome {
	tell := f.goRound()
	if len(tell) == 0 && !f.insists() {
		return Outcome{}
	}
	return Outcome{
		Tell: tell, Anew: f.insists(), TTL: f.roundTTL(), Events: []Event{{Kind: EventAgain, Level: LevelLead}},
	}
}

// tellLeads tells the safeguarding leads again, beside all else. While there is
// none, nothing is told and the card comes round again.
func (f Facts) tellLeads() Outcome {
	if f.forsaken() {
		return Outcome{}
	}
	// The next round tells them again, so one that waits for a device need not pile up.
	out := Outcome{TTL: 2 * f.round()}
	for _, a := range f.guardians() {
		t, _ := f.told(a.AccountID)
		out.Tell = append(out.Tell, Telling{Adult: a, Level: max(t.Level, LevelAudience), OnDuty: f.Duty.On(a.AccountID)})
	}
	out.Events = []Event{{Kind: EventAgain, AboutID: out.Tell[0].AccountID}}
	return out
}

// Unreached says what follows when no channel reaches anybody of the level: the
// next one is told at once.
func (f Facts) Unreached() (Outcome, bool) {
	s := f.Status
	if s.Spent || !waits[s.State] && !checkOn(f.Card, s) || !f.unreached() {
		return Outcome{}, false
	}
	about := f.first(s.Level)
	if f.limit() == 0 {
		return Outcome{Events: []Event{{Kind: EventNoChannel, AboutID: about}}}, s.State == StateReceived
	}
	up := f.climb(s.Level)
	out := Outcome{Tell: up.tell}
	failed := s.Can(EventNoChannel) && (s.State != StateAlerting || f.allUnreached())
	switch {
	case failed && up.on:
		out.Events = []Event{{Kind: EventNoChannel, AboutID: about, Level: up.level, ToldID: up.first}}
	case failed:
		out.Events = []Event{{Kind: EventNoChannel, AboutID: about}, f.nobody(up, about)}
	case up.on:
		out.Events = []Event{{Kind: EventEscalated, AboutID: about, Level: up.level, ToldID: up.first}}
	case s.State == StateWithdrawn:
		return Outcome{}, false // its time runs out, and everybody is told again
	default:
		out.Events = []Event{f.nobody(up, s.WhoID)}
	}
	return out, true
}

// OffShift says what follows when the adult a card rests on goes off shift; false
// when it does not rest on them.
func (f Facts) OffShift(accountID string) (Outcome, bool) {
	s := f.Status
	if !s.Can(EventOffShift) || f.awaited() != accountID {
		return Outcome{}, false
	}
	// Cover and all above them are asked anew, as if none had been told before.
	fresh := f
	fresh.Told, fresh.Off = nil, append([]string{accountID}, f.Off...)
	up := fresh.climb(LevelAudience)
	if first := f.besides(accountID); !up.on && first != "" {
		up.on, up.first, up.level = true, first, s.Level
	}
	up.level = max(up.level, s.Level)
	out := Outcome{Tell: up.tell, Events: []Event{{Kind: EventOffShift, AboutID: accountID, Level: up.level, ToldID: up.first}}}
	out.tellAll(fresh.with(f.Told))
	if !up.on {
		out.Events = append(out.Events, Event{Kind: EventNobody, AboutID: accountID, Level: up.level, ToldID: up.first})
	}
	return out, true
}

// besides is a member of staff on duty, other than this one, who was told before.
func (f Facts) besides(accountID string) string {
	for _, t := range f.Told {
		if t.Staff && t.Level > 0 && t.AccountID != accountID && f.Duty.On(t.AccountID) {
			return t.AccountID
		}
	}
	return ""
}

func (f Facts) with(told []Told) Facts {
	f.Told = told
	return f
}
