package people

import (
	"context"

	"heard/server/viewer"
)

// PeopleList is a young person's people.
type PeopleList struct {
	Body PeopleView
}

// GetPeople answers GET /young/people.
func (h *Handlers) GetPeople(ctx context.Context, _ *struct{}) (*PeopleList, error) {
	view, err := h.s.WhoIsOn(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	return &PeopleList{Body: view}, nil
}

// LookedList is who looked at a young person's things.
type LookedList struct {
	Body struct {
		Rows []LookedView `json:"rows"`
	}
}

// GetLooked answers GET /young/looked.
func (h *Handlers) GetLooked(ctx context.Context, _ *struct{}) (*LookedList, error) {
	rows, err := h.s.Looked(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &LookedList{}
	out.Body.Rows = rows
	return out, nil
}
