package feelings

import (
	"slices"

	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// atWork says whether the viewer is staff at their own place.
func atWork(v viewer.Viewer) bool { return viewer.AsStaff(v) == nil }

// errNotFound is the one answer for what is not there and what may not be seen;
// the web layer words it, so both bodies are the same.
var errNotFound = errs.New(errs.NotFound, "")

var (
	errNotAllowed = errs.New(errs.Forbidden, "You can read this card but not answer it.")
	errStale      = errs.New(errs.Conflict, "Someone pressed before you. Look at it again.").With("stale")
)

// Ground is everything a question about one card stands on, read in one
// transaction for one viewer.
type Ground struct {
	Card        Card
	Status      Status
	Recipient   bool // the viewer is a recipient of the card
	ByShift     bool // and became one by a shift: as cover or team, or told by the levels
	SwitchedOff bool // the young person switched the viewer off for it
	Outside     bool // sent from another device, which nobody has let in to the young person's history
	Guard       bool // the viewer is one of the leads a not-safe card waits for, and none of them has pressed
	Standing    people.Standing
}

// pressing are the relations that let a recipient press.
var pressing = []people.Kind{people.KeyworkerOf, people.CoverFor, people.LeadOf, people.SafeguardingOf, people.OnShift}

var (
	lasting  = []people.Kind{people.KeyworkerOf, people.LeadOf, people.SafeguardingOf}
	forShift = []people.Kind{people.CoverFor, people.OnShift}
)

// reaches says whether a recipient's relations still lead to the card. A shift leads
// to what is open and came to them by a shift (docs/decisions 0007): not to what is
// done, and not to what they once got as somebody's keyworker.
func reaches(g Ground) bool {
	if !g.Recipient {
		return false
	}
	over := g.Status.State == StateClosed || g.Status.State == StateWithdrawn && !g.Card.Urgent()
	return g.Standing.Has(lasting...) || g.ByShift && !over && g.Standing.Has(forShift...)
}

// MayTap says whether the viewer may send a card as this young person.
func MayTap(v viewer.Viewer, c people.Circle) error {
	if err := viewer.AsYoung(v); err != nil {
		return err
	}
	if v.AccountID != c.YoungPersonID || v.OrganisationID != c.OrganisationID {
		return errNotFound
	}
	return nil
}

// Recipients chooses who gets a card. Whoever is switched off never does; whoever
// left the circle is left out; without staff the nearest staff stand in, so that
// a card is never lost; a not-safe card also goes to the safeguarding leads.
func Recipients(c people.Circle, card Card, audience, off []string) []people.Adult {
	if card.Kept {
		return nil
	}
	var chosen []people.Adult
	staff := false
	add := func(a people.Adult) {
		known := slices.ContainsFunc(chosen, func(b people.Adult) bool { return b.AccountID == a.AccountID })
		if !known && !slices.Contains(off, a.AccountID) {
			chosen = append(chosen, a)
			staff = staff || a.Staff
		}
	}
	for _, a := range c.Adults {
		if a.Offered() && slices.Contains(audience, a.AccountID) {
			add(a)
		}
	}
	if !staff {
		for _, a := range nearest(c, off) {
			add(a)
		}
	}
	if card.Kind == KindNotSafe {
		for _, a := range c.Safeguarding() {
			add(a)
		}
		if !slices.ContainsFunc(chosen, isLead) {
			for _, a := range c.Leads() {
				add(a)
			}
		}
	}
	return chosen
}

func isLead(a people.Adult) bool { return a.Has(people.RoleSafeguarding) || a.Has(people.RoleLead) }

// nearest gives the default recipients who are not switched off or, when all of
// them are, the staff of the next role that somebody holds.
func nearest(c people.Circle, off []string) []people.Adult {
	left := slices.DeleteFunc(slices.Clone(c.Adults), func(a people.Adult) bool {
		// The team on a shift is told by the levels; a card is not sent to them.
		return !a.Staff || !a.Offered() || slices.Contains(off, a.AccountID)
	})
	if slices.ContainsFunc(left, func(a people.Adult) bool { return a.Default }) {
		return slices.DeleteFunc(left, func(a people.Adult) bool { return !a.Default })
	}
	if len(left) == 0 {
		return nil
	}
	role := left[0].Role
	return slices.DeleteFunc(left, func(a people.Adult) bool { return a.Role != role })
}

// SwitchedOff says who is switched off for a card. A phone that names them is
// believed. One that does not say so means it by leaving a keyworker out of an
// audience that has staff.
func SwitchedOff(c people.Circle, t Tap) []string {
	var off []string
	if t.Chosen {
		for _, a := range c.Adults {
			if slices.Contains(t.SwitchedOff, a.AccountID) {
				off = append(off, a.AccountID)
			}
		}
		return off
	}
	hasStaff := slices.ContainsFunc(c.Adults, func(a people.Adult) bool {
		return a.Staff && slices.Contains(t.Audience, a.AccountID)
	})
	if !hasStaff {
		return nil
	}
	for _, a := range c.Default() {
		if !slices.Contains(t.Audience, a.AccountID) {
			off = append(off, a.AccountID)
		}
	}
	return off
}

// MayRead says whether the viewer may open the card: its young person, or a
// recipient with a relation in force who is not switched off, or whoever broke
// the glass. What was taken back before anyone saw it stays taken back, except
// that an adult still checks on an urgent one.
func MayRead(v viewer.Viewer, g Ground) error {
	if v.OrganisationID != g.Card.OrganisationID || v.AccountID == "" {
		return errNotFound
	}
	if owns(v, g) {
		return viewer.Unlocked(v)
	}
	switch {
	case !v.Reading, g.Card.Kept, g.SwitchedOff:
		return errNotFound
	case g.Status.State == StateWithdrawn && !g.Status.EverSeen && !g.Card.Urgent():
		return errNotFound
	case v.Kind == viewer.KindStaff && v.Place == viewer.Work:
		if reaches(g) || g.Standing.Has(people.BreakGlass) {
			return nil
		}
	case v.Kind == viewer.KindFamily:
		if g.Recipient && g.Standing.Has(people.FamilyOf) {
			return nil
		}
	}
	return errNotFound
}

// owns says whether the card is the viewer's own, as far as this device may know.
// Whoever made the first join code may have used it themselves; what a later device
// sends stays closed to that first one until the two have been brought together.
func owns(v viewer.Viewer, g Ground) bool {
	return v.Kind == viewer.KindYoungPerson && v.Place == viewer.Young && v.AccountID == g.Card.YoungPersonID && !g.Outside
}

// MayStatus says whether the viewer may ask where a card stands without reading
// it: a locked phone knows the cards it sent itself.
func MayStatus(v viewer.Viewer, g Ground) error {
	if !owns(v, g) || v.OrganisationID != g.Card.OrganisationID {
		return errNotFound
	}
	if !v.Reading && g.Card.DeviceID != v.DeviceID {
		return errNotFound
	}
	return nil
}

// Act is something a person can press.
type Act string

// The acts. Their names stand under "can" in the answers.
const (
	ActSeen      Act = "seen"
	ActAnswer    Act = "answer"
	ActHere      Act = "here"
	ActMet       Act = "met"
	ActCheckedOn Act = "checked_on"
	ActCloseFor  Act = "close_for" // a lead, with a reason; "close" in the answers
	ActClose     Act = "close"
	ActWithdraw  Act = "withdraw"
	ActReopen    Act = "reopen"
	ActCheck     Act = "check"
)

var (
	staffActs = []Act{ActSeen, ActAnswer, ActHere, ActMet, ActCloseFor, ActCheckedOn}
	youngActs = []Act{ActWithdraw, ActClose, ActReopen, ActCheck}
)

// MayAct says whether the viewer may press this on the card as it stands.
func MayAct(v viewer.Viewer, g Ground, act Act) error {
	if err := MayTouch(v, g, act); err != nil {
		return err
	}
	return fits(g, act)
}

// MayTouch says whether the viewer may press this at all: unseen first, then not
// theirs to press.
func MayTouch(v viewer.Viewer, g Ground, act Act) error {
	if !owns(v, g) {
		if err := MayRead(v, g); err != nil {
			return err
		}
		return mayPress(v, g, act)
	}
	// Taking back works on a locked phone for what that phone sent.
	may := MayRead
	if act == ActWithdraw {
		may = MayStatus
	}
	if err := may(v, g); err != nil {
		return err
	}
	if !slices.Contains(youngActs, act) {
		return errNotAllowed
	}
	return nil
}

// mayPress lets staff recipients press; family and broken glass only read, and
// only a lead closes for a young person.
func mayPress(v viewer.Viewer, g Ground, act Act) error {
	switch {
	case v.Kind != viewer.KindStaff || !slices.Contains(staffActs, act):
		return errNotAllowed
	case !reaches(g):
		return errNotAllowed
	case act == ActCloseFor && !g.Standing.Leads():
		return errs.New(errs.Forbidden, "Only a lead or a safeguarding lead can close a card for a young person.")
	}
	return nil
}

// fits asks the table. An adult's answer implies that they saw the card, so it is
// asked as if they had.
func fits(g Ground, act Act) error {
	s := g.Status
	answers := act == ActAnswer || act == ActHere || act == ActMet
	if answers && moves[s.State][EventSeen] == StateSeen {
		s.State = StateSeen
	}
	if act == ActCheckedOn && !g.Card.Urgent() {
		return errNotNow
	}
	// An urgent card that no adult has pressed can't end in silence: taking it back
	// still asks an adult to check, closing it would ask nobody.
	if act == ActClose && g.Card.Urgent() && !s.Pressed() {
		return errNotNow
	}
	if act == ActSeen && s.State == StateClosed && !g.Guard {
		return errNotNow
	}
	if s.Can(eventOf[act]) {
		return nil
	}
	return errNotNow
}

// eventOf names the event an act stands on.
var eventOf = map[Act]EventKind{
	ActSeen: EventSeen, ActAnswer: EventPromised, ActHere: EventHere, ActMet: EventCheck, ActCheckedOn: EventCheckedOn,
	ActCloseFor: EventClosed, ActClose: EventClosed, ActWithdraw: EventWithdrawn, ActReopen: EventReopened, ActCheck: EventCheckYes,
}

// Can lists what the viewer may press now.
func Can(v viewer.Viewer, g Ground) []Act {
	can := []Act{}
	for _, act := range staffActs {
		done := act == ActSeen && g.Status.SeenByPerson(v.AccountID) ||
			act == ActHere && g.Status.State == StateHere && g.Status.WhoID == v.AccountID
		if owns(v, g) || done || MayAct(v, g, act) != nil {
			continue
		}
		if act == ActCloseFor {
			act = ActClose
		}
		can = append(can, act)
	}
	for _, act := range youngActs {
		if owns(v, g) && MayAct(v, g, act) == nil {
			can = append(can, act)
		}
	}
	return can
}

// MayReceive says whether a card may be handed to this adult.
func MayReceive(a people.Adult, from string, off []string) bool {
	able := a.Has(people.RoleKeyworker) || a.Has(people.RoleCover) || a.Has(people.RoleLead) || a.Has(people.RoleSafeguarding) ||
		a.Has(people.RoleTeam)
	return a.Staff && able && a.AccountID != from && !slices.Contains(off, a.AccountID)
}
