package people

import (
	"context"
	"time"

	"heard/server/viewer"
)

// Handlers answers HTTP. Routes and their policies stand in the route table.
type Handlers struct{ s *Service }

// NewHandlers makes the handlers.
func NewHandlers(s *Service) *Handlers { return &Handlers{s: s} }

// Done is the answer of an act that has nothing to tell.
type Done struct{ Body struct{} }

// ByID is a request about one thing.
type ByID struct {
	ID string `path:"id" maxLength:"36" doc:"Identifier"`
}

// Made answers with the identifier of what was made.
type Made struct {
	Body struct {
		ID string `json:"id"`
	}
}

func made(id string, err error) (*Made, error) {
	if err != nil {
		return nil, err
	}
	out := &Made{}
	out.Body.ID = id
	return out, nil
}

func done(err error) (*Done, error) {
	if err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// Page asks for a part of a list.
type Page struct {
	After string `query:"after" maxLength:"36" doc:"The id to go on after"`
	Limit int    `query:"limit" minimum:"0" maximum:"200" doc:"At most so many; 200 when left out"`
}

// RelationAsk asks for a relation.
type RelationAsk struct {
	Body struct {
		SubjectID string     `json:"subjectId" maxLength:"36" doc:"Whose relation it is"`
		Kind      Kind       `json:"kind" enum:"served_by,keyworker_of,cover_for,lead_of,safeguarding_of,placing_for,placement_of,buddy_of,family_of,analyst_of,commissioner_of,admin_of"`
		ObjectID  string     `json:"objectId" maxLength:"36" doc:"A young person, team, service or the organisation, as the kind asks"`
		ValidFrom *time.Time `json:"validFrom,omitempty" doc:"Now when left out; a year ahead at most"`
		ValidTo   *time.Time `json:"validTo,omitempty" doc:"As long as the kind may last when left out"`
		Reason    string     `json:"reason" maxLength:"300" doc:"Why, in a few words; nothing private"`
	}
}

func (in *RelationAsk) ask() Ask {
	b := in.Body
	return Ask{SubjectID: b.SubjectID, Kind: b.Kind, ObjectID: b.ObjectID, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, Reason: b.Reason}
}

// RelationMade answers an ask: confirmed, or waiting for a lead.
type RelationMade struct {
	Body struct {
		ID        string `json:"id"`
		Confirmed bool   `json:"confirmed" doc:"False: a lead has to confirm it first."`
	}
}

// RelationEnd ends a relation or declines a proposal.
type RelationEnd struct {
	ByID
	Body struct {
		Reason string `json:"reason" maxLength:"300"`
	}
}

// RelationList is a list of relations.
type RelationList struct {
	Body struct {
		Relations []RelationView `json:"relations" maxItems:"1000"`
	}
}

func relationList(list []RelationView, err error) (*RelationList, error) {
	if err != nil {
		return nil, err
	}
	out := &RelationList{}
	out.Body.Relations = list
	return out, nil
}

func relationMade(r Relation, err error) (*RelationMade, error) {
	if err != nil {
		return nil, err
	}
	out := &RelationMade{}
	out.Body.ID, out.Body.Confirmed = r.ID, r.ConfirmedAt != nil
	return out, nil
}

// PostRelation proposes a relation, for administrators and leads alike: what
// comes of it is decided by what they hold.
func (h *Handlers) PostRelation(ctx context.Context, in *RelationAsk) (*RelationMade, error) {
	return relationMade(h.s.Propose(ctx, viewer.Must(ctx), in.ask()))
}

// EndRelation ends a relation.
func (h *Handlers) EndRelation(ctx context.Context, in *RelationEnd) (*Done, error) {
	return done(h.s.End(ctx, viewer.Must(ctx), in.ID, in.Body.Reason))
}
