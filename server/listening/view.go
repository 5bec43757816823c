package listening

import (
	"time"

	"heard/server/viewer"
)

// ContactView is a contact as the worker sees it who had it. It says nothing of
// asking or of answers, and looks the same whatever came of it.
type ContactView struct {
	ID          string        `json:"id"`
	YoungPerson viewer.Person `json:"youngPerson"`
	Kind        Kind          `json:"kind" enum:"meeting,visit,session,call,card"`
	At          time.Time     `json:"at"`
	Outcome     Outcome       `json:"outcome" enum:"happened,cancelled_by_service,cancelled_by_young_person,cancelled_by_family,missed"`
}

// MetView is a contact as its young person sees it.
type MetView struct {
	ID   string         `json:"id"`
	Kind Kind           `json:"kind" enum:"meeting,visit,session,call,card"`
	At   time.Time      `json:"at"`
	With *viewer.Person `json:"with,omitempty"`
	Mine bool           `json:"mine,omitempty" doc:"added by the young person themselves"`
}

// AskView is the prompt.
type AskView struct {
	ID        string    `json:"id"`
	Contact   MetView   `json:"contact"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// AnswerView is an answer as its young person sees it, or the worker they told.
type AnswerView struct {
	At       time.Time      `json:"at"`
	Contact  *MetView       `json:"contact,omitempty"`
	With     *viewer.Person `json:"with,omitempty" doc:"whom it is about, when no contact says so"`
	Listened Face           `json:"listened"`
	Serious  Face           `json:"serious,omitempty"`
	Say      Face           `json:"say,omitempty"`
	Words    string         `json:"words,omitempty"`
	Voice    *VoiceView     `json:"voice,omitempty"`
}

// VoiceView says that there is a voice note.
type VoiceView struct {
	Seconds int `json:"seconds" doc:"how long it is"`
}

// MineView is an answer in a young person's own history.
type MineView struct {
	ID string `json:"id" doc:"the phone's"`
	AnswerView
	Told *viewer.Person `json:"told,omitempty" doc:"who was told"`
}

// ToldView is what a young person told a worker.
type ToldView struct {
	ID          string        `json:"id"`
	YoungPerson viewer.Person `json:"youngPerson"`
	AnswerView
}

func (c Contact) view(names map[string]viewer.Person) ContactView {
	return ContactView{ID: c.ID, YoungPerson: person(names, c.YoungPersonID), Kind: c.Kind, At: c.At, Outcome: c.Outcome}
}

func (c Contact) met(names map[string]viewer.Person) MetView {
	with := person(names, c.WorkerID)
	return MetView{ID: c.ID, Kind: c.Kind, At: c.At, With: &with, Mine: c.RecordedBy == c.YoungPersonID}
}

func (k kept) view(at time.Time, names map[string]viewer.Person) AnswerView {
	v := AnswerView{At: at, Listened: k.Listened, Serious: k.Serious, Say: k.Say, Words: k.Words, Voice: k.Voice.view()}
	var with *viewer.Person
	if k.With != "" {
		p := person(names, k.With)
		with = &p
	}
	if k.Contact == "" {
		v.With = with
		return v
	}
	v.Contact = &MetView{ID: k.Contact, Kind: k.Kind, At: k.ContactAt, With: with}
	return v
}

func (n *voiceNote) view() *VoiceView {
	if n == nil {
		return nil
	}
	return &VoiceView{Seconds: int(max(1, (n.Millis+500)/1000))}
}

// person names an account; one that is gone keeps its id.
func person(names map[string]viewer.Person, id string) viewer.Person {
	if p, ok := names[id]; ok {
		return p
	}
	return viewer.Person{ID: id}
}
