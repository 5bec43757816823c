// Package feelings carries a card from a tap to someone there. A card's state
// derives from its events, and no state says more than they prove.
package feelings

import (
	"encoding/json"
	"slices"
	"time"

	"heard/server/errs"
)

// Kind is what a card says at its widest.
type Kind string

// The kinds of card.
const (
	KindFeeling Kind = "feeling"
	KindNeed    Kind = "need"
	KindNotSafe Kind = "not_safe"
)

// Keys the rules know by name; everything else about the deck is data.
const (
	keyNotSafe       = "not_safe"
	keySomethingElse = "something_else"
	needSitWithMe    = "sit_with_me"
	needJustKnow     = "just_know"
	needStop         = "need_stop"
)

// What is taken from a phone, at most.
const (
	MaxWords  = 1000 // characters of a young person's own words
	MaxReply  = 300  // characters of an adult's own words
	MaxReason = 300
	maxSentAs = 64
)

// Card is one tapped card, without its words.
type Card struct {
	ID             string
	OrganisationID string
	YoungPersonID  string
	ClientID       string
	SentAs         string // the phone's id, when the card could not keep it
	DeviceID       string
	SessionID      string
	Key            string
	Kind           Kind
	Intensity      string
	Need           string
	Kept           bool
	TappedAt       time.Time
	ReceivedAt     time.Time
}

// Urgent says that the card must reach a person although it is taken back: the
// young person does not feel safe or asked someone to sit with them.
func (c Card) Urgent() bool {
	return c.Kind == KindNotSafe || c.Need == needSitWithMe
}

// soon says that the need can't wait as long as others do: somebody should sit with
// them, or they need a stop on the way. Taken back, a stop is needed no more, so it
// is not Urgent.
func (c Card) soon() bool { return c.Need == needSitWithMe || c.Need == needStop }

// rank orders an inbox: not safe, what can't wait, the rest.
func (c Card) rank() int {
	switch {
	case c.Kind == KindNotSafe:
		return 0
	case c.soon():
		return 1
	default:
		return 2
	}
}

// Deck is what the server knows of the deck: which keys exist and what they are.
type Deck struct {
	cards map[string]Kind
	needs map[string]bool
}

// ParseDeck reads assets/deck.json.
func ParseDeck(data []byte) (Deck, error) {
	var file struct {
		Cards []struct {
			Key  string `json:"key"`
			Kind Kind   `json:"kind"`
		} `json:"cards"`
		Needs []struct {
			Key string `json:"key"`
		} `json:"needs"`
		Journey []struct {
			Key string `json:"key"`
		} `json:"journey"` // needs that stand on the journey's page alone
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return Deck{}, errs.Wrap(err, errs.Internal, "The deck can't be read.")
	}
	d := Deck{cards: make(map[string]Kind), needs: make(map[string]bool)}
	for _, c := range file.Cards {
		d.cards[c.Key] = c.Kind
	}
	for _, n := range slices.Concat(file.Needs, file.Journey) {
		d.needs[n.Key] = true
	}
	if d.cards[keyNotSafe] != KindNotSafe || d.cards[keySomethingElse] == "" || !d.needs[needSitWithMe] || !d.needs[needStop] {
		return Deck{}, errs.New(errs.Internal, "The deck lacks a card the server relies on.")
	}
	return d, nil
}

// Tap is a card as the phone sent it, read with patience: what is not understood
// is empty, never an error.
type Tap struct {
	ID          string
	Card        string
	Kind        string
	Intensity   string
	Need        string
	Words       string
	Audience    []string
	SwitchedOff []string
	Chosen      bool // switchedOff was sent, so absence from the audience means nothing more
	Kept        bool
	TappedAt    string
}

// Validate brings a tap to what can be stored. An old or new phone is never
// refused for a key this server does not know; only what is no card at all is.
func (t Tap) Validate(d Deck, now time.Time) (Card, error) {
	if t.Card == "" && t.Kind == "" {
		return Card{}, errs.New(errs.Invalid, "This isn't a card: it has no picture and no kind.").With("no_card")
	}
	if len([]rune(t.Words)) > MaxWords {
		return Card{}, errs.New(errs.Invalid, "The words are too long.").With("words_too_long").
			Field("words", "At most 1,000 characters.")
	}
	c := Card{Kept: t.Kept, TappedAt: t.tappedAt(now), ReceivedAt: now}
	c.Kind, c.Key, c.Need = t.sort(d)
	if slices.Contains([]string{"little", "quite", "very"}, t.Intensity) {
		c.Intensity = t.Intensity
	}
	if c.Kept && c.Kind == KindNotSafe {
		return Card{}, errs.New(errs.Invalid, "“I don't feel safe” can't be kept for yourself. Send it, or call someone.").
			With("kept_not_safe")
	}
	return c, nil
}

// sort decides kind, card and need. Doubt falls on the side of a person coming:
// anything that says not safe is not safe.
func (t Tap) sort(d Deck) (kind Kind, card, need string) {
	if Kind(t.Kind) == KindNotSafe || d.cards[t.Card] == KindNotSafe {
		kind, card = KindNotSafe, keyNotSafe
	} else {
		kind, card = d.cards[t.Card], t.Card
	}
	if d.needs[t.Need] {
		need = t.Need
	}
	if kind != "" {
		return kind, card, need
	}
	// Not a picture of the deck: a need sent alone, or a card we do not know.
	if d.needs[t.Card] {
		return KindNeed, t.Card, t.Card
	}
	if Kind(t.Kind) == KindNeed {
		if need != "" {
			return KindNeed, need, need
		}
		return KindNeed, keySomethingElse, ""
	}
	return KindFeeling, keySomethingElse, need
}

// tappedAt takes the phone's clock where it can be true at all; it is only ever
// shown as "about".
func (t Tap) tappedAt(now time.Time) time.Time {
	at, err := time.Parse(time.RFC3339Nano, t.TappedAt)
	if err != nil || at.After(now.Add(24*time.Hour)) || at.Before(now.AddDate(-1, 0, 0)) {
		return now
	}
	return at.UTC()
}
