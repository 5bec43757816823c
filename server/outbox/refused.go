package outbox

import (
	"context"
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/keys"
	"heard/server/viewer"
)

// Refused is a card that could not be taken, as its young person sees it.
type Refused struct {
	At     time.Time `json:"at"`
	What   string    `json:"what,omitempty" enum:"card,answer,contact,session_feedback,move" doc:"what it was; absent when nobody could open it"`
	Reason string    `json:"reason" doc:"why, for programs"`
}

// Refused lists the viewer's own cards that could not be taken, newest first.
func (s *Service) Refused(ctx context.Context, v viewer.Viewer) ([]Refused, error) {
	list := []Refused{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := refusedOf(tx, v)
		if err != nil || len(rows) == 0 {
			return err
		}
		key, err := s.accounts.PersonKeyTx(tx, v.OrganisationID, v.AccountID)
		if errs.CodeOf(err) == errs.Unavailable {
			return err
		}
		for _, row := range rows {
			list = append(list, Refused{At: row.At.Time(), What: s.whatWas(row, key), Reason: row.Reason})
		}
		return nil
	})
	return list, err
}

// whatWas reads what a refused body says it is. Nothing is written down of it.
func (s *Service) whatWas(row refusedRow, key *keys.Key) string {
	if key == nil || !row.Opened {
		return ""
	}
	body, err := key.Open(row.Body, refusedAD(row.ID))
	if err != nil {
		return ""
	}
	return s.what(body)
}

func refusedAD(id string) keys.AD { return keys.AD{Table: "refused_cards", Column: "body", Row: id} }

// keep keeps a card that was refused, under its young person's own key. One
// account can have so many, because even a genuine ticket must not fill the disk:
// then the oldest gives way, and what nobody can open before what can be read.
func (s *Service) keep(ctx context.Context, a arrival, reason string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := holdTicket(tx, a.ticket.ID); err != nil {
			return err
		}
		hash := s.envelopeHash(a)
		if known, err := isRefused(tx, a.ticket.ID, hash); err != nil || known {
			return err // for a repeat nothing has to give way
		}
		n, err := countRefused(tx, a.ticket.AccountID)
		if err != nil {
			return err
		}
		if n >= refusedPerAccount {
			s.log.LogAttrs(ctx, slog.LevelWarn, "an older refused card gave way: there are too many", slog.String("reason", reason))
			if err := displaceRefused(tx, a.ticket.AccountID); err != nil {
				return err
			}
		}
		row := refusedRow{
			ID: db.NewID(), OrganisationID: a.ticket.OrganisationID, AccountID: a.ticket.AccountID, TicketID: a.ticket.ID,
			EnvelopeHash: hash, Reason: reason, Opened: a.body != nil, At: db.At(tx.Now),
		}
		body := a.raw
		if row.Opened {
			body = a.body
		}
		key, err := s.accounts.PersonKeyTx(tx, row.OrganisationID, row.AccountID)
		if err != nil {
			return err
		}
		if row.Body, err = key.Seal(body, refusedAD(row.ID)); err != nil {
			return err
		}
		if len(row.Body) > maxEnvelope {
			if err := makeRoom(tx, row.AccountID); err != nil {
				return err
			}
		}
		return keepRefused(tx, row)
	})
}

// makeRoom lets the oldest of an account's large refused bodies give way to the next.
func makeRoom(tx *db.Tx, accountID string) error {
	ids, err := largeRefused(tx, accountID)
	if err != nil || len(ids) < refusedLarge {
		return err
	}
	return dropRefused(tx, ids[:len(ids)-refusedLarge+1])
}

// envelopeHash tells one sealed card from another, opened or not.
func (s *Service) envelopeHash(a arrival) []byte { return s.ring.MAC("outbox envelope", a.raw) }
