package outbox

import (
	"context"
	"log/slog"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// Refused is a card that could not be taken, as its young person sees it.
type Refused struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason" doc:"why, for programs"`
}

// Refused lists the viewer's own cards that could not be taken, newest first.
func (s *Service) Refused(ctx context.Context, v viewer.Viewer) ([]Refused, error) {
	list := []Refused{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := refusedOf(tx, v)
		for _, row := range rows {
			list = append(list, Refused{At: row.At.Time(), Reason: row.Reason})
		}
		return err
	})
	return list, err
}

// keep keeps a card that was refused, under its young person's own key. One
// account can have so many, because even a genuine ticket must not fill the disk:
// then the oldest gives way, and what nobody can open before what can be read.
func (s *Service) keep(ctx context.Context, a arrival, reason string) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
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
			EnvelopeHash: s.envelopeHash(a), Reason: reason, Opened: a.body != nil, At: db.At(tx.Now),
		}
		body := a.raw
		if row.Opened {
			body = a.body
		}
		key, err := s.accounts.PersonKeyTx(tx, row.OrganisationID, row.AccountID)
		if err != nil {
			return err
		}
		if row.Body, err = key.Seal(body, keys.AD{Table: "refused_cards", Column: "body", Row: row.ID}); err != nil {
			return err
		}
		return keepRefused(tx, row)
	})
}

// envelopeHash tells one sealed card from another, opened or not.
func (s *Service) envelopeHash(a arrival) []byte { return s.ring.MAC("outbox envelope", a.raw) }
