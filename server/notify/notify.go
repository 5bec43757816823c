// Package notify tells people that something waits for them, by web push. It knows accounts and a few fixed
// words; whom to tell of what, and what follows from it, is the business of the floors above.
//
// An alert is a row, written in the transaction of what it tells of. The sender takes rows on a lease, never
// from memory, so an alert survives the death of any process. Sending is at least once: a push that was
// accepted by the push service a moment before a crash is sent again, with the same alert id, by which the
// service worker replaces the notification it shows already.
package notify

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

// Body says which fixed words a notification shows. There are no others.
type Body string

// The bodies.
const (
	NeedsYou Body = "needs_you"
	Card     Body = "card"
	Test     Body = "test"
)

// Urgency is how soon a push service should wake a sleeping phone (RFC 8030).
type Urgency = string

// The urgencies in use.
const (
	UrgencyNormal Urgency = "normal"
	UrgencyHigh   Urgency = "high"
)

// SubjectTest is the subject kind of a test push. Its subject is the subscription under test, the only one it goes to.
const SubjectTest = "push_test"

// Outcome is what became of an alert.
type Outcome string

// The outcomes: a push service has accepted it, or no way is left to reach the person.
const (
	Accepted  Outcome = "accepted"
	NoChannel Outcome = "no_channel"
)

// Alert asks to tell one account of one thing.
type Alert struct {
	OrganisationID string
	AccountID      string
	SubjectKind    string // what it is about, in the caller's words: "card"
	SubjectID      string
	Body           Body
	TTL            time.Duration // how long it is worth telling: at least until the deadline of what it tells of
	Urgency        Urgency
}

// Settled tells what became of an alert.
type Settled struct {
	AlertID        string
	OrganisationID string
	AccountID      string
	SubjectKind    string
	SubjectID      string
	Outcome        Outcome
	Channel        Channel // what it was accepted by; empty without a channel
}

// Settler hears, in the transaction in which an alert is settled, what became of it. It is asked before the
// alert's own row is locked, so it may lock the subject first, as those do who enqueue and cancel. An alert can
// be settled twice: first without a channel, and accepted later by a device that was added in the meantime.
type Settler interface {
	SettleTx(tx *db.Tx, s Settled) error
}

// A killed sender's alerts are taken over after its lease and one poll at most.
const (
	DefaultLease = 6 * time.Second
	DefaultPoll  = time.Second
)

// Config sets the service up. DB, Ring and Log are needed, the rest has defaults.
type Config struct {
	DB   *db.DB
	Ring *keys.Ring
	Log  *slog.Logger
	// Contact is an address without "mailto:", or an https URL, by which push services reach the operator.
	Contact string
	// TestPushOrigin is a plain-http loopback origin that stands in for the push services in tests. The
	// configuration gives it only when the server itself is reached on loopback.
	TestPushOrigin string
	// Channels are the ways to reach people beside push.
	Channels Channels
	// PublicURL is where Heard is, for the link in e-mails and text messages.
	PublicURL string
	// Observe counts what was sent, for the metrics; nil for nobody.
	Observe Observer
	// PollEvery is how often to look for alerts that are due, apart from being woken: DefaultPoll.
	PollEvery time.Duration
	// Lease is how long an alert is a sender's own without renewal: DefaultLease.
	Lease time.Duration
	// RenewEvery is how often leases are renewed while pushes are under way: a third of Lease.
	RenewEvery time.Duration
	// Timeout bounds one push: 10 s.
	Timeout time.Duration
	// LetterTimeout bounds one e-mail or text message: 15 s.
	LetterTimeout time.Duration
	// Concurrency bounds the pushes under way: 32.
	Concurrency int
}

// Service keeps subscriptions and sends alerts.
type Service struct {
	db       *db.DB
	ring     *keys.Ring
	log      *slog.Logger
	hosts    allowList
	vapid    vapid
	tokens   tokens
	client   *http.Client
	settler  Settler
	book     DutyBook
	worker   string
	poll     time.Duration
	leaseFor time.Duration
	renewals time.Duration
	slots    chan struct{}
	letters  chan struct{} // e-mails and text messages under way, apart from pushes: they are slower
	mailer   *mailer
	texter   *texter
	reports  keys.Secret // the token of the text service's reports
	openURL  string
	observer Observer
	wake     chan struct{}
}

// New opens the service; on the first start of all it makes the VAPID keys.
func New(ctx context.Context, c Config) (*Service, error) {
	hosts, err := newAllowList(c.TestPushOrigin)
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: c.DB, ring: c.Ring, log: c.Log, hosts: hosts,
		client:   newClient(hosts, orElse(c.Timeout, 10*time.Second)),
		worker:   db.NewID(),
		poll:     orElse(c.PollEvery, DefaultPoll),
		leaseFor: orElse(c.Lease, DefaultLease),
		renewals: orElse(c.RenewEvery, orElse(c.Lease, DefaultLease)/3),
		slots:    make(chan struct{}, orElse(c.Concurrency, 32)),
		letters:  make(chan struct{}, lettersAtOnce),
		wake:     make(chan struct{}, 1),
		reports:  c.Channels.CallbackToken, openURL: strings.TrimRight(c.PublicURL, "/"), observer: c.Observe,
	}
	if s.mailer, err = newMailer(c.Channels, orElse(c.LetterTimeout, 15*time.Second)); err != nil {
		return nil, err
	}
	if s.texter, err = newTexter(c.Channels, orElse(c.LetterTimeout, 15*time.Second)); err != nil {
		return nil, err
	}
	s.vapid, err = loadVAPID(ctx, c.DB, c.Ring, orElse(c.Contact, "heard@example.org"))
	return s, err
}

// SettleWith names who hears of settled alerts. It is called once, before Run: the floor above needs the service
// to be made first.
func (s *Service) SettleWith(settler Settler) { s.settler = settler }

// PublicKey is the applicationServerKey browsers subscribe with.
func (s *Service) PublicKey() string { return s.vapid.public }

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

var errNotFound = errs.New(errs.NotFound, "There is nothing here.")
