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
// The limits leave room for answers that were lost on the way. A ticket nobody
// used is never taken back: it may lie beside a card that still waits.
func (s *Service) Tickets(ctx context.Context, v viewer.Viewer, have int) (tickets []Ticket, key PublicKey, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		tickets = nil
		if key, err = s.KeyTx(tx); err != nil {
			return err
		}
		// Else a device ended at this moment would get tickets that outlive it.
		if err := s.accounts.HoldSessionTx(tx, v); err != nil {
			return err
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

// EndAccountTx ends the tickets of an account that is suspended.
func (s *Service) EndAccountTx(tx *db.Tx, accountID string) error {
	return endTickets(tx, ticketsOfAccount, accountID)
}

// EndDeviceTx ends the tickets of a device that its owner has ended. Signing out
// on the device itself leaves them: what waits there must still arrive.
func (s *Service) EndDeviceTx(tx *db.Tx, deviceID string) error {
	return endTickets(tx, ticketsOfDevice, deviceID)
}
