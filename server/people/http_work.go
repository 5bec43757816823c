package people

import (
	"context"
	"time"

	"heard/server/viewer"
)

// MyYoungList is the young people of a worker.
type MyYoungList struct {
	Body struct {
		People []YoungView `json:"people"`
	}
}

// GetMyYoungPeople answers GET /work/young-people.
func (h *Handlers) GetMyYoungPeople(ctx context.Context, _ *struct{}) (*MyYoungList, error) {
	list, err := h.s.MyYoungPeople(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &MyYoungList{}
	out.Body.People = list
	return out, nil
}

// StaffNames lists colleagues a lead can name.
type StaffNames struct {
	Body struct {
		People []viewer.Person `json:"people"`
	}
}

// GetColleagues answers GET /work/colleagues: empty for whoever leads nothing.
func (h *Handlers) GetColleagues(ctx context.Context, _ *struct{}) (*StaffNames, error) {
	list, err := h.s.Colleagues(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &StaffNames{}
	out.Body.People = list
	return out, nil
}

// OfYoungPerson asks about one young person.
type OfYoungPerson struct {
	YoungPersonID string `query:"youngPersonId" required:"true" maxLength:"36"`
}

// GetRelationsOf answers GET /work/relations?youngPersonId=.
func (h *Handlers) GetRelationsOf(ctx context.Context, in *OfYoungPerson) (*RelationList, error) {
	return relationList(h.s.RelationsOf(ctx, viewer.Must(ctx), in.YoungPersonID))
}

// GetProposed answers GET /work/relations/proposed.
func (h *Handlers) GetProposed(ctx context.Context, _ *struct{}) (*RelationList, error) {
	return relationList(h.s.Proposed(ctx, viewer.Must(ctx)))
}

// ConfirmRelation answers POST /work/relations/{id}/confirm.
func (h *Handlers) ConfirmRelation(ctx context.Context, in *ByID) (*RelationMade, error) {
	return relationMade(h.s.Confirm(ctx, viewer.Must(ctx), in.ID))
}

// GlassAsk asks to open a young person's things for an hour.
type GlassAsk struct {
	Body struct {
		YoungPersonID string `json:"youngPersonId" maxLength:"36"`
		Reason        string `json:"reason" maxLength:"300" doc:"Why; the young person can read it"`
	}
}

// GlassOpen says until when they are open.
type GlassOpen struct {
	Body struct {
		Until time.Time `json:"until"`
	}
}

// PostBreakGlass answers POST /work/break-glass.
func (h *Handlers) PostBreakGlass(ctx context.Context, in *GlassAsk) (*GlassOpen, error) {
	until, err := h.s.BreakGlass(ctx, viewer.Must(ctx), in.Body.YoungPersonID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &GlassOpen{}
	out.Body.Until = until
	return out, nil
}
