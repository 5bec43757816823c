package placements

import (
	"context"

	"heard/server/viewer"
)

type myBuddyingOutput struct{ Body MyBuddying }

type candidatesOutput struct {
	Body struct {
		People []viewer.Person `json:"people" nullable:"false"`
	}
}

type inviteInput struct {
	MovePath
	Body struct {
		YoungPersonID string `json:"youngPersonId" maxLength:"36"`
	}
}

// GetBuddy answers a young person what it is to be somebody's buddy.
func (h *Handlers) GetBuddy(ctx context.Context, _ *struct{}) (*myBuddyingOutput, error) {
	mine, err := h.s.MyBuddying(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &myBuddyingOutput{Body: mine}, nil
}

// GetCandidates answers who could be a buddy.
func (h *Handlers) GetCandidates(ctx context.Context, in *MovePath) (*candidatesOutput, error) {
	list, err := h.s.BuddyCandidates(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	out := &candidatesOutput{}
	out.Body.People = list
	return out, nil
}

// PostBuddy asks a young person of the place to be a buddy.
func (h *Handlers) PostBuddy(ctx context.Context, in *inviteInput) (*done, error) {
	if err := h.s.InviteBuddy(ctx, viewer.Must(ctx), in.ID, in.Body.YoungPersonID); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostBuddyAgree is the word of the young person's side.
func (h *Handlers) PostBuddyAgree(ctx context.Context, in *MovePath) (*done, error) {
	if err := h.s.AgreeBuddy(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostBuddyEnd ends two young people's buddying.
func (h *Handlers) PostBuddyEnd(ctx context.Context, in *MovePath) (*done, error) {
	if err := h.s.EndBuddy(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &done{}, nil
}
