package demo

import (
	"context"

	"heard/server/viewer"
)

// Handlers answers HTTP.
type Handlers struct{ s *Service }

// Handlers gives the handlers.
func (s *Service) Handlers() *Handlers { return &Handlers{s: s} }

// DoorList is the ways into the demo.
type DoorList struct {
	Body struct {
		Demo  bool   `json:"demo"`
		Doors []Door `json:"doors"`
	}
}

// GetDoors answers GET /demo.
func (h *Handlers) GetDoors(context.Context, *struct{}) (*DoorList, error) {
	out := &DoorList{}
	out.Body.Demo, out.Body.Doors = true, h.s.Doors()
	return out, nil
}

// EnterAsk names a door.
type EnterAsk struct {
	Body struct {
		Door string `json:"door" maxLength:"30"`
	}
}

// Entered says where the door leads.
type Entered struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Place viewer.Place `json:"place"`
		Path  string       `json:"path"`
	}
}

var paths = map[viewer.Place]string{viewer.Young: "/", viewer.Work: "/work/", viewer.Admin: "/admin/", viewer.Insight: "/insight/"}

// PostEnter answers POST /demo/enter.
func (h *Handlers) PostEnter(ctx context.Context, in *EnterAsk) (*Entered, error) {
	opened, err := h.s.Enter(ctx, in.Body.Door)
	if err != nil {
		return nil, err
	}
	out := &Entered{SetCookie: h.s.c.Accounts.Cookie(opened)}
	out.Body.Place, out.Body.Path = opened.Place, paths[opened.Place]
	return out, nil
}
