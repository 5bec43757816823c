package accounts

import (
	"context"

	"heard/server/web"
)

// tabletCookie marks a shared tablet, whoever is picked on it.
const tabletCookie = "heard_tablet"

// TabletInput knows which tablet it is.
type TabletInput struct {
	Tablet string `cookie:"heard_tablet" hidden:"true"`
}

// PickInput names one of the pictures.
type PickInput struct {
	TabletInput
	Body struct {
		ID string `json:"id" maxLength:"64"`
	}
}

type seatBody struct {
	ID     string `json:"id" doc:"of the place on this tablet, not of the account"`
	Avatar string `json:"avatar"`
}

// SharedOutput is who has joined on a tablet: pictures, never names.
type SharedOutput struct {
	Body struct {
		Shared bool       `json:"shared"`
		People []seatBody `json:"people" nullable:"false"`
	}
}

// GetShared lists the pictures on a shared tablet.
func (h *Handlers) GetShared(ctx context.Context, in *TabletInput) (*SharedOutput, error) {
	seats, err := h.s.Seats(ctx, in.Tablet)
	if err != nil {
		return nil, err
	}

	out := &SharedOutput{}
	out.Body.Shared = len(seats) > 0
	out.Body.People = make([]seatBody, 0, len(seats))
	for _, seat := range seats {
		out.Body.People = append(out.Body.People, seatBody(seat))
	}
	return out, nil
}

// PostPick opens the locked session behind a picture.
func (h *Handlers) PostPick(ctx context.Context, in *PickInput) (*SessionOutput, error) {
	o, err := h.s.Pick(ctx, PickRequest{ID: in.Body.ID, Tablet: in.Tablet, Token: web.Token(ctx)})
	if err != nil {
		return nil, err
	}

	return h.opened(ctx, o)
}

// PostLeave gives a shared tablet back. Like signing out it goes by the token, so
// that it works from wherever the page stands.
func (h *Handlers) PostLeave(ctx context.Context, _ *struct{}) (*SignedOut, error) {
	if err := h.s.Leave(ctx, web.Token(ctx)); err != nil {
		return nil, err
	}

	return &SignedOut{SetCookie: h.cookies.Clear(h.place)}, nil
}
