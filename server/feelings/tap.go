package feelings

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"heard/server/db"
	"heard/server/fault"
	"heard/server/people"
	"heard/server/trace"
	"heard/server/viewer"
)

// Receipt is what a phone needs to let go of a card.
type Receipt struct {
	ID         string    `json:"id" doc:"the card's id on the server"`
	ClientID   string    `json:"clientId" doc:"the id the phone sent"`
	State      State     `json:"state"`
	ReceivedAt time.Time `json:"receivedAt"`
	Version    int       `json:"version"`
	Duplicate  bool      `json:"duplicate" doc:"the same card had arrived before"`
}

// Tap takes a card from a phone. The same id with the same body gives the same
// receipt however often it comes; with another body it is another card.
func (s *Service) Tap(ctx context.Context, v viewer.Viewer, t Tap) (Receipt, error) {
	var r Receipt
	take := func(tx *db.Tx) (err error) {
		r, err = s.TapTx(tx, v, t)
		return err
	}
	if fault.ReplyBeforeCommit {
		return r, fault.Early(func(done func(error)) error {
			return s.db.Tx(context.WithoutCancel(ctx), func(tx *db.Tx) error { err := take(tx); done(err); return err })
		})
	}
	err := s.db.Tx(ctx, take)
	return r, err
}

// TapTx is Tap in a transaction of the caller's: the card, whom it goes to, their
// alerts and its first deadline become durable together or not at all.
func (s *Service) TapTx(tx *db.Tx, v viewer.Viewer, t Tap) (Receipt, error) {
	if err := viewer.AsYoung(v); err != nil {
		return Receipt{}, err
	}
	_, span := trace.Start(tx.Context(), trace.Tap)
	r, err := s.tapTx(tx, v, t)
	span.End(err)
	return r, err
}

func (s *Service) tapTx(tx *db.Tx, v viewer.Viewer, t Tap) (Receipt, error) {
	card, err := t.Validate(s.deck, tx.Now)
	if err != nil {
		return Receipt{}, err
	}
	card.ID, card.OrganisationID, card.YoungPersonID = db.NewID(), v.OrganisationID, v.AccountID
	card.DeviceID, card.SessionID = v.DeviceID, v.SessionID
	hash := s.mac.MAC("card-body", t.body())
	s.identify(&card, t, hash)

	stored, row, err := s.storeTx(tx, card, t, hash)
	if err != nil {
		return Receipt{}, err
	}
	if !stored && fault.DoubleStore {
		card.ClientID = db.NewID()
		if stored, row, err = s.storeTx(tx, card, t, hash); err != nil {
			return Receipt{}, err
		}
	}
	if !stored && !hmac.Equal(row.BodyHash, hash) {
		// The same id with another body: a second card, whose id follows from
		// both, so that trying again does not make a third.
		card.SentAs, card.ClientID = card.ClientID, s.derivedID(card.ClientID, hash)
		if stored, row, err = s.storeTx(tx, card, t, hash); err != nil {
			return Receipt{}, err
		}
	}
	r := Receipt{
		ID: row.ID, ClientID: t.echo(row), State: State(row.State), ReceivedAt: row.ReceivedAt.Time(),
		Version: row.Version, Duplicate: !stored,
	}
	if !stored {
		return r, nil
	}
	status, err := s.sendTx(tx, v, card, t)
	r.State, r.Version = status.State, status.Version
	return r, err
}

// storeTx writes the card's row or finds the one that is there already.
func (s *Service) storeTx(tx *db.Tx, card Card, t Tap, hash []byte) (bool, cardRow, error) {
	sealed, err := s.sealTx(tx, card, strings.TrimSpace(t.Words), wordsAD(card.ID))
	if err != nil {
		return false, cardRow{}, err
	}
	first := firstEvent(card)
	row := rowOf(card)
	row.BodyHash, row.Words = hash, sealed
	row.State, row.Version, row.ChangedAt = string(moves[StateNone][first.Kind]), first.Seq, db.At(tx.Now)
	stored, err := insertCardTx(tx, row)
	if err != nil || stored {
		return stored, row, err
	}
	row, err = sentCardTx(tx, card.YoungPersonID, card.ClientID)
	return false, row, err
}

