// Package outbox takes in the cards that waited on a phone. They come sealed to
// this server, so that the phone can't read them back, and each with a ticket
// instead of a session, so that they arrive after signing out, after the session
// has ended, or while somebody else uses the tablet. What a card is, it does not know.
package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

const (
	ticketLife     = 90 * 24 * time.Hour
	ticketsAtHand  = 24              // how many a phone is brought up to
	unusedPerDay   = 120             // issued to one device in a day and not used
	unusedInAll    = 240             // and altogether: each may lie beside a card that still waits
	ticketOnItsWay = 2 * time.Minute // so young, it may be in an answer its phone has not read yet
	keepOldTickets = 365 * 24 * time.Hour

	keyAge = 180 * 24 * time.Hour // after which the next start of a server makes a new one

	maxEnvelope       = 64 << 10
	maxLarge          = 960 << 10 // of what may be large: a voice in it
	refusedPerAccount = 100
	refusedLarge      = 4 // of them larger than maxEnvelope
)

// Taker takes a card in the transaction that marks its ticket. It gives the same
// receipt for the same card again.
type Taker func(tx *db.Tx, v viewer.Viewer, body []byte) (receipt any, err error)

// Accounts is what this package asks of the accounts beside it.
type Accounts interface {
	// HoldSessionTx keeps the viewer's session from ending until the transaction does.
	HoldSessionTx(tx *db.Tx, v viewer.Viewer) error
	// ActiveTx gives not found for an account that is suspended or gone.
	ActiveTx(tx *db.Tx, orgID, accountID string) error
	PersonKeyTx(tx *db.Tx, orgID, accountID string) (*keys.Key, error)
}

// Config is what the service is made of.
type Config struct {
	DB       *db.DB
	Ring     *keys.Ring
	Accounts Accounts
	Take     Taker
	// MayBeLarge says of what came whether it may hold more than words; nil: nothing may.
	MayBeLarge func(body []byte) bool
	// What says what a body is, for the words about one that was refused; nil: a card.
	What func(body []byte) string
	Log  *slog.Logger // nil discards
}

// Service is the package's door.
type Service struct {
	db       *db.DB
	ring     *keys.Ring
	accounts Accounts
	take     Taker
	large    func(body []byte) bool
	what     func(body []byte) string
	log      *slog.Logger

	boxes sync.Map // key id → *keys.Box
}

// New makes the service, and its first key when there is none.
func New(ctx context.Context, c Config) (*Service, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MayBeLarge == nil {
		c.MayBeLarge = func([]byte) bool { return false }
	}
	if c.What == nil {
		c.What = func([]byte) string { return "card" }
	}
	s := &Service{
		db: c.DB, ring: c.Ring, accounts: c.Accounts, take: c.Take, large: c.MayBeLarge, what: c.What, log: c.Log,
	}
	return s, s.openKeys(ctx)
}

// Why a sealed card is not taken, for programs. A card's own reasons stand beside these.
const (
	ReasonTicketWrong   = "ticket_wrong"
	ReasonTicketUsed    = "ticket_used"
	ReasonTicketExpired = "ticket_expired"
	ReasonUnreadable    = "sealed_unreadable"
)

var (
	errTicketWrong   = errs.New(errs.Invalid, "This card came without a ticket that Heard knows. Please send it again.").With(ReasonTicketWrong)
	errTicketUsed    = errs.New(errs.Conflict, "Another card came with the same ticket. Please send this one again.").With(ReasonTicketUsed)
	errTicketExpired = errs.New(errs.Conflict, "This card waited too long, or this device was ended. Please send it again.").With(ReasonTicketExpired)
	errTooBig        = errs.New(errs.TooLarge, "This card is too big.")
	errUnreadable    = errs.New(errs.Invalid, "Heard couldn't open this card. Please send it again.").With(ReasonUnreadable)
)
