package outbox

import (
	"bytes"
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ s *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{s} }

type sealedInput struct{ Body sealedBody }

// sealedBody keeps a sealed card as it was sent: what can't be read is kept too,
// so no schema may refuse it first.
type sealedBody struct{ raw []byte }

// UnmarshalJSON keeps the bytes.
func (b *sealedBody) UnmarshalJSON(raw []byte) error {
	b.raw = bytes.Clone(raw)
	return nil
}

// Schema describes a sealed card without forbidding anything.
func (sealedBody) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject,
		Description: "A card sealed on the phone: v (1), id (the card's), ticket, key (id of the server's key), epk (the phone's public key " +
			"for this card, 65 bytes), iv (12 bytes), sealed. Bytes in base64url without padding. P-256 ECDH of the two keys; " +
			"HKDF-SHA256 with salt epk and server's public key joined, info heard-outbox-v1; AES-256-GCM with the associated data " +
			"heard-outbox-v1, id and ticket joined by line feeds. Inside is the card's JSON, filled up with spaces to a multiple of 512 bytes, " +
			"with a voice in it of 65,536. " +
			"Refusals: ticket_wrong, ticket_used, ticket_expired, sealed_unreadable, and those of the card itself.",
		Examples: []any{map[string]any{
			"v": 1, "id": "0198c0de-0000-7000-8000-000000000000", "ticket": "…", "key": "…", "epk": "…", "iv": "…", "sealed": "…",
		}},
	}
}

type receiptOutput struct{ Body any }

type ticketsInput struct {
	Body struct {
		Have int      `json:"have" minimum:"0" maximum:"10000" doc:"tickets the phone still has"`
		Keep []string `json:"keep,omitempty" maxItems:"1000" nullable:"false" doc:"every ticket this phone still keeps, in its stock or beside a card that waits: the others of its device end"`
	}
}

type ticketBody struct {
	Ticket    string    `json:"ticket"`
	ExpiresAt time.Time `json:"expiresAt"`
}

type keyBody struct {
	ID        string `json:"id"`
	PublicKey string `json:"publicKey" doc:"uncompressed P-256 point, base64url without padding"`
}

type ticketsOutput struct {
	Body struct {
		Tickets []ticketBody `json:"tickets" nullable:"false"`
		Key     keyBody      `json:"key"`
	}
}

type refusedOutput struct {
	Body struct {
		Refused []Refused `json:"refused" nullable:"false"`
	}
}

// PostSealed takes a card that waited on a phone. It knows no session: the ticket
// says whose the card is.
func (h *Handlers) PostSealed(ctx context.Context, in *sealedInput) (*receiptOutput, error) {
	receipt, err := h.s.Take(ctx, in.Body.raw)
	if err != nil {
		return nil, err
	}

	return &receiptOutput{Body: receipt}, nil
}

// PostTickets gives the phone tickets for cards to come.
func (h *Handlers) PostTickets(ctx context.Context, in *ticketsInput) (*ticketsOutput, error) {
	tickets, key, err := h.s.Tickets(ctx, viewer.Must(ctx), in.Body.Have, in.Body.Keep)
	if err != nil {
		return nil, err
	}

	out := &ticketsOutput{}
	out.Body.Key = keyBody{ID: key.ID, PublicKey: key.Public}
	out.Body.Tickets = make([]ticketBody, 0, len(tickets))
	for _, t := range tickets {
		out.Body.Tickets = append(out.Body.Tickets, ticketBody{Ticket: t.Ticket.Reveal(), ExpiresAt: t.ExpiresAt})
	}
	return out, nil
}

// GetRefused lists the young person's own cards that could not be taken.
func (h *Handlers) GetRefused(ctx context.Context, _ *struct{}) (*refusedOutput, error) {
	refused, err := h.s.Refused(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &refusedOutput{}
	out.Body.Refused = refused
	return out, nil
}
