package placements

import (
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// PlaceView is a place as it is named beside a move.
type PlaceView struct {
	ID   string             `json:"id,omitempty" doc:"absent for a place that is none of ours"`
	Name string             `json:"name"`
	Kind people.ServiceKind `json:"kind,omitempty"`
}

// YoungMove is a move as the young person reads it.
type YoungMove struct {
	ID        string        `json:"id"`
	State     State         `json:"state" enum:"told,moved"`
	Emergency bool          `json:"emergency"`
	Day       string        `json:"day,omitempty" doc:"2026-11-27; absent: not known yet"`
	Days      []DayWas      `json:"days" nullable:"false" doc:"what it was before, since they were told"`
	TimeWords string        `json:"timeWords,omitempty"`
	To        PlaceView     `json:"to"`
	From      *PlaceView    `json:"from,omitempty"`
	By        viewer.Person `json:"by" doc:"who told them"`
	ToldAt    time.Time     `json:"toldAt"`
	Reason    string        `json:"reason"`
	DecidedBy string        `json:"decidedBy"`
	Wishes    string        `json:"wishes"`
	Choice    Choice        `json:"choice" enum:",opened,not_yet,tell_first,never"`
	MovedAt   *time.Time    `json:"movedAt,omitempty"`
}

// NextPlace is everything a young person has before them of their move.
type NextPlace struct {
	ServerTime  time.Time `json:"serverTime"`
	Move        YoungMove `json:"move"`
	HasPack     bool      `json:"hasPack"`
	Contents    []Content `json:"contents" nullable:"false" doc:"what is in the pack, without any of it"`
	Later       int       `json:"later" doc:"how much of it reads otherwise today"`
	Gone        []string  `json:"gone,omitempty" doc:"files of the place that were taken away since: no phone keeps them"`
	BuddyWanted *bool     `json:"buddyWanted,omitempty"`
	Off         *MoveOff  `json:"off,omitempty" doc:"another move, told since, that is off"`

	Asks     *Asks      `json:"asks"`
	AnswerBy time.Time  `json:"answerBy" doc:"by when a question that is asked now is answered"`
	Review   *ReviewDue `json:"review,omitempty" doc:"what can be said now of how it went"`

	Again  *ReviewAgain `json:"again,omitempty" doc:"what they told to people who are all gone"`
	Longer *LongerView  `json:"longer,omitempty" doc:"when they have more time with somebody, who asked for it"`

	Journey *JourneyView `json:"journey,omitempty" doc:"once there is a plan or a wish"`
	Bag     []BagItem    `json:"bag" nullable:"false"`
	Buddy   *BuddyView   `json:"buddy,omitempty" doc:"once their side has agreed to one"`
}

// MoveWordsView is what is said of a move to those who may read it.
type MoveWordsView struct {
	Reason    string `json:"reason"`
	DecidedBy string `json:"decidedBy"`
	Wishes    string `json:"wishes"`
	TimeWords string `json:"timeWords,omitempty"`
	EndReason string `json:"endReason,omitempty" doc:"why they aren't going there after all"`
	// EndForThem is what the young person reads of that.
	EndForThem string `json:"endForThem,omitempty"`
}

// StaffMove is a move as one of the adults reads it. What their side may not read is
// not in it.
type StaffMove struct {
	ServerTime  time.Time      `json:"serverTime"`
	ID          string         `json:"id"`
	Revision    int            `json:"revision"`
	Side        string         `json:"side" enum:"theirs,shift,place,left,escort" doc:"the nearest the viewer holds"`
	Sides       []string       `json:"sides" nullable:"false" doc:"all of them"`
	May         []May          `json:"may" nullable:"false" doc:"what the viewer may press now"`
	State       State          `json:"state" enum:"preparing,told,moved,ended"`
	YoungPerson viewer.Person  `json:"youngPerson"`
	From        *PlaceView     `json:"from,omitempty"`
	To          *PlaceView     `json:"to,omitempty"`
	Emergency   bool           `json:"emergency"`
	Day         string         `json:"day,omitempty"`
	Days        []DayWas       `json:"days" nullable:"false"`
	MadeAt      *time.Time     `json:"madeAt,omitempty"`
	MadeBy      *viewer.Person `json:"madeBy,omitempty"`
	ToldAt      *time.Time     `json:"toldAt,omitempty"`
	ToldBy      *viewer.Person `json:"toldBy,omitempty"`
	Choice      Choice         `json:"choice,omitempty" enum:"opened,not_yet,tell_first,never"`
	OpenedAt    *time.Time     `json:"openedAt,omitempty"`
	MovedAt     *time.Time     `json:"movedAt,omitempty"`
	EndedAt     *time.Time     `json:"endedAt,omitempty"`
	BuddyWanted *bool          `json:"buddyWanted,omitempty"`
	Words       *MoveWordsView `json:"words,omitempty" doc:"their side only"`
	Missing     []Missing      `json:"missing" nullable:"false"`
	Asks        *Asks          `json:"asks,omitempty"`
	Reviews     []ReviewView   `json:"reviews,omitempty" doc:"what they told the viewer"`

	Pack    *PackState      `json:"pack,omitempty" doc:"for their side and the place"`
	Journey *JourneyView    `json:"journey,omitempty" doc:"once there is a plan or a wish"`
	Buddy   *StaffBuddy     `json:"buddy,omitempty" doc:"for their side and the place: all of it"`
	Escorts []viewer.Person `json:"escorts,omitempty" doc:"who could go along; only for those who plan"`
	Bag     []BagItem       `json:"bag" nullable:"false"`
}

// May is something somebody may press on a move's page.
type May string

// What those who make and hear of a move may press.
const (
	MayChangeWords May = "words"
	MayTell        May = "tell"
	MayShow        May = "show" // the pack, to whoever was told without one
	MayArrive      May = "arrived"
	MayEndMove     May = "end"

	MayAmendArrival May = "amend"
)

// sideNames are the sides as screens know them.
var sideNames = map[Side]string{TheirSide: "theirs", Shift: "shift", Place: "place", Escort: "escort", PlaceLeft: "left"}

func namesOfSides(held []Side) []string {
	names := make([]string, len(held))
	for i, side := range held {
		names[i] = sideNames[side]
	}
	return names
}

// Missing is something a move still lacks.
type Missing struct {
	What    string     `json:"what" enum:"pack,pack_old,told,opened,visit,question,choices,journey,escort,bag,buddy,arrived,written,review,longer"`
	Due     *time.Time `json:"due,omitempty"`
	Overdue bool       `json:"overdue"`
}

// placesOf names where a move leads and where from.
func placesOf(m Move, places map[string]people.Place) (to PlaceView, from *PlaceView) {
	to = placeView(m.ToServiceID, m.Words.ToName, places)
	if m.FromServiceID != "" || m.Words.FromName != "" {
		view := placeView(m.FromServiceID, m.Words.FromName, places)
		from = &view
	}
	return to, from
}

func placeView(id, name string, places map[string]people.Place) PlaceView {
	if p, ok := places[id]; ok {
		return PlaceView{ID: p.ID, Name: p.Name, Kind: p.Kind}
	}
	return PlaceView{Name: name}
}

// namesTx names people; empty ids and those who are not there are left out.
func (s *Service) namesTx(tx *db.Tx, orgID string, ids ...string) (map[string]viewer.Person, error) {
	return s.names.PersonsTx(tx, orgID, ids)
}

// person names somebody, or gives nothing for nobody.
func person(names map[string]viewer.Person, id string) *viewer.Person {
	if id == "" {
		return nil
	}
	p := names[id]
	p.ID = id
	return &p
}

func days(of []DayWas) []DayWas {
	if of == nil {
		return []DayWas{}
	}
	return of
}
