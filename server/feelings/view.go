package feelings

import (
	"errors"
	"slices"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/people"
	"heard/server/viewer"
)

// View is a card as one viewer may see it now.
type View struct {
	ID          string           `json:"id"`
	ClientID    string           `json:"clientId"`
	Card        string           `json:"card" doc:"key in the deck"`
	Kind        Kind             `json:"kind"`
	Intensity   string           `json:"intensity,omitempty"`
	Need        string           `json:"need,omitempty"`
	Words       string           `json:"words,omitempty"`
	Kept        bool             `json:"kept"`
	TappedAt    time.Time        `json:"tappedAt" doc:"by the phone's clock: shown as about"`
	ReceivedAt  time.Time        `json:"receivedAt"`
	State       State            `json:"state"`
	Version     int              `json:"version"`
	Who         *viewer.Person   `json:"who,omitempty" doc:"the adult the state speaks of"`
	At          *time.Time       `json:"at,omitempty" doc:"when the state came"`
	By          *time.Time       `json:"by,omitempty" doc:"when it was promised for"`
	Promise     Promise          `json:"promise,omitempty"`
	Level       int              `json:"level,omitempty" doc:"1 the audience, 2 cover, 3 the team on duty, 4 the lead or on call"`
	Told        *viewer.Person   `json:"told,omitempty" doc:"whom Heard told because the adult did not come or could not be reached"`
	Quote       string           `json:"quote,omitempty" doc:"what the adult said"`
	Next        *Next            `json:"next,omitempty"`
	Audience    []AudienceView   `json:"audience"`
	Events      []EventView      `json:"events"`
	Can         []Act            `json:"can"`
	YoungPerson *viewer.Person   `json:"youngPerson,omitempty" doc:"for staff"`
	Colleagues  *[]viewer.Person `json:"colleagues,omitempty" doc:"for staff: whom it can be handed to"`
	CheckOn     bool             `json:"withdrawnCheck,omitempty" doc:"for staff: taken back, but an adult still checks"`
}

// AudienceView is one recipient of a card.
type AudienceView struct {
	viewer.Person
	Role string `json:"role"`
}

// EventView is one line of a card's history.
type EventView struct {
	Kind    EventKind      `json:"kind"`
	At      time.Time      `json:"at"`
	Who     *viewer.Person `json:"who,omitempty" doc:"the adult; absent for the young person and the server"`
	To      *viewer.Person `json:"to,omitempty" doc:"whom it was handed to"`
	By      *time.Time     `json:"by,omitempty"`
	Promise Promise        `json:"promise,omitempty"`
	Words   string         `json:"words,omitempty"`
	Level   int            `json:"level,omitempty" doc:"the level that was told"`
	Told    *viewer.Person `json:"told,omitempty" doc:"whom Heard told"`
}

// StatusView is where a card stands, without anything private.
type StatusView struct {
	ID      string         `json:"id"`
	State   State          `json:"state"`
	Who     *viewer.Person `json:"who,omitempty"`
	At      *time.Time     `json:"at,omitempty"`
	By      *time.Time     `json:"by,omitempty"`
	Promise Promise        `json:"promise,omitempty"`
	Level   int            `json:"level,omitempty"`
	Told    *viewer.Person `json:"told,omitempty"`
	Next    *Next          `json:"next,omitempty"`
	Version int            `json:"version"`
}

// viewTx builds the view of one card.
func (s *Service) viewTx(tx *db.Tx, v viewer.Viewer, d *dossier) (View, error) {
	views, err := s.viewsTx(tx, v, []*dossier{d})
	if err != nil {
		return View{}, err
	}
	view := views[0]
	if v.Place != viewer.Work {
		return view, nil
	}
	circle, err := people.CircleTx(tx, d.Card.OrganisationID, d.Card.YoungPersonID)
	if err != nil {
		return View{}, err
	}
	ids := []string{d.Card.YoungPersonID}
	for _, a := range circle.Adults {
		if MayReceive(a, v.AccountID, d.Off) {
			ids = append(ids, a.AccountID)
		}
	}
	names, err := s.names.PersonsTx(tx, d.Card.OrganisationID, ids)
	if err != nil {
		return View{}, err
	}
	colleagues := []viewer.Person{}
	for _, id := range ids[1:] {
		colleagues = append(colleagues, names[id])
	}
	view.YoungPerson, view.Colleagues = named(names, d.Card.YoungPersonID), &colleagues
	view.CheckOn = checkOn(d.Card, d.Status)
	return view, nil
}

// checkOn says that an adult still has to look after the young person.
func checkOn(c Card, s Status) bool { return s.State == StateWithdrawn && c.Urgent() && !s.Checked }

