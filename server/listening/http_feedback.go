package listening

import (
	"context"

	"heard/server/viewer"
)

type questionsOutput struct{ Body Questions }

type feedbackServicesOutput struct {
	Body struct {
		Services []FeedbackService `json:"services" nullable:"false"`
	}
}

type switchInput struct {
	ID   string `path:"id" maxLength:"36"`
	Body struct {
		On bool `json:"on"`
	}
}

type switchOutput struct{ Body struct{} }

type feedbackInput struct {
	ID   string `path:"id" maxLength:"36"`
	Body struct {
		From string `json:"from,omitempty" maxLength:"10" doc:"the first day, as 2026-11-01; without it, from the beginning"`
		To   string `json:"to,omitempty" maxLength:"10" doc:"the last day; without it, until now"`
	}
}

type feedbackOutput struct {
	Body struct {
		CSV string `json:"csv"`
	}
}

// GetQuestions answers what a young person may say with their name.
func (h *Handlers) GetQuestions(ctx context.Context, _ *struct{}) (*questionsOutput, error) {
	q, err := h.s.Questions(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &questionsOutput{Body: q}, nil
}

// GetFeedbackServices answers where the questionnaire is switched on.
func (h *Handlers) GetFeedbackServices(ctx context.Context, _ *struct{}) (*feedbackServicesOutput, error) {
	list, err := h.s.FeedbackServices(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &feedbackServicesOutput{}
	out.Body.Services = list
	return out, nil
}

// PutFeedback switches the questionnaire on or off.
func (h *Handlers) PutFeedback(ctx context.Context, in *switchInput) (*switchOutput, error) {
	if err := h.s.SwitchFeedback(ctx, viewer.Must(ctx), in.ID, in.Body.On); err != nil {
		return nil, err
	}

	return &switchOutput{}, nil
}

// PostFeedbackExport answers what was given to a service, for its own record. It is written
// down that it was read, and what was read cannot be changed any more: no link does that.
func (h *Handlers) PostFeedbackExport(ctx context.Context, in *feedbackInput) (*feedbackOutput, error) {
	file, err := h.s.ExportFeedback(ctx, viewer.Must(ctx), in.ID, in.Body.From, in.Body.To)
	if err != nil {
		return nil, err
	}

	out := &feedbackOutput{}
	out.Body.CSV = string(file)
	return out, nil
}
