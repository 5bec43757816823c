package listening

import (
	"bytes"
	"encoding/json"
	"time"

	"heard/server/keys"
)

// keptStep hides how long an answer is: what is sealed is filled up to a multiple.
const keptStep = 1024

// kept is an answer as it lies sealed, in the young person's own history or before
// the worker they told.
type kept struct {
	Contact   string     `json:"contact,omitempty"`
	Kind      Kind       `json:"kind,omitempty"`
	ContactAt time.Time  `json:"contactAt,omitzero"`
	With      string     `json:"with,omitempty"`
	Listened  Face       `json:"listened"`
	Serious   Face       `json:"serious,omitempty"`
	Say       Face       `json:"say,omitempty"`
	Words     string     `json:"words,omitempty"`
	Voice     *voiceNote `json:"voice,omitempty"`
	Told      string     `json:"told,omitempty"`
	CountsIn  string     `json:"countsIn,omitempty"`
}

func (a Answer) kept(x about) kept {
	k := kept{With: x.worker, Listened: a.Listened, Serious: a.Serious, Say: a.Say, Words: a.Words, Voice: a.Voice.note()}
	if x.contact.ID != "" {
		k.Contact, k.Kind, k.ContactAt = x.contact.ID, x.contact.Kind, x.contact.At
	}
	return k
}

func (k kept) seal(key *keys.Key, ad keys.AD) ([]byte, error) {
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, keptStep-len(plain)%keptStep)...)
	return key.Seal(plain, ad)
}

func openKept(sealed []byte, key *keys.Key, ad keys.AD) (kept, error) {
	var k kept
	plain, err := key.Open(sealed, ad)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(plain, &k)
}

func (r copyRow) open(key *keys.Key) (kept, error) {
	return openKept(r.Sealed, key, copyAD(r.YoungPersonID, r.ClientID))
}

func (r toldRow) open(key *keys.Key) (kept, error) { return openKept(r.Sealed, key, toldAD(r.ID)) }

func copyAD(youngPersonID, clientID string) keys.AD {
	return keys.AD{Table: "answer_copies", Column: "sealed", Row: youngPersonID + "/" + clientID}
}

func toldAD(id string) keys.AD { return keys.AD{Table: "told_answers", Column: "sealed", Row: id} }
