// Package accounts holds accounts and every way into one: join codes and locks
// for young people, invitations and passkeys for staff, devices and sessions for
// both. It owns suspension. What an account may do is not its business.
package accounts

import (
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
	"heard/server/web"
)

const (
	youngSession = 30 * 24 * time.Hour // slides with every act
	staffSession = 12 * time.Hour      // from signing in, whatever happens
	idleAfter    = 10 * time.Minute
	touchEvery   = 30 * time.Second // how exactly the last act is kept
	tokenGrace   = time.Minute      // an old token's life once the new one was seen
	codeLife     = 7 * 24 * time.Hour
	inviteLife   = 7 * 24 * time.Hour
	ceremonyLife = 5 * time.Minute

	maxDeviceName = 60
	maxPage       = 200
)

// Config is what the service is made of.
type Config struct {
	DB        *db.DB
	Ring      *keys.Ring
	Hub       *web.Hub
	Log       *slog.Logger // nil discards
	PublicURL string       // scheme and host; also the passkeys' home
	Demo      bool         // opens EnterDemo
}

// Service is the package's door.
type Service struct {
	db       *db.DB
	ring     *keys.Ring
	hub      *web.Hub
	log      *slog.Logger
	url      string
	demo     bool
	webauthn *webauthn.WebAuthn
	hashing  chan struct{} // a place for each lock secret being hashed

	onSessionEnd []func(tx *db.Tx, sessionID string) error
	onAccountEnd []func(tx *db.Tx, accountID string) error
	onDeviceEnd  []func(tx *db.Tx, deviceID string) error

	orgKeys sync.Map // organisation id → *keys.Key
}

// New makes the service.
func New(c Config) (*Service, error) {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Hostname() == "" {
		return nil, errs.New(errs.Internal, "The public address is not an address.")
	}
	wa, err := newWebAuthn(u)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "Passkeys could not be set up.")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		db: c.DB, ring: c.Ring, hub: c.Hub, log: c.Log, url: strings.TrimSuffix(c.PublicURL, "/"),
		demo: c.Demo, webauthn: wa, hashing: make(chan struct{}, hashesAtOnce),
	}, nil
}

// OnSessionEnd adds what else must end in the transaction that ends a session.
// Call it before the server runs.
func (s *Service) OnSessionEnd(f func(tx *db.Tx, sessionID string) error) {
	s.onSessionEnd = append(s.onSessionEnd, f)
}

// OnAccountEnd adds what else must end in the transaction that suspends an account.
// Call it before the server runs.
func (s *Service) OnAccountEnd(f func(tx *db.Tx, accountID string) error) {
	s.onAccountEnd = append(s.onAccountEnd, f)
}

// OnDeviceEnd adds what else must end in the transaction in which its owner ends a
// device. Signing out on the device itself is not that. Call it before the server runs.
func (s *Service) OnDeviceEnd(f func(tx *db.Tx, deviceID string) error) {
	s.onDeviceEnd = append(s.onDeviceEnd, f)
}

// placeOf is where an account of a kind is at home.
func placeOf(kind viewer.Kind) (viewer.Place, error) {
	switch kind {
	case viewer.KindYoungPerson:
		return viewer.Young, nil
	case viewer.KindStaff:
		return viewer.Work, nil
	case viewer.KindAdmin:
		return viewer.Admin, nil
	}
	return "", errs.New(errs.Forbidden, "There is no way in for this kind of account yet.")
}

// mayEnter says whether accounts of a kind sign in at a place. Published figures have a
// place of their own, which staff and administrators enter with the passkey they have.
func mayEnter(kind viewer.Kind, place viewer.Place) bool {
	home, err := placeOf(kind)
	return err == nil && (place == home || place == viewer.Insight && home != viewer.Young)
}

var (
	errSignIn   = errs.New(errs.Unauthenticated, "Please sign in.")
	errIdle     = errs.New(errs.Unauthenticated, "Heard locked itself after ten quiet minutes.").With("idle")
	errNotFound = errs.New(errs.NotFound, "")
	errTooMany  = errs.New(errs.Unavailable, "That was tried too often. Please wait a while.").With("too_many")
)
