package people

import (
	"context"

	"heard/server/viewer"
)

// ServiceList is the organisation's services.
type ServiceList struct {
	Body struct {
		Services []ServiceView `json:"services"`
	}
}

// GetServices answers GET /admin/services.
func (h *Handlers) GetServices(ctx context.Context, _ *struct{}) (*ServiceList, error) {
	list, err := h.s.Services(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &ServiceList{}
	out.Body.Services = list
	return out, nil
}

// ServiceAsk asks for a service.
type ServiceAsk struct {
	Body struct {
		Name string      `json:"name" maxLength:"80"`
		Kind ServiceKind `json:"kind" enum:"camhs,social_care,childrens_home,foster_agency,ward,advocacy"`
	}
}

// PostService answers POST /admin/services.
func (h *Handlers) PostService(ctx context.Context, in *ServiceAsk) (*Made, error) {
	return made(h.s.CreateService(ctx, viewer.Must(ctx), in.Body.Name, in.Body.Kind))
}

// Rename gives a thing another name.
type Rename struct {
	ByID
	Body struct {
		Name string `json:"name" maxLength:"80"`
	}
}

// RenameService answers POST /admin/services/{id}.
func (h *Handlers) RenameService(ctx context.Context, in *Rename) (*Done, error) {
	return done(h.s.RenameService(ctx, viewer.Must(ctx), in.ID, in.Body.Name))
}

// TeamList is the organisation's teams.
type TeamList struct {
	Body struct {
		Teams []TeamView `json:"teams"`
	}
}

// GetTeams answers GET /admin/teams.
func (h *Handlers) GetTeams(ctx context.Context, _ *struct{}) (*TeamList, error) {
	list, err := h.s.Teams(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &TeamList{}
	out.Body.Teams = list
	return out, nil
}

// TeamAsk asks for a team.
type TeamAsk struct {
	Body struct {
		ServiceID string `json:"serviceId" maxLength:"36"`
		Name      string `json:"name" maxLength:"80"`
	}
}

// PostTeam answers POST /admin/teams.
func (h *Handlers) PostTeam(ctx context.Context, in *TeamAsk) (*Made, error) {
	return made(h.s.CreateTeam(ctx, viewer.Must(ctx), in.Body.ServiceID, in.Body.Name))
}

// RelationsQuery narrows the list of relations.
type RelationsQuery struct {
	Subject string `query:"subject" maxLength:"36" doc:"Whose relations"`
	Object  string `query:"object" maxLength:"36" doc:"Relations to whom or what"`
	State   State  `query:"state" enum:"proposed,future,current,expired,ended"`
}

// GetRelations answers GET /admin/relations.
func (h *Handlers) GetRelations(ctx context.Context, in *RelationsQuery) (*RelationList, error) {
	return relationList(h.s.Relations(ctx, viewer.Must(ctx), Filter{SubjectID: in.Subject, ObjectID: in.Object, State: in.State}))
}

// OrganisationView is the organisation's settings.
type OrganisationView struct {
	Body struct {
		ID            string `json:"id"`
		Name          string `json:"name"`
		KeyworkerWord string `json:"keyworkerWord"`
		AboutMeWord   string `json:"aboutMeWord"`
		DutyPhone     string `json:"dutyPhone"`
		Demo          bool   `json:"demo"`
	}
}

// GetOrganisation answers GET /admin/organisation.
func (h *Handlers) GetOrganisation(ctx context.Context, _ *struct{}) (*OrganisationView, error) {
	o, err := h.s.Organisation(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &OrganisationView{}
	b := &out.Body
	b.ID, b.Name, b.KeyworkerWord, b.AboutMeWord, b.DutyPhone, b.Demo = o.ID, o.Name, o.KeyworkerWord, o.AboutMeWord, o.DutyPhone, o.Demo
	return out, nil
}

// OrganisationAsk changes the settings, all of them.
type OrganisationAsk struct {
	Body struct {
		Name          string `json:"name" maxLength:"80"`
		KeyworkerWord string `json:"keyworkerWord" maxLength:"40" doc:"The word screens use for keyworker"`
		AboutMeWord   string `json:"aboutMeWord" maxLength:"40"`
		DutyPhone     string `json:"dutyPhone" maxLength:"30" doc:"The organisation's own duty line; may be empty"`
	}
}

// PutOrganisation answers PUT /admin/organisation.
func (h *Handlers) PutOrganisation(ctx context.Context, in *OrganisationAsk) (*Done, error) {
	b := in.Body
	return done(h.s.ChangeOrganisation(ctx, viewer.Must(ctx), viewer.Organisation{
		Name: b.Name, KeyworkerWord: b.KeyworkerWord, AboutMeWord: b.AboutMeWord, DutyPhone: b.DutyPhone,
	}))
}
