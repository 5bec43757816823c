package notify

import (
	"crypto/ecdh"
	"encoding/base64"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
)

const (
	longestLabel = 60
	// mostSubscriptions is far more than one person has browsers.
	mostSubscriptions = 20
	// unseenFor is how long a subscription is kept whose browser has not opened Heard.
	unseenFor = 60 * 24 * time.Hour
)

// Health says how far a subscription can be relied on.
type Health string

// The healths. Only a test push that its owner answered makes one good: a push service accepts pushes for phones
// that are muted, broken or lost.
const (
	Good     Health = "good"
	Untested Health = "untested"
	Failing  Health = "failing"
	Gone     Health = "gone"
)

// Subscription is one browser of the viewer's, as push health shows it.
type Subscription struct {
	ID             string
	Label          string
	Current        bool // the browser that asks
	CreatedAt      time.Time
	LastAcceptedAt *time.Time
	TestedAt       *time.Time
	Health         Health
	LastProblem    string
}

// NewSubscription is what a browser gives when it subscribes.
type NewSubscription struct {
	Endpoint string
	P256dh   string // base64url
	Auth     string // base64url
	Label    string // how its owner tells it from others
}

// validate checks everything and gives the keys decoded.
func (n *NewSubscription) validate(hosts allowList) (p256dh, auth []byte, err error) {
	if err := hosts.checkEndpoint(n.Endpoint); err != nil {
		return nil, nil, err
	}
	bad := errs.New(errs.Invalid, "This push subscription can't be used.")
	if p256dh, err = decodeKey(n.P256dh); err == nil {
		_, err = ecdh.P256().NewPublicKey(p256dh)
	}
	if err != nil || len(p256dh) != 65 {
		return nil, nil, bad.Field("keys.p256dh", "This is no P-256 public key of 65 bytes.")
	}
	if auth, err = decodeKey(n.Auth); err != nil || len(auth) != 16 {
		return nil, nil, bad.Field("keys.auth", "This is no secret of 16 bytes.")
	}
	n.Label = strings.TrimSpace(n.Label)
	if !utf8.ValidString(n.Label) || utf8.RuneCountInString(n.Label) > longestLabel || strings.ContainsFunc(n.Label, unicode.IsControl) {
		return nil, nil, bad.Field("label", "The name must be one line of 60 characters at most.")
	}
	if n.Label == "" {
		n.Label = "This device"
	}
	return p256dh, auth, nil
}

func decodeKey(text string) ([]byte, error) {
	return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
}

// seal fills the row's private columns.
func (s *Service) seal(row *subscriptionRow, n NewSubscription, p256dh, auth []byte) error {
	columns := []struct {
		name  string
		plain []byte
		into  *[]byte
	}{
		{"endpoint", []byte(n.Endpoint), &row.Endpoint}, {"p256dh", p256dh, &row.P256dh}, {"auth", auth, &row.Auth},
	}
	for _, c := range columns {
		sealed, err := s.ring.Seal(c.plain, subscriptionAD(c.name, row.ID))
		if err != nil {
			return err
		}
		*c.into = sealed
	}
	return nil
}

// open gives the row as somewhere to send to.
func (s *Service) open(row subscriptionRow) target {
	t := target{channel: Push, subscriptionID: row.ID}
	endpoint, err := s.ring.Open(row.Endpoint, subscriptionAD("endpoint", row.ID))
	if err == nil {
		t.p256dh, err = s.ring.Open(row.P256dh, subscriptionAD("p256dh", row.ID))
	}
	if err == nil {
		t.auth, err = s.ring.Open(row.Auth, subscriptionAD("auth", row.ID))
	}
	// An endpoint that was allowed once need not be now; the test origin certainly is not, in another run.
	if t.endpoint = string(endpoint); err != nil || s.hosts.withInside().checkEndpoint(t.endpoint) != nil {
		t.unreadable = true
	}
	return t
}

func subscriptionAD(column, id string) keys.AD {
	return keys.AD{Table: "push_subscriptions", Column: column, Row: id}
}

func (s *Service) endpointHash(endpoint string) []byte {
	return s.ring.MAC("push endpoint", []byte(endpoint))
}

func (row subscriptionRow) health() Health {
	switch {
	case row.GoneAt != nil:
		return Gone
	case row.Failures > 0:
		return Failing
	case row.TestedAt == nil:
		return Untested
	default:
		return Good
	}
}

func (row subscriptionRow) shown(sessionID string) Subscription {
	shown := Subscription{
		ID: row.ID, Label: row.Label, Current: row.SessionID == sessionID, Health: row.health(),
		CreatedAt: row.CreatedAt.Time(), LastAcceptedAt: db.TimePtr(row.LastAcceptedAt), TestedAt: db.TimePtr(row.TestedAt),
	}
	if row.LastProblem != nil {
		shown.LastProblem = *row.LastProblem
	}
	return shown
}
