package placements

import (
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

// HelloView is a card between two buddies.
type HelloView struct {
	ID   string    `json:"id"`
	Mine bool      `json:"mine"`
	Card string    `json:"card"`
	At   time.Time `json:"at"`
}

// BuddyView is what one of two buddies sees: the other's first name and picture, and the
// cards. Nothing says whether the other has looked, or who ended it.
type BuddyView struct {
	ID       string        `json:"id"`
	Person   viewer.Person `json:"person"`
	State    BuddyState    `json:"state" enum:"asked,on,ended"`
	Day      int           `json:"day,omitempty" doc:"On which of their days they are"`
	AskStill bool          `json:"askStill" doc:"It is time to ask whether they still want a buddy"`
	Cards    []HelloView   `json:"cards" nullable:"false"`
	Offer    []string      `json:"offer" nullable:"false" doc:"Which cards can be sent"`
}

// MyBuddying is the buddy's own side.
type MyBuddying struct {
	Asks  *BuddyAsk  `json:"asks,omitempty" doc:"Somebody new is coming: would they be a buddy?"`
	Waits bool       `json:"waits" doc:"They said yes; the others are being asked"`
	For   *BuddyView `json:"for,omitempty"`
}

// BuddyAsk is the question, without anybody in it.
type BuddyAsk struct {
	Buddy string `json:"buddy"`
}

// StaffHello is a card between two buddies, as those around them see it.
type StaffHello struct {
	ID   string        `json:"id"`
	From viewer.Person `json:"from"`
	Card string        `json:"card"`
	At   time.Time     `json:"at"`
}

// StaffBuddy is a buddy as those around the two see it: all of it.
type StaffBuddy struct {
	ID      string        `json:"id"`
	Person  viewer.Person `json:"person"`
	State   BuddyState    `json:"state" enum:"invited,agreed,side_agreed,on,ended"`
	Day     int           `json:"day,omitempty"`
	Still   string        `json:"still,omitempty" enum:"still,enough"`
	Cards   []StaffHello  `json:"cards" nullable:"false"`
	EndedAt *time.Time    `json:"endedAt,omitempty"`
}

// MyBuddying gives a young person what it is to be somebody's buddy.
func (s *Service) MyBuddying(ctx context.Context, v viewer.Viewer) (mine MyBuddying, err error) {
	if err := viewer.AsYoungReading(v); err != nil {
		return mine, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := buddiesForTx(tx, v)
		if err != nil {
			return err
		}
		for _, b := range list {
			holds, err := holdsTx(tx, v.OrganisationID, b)
			if err != nil {
				return err
			}
			switch b.State(holds) {
			case BuddyInvited:
				mine.Asks = &BuddyAsk{Buddy: b.ID}
			case BuddyAgreed, BuddySide:
				mine.Waits = true
			case BuddyOn:
				if mine.For == nil {
					if mine.For, err = s.buddyViewTx(tx, v, b, BuddyOn); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return mine, err
}

// youngBuddyTx adds a young person's buddy once their side has agreed.
func (s *Service) youngBuddyTx(tx *db.Tx, v viewer.Viewer, m Move, next *NextPlace) error {
	b, err := buddyOfMoveTx(tx, m)
	if err != nil || b == nil {
		return err
	}
	holds, err := holdsTx(tx, v.OrganisationID, *b)
	if err != nil {
		return err
	}
	switch state := b.State(holds); {
	case state == BuddySide:
		next.Buddy, err = s.buddyViewTx(tx, v, *b, buddyAsked)
	case state == BuddyOn, state == BuddyEnded && b.RelationID != "":
		next.Buddy, err = s.buddyViewTx(tx, v, *b, state)
	}
	return err
}

func (s *Service) buddyViewTx(tx *db.Tx, v viewer.Viewer, b Buddy, state BuddyState) (*BuddyView, error) {
	other := b.BuddyID
	if v.AccountID == b.BuddyID {
		other = b.YoungPersonID
	}
	names, err := s.namesTx(tx, v.OrganisationID, other)
	if err != nil {
		return nil, err
	}
	view := &BuddyView{ID: b.ID, Person: *person(names, other), State: state, Cards: []HelloView{}, Offer: []string{}}
	rows, err := hellosTx(tx, b)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		view.Cards = append(view.Cards, HelloView{ID: r.ID, Mine: r.FromID == v.AccountID, Card: r.Card, At: r.At.Time()})
	}
	if state != BuddyOn {
		return view, nil
	}
	loc, err := people.ZoneTx(tx, v.OrganisationID)
	view.Offer, view.Day = s.hellos, b.DayOn(tx.Now, loc)
	view.AskStill = v.AccountID == b.YoungPersonID && b.Still == "" && view.Day >= buddyWeek
	return view, err
}

// staffBuddyTx adds a move's buddy, with every card, for the young person's side and the
// place.
func (s *Service) staffBuddyTx(tx *db.Tx, m Move, held []Side, view *StaffMove) error {
	if first(held, []Side{TheirSide, Place}) == NoSide || m.ToServiceID == "" {
		return nil
	}
	b, err := buddyOfMoveTx(tx, m)
	if err != nil {
		return err
	}
	state := BuddyEnded
	if b != nil {
		holds, err := holdsTx(tx, m.OrganisationID, *b)
		if err != nil {
			return err
		}
		state = b.State(holds)
		if view.Buddy, err = s.staffBuddyViewTx(tx, *b, state); err != nil {
			return err
		}
	}
	if m.EndedAt != nil {
		return nil
	}
	unwanted := m.BuddyWanted != nil && !*m.BuddyWanted
	if state == BuddyEnded && !unwanted && m.ToldAt != nil && slices.Contains(held, Place) {
		view.May = append(view.May, MayInvite)
	}
	if state == BuddyAgreed && !unwanted && slices.Contains(held, TheirSide) {
		view.May = append(view.May, MayAgree)
	}
	if state != BuddyEnded {
		view.May = append(view.May, MayEndBuddy)
	}
	return nil
}

func (s *Service) staffBuddyViewTx(tx *db.Tx, b Buddy, state BuddyState) (*StaffBuddy, error) {
	names, err := s.namesTx(tx, b.OrganisationID, b.BuddyID, b.YoungPersonID)
	if err != nil {
		return nil, err
	}
	loc, err := people.ZoneTx(tx, b.OrganisationID)
	if err != nil {
		return nil, err
	}
	view := &StaffBuddy{ID: b.ID, Person: *person(names, b.BuddyID), State: state, Still: b.Still, Cards: []StaffHello{}, EndedAt: b.EndedAt}
	if state == BuddyOn {
		view.Day = b.DayOn(tx.Now, loc)
	}
	rows, err := hellosTx(tx, b)
	for _, r := range rows {
		view.Cards = append(view.Cards, StaffHello{ID: r.ID, From: *person(names, r.FromID), Card: r.Card, At: r.At.Time()})
	}
	return view, err
}

// missingBuddy is a buddy who is wanted and not there, or waits for somebody's word.
const missingBuddy = "buddy"

// buddyMissingTx says which moves lack a buddy: the place where one is wanted and nobody
// is asked, the young person's side where their word is waited for.
func buddyMissingTx(tx *db.Tx, orgID string, moves []Move, held map[string][]Side) (map[string][]Missing, error) {
	ids := make([]string, len(moves))
	for i, m := range moves {
		ids[i] = m.ID
	}
	open, err := openBuddiesTx(tx, orgID, ids)
	all := map[string][]Missing{}
	for _, m := range moves {
		b, asked := open[m.ID]
		wanted := m.BuddyWanted != nil && *m.BuddyWanted && m.EndedAt == nil && m.ToServiceID != ""
		toAsk := wanted && !asked && slices.Contains(held[m.ID], Place)
		toAgree := asked && b.State(true) == BuddyAgreed && slices.Contains(held[m.ID], TheirSide)
		if toAsk || toAgree {
			all[m.ID] = []Missing{{What: missingBuddy}}
		}
	}
	return all, err
}
