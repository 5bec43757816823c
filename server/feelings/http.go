package feelings

import (
	"bytes"
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ cards *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{cards: s} }

type tapInput struct{ Body tapBody }

// tapBody keeps a card as it was sent, whatever it holds: it is read with
// patience, not checked by a schema.
type tapBody struct{ raw []byte }

// UnmarshalJSON keeps the bytes.
func (b *tapBody) UnmarshalJSON(raw []byte) error {
	b.raw = bytes.Clone(raw)
	return nil
}

// Schema describes a card without forbidding anything.
func (tapBody) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "A card: id (UUIDv7 made by the phone), card (key in the deck), kind (feeling, need, not_safe), " +
			"intensity (little, quite, very), need, words (at most 1,000 characters), audience and switchedOff (ids of accounts), " +
			"kept, tappedAt. Unknown fields are ignored, unknown keys stored as something_else. " +
			"Refused are only: no card and no kind, words too long, and not_safe with kept.",
		Examples: []any{map[string]any{
			"id": "0198c0de-0000-7000-8000-000000000000", "card": "sad", "kind": "feeling", "intensity": "quite",
			"audience": []string{}, "kept": false, "tappedAt": "2026-03-02T14:00:00Z",
		}},
	}
}

type receiptOutput struct{ Body Receipt }

type cardOutput struct{ Body View }

type cardInput struct {
	ID string `path:"id" maxLength:"64"`
}

type listInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"50" default:"50"`
}

type listOutput struct {
	Body struct {
		Cards      []View    `json:"cards"`
		ServerTime time.Time `json:"serverTime"`
	}
}

type youngPersonInput struct {
	ID string `path:"id" maxLength:"64"`
}

type cardListOutput struct{ Body CardList }

type statusOutput struct{ Body StatusView }

type inboxOutput struct{ Body Inbox }

type targetInput struct {
	AlertID string `path:"alertId" maxLength:"64"`
}

type targetOutput struct{ Body Target }

// Tap takes a card. Its body is read with patience, so it is not checked by the
// schema as others are.
func (h *Handlers) Tap(ctx context.Context, in *tapInput) (*receiptOutput, error) {
	tap, err := ReadTap(in.Body.raw)
	if err != nil {
		return nil, err
	}
	receipt, err := h.cards.Tap(ctx, viewer.Must(ctx), tap)
	if err != nil {
		return nil, err
	}
	return &receiptOutput{Body: receipt}, nil
}

// Mine answers the young person's own cards.
func (h *Handlers) Mine(ctx context.Context, in *listInput) (*listOutput, error) {
	cards, err := h.cards.Mine(ctx, viewer.Must(ctx), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Cards, out.Body.ServerTime = cards, h.cards.now().UTC()
	return out, nil
}

// Page answers one card to its young person.
func (h *Handlers) Page(ctx context.Context, in *cardInput) (*cardOutput, error) {
	return answerCard(h.cards.Page(ctx, viewer.Must(ctx), in.ID))
}

// Status answers where a card stands to a phone that may be locked.
func (h *Handlers) Status(ctx context.Context, in *cardInput) (*statusOutput, error) {
	status, err := h.cards.Status(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &statusOutput{Body: status}, nil
}

// Inbox answers what waits for a member of staff.
func (h *Handlers) Inbox(ctx context.Context, _ *struct{}) (*inboxOutput, error) {
	box, err := h.cards.Inbox(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	return &inboxOutput{Body: box}, nil
}

// StaffPage answers one card to staff.
func (h *Handlers) StaffPage(ctx context.Context, in *cardInput) (*cardOutput, error) {
	return answerCard(h.cards.StaffPage(ctx, viewer.Must(ctx), in.ID))
}

// Look answers the cards of one young person that a member of staff may open.
func (h *Handlers) Look(ctx context.Context, in *youngPersonInput) (*cardListOutput, error) {
	list, err := h.cards.Look(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &cardListOutput{Body: list}, nil
}

// Open answers what a notification points at.
func (h *Handlers) Open(ctx context.Context, in *targetInput) (*targetOutput, error) {
	target, err := h.cards.Open(ctx, viewer.Must(ctx), in.AlertID)
	if err != nil {
		return nil, err
	}
	return &targetOutput{Body: target}, nil
}

func answerCard(view View, err error) (*cardOutput, error) {
	if err != nil {
		return nil, err
	}
	return &cardOutput{Body: view}, nil
}
