package outbox

import (
	"context"
	"encoding/json"
	"errors"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/viewer"
)

// arrival is a sealed card at the door, its ticket known to be genuine.
type arrival struct {
	raw      []byte
	envelope Envelope
	ticket   ticketRow
	body     []byte // nil: it could not be opened
}

// Take takes a sealed card. The same card with the same ticket gives the same
// receipt however often it comes. What is refused is kept, unless its ticket is
// not genuine: then it is a stranger's, who must not fill the disk.
func (s *Service) Take(ctx context.Context, raw []byte) (any, error) {
	envelope, err := readEnvelope(raw)
	if err != nil {
		return nil, err
	}
	a := arrival{raw: raw, envelope: envelope}
	if err := s.recognise(ctx, &a); err != nil {
		return nil, err
	}
	// From here on it is somebody's of one organisation, and sees no other.
	ctx = viewer.With(ctx, a.ticket.viewer())
	receipt, err := s.admit(ctx, a)
	if final(err) && !errors.Is(err, errTooBig) {
		if err := s.keep(ctx, a, reasonOf(err)); err != nil {
			return nil, err // not kept, so not refused: the phone must try again
		}
	}
	return receipt, err
}

// recognise finds the ticket, whose organisation nobody knows yet, and opens what
// came with it.
func (s *Service) recognise(ctx context.Context, a *arrival) error {
	var key keyRow
	err := s.db.Read(db.WholeServer(ctx), func(tx *db.Tx) (err error) {
		if a.ticket, err = ticketByHash(tx, s.ticketHash(a.envelope.Ticket)); err != nil {
			return err
		}
		key, err = keyByID(tx, a.envelope.Key)
		if errs.CodeOf(err) == errs.NotFound {
			key, err = keyRow{}, nil
		}
		return err
	})
	if errs.CodeOf(err) == errs.NotFound {
		return errTicketWrong
	}
	if err != nil || key.ID == "" {
		return err
	}
	box, err := s.box(key)
	if err != nil {
		return err
	}
	if body, err := a.envelope.open(box); err == nil {
		a.body = append(make([]byte, 0, len(body)), body...) // not nil, even when empty
	}
	return nil
}

// admit takes the card and marks its ticket in one transaction.
func (s *Service) admit(ctx context.Context, a arrival) (any, error) {
	if a.body == nil {
		return nil, errUnreadable
	}
	if len(a.raw) > maxEnvelope && !s.large(a.body) {
		return nil, errTooBig
	}
	hash := s.ring.MAC("outbox body", append([]byte(a.envelope.ID+"\n"), a.body...))
	var receipt any
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		t, err := holdTicket(tx, a.ticket.ID)
		if err != nil {
			return err
		}
		if !t.usedFor(hash) { // a repeat is answered even after the ticket has ended: the phone must let go
			if err := s.admissible(tx, t); err != nil {
				return err
			}
		}
		if receipt, err = s.take(tx, t.viewer(), s.underItsID(ctx, a)); err != nil {
			return err
		}
		if err := markUsed(tx, t.ID, hash); err != nil {
			return err
		}
		return forgetRefused(tx, t.ID, s.envelopeHash(a))
	})
	if err != nil {
		return nil, err
	}
	return receipt, nil
}

// underItsID gives the body with the envelope's id in it. By that id the phone knows
// what it sent, and lets go of it when the receipt bears it. A body that says
// otherwise was written by a phone in error: its card is taken all the same, once,
// and does not stay "not sent" on that phone for ever.
func (s *Service) underItsID(ctx context.Context, a arrival) []byte {
	var fields map[string]json.RawMessage
	if a.envelope.ID == "" || json.Unmarshal(a.body, &fields) != nil || fields == nil {
		return a.body
	}
	var id string
	if json.Unmarshal(fields["id"], &id) == nil && id == a.envelope.ID {
		return a.body
	}
	s.log.WarnContext(ctx, "a sealed card bears another id inside than outside")
	// Texts, and what was read as JSON, always marshal.
	fields["id"], _ = json.Marshal(a.envelope.ID)
	body, _ := json.Marshal(fields)
	return body
}

func (s *Service) admissible(tx *db.Tx, t ticketRow) error {
	if t.UsedAt != nil {
		return errTicketUsed
	}
	if t.EndedAt != nil || !tx.Now.Before(t.ExpiresAt.Time()) {
		return errTicketExpired
	}
	err := s.accounts.ActiveTx(tx, t.OrganisationID, t.AccountID)
	if errs.CodeOf(err) == errs.NotFound {
		return errTicketExpired
	}
	return err
}

// final says whether an error refuses the card for good. All else is trouble of
// the server's, and the phone tries again.
func final(err error) bool {
	switch errs.CodeOf(err) {
	case errs.Invalid, errs.Forbidden, errs.NotFound, errs.TooLarge:
		return true
	case errs.Conflict: // of the ticket's; any other is between two writers, of which one may win next time
		return errs.ReasonOf(err) == ReasonTicketUsed || errs.ReasonOf(err) == ReasonTicketExpired
	}
	return false
}

func reasonOf(err error) string {
	if reason := errs.ReasonOf(err); reason != "" {
		return reason
	}
	return string(errs.CodeOf(err))
}
