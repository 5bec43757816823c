// Package people knows who stands in which relation to whom: organisations,
// services, teams, and the relations with a time limit from which every right
// follows. A role alone gives nothing; what may be seen or done is decided by a
// relation in force, read in the transaction of what is asked for.
package people

import (
	"cmp"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// Longest texts, in characters.
const (
	maxName   = 80
	maxPhone  = 30
	maxWord   = 40
	maxReason = 300
)

// Longest lists.
const (
	maxPage      = 200
	maxServices  = 200
	maxTeams     = 500
	maxRelations = 500
	maxMine      = 500
	maxStaff     = 1000
	maxLooked    = 100
)

// AccountBook keeps the accounts: sealed names, suspension, invitations. The
// accounts package implements it and the program wires it. Every method is
// scoped by the organisation: an account of another one is not found. It asks no
// right and writes no audit row; that is done here.
type AccountBook interface {
	CreateTx(tx *db.Tx, orgID string, a viewer.NewAccount) (id string, err error)
	AccountTx(tx *db.Tx, orgID, id string) (viewer.Account, error)
	AccountsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Account, error)
	ListTx(tx *db.Tx, orgID string, kinds []viewer.Kind, after string, limit int) ([]viewer.Account, error)
	PersonsTx(tx *db.Tx, orgID string, ids []string) (map[string]viewer.Person, error)
	ChangeTx(tx *db.Tx, orgID, id string, a viewer.NewAccount) error
	SuspendTx(tx *db.Tx, orgID, id string) error
	RestoreTx(tx *db.Tx, orgID, id string) error
	InviteTx(tx *db.Tx, orgID, id, madeBy string) (viewer.Invitation, error)
}

// AccessEnder takes back what hangs on an account's last relation in force (push
// subscriptions, open streams) in the transaction that ends it.
type AccessEnder interface {
	EndAccessTx(tx *db.Tx, accountID string) error
}

// Waiting counts the cards of young people that still wait for somebody, as far
// as the viewer may know of them.
type Waiting interface {
	WaitingTx(tx *db.Tx, v viewer.Viewer, youngPersonIDs []string) (map[string]int, error)
}

// Config is what the service is made of.
type Config struct {
	DB      *db.DB
	Ring    *keys.Ring
	Book    AccountBook
	Enders  []AccessEnder
	Waiting Waiting                    // nil: nothing is counted
	Wake    func(accountIDs ...string) // live streams; nil: none
	Tester  Tester                     // sends test pushes to those on a shift; nil: nobody is asked
	Log     *slog.Logger               // nil: nothing is logged
	Poll    time.Duration              // how often the rota is looked at; 1 s when 0
	Lease   time.Duration              // how long a row of it is one worker's; 8 s when 0
}

// Service is the package's door.
type Service struct {
	db      *db.DB
	ring    *keys.Ring
	book    AccountBook
	enders  []AccessEnder
	waiting Waiting
	wake    func(accountIDs ...string)
	tester  Tester
	watcher DutyWatcher
	log     *slog.Logger
	worker  string
	poll    time.Duration
	lease   time.Duration
}

// New makes the service.
func New(c Config) *Service {
	wake := c.Wake
	if wake == nil {
		wake = func(...string) {}
	}
	log := c.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		db: c.DB, ring: c.Ring, book: c.Book, enders: c.Enders, waiting: c.Waiting, wake: wake,
		tester: c.Tester, log: log, worker: db.NewID(), poll: cmp.Or(c.Poll, time.Second), lease: cmp.Or(c.Lease, 8*time.Second),
	}
}

// ServiceKind is what a service is.
type ServiceKind string

// The kinds of service.
const (
	CAMHS         ServiceKind = "camhs"
	SocialCare    ServiceKind = "social_care"
	ChildrensHome ServiceKind = "childrens_home"
	FosterAgency  ServiceKind = "foster_agency"
	Ward          ServiceKind = "ward"
	Advocacy      ServiceKind = "advocacy"
)

func (k ServiceKind) known() bool {
	switch k {
	case CAMHS, SocialCare, ChildrensHome, FosterAgency, Ward, Advocacy:
		return true
	}
	return false
}

// errNotFound is the one answer for what is not there and what may not be seen.
var errNotFound = errs.New(errs.NotFound, "There is nothing here, or it isn't yours to see.")

// cleanText trims a line and checks it. The sentence names the field as the
// screen does.
func cleanText(field, label, text string, longest int, needed bool) (string, error) {
	text = strings.TrimSpace(text)
	wrong := func(sentence string) error {
		return errs.New(errs.Invalid, sentence).Field(field, sentence)
	}
	switch {
	case text == "" && needed:
		return "", wrong(label + " can't be empty.")
	case !utf8.ValidString(text):
		return "", wrong(label + " holds characters that can't be read.")
	case utf8.RuneCountInString(text) > longest:
		return "", wrong(label + " is too long.")
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", wrong(label + " must be one line of plain text.")
	}
	return text, nil
}

func cleanPhone(field, phone string) (string, error) {
	phone, err := cleanText(field, "The phone number", phone, maxPhone, false)
	if err != nil {
		return "", err
	}
	digits := 0
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("+ ()-", r):
		default:
			digits = -maxPhone
		}
	}
	if phone != "" && (digits < 3 || digits > 15) {
		const sentence = "The phone number may hold 3 to 15 digits, spaces, +, - and brackets."
		return "", errs.New(errs.Invalid, sentence).Field(field, sentence)
	}
	return phone, nil
}

func cleanReason(reason string, needed bool) (string, error) {
	return cleanText("reason", "The reason", reason, maxReason, needed)
}

// page puts a wished-for length within bounds.
func page(limit int) int {
	if limit <= 0 || limit > maxPage {
		return maxPage
	}
	return limit
}

func timePtr(t time.Time) *time.Time { return &t }