func firstEvent(c Card) Event {
	kind := EventReceived
	if c.Kept {
		kind = EventKept
	}
	return Event{Seq: 1, Kind: kind, At: c.ReceivedAt}
}

// sendTx writes everything a new card causes: the first event, recipients, alerts
// and the first deadline.
func (s *Service) sendTx(tx *db.Tx, v viewer.Viewer, card Card, t Tap) (Status, error) {
	first := firstEvent(card)
	status, err := Apply(Status{}, first)
	if err != nil {
		return status, err
	}
	if err = insertEventsTx(tx, []eventRow{eventRowOf(card, first, nil)}); err != nil {
		return status, err
	}
	d := &dossier{Ground: Ground{Card: card, Status: status}, Events: []Event{first}, eventWords: [][]byte{nil}}
	if card.Kept {
		s.wakeTx(tx, d)
		return status, nil
	}
	facts, err := s.factsTx(tx, d)
	if err != nil {
		return status, err
	}
	if err = MayTap(v, facts.Circle); err != nil {
		return status, err
	}
	d.Off = SwitchedOff(facts.Circle, t)
	if err = insertSwitchedOffTx(tx, card, d.Off); err != nil {
		return status, err
	}
	told, err := s.alongTx(tx, d, facts.Circle, Recipients(facts.Circle, card, t.Audience, d.Off))
	if err != nil {
		return status, err
	}
	out := d.facts(tx.Now).Open(told)
	if err = s.applyTx(tx, d, out); err != nil {
		return status, err
	}
	err = s.dueTx(tx, d)
	s.wakeTx(tx, d)
	return d.Status, err
}

// alongTx adds whoever goes along now to those who are told of a need for a stop: a phone
// without signal knows only who was to go when it last heard. Whom the young person chose
// and whom they left out is settled before, by what they sent: nobody is taken away by it,
// and whoever is switched off, or is none of their people, hears of nothing.
func (s *Service) alongTx(tx *db.Tx, d *dossier, circle people.Circle, told []people.Adult) ([]people.Adult, error) {
	if d.Card.Need != needStop || s.ways == nil {
		return told, nil
	}
	escort := ""
	// Who goes along may be unknown; that a card is taken may not hang on it.
	err := tx.Aside("who goes along with a card", func() (err error) {
		escort, err = s.ways.EscortTx(tx, d.Card.OrganisationID, d.Card.YoungPersonID)
		return err
	})
	if err != nil {
		return told, err
	}
	a, ok := circle.Find(escort)
	known := slices.ContainsFunc(told, func(b people.Adult) bool { return b.AccountID == escort })
	if !ok || known || !a.Offered() || slices.Contains(d.Off, escort) {
		return told, nil
	}
	return append(told, a), nil
}

// identify takes the phone's id where it is one. Otherwise the id follows from
// what was sent, so that trying again is still the same card.
func (s *Service) identify(c *Card, t Tap, hash []byte) {
	if id, err := uuid.Parse(t.ID); err == nil && len(t.ID) == 36 {
		c.ClientID = id.String()
		return
	}
	c.ClientID = s.derivedID(t.ID, hash)
	if t.TappedAt == "" {
		// Nothing tells two taps apart: rather one card twice than one lost.
		c.ClientID = db.NewID()
	}
	sentAs := []rune(strings.ToValidUTF8(strings.ReplaceAll(t.ID, "\x00", ""), ""))
	c.SentAs = string(sentAs[:min(len(sentAs), maxSentAs)])
}

// echo gives the phone its own id back, by which it knows the card.
func (t Tap) echo(row cardRow) string {
	if t.ID == "" {
		return row.ClientID
	}
	return t.ID
}

// derivedID makes an id out of what was sent (a UUID of version 8).
func (s *Service) derivedID(sent string, hash []byte) string {
	sum := s.mac.MAC("card-id", append([]byte(sent+"\x00"), hash...))
	var id uuid.UUID
	copy(id[:], sum)
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// body is what makes two taps the same, apart from the id.
func (t Tap) body() []byte {
	t.ID = ""
	t.Audience = sorted(t.Audience)
	t.SwitchedOff = sorted(t.SwitchedOff)
	// Texts, lists and truths always marshal.
	b, _ := json.Marshal(t)
	return b
}

func sorted(ids []string) []string {
	c := slices.Clone(ids)
	slices.Sort(c)
	return slices.Compact(c)
}
