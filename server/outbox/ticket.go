package outbox

import (
	"context"
	"crypto/rand"
	"time"

	"heard/server/db"
	"heard/server/keys"
	"heard/server/viewer"
)

// Ticket lets one card in without a session. It is shown to its phone once and
// kept here only as a hash.
type Ticket struct {
	Ticket    keys.Secret
	ExpiresAt time.Time
}

// Tickets brings a phone that has some tickets left up to a full hand, and gives
// the key to seal to. A locked phone gets them too: a lock never stands in front
// of sending.
//
// A phone that names the tickets it still keeps, in its stock or beside cards that
// wait, has the rest of its device's ended and not counted: a shared tablet forgets
// its stock at each leaving. Without names (nil) none is taken back: it may lie
// beside a card that still waits. The limits leave room for answers that were lost.
func (s *Service) Tickets(ctx context.Context, v viewer.Viewer, have int, keep []string) (tickets []Ticket, key PublicKey, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		tickets = nil
		if key, err = s.KeyTx(tx); err != nil {
			return err
		}
		// Else a device ended at this moment would get tickets that outlive it.
		if err := s.accounts.HoldSessionTx(tx, v); err != nil {
			return err
		}
		if keep != nil {
			if err := endTicketsBut(tx, v, db.At(tx.Now.Add(-ticketOnItsWay)), s.ticketHashes(keep)); err != nil {
				return err
			}
		}
		recent, all, err := countUnused(tx, v, db.At(tx.Now.Add(-24*time.Hour)))
		if err != nil {
			return err
		}
		n := min(ticketsAtHand-max(have, 0), unusedPerDay-recent, unusedInAll-all)
		if n <= 0 {
			return nil
		}
		if err := forgetTickets(tx, v, db.At(tx.Now.Add(-keepOldTickets))); err != nil {
			return err
		}
		rows := make([]ticketRow, n)
		for i := range rows {
			var t Ticket
			t, rows[i] = s.newTicket(tx, v)
			tickets = append(tickets, t)
		}
		return insertTickets(tx, rows)
	})
	return tickets, key, err
}

func (s *Service) newTicket(tx *db.Tx, v viewer.Viewer) (Ticket, ticketRow) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the program instead
	t := Ticket{Ticket: keys.Secret(encode(b[:])), ExpiresAt: tx.Now.Add(ticketLife)}
	return t, ticketRow{
		ID: db.NewID(), OrganisationID: v.OrganisationID, AccountID: v.AccountID, DeviceID: v.DeviceID, SessionID: v.SessionID,
		TicketHash: s.ticketHash(t.Ticket.Reveal()), IssuedAt: db.At(tx.Now), ExpiresAt: db.At(t.ExpiresAt),
	}
}

func (s *Service) ticketHash(ticket string) []byte {
	return s.ring.MAC("outbox ticket", []byte(ticket))
}

func (s *Service) ticketHashes(tickets []string) [][]byte {
	hashes := make([][]byte, len(tickets))
	for i, ticket := range tickets {
		hashes[i] = s.ticketHash(ticket)
	}
	return hashes
}

// EndAccountTx ends the tickets of an account that is suspended.
func (s *Service) EndAccountTx(tx *db.Tx, accountID string) error {
	return endTickets(tx, ticketsOfAccount, accountID)
}

// EndDeviceTx ends the tickets of a device that its owner has ended. Signing out
// on the device itself leaves them: what waits there must still arrive.
func (s *Service) EndDeviceTx(tx *db.Tx, deviceID string) error {
	return endTickets(tx, ticketsOfDevice, deviceID)
}
