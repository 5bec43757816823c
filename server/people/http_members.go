package people

import (
	"context"
	"time"

	"heard/server/viewer"
)

// StaffList is a page of workers and administrators.
type StaffList struct {
	Body struct {
		Staff []StaffView `json:"staff"`
		Next  string      `json:"next,omitempty" doc:"The id to go on after"`
	}
}

// GetStaff answers GET /admin/staff.
func (h *Handlers) GetStaff(ctx context.Context, in *Page) (*StaffList, error) {
	list, next, err := h.s.Staff(ctx, viewer.Must(ctx), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &StaffList{}
	out.Body.Staff, out.Body.Next = list, next
	return out, nil
}

// StaffAsk asks for a worker's or administrator's account.
type StaffAsk struct {
	Body struct {
		Name   string      `json:"name" maxLength:"80" doc:"Name on record"`
		Called string      `json:"called,omitempty" maxLength:"80" doc:"What they are called on screens; the name when left out"`
		Avatar string      `json:"avatar,omitempty" maxLength:"4"`
		Phone  string      `json:"phone,omitempty" maxLength:"30" doc:"How their young people reach them"`
		Kind   viewer.Kind `json:"kind" enum:"staff,admin"`
	}
}

// InvitationView is a link that opens an account once.
type InvitationView struct {
	URL        string    `json:"url"`
	InsightURL string    `json:"insightUrl" doc:"the same, opening where figures are read"`
	ExpiresAt  time.Time `json:"expiresAt"`
}

// StaffMade answers with the account and its link.
type StaffMade struct {
	Body struct {
		ID         string         `json:"id"`
		Invitation InvitationView `json:"invitation"`
	}
}

// PostStaff answers POST /admin/staff.
func (h *Handlers) PostStaff(ctx context.Context, in *StaffAsk) (*StaffMade, error) {
	b := in.Body
	id, link, err := h.s.CreateStaff(ctx, viewer.Must(ctx), viewer.NewAccount{
		Kind: b.Kind, Name: b.Name, Called: b.Called, Avatar: b.Avatar, Phone: b.Phone,
	})
	if err != nil {
		return nil, err
	}
	out := &StaffMade{}
	out.Body.ID, out.Body.Invitation = id, InvitationView(link)
	return out, nil
}

// Invited answers with a new link.
type Invited struct{ Body InvitationView }

// PostInvitation answers POST /admin/staff/{id}/invitation.
func (h *Handlers) PostInvitation(ctx context.Context, in *ByID) (*Invited, error) {
	link, err := h.s.Invite(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &Invited{Body: InvitationView(link)}, nil
}

// AccountChange changes an account; what is left out stays.
type AccountChange struct {
	ByID
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"80"`
		Called *string `json:"called,omitempty" maxLength:"80"`
		Avatar *string `json:"avatar,omitempty" maxLength:"4"`
		Phone  *string `json:"phone,omitempty" maxLength:"30" doc:"Empty takes it away"`
	}
}

var staffKinds = []viewer.Kind{viewer.KindStaff, viewer.KindAdmin}

// PutStaff answers PUT /admin/staff/{id}.
func (h *Handlers) PutStaff(ctx context.Context, in *AccountChange) (*Done, error) {
	return done(h.s.Change(ctx, viewer.Must(ctx), in.ID, Change(in.Body), staffKinds...))
}

// SuspendStaff answers POST /admin/staff/{id}/suspend.
func (h *Handlers) SuspendStaff(ctx context.Context, in *ByID) (*Done, error) {
	return done(h.s.Suspend(ctx, viewer.Must(ctx), in.ID, staffKinds...))
}

// RestoreStaff answers POST /admin/staff/{id}/restore.
func (h *Handlers) RestoreStaff(ctx context.Context, in *ByID) (*Done, error) {
	return done(h.s.Restore(ctx, viewer.Must(ctx), in.ID, staffKinds...))
}

// YoungList is a page of young people's accounts.
type YoungList struct {
	Body struct {
		People []YoungAdminView `json:"people"`
		Next   string           `json:"next,omitempty" doc:"The id to go on after"`
	}
}

// GetYoungPeople answers GET /admin/young-people.
func (h *Handlers) GetYoungPeople(ctx context.Context, in *Page) (*YoungList, error) {
	list, next, err := h.s.YoungPeople(ctx, viewer.Must(ctx), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &YoungList{}
	out.Body.People, out.Body.Next = list, next
	return out, nil
}

// YoungAsk asks for a young person's account.
type YoungAsk struct {
	Body struct {
		Name      string `json:"name" maxLength:"80"`
		Called    string `json:"called,omitempty" maxLength:"80"`
		Avatar    string `json:"avatar,omitempty" maxLength:"4"`
		ServiceID string `json:"serviceId" maxLength:"36" doc:"The service that looks after them"`
	}
}

// PostYoungPerson answers POST /admin/young-people.
func (h *Handlers) PostYoungPerson(ctx context.Context, in *YoungAsk) (*Made, error) {
	b := in.Body
	return made(h.s.CreateYoungPerson(ctx, viewer.Must(ctx), viewer.NewAccount{Name: b.Name, Called: b.Called, Avatar: b.Avatar}, b.ServiceID))
}

// YoungChange changes a young person's account; what is left out stays.
type YoungChange struct {
	ByID
	Body struct {
		Name   *string `json:"name,omitempty" maxLength:"80"`
		Called *string `json:"called,omitempty" maxLength:"80"`
		Avatar *string `json:"avatar,omitempty" maxLength:"4"`
	}
}

// PutYoungPerson answers PUT /admin/young-people/{id}.
func (h *Handlers) PutYoungPerson(ctx context.Context, in *YoungChange) (*Done, error) {
	b := in.Body
	change := Change{Name: b.Name, Called: b.Called, Avatar: b.Avatar}
	return done(h.s.Change(ctx, viewer.Must(ctx), in.ID, change, viewer.KindYoungPerson))
}

// SuspendYoungPerson answers POST /admin/young-people/{id}/suspend.
func (h *Handlers) SuspendYoungPerson(ctx context.Context, in *ByID) (*Done, error) {
	return done(h.s.Suspend(ctx, viewer.Must(ctx), in.ID, viewer.KindYoungPerson))
}

// RestoreYoungPerson answers POST /admin/young-people/{id}/restore.
func (h *Handlers) RestoreYoungPerson(ctx context.Context, in *ByID) (*Done, error) {
	return done(h.s.Restore(ctx, viewer.Must(ctx), in.ID, viewer.KindYoungPerson))
}
