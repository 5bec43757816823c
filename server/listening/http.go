package listening

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ s *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{s} }

// Schema describes a face.
func (Face) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "5, the best face, to 1; or not_sure",
		OneOf: []*huma.Schema{
			{Type: huma.TypeInteger, Enum: []any{1, 2, 3, 4, 5}},
			{Type: huma.TypeString, Enum: []any{wordNotSure, wordSkip}},
		},
	}
}

type historyOutput struct{ Body History }

type contactInput struct {
	Body struct {
		ID            string    `json:"id" maxLength:"36" doc:"made by the page, the same at every try"`
		YoungPersonID string    `json:"youngPersonId" maxLength:"64"`
		Kind          Kind      `json:"kind" maxLength:"40" doc:"meeting, visit, session or call"`
		At            time.Time `json:"at"`
		Outcome       Outcome   `json:"outcome" maxLength:"40" doc:"happened, cancelled_by_service, cancelled_by_young_person, cancelled_by_family or missed"`
	}
}

type contactOutput struct{ Body ContactView }

type contactsOutput struct {
	Body struct {
		Contacts []ContactView `json:"contacts" nullable:"false" doc:"newest first"`
	}
}

type toldOutput struct {
	Body struct {
		Told []ToldView `json:"told" nullable:"false" doc:"newest first"`
	}
}

// Listened answers a young person's own side: prompt, contacts, history.
func (h *Handlers) Listened(ctx context.Context, _ *struct{}) (*historyOutput, error) {
	history, err := h.s.Listened(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &historyOutput{Body: history}, nil
}

// PostContact records a contact.
func (h *Handlers) PostContact(ctx context.Context, in *contactInput) (*contactOutput, error) {
	n := NewContact{ID: in.Body.ID, Kind: in.Body.Kind, Outcome: in.Body.Outcome, At: in.Body.At}

	view, err := h.s.Record(ctx, viewer.Must(ctx), in.Body.YoungPersonID, n)
	if err != nil {
		return nil, err
	}

	return &contactOutput{Body: view}, nil
}

// GetContacts answers the viewer's own contacts.
func (h *Handlers) GetContacts(ctx context.Context, _ *struct{}) (*contactsOutput, error) {
	list, err := h.s.Contacts(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &contactsOutput{}
	out.Body.Contacts = list
	return out, nil
}

// GetTold answers what young people chose to tell the viewer.
func (h *Handlers) GetTold(ctx context.Context, _ *struct{}) (*toldOutput, error) {
	list, err := h.s.Told(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &toldOutput{}
	out.Body.Told = list
	return out, nil
}