// viewsTx builds views of cards of one young person: names and the key are
// fetched once for all.
func (s *Service) viewsTx(tx *db.Tx, v viewer.Viewer, all []*dossier) ([]View, error) {
	views := make([]View, 0, len(all))
	if len(all) == 0 {
		return views, nil
	}
	if err := errors.Join(s.foreseeTx(tx, all), s.guardTx(tx, v, all...)); err != nil {
		return nil, err
	}
	var ids []string
	private := false
	for _, d := range all {
		ids = append(ids, d.mentioned()...)
		private = private || d.words != nil || slices.ContainsFunc(d.eventWords, func(w []byte) bool { return w != nil })
	}
	slices.Sort(ids)
	names, err := s.names.PersonsTx(tx, v.OrganisationID, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	var key *keys.Key
	if private && v.Reading {
		if key, err = s.keys.PersonKeyTx(tx, all[0].Card.OrganisationID, all[0].Card.YoungPersonID); err != nil {
			return nil, err
		}
	}
	for _, d := range all {
		view, err := d.view(v, names, key)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, nil
}

// mentioned lists the adults whose names a card's view needs.
func (d *dossier) mentioned() []string {
	ids := d.recipientIDs()
	if d.next.who != "" {
		ids = append(ids, d.next.who)
	}
	for _, e := range d.Events {
		for _, id := range []string{e.ActorID, e.AboutID, e.ToldID} {
			if id != "" && id != d.Card.YoungPersonID {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// view puts a card into words a viewer may have; without a key there are none.
func (d *dossier) view(v viewer.Viewer, names map[string]viewer.Person, key *keys.Key) (View, error) {
	c, st := d.Card, d.status(names)
	view := View{
		ID: c.ID, ClientID: c.ClientID, Card: c.Key, Kind: c.Kind, Intensity: c.Intensity, Need: c.Need, Kept: c.Kept,
		TappedAt: c.TappedAt, ReceivedAt: c.ReceivedAt, State: st.State, Version: st.Version, Who: st.Who, At: st.At,
		By: st.By, Promise: st.Promise, Level: st.Level, Told: st.Told, Next: st.Next, Audience: []AudienceView{}, Events: []EventView{}, Can: Can(v, d.Ground),
	}
	var err error
	if view.Words, err = open(key, d.words, wordsAD(c.ID)); err != nil {
		return view, err
	}
	for _, r := range d.Recipients {
		if p := named(names, r.AccountID); p != nil {
			view.Audience = append(view.Audience, AudienceView{Person: *p, Role: r.Role})
		}
	}
	for i, e := range d.Events {
		words, err := open(key, d.eventWords[i], eventWordsAD(c.ID, e.Seq))
		if err != nil {
			return view, err
		}
		if e.Seq == d.Status.QuoteSeq {
			view.Quote = words
		}
		if e.Kind != EventAgain {
			view.Events = append(view.Events, eventView(e, words, names))
		}
	}
	return view, nil
}

func eventView(e Event, words string, names map[string]viewer.Person) EventView {
	view := EventView{
		Kind: e.Kind, At: e.At, Promise: e.Promise, Words: words, By: timePtr(e.Until), Who: named(names, e.ActorID),
		Level: e.Level, Told: named(names, e.ToldID),
	}
	switch e.Kind {
	case EventAlerting, EventNoChannel, EventOverdue, EventEscalated, EventOffShift:
		view.Who = named(names, e.AboutID)
	case EventHandedOver:
		view.To = named(names, e.AboutID)
	}
	return view
}

// status gives where the card stands, with names.
func (d *dossier) status(names map[string]viewer.Person) StatusView {
	s := d.Status
	view := StatusView{
		ID: d.Card.ID, State: s.State, Who: named(names, s.WhoID), At: timePtr(s.At), By: timePtr(s.Until),
		Promise: s.Promise, Level: s.Level, Next: d.next.named(s, names), Version: s.Version,
	}
	if s.State == StateOverdue || s.State == StateNoChannel || s.State == StateNobody {
		view.Told = named(names, s.ToldID)
	}
	return view
}

// named gives a person by id; none for nobody and for the young person, whose
// name the list does not hold.
func named(names map[string]viewer.Person, id string) *viewer.Person {
	p, ok := names[id]
	if !ok || id == "" {
		return nil
	}
	return &p
}

func timePtr(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func open(key *keys.Key, sealed []byte, ad keys.AD) (string, error) {
	if key == nil || len(sealed) == 0 {
		return "", nil
	}
	plain, err := key.Open(sealed, ad)
	return string(plain), err
}
