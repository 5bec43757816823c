package notify

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

const (
	lettersAtOnce = 16

	mostContacts = 5
	codeGoodFor  = 10 * time.Minute
	mostTries    = 5
	codesWithin  = time.Hour
	mostCodes    = 5
	codesKept    = 7 * 24 * time.Hour
)

// Contact is one of the viewer's contact points, as they see it.
type Contact struct {
	ID          string
	Kind        Channel
	Address     string // masked
	Verified    bool
	CreatedAt   time.Time
	LastProblem string
}

// Offers says which second channels are set up here. The demo has none: everybody may enter it, and nobody may
// write to strangers from it.
func (s *Service) Offers(v viewer.Viewer) (email, sms bool) {
	return s.mailer != nil && !v.Demo, s.texter != nil && !v.Demo
}

func (s *Service) kinds() []string {
	var kinds []string
	if s.mailer != nil {
		kinds = append(kinds, string(Email))
	}
	if s.texter != nil {
		kinds = append(kinds, string(SMS))
	}
	return kinds
}

// Contacts lists the viewer's contact points, oldest first.
func (s *Service) Contacts(ctx context.Context, v viewer.Viewer) ([]Contact, error) {
	var shown []Contact
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := contactsOf(tx, v)
		for _, row := range rows {
			address, err := s.ring.Open(row.Address, contactAD(row.ID))
			if err != nil {
				return err
			}
			c := Contact{
				ID: row.ID, Kind: Channel(row.Kind), Address: mask(Channel(row.Kind), string(address)),
				Verified: row.VerifiedAt != nil, CreatedAt: row.CreatedAt.Time(),
			}
			if row.LastProblem != nil {
				c.LastProblem = *row.LastProblem
			}
			shown = append(shown, c)
		}
		return err
	})
	return shown, err
}

// AddContact keeps an address and sends a code to it, which its owner gives back. Adding one again that is not
// proven yet sends a new code.
func (s *Service) AddContact(ctx context.Context, v viewer.Viewer, kind Channel, address string) (id string, err error) {
	if address, err = normalise(kind, address); err != nil {
		return "", err
	}
	email, sms := s.Offers(v)
	if kind == Email && !email || kind == SMS && !sms {
		return "", errs.New(errs.Invalid, "This way is not set up here.").Field("kind", "This way is not set up here.").With("not_offered")
	}
	code, err := newCode()
	if err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		id, err = s.addContactTx(tx, v, kind, address, code)
		return err
	})
	if err != nil {
		return "", err
	}
	// Not in the transaction: it must not wait for a network.
	r := s.letter(ctx, target{channel: kind, contactID: id, deliveryID: db.NewID(), address: address}, codeText+code)
	if r.state == pushAccepted {
		return id, nil
	}
	s.log.WarnContext(ctx, "a code cannot be sent", "contact", id, "problem", r.problem, "status", r.code)
	return "", errs.New(errs.Unavailable, "The code could not be sent. Check the address, or try again later.").With("not_sent")
}

func (s *Service) addContactTx(tx *db.Tx, v viewer.Viewer, kind Channel, address, code string) (id string, err error) {
	rows, err := contactsOf(tx, v)
	if err != nil {
		return "", err
	}
	hash := s.ring.MAC("contact address", []byte(string(kind)+":"+address))
	id = db.NewID()
	fresh := true
	for _, row := range rows {
		if !hmac.Equal(row.AddressHash, hash) {
			continue
		}
		if row.VerifiedAt != nil {
			return "", errs.New(errs.Conflict, "You have this one already.").With("duplicate")
		}
		id, fresh = row.ID, false
	}
	if fresh && len(rows) >= mostContacts {
		return "", errs.New(errs.Conflict, "You have too many. Remove one you no longer use.").With("too_many")
	}
	sent, err := countCodes(tx, v.AccountID, db.At(tx.Now.Add(-codesWithin)))
	if err != nil {
		return "", err
	}
	if sent >= mostCodes {
		return "", errs.New(errs.Conflict, "That is enough codes for now. Try again in an hour.").With("too_many")
	}
	if fresh {
		sealed, err := s.ring.Seal([]byte(address), contactAD(id))
		if err != nil {
			return "", err
		}
		err = insertContact(tx, contactRow{
			ID: id, OrganisationID: v.OrganisationID, AccountID: v.AccountID, Kind: string(kind),
			Address: sealed, AddressHash: hash, CreatedAt: db.At(tx.Now),
		})
		if err != nil {
			return "", err
		}
	}
	return id, insertCode(tx, codeRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, AccountID: v.AccountID, ContactID: id,
		CodeHash: s.codeHash(id, code), SentAt: db.At(tx.Now),
	})
}

// VerifyContact takes the code that was sent. The answer of a wrong try is given after the try is counted for good.
func (s *Service) VerifyContact(ctx context.Context, v viewer.Viewer, id, code string) error {
	var refused error
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		refused = nil
		row, err := findContact(tx, v, id)
		if err != nil || row.VerifiedAt != nil {
			return err
		}
		sent, found, err := latestCode(tx, id)
		if err != nil {
			return err
		}
		if !found || sent.Tries >= mostTries || tx.Now.Sub(sent.SentAt.Time()) > codeGoodFor {
			refused = errs.New(errs.Conflict, "This code no longer works. Ask for a new one.").With("code_expired")
			return nil
		}
		if !hmac.Equal(sent.CodeHash, s.codeHash(id, code)) {
			refused = errs.New(errs.Invalid, "This is not the code we sent.").With("code_wrong").Field("code", "This is not the code we sent.")
			return countTry(tx, sent.ID)
		}
		tx.AfterCommit(s.Wake)
		if err := touchContact(tx, id, map[string]any{"verified_at": db.At(tx.Now)}); err != nil {
			return err
		}
		return makeDue(tx, v.AccountID, true)
	})
	if err != nil {
		return err
	}
	return refused
}

// RemoveContact forgets one of the viewer's contact points.
func (s *Service) RemoveContact(ctx context.Context, v viewer.Viewer, id string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := findContact(tx, v, id); err != nil {
			return err
		}
		if err := deleteContacts(tx, "id = ?", id); err != nil {
			return err
		}
		tx.AfterCommit(s.Wake)
		return makeDue(tx, v.AccountID, false)
	})
}

// letter sends one e-mail or text message.
func (s *Service) letter(ctx context.Context, t target, text string) answer {
	switch {
	case t.unreadable:
		return answer{state: pushRefused, problem: problemUnreadable}
	case t.channel == Email && s.mailer != nil:
		return s.mailer.send(ctx, t.address, t.deliveryID, text)
	case t.channel == SMS && s.texter != nil:
		return s.texter.send(ctx, t.address, t.deliveryID, text)
	default:
		return answer{state: pushRefused, problem: problemRefused}
	}
}

// target opens one way to send an alert.
func (s *Service) target(d due) target {
	if d.subscription != nil {
		t := s.open(*d.subscription)
		t.attempts = d.attempts
		return t
	}
	t := target{channel: Channel(d.contact.Kind), contactID: d.contact.ID, deliveryID: d.deliveryID, attempts: d.attempts}
	address, err := s.ring.Open(d.contact.Address, contactAD(d.contact.ID))
	t.address, t.unreadable = string(address), err != nil
	return t
}

func contactAD(id string) keys.AD {
	return keys.AD{Table: "contact_points", Column: "address", Row: id}
}

func (s *Service) codeHash(contactID, code string) []byte {
	return s.ring.MAC("contact code", []byte(contactID+":"+code))
}

// newCode makes six digits.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}
