package listening

import (
	"context"

	"heard/server/viewer"
)

type waitingOutput struct {
	Body struct {
		Waiting int `json:"waiting" doc:"how many of them haven't been read"`
	}
}

// GetToldWaiting answers how much the viewer was told and hasn't read.
func (h *Handlers) GetToldWaiting(ctx context.Context, _ *struct{}) (*waitingOutput, error) {
	waiting, err := h.s.ToldWaiting(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &waitingOutput{}
	out.Body.Waiting = waiting
	return out, nil
}
