package feelings

import (
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/viewer"
)

const (
	// subjectCard is what alerts and audit rows call a card.
	subjectCard = "card"
	// subjectCards is what audit rows call the list of a young person's cards.
	subjectCards = "cards"
)

// Names gives names and pictures of accounts of one organisation.
type Names interface {
	PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error)
}

// Keyring opens the key a young person's words are sealed with.
type Keyring interface {
	PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error)
}

// Alerts tells people that a card waits, and stops telling.
type Alerts interface {
	EnqueueTx(tx *db.Tx, alerts []notify.Alert) error
	CancelTx(tx *db.Tx, subjectID string) error
	EraseTx(tx *db.Tx, subjectIDs []string) error
	SubjectOfTx(tx *db.Tx, v viewer.Viewer, alertID string) (kind, id string, err error)
}

// Macer makes keyed hashes, so that a stored hash of a card tells nothing.
type Macer interface {
	MAC(purpose string, data []byte) []byte
}

// Waker wakes the open live streams of accounts.
type Waker interface {
	Wake(accountIDs ...string)
}

// Config says what the service works with.
type Config struct {
	DB        *db.DB
	Deck      []byte // assets/deck.json
	Keys      Keyring
	Names     Names
	Alerts    Alerts
	MAC       Macer
	Waker     Waker
	Log       *slog.Logger
	Now       func() time.Time
	Poll      time.Duration // how often deadlines are looked at; 1 s when 0
	LeftEvery time.Duration // how often cards are taken from whoever has left; 5 s when 0, never when less
	Lease     time.Duration // how long a deadline is one worker's; 4 s when 0
	// Observe hears how long cards wait, for measures that name nobody; may be nil.
	Observe Observer
	// Contacts hears of a card whose young person says that somebody was there; may be nil.
	Contacts Contacts
	// Ways knows who goes with a young person who is on their way; may be nil.
	Ways Ways
}

// Ways says who goes along with a young person as it is planned now; empty: nobody, or
// they are not on their way.
type Ways interface {
	EscortTx(tx *db.Tx, orgID, youngPersonID string) (string, error)
}

// Observer hears of what is measured.
type Observer interface {
	// Seen says how long after it was received a card was first pressed.
	Seen(kind Kind, after time.Duration)
}

// Service carries cards.
type Service struct {
	db        *db.DB
	deck      Deck
	keys      Keyring
	names     Names
	alerts    Alerts
	mac       Macer
	waker     Waker
	log       *slog.Logger
	now       func() time.Time
	worker    string
	poll      time.Duration
	lease     time.Duration
	leftEvery time.Duration
	heard     Observer
	contacts  Contacts
	ways      Ways
	around    func(tx *db.Tx, orgID, youngPersonID string) (*around, error)
}

// New makes the service; it fails when the deck can't be used.
func New(c Config) (*Service, error) {
	deck, err := ParseDeck(c.Deck)
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: c.DB, deck: deck, keys: c.Keys, names: c.Names, alerts: c.Alerts, mac: c.MAC, waker: c.Waker,
		log: c.Log, now: c.Now, worker: db.NewID(), poll: c.Poll, lease: c.Lease, leftEvery: c.LeftEvery,
		heard: c.Observe, contacts: c.Contacts, ways: c.Ways, around: aroundTx,
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.poll <= 0 {
		s.poll = time.Second
	}
	if s.leftEvery == 0 {
		s.leftEvery = leftEvery
	}
	if s.lease <= 0 {
		s.lease = 4 * time.Second
	}
	return s, nil
}

// wakeTx wakes everyone a card concerns once the transaction is durable.
func (s *Service) wakeTx(tx *db.Tx, d *dossier) {
	ids := append(d.recipientIDs(), d.Card.YoungPersonID)
	tx.AfterCommit(func() { s.waker.Wake(ids...) })
}

// observe says how long a card waited once its first press is durable.
func (s *Service) observe(tx *db.Tx, d *dossier, before Status) {
	if s.heard == nil || before.EverSeen || !d.Status.EverSeen {
		return
	}
	kind, after := d.Card.Kind, tx.Now.Sub(d.Card.ReceivedAt)
	tx.AfterCommit(func() { s.heard.Seen(kind, after) })
}

// sealTx seals words under the young person's own key; no words need no key.
func (s *Service) sealTx(tx *db.Tx, c Card, words string, ad keys.AD) ([]byte, error) {
	if words == "" {
		return nil, nil
	}
	key, err := s.keys.PersonKeyTx(tx, c.OrganisationID, c.YoungPersonID)
	if err != nil {
		return nil, err
	}
	return key.Seal([]byte(words), ad)
}
