package feelings

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/people"
	"heard/server/viewer"
)

const (
	maxInbox = 200
	// checkRests is when an unanswered check leaves the inbox; the card's page keeps it.
	checkRests = 24 * time.Hour
)

// Item is one card in an inbox.
type Item struct {
	ID          string         `json:"id"`
	Card        string         `json:"card"`
	Kind        Kind           `json:"kind"`
	Intensity   string         `json:"intensity,omitempty"`
	Need        string         `json:"need,omitempty"`
	YoungPerson viewer.Person  `json:"youngPerson"`
	Home        string         `json:"home,omitempty"`
	State       State          `json:"state"`
	Version     int            `json:"version"`
	ReceivedAt  time.Time      `json:"receivedAt"`
	Who         *viewer.Person `json:"who,omitempty"`
	At          *time.Time     `json:"at,omitempty"`
	By          *time.Time     `json:"by,omitempty"`
	Promise     Promise        `json:"promise,omitempty"`
	Level       int            `json:"level,omitempty"`
	Told        *viewer.Person `json:"told,omitempty"`
	Next        *Next          `json:"next,omitempty"`
	HandedToMe  bool           `json:"handedToMe"`
	CheckOn     bool           `json:"withdrawnCheck"`
}

// Inbox is what waits for one member of staff.
type Inbox struct {
	ServerTime time.Time `json:"serverTime"`
	Waiting    []Item    `json:"waiting" doc:"nobody has said they are coming"`
	Coming     []Item    `json:"coming" doc:"somebody is coming or there"`
	Check      []Item    `json:"check" doc:"the young person is asked whether it was met"`
}

// Inbox lists the open cards of a member of staff: not safe, what cannot wait, then
// newest first. Reading it moves nothing to seen.
func (s *Service) Inbox(ctx context.Context, v viewer.Viewer) (Inbox, error) {
	if err := viewer.AsStaff(v); err != nil {
		return Inbox{}, err
	}
	box := Inbox{Waiting: []Item{}, Coming: []Item{}, Check: []Item{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		box.ServerTime = tx.Now
		all, err := s.openCardsTx(tx, v)
		if err != nil {
			return err
		}
		items, err := s.itemsTx(tx, v, all)
		if err != nil {
			return err
		}
		for i, d := range all {
			switch list(v, d) {
			case StateCheck:
				box.Check = append(box.Check, items[i])
			case StatePromised:
				box.Coming = append(box.Coming, items[i])
			default:
				box.Waiting = append(box.Waiting, items[i])
			}
		}
		return nil
	})
	return box, err
}

// list says which list a card stands in, by the name of its typical state. A
// not-safe card waits for a safeguarding lead until that lead has pressed too,
// whoever else is coming.
func list(v viewer.Viewer, d *dossier) State {
	switch {
	case d.Guard:
		return StateReceived
	case d.Status.State == StateCheck:
		return StateCheck
	case d.Status.State == StatePromised, d.Status.State == StateHere:
		return StatePromised
	default:
		return StateReceived
	}
}

func (s *Service) itemsTx(tx *db.Tx, v viewer.Viewer, all []*dossier) ([]Item, error) {
	if err := s.foreseeTx(tx, all); err != nil {
		return nil, err
	}
	var persons, young []string
	for _, d := range all {
		young = append(young, d.Card.YoungPersonID)
		persons = append(persons, d.Card.YoungPersonID, d.Status.WhoID, d.Status.ToldID, d.next.who)
	}
	slices.Sort(persons)
	slices.Sort(young)
	names, err := s.names.PersonsTx(tx, v.OrganisationID, slices.DeleteFunc(slices.Compact(persons), func(id string) bool { return id == "" }))
	if err != nil {
		return nil, err
	}
	homes, err := people.HomesTx(tx, v.OrganisationID, slices.Compact(young))
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(all))
	for i, d := range all {
		c, st := d.Card, d.status(names)
		items[i] = Item{
			ID: c.ID, Card: c.Key, Kind: c.Kind, Intensity: c.Intensity, Need: c.Need, YoungPerson: names[c.YoungPersonID],
			Home: homes[c.YoungPersonID], State: st.State, Version: st.Version, ReceivedAt: c.ReceivedAt, Who: st.Who,
			At: st.At, By: st.By, Promise: st.Promise, Level: st.Level, Told: st.Told, Next: st.Next,
			HandedToMe: d.Status.HandedTo == v.AccountID, CheckOn: checkOn(c, d.Status),
		}
	}
	return items, nil
}

// openCardsTx loads the open cards a member of staff may read, in inbox order.
func (s *Service) openCardsTx(tx *db.Tx, v viewer.Viewer) ([]*dossier, error) {
	young, err := inboxYoungTx(tx, v)
	if err != nil {
		return nil, err
	}
	standings, err := people.StandingsTx(tx, v, young)
	if err != nil {
		return nil, err
	}
	all, err := inboxTx(tx, v, standings)
	if err != nil {
		return nil, err
	}
	if err := s.guardTx(tx, v, all...); err != nil {
		return nil, err
	}
	// The question is the same as for a press: nothing is listed that could not be
	// opened and answered.
	all = slices.DeleteFunc(all, func(d *dossier) bool {
		return MayTouch(v, d.Ground, ActSeen) != nil || d.done(tx.Now) && !d.Guard
	})
	slices.SortStableFunc(all, func(a, b *dossier) int {
		return cmp.Or(cmp.Compare(a.Card.rank(), b.Card.rank()), b.Card.ReceivedAt.Compare(a.Card.ReceivedAt), cmp.Compare(b.Card.ID, a.Card.ID))
	})
	return all, nil
}

// done says that a card waits for nobody at work, unless for a safeguarding lead.
func (d *dossier) done(now time.Time) bool {
	return d.Status.State == StateClosed || d.Status.State == StateCheck && !d.Status.At.After(now.Add(-checkRests))
}

// WaitingTx counts, for each young person, the cards that wait for somebody, as
// far as the viewer may know of them.
func (s *Service) WaitingTx(tx *db.Tx, v viewer.Viewer, youngPersonIDs []string) (map[string]int, error) {
	counts := make(map[string]int, len(youngPersonIDs))
	if !atWork(v) {
		return counts, nil
	}
	all, err := s.openCardsTx(tx, v)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if slices.Contains(youngPersonIDs, d.Card.YoungPersonID) && list(v, d) == StateReceived {
			counts[d.Card.YoungPersonID]++
		}
	}
	return counts, nil
}
