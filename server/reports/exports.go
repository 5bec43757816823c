package reports

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"heard/server/audit"
	"heard/server/db"
	"heard/server/keys"
	"heard/server/notify"
	"heard/server/viewer"
)

// Figures is where everything that leaves is read from: what the pages show, and nothing else.
type Figures interface {
	Overview(ctx context.Context, v viewer.Viewer) (Overview, error)
	Series(ctx context.Context, v viewer.Viewer, measure, unit string) (Series, error)
	Compare(ctx context.Context, v viewer.Viewer, measure, period string) (Compare, error)
}

// ExportsConfig is what Exports is made of. Figures, DB, Ring, Names, Letters and PublicURL are needed.
type ExportsConfig struct {
	Figures   Figures
	DB        *db.DB
	Ring      *keys.Ring
	Names     Names
	Letters   Letters
	PublicURL string
	Log       *slog.Logger // nil discards
	// TestWebhookOrigin is a plain-http loopback origin that webhooks may go to in tests.
	TestWebhookOrigin string
	Poll              time.Duration // how often to look for deliveries and letters that are due: a second when 0, never when less
	Timeout           time.Duration // of one delivery: ten seconds
}

// Exports gets published figures out: files, tokens for programs, webhooks, letters.
type Exports struct {
	figures Figures
	db      *db.DB
	ring    *keys.Ring
	names   Names
	letters Letters
	address string
	log     *slog.Logger
	hosts   notify.PublicHosts
	client  *http.Client
	worker  string
	poll    time.Duration

	wake, wakeLetters chan struct{}
}

// NewExports makes the service.
func NewExports(c ExportsConfig) (*Exports, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	hosts, err := notify.NewPublicHosts(c.TestWebhookOrigin)
	if err != nil {
		return nil, err
	}
	return &Exports{
		figures: c.Figures, db: c.DB, ring: c.Ring, names: c.Names, letters: c.Letters, address: c.PublicURL, log: c.Log,
		hosts: hosts, client: hosts.Client(c.Timeout), worker: db.NewID(), poll: c.Poll,
		wake: make(chan struct{}, 1), wakeLetters: make(chan struct{}, 1),
	}, nil
}

// EndAccountTx ends the tokens, webhooks and letters of an account that is suspended.
func (*Exports) EndAccountTx(tx *db.Tx, accountID string) error {
	if err := errors.Join(endTokens(tx, byMaker, accountID), endSubscription(tx, accountID)); err != nil {
		return err
	}
	return endWebhooks(tx, webhooksOfAccount, accountID, endedRemoved)
}

func noteShared(tx *db.Tx, v viewer.Viewer, action, kind, id string) error {
	return audit.Append(tx, audit.Entry{
		OrganisationID: v.OrganisationID, ActorID: v.AccountID, Action: action, ObjectKind: kind, ObjectID: id,
	})
}
