package feelings

import (
	"context"

	"heard/server/viewer"
)

type answeredOutput struct{ Body Answered }

// Answered answers a lead how cards are being answered.
func (h *Handlers) Answered(ctx context.Context, _ *struct{}) (*answeredOutput, error) {
	out, err := h.cards.Answered(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	return &answeredOutput{Body: out}, nil
}
