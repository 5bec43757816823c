package placements

import (
	"encoding/json"
	"slices"
	"time"

	"heard/server/errs"
	"heard/server/people"
	"heard/server/viewer"
)

// Buddy is a young person of the place who was asked to be there for somebody who comes.
type Buddy struct {
	ID             string
	OrganisationID string
	MoveID         string
	YoungPersonID  string
	BuddyID        string
	InvitedBy      string
	InvitedAt      time.Time
	BuddyYesAt     *time.Time
	SideYesAt      *time.Time
	SideYesBy      string
	YoungYesAt     *time.Time
	RelationID     string
	DayOne         string
	Still          string
	EndedAt        *time.Time
}

// BuddyState is how far two have come, in the one order there is.
type BuddyState string

// The states.
const (
	BuddyInvited BuddyState = "invited"     // the buddy is asked, and knows only that somebody comes
	BuddyAgreed  BuddyState = "agreed"      // the young person's side is asked
	BuddySide    BuddyState = "side_agreed" // the young person is asked
	BuddyOn      BuddyState = "on"
	BuddyEnded   BuddyState = "ended"
	buddyAsked   BuddyState = "asked" // what the young person is told of BuddySide
)

// State says how far two have come. holds says whether the relation between them is in
// force: whoever ends that, or suspends one of them, has ended it.
func (b Buddy) State(holds bool) BuddyState {
	switch {
	case b.EndedAt != nil, b.RelationID != "" && !holds:
		return BuddyEnded
	case b.RelationID != "":
		return BuddyOn
	case b.SideYesAt != nil:
		return BuddySide
	case b.BuddyYesAt != nil:
		return BuddyAgreed
	}
	return BuddyInvited
}

const (
	// maxHellos is how many cards one of them can send in a day.
	maxHellos = 10
	// buddyWeek is on which day it is asked whether they still want a buddy.
	buddyWeek = 7
	// maxHelloList is how many cards a page shows.
	maxHelloList = 500
)

// What the two say besides cards.
const (
	saidYes    = "yes"
	saidNo     = "no"
	saidEnd    = "end"
	saidStill  = "still"
	saidEnough = "enough"
)

var (
	errNoBuddy   = errs.New(errs.NotFound, "There is no such buddy of yours.").With("buddy")
	errNoHello   = errs.New(errs.Invalid, "There is no such card between buddies.").With("card")
	errHelloMany = errs.New(errs.Invalid, "That is enough cards for today.").With("hello_many")
	errSaid      = errs.New(errs.Invalid, "This can't be said here.").With("key")
)

// Hellos reads the cards buddies have: their keys, in order.
func Hellos(raw []byte) ([]string, error) {
	var list struct{ Cards []string }
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list.Cards) == 0 {
		return nil, errs.New(errs.Internal, "There are no cards for buddies.")
	}
	return list.Cards, nil
}

// MayHello says whether somebody may send the other a card now: one of the two, while
// both still want it, and not more than so many a day. Nothing but a card of the list can
// be sent.
func MayHello(v viewer.Viewer, b Buddy, holds bool, card string, offer []string, sentToday int) error {
	if viewer.AsYoung(v) != nil || v.OrganisationID != b.OrganisationID || v.AccountID != b.BuddyID && v.AccountID != b.YoungPersonID {
		return errNoBuddy
	}
	switch {
	case b.State(holds) != BuddyOn:
		return errNoBuddy
	case !slices.Contains(offer, card):
		return errNoHello
	case sentToday >= maxHellos:
		return errHelloMany
	}
	return nil
}

// DayOn says on which of their days two are: the first is the day after the arrival, or
// the day of the last yes when that is later. 0: not yet.
func (b Buddy) DayOn(now time.Time, loc *time.Location) int {
	first, err := people.ParseDay(b.DayOne)
	if err != nil {
		return 0
	}
	return max(0, int(people.DayOf(now, loc)-first)+1)
}

// firstDay gives the first of two buddies' days; empty while nobody knows when the young
// person comes.
func firstDay(m Move, agreed time.Time, loc *time.Location) string {
	if m.MovedAt == nil {
		return ""
	}
	return max(people.DayOf(*m.MovedAt, loc)+1, people.DayOf(agreed, loc)).String()
}
