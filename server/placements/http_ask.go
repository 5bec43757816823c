package placements

import (
	"context"
	"time"

	"heard/server/viewer"
)

type answerInput struct {
	MovePath
	Question string `path:"question" maxLength:"64"`
	Body     struct {
		Words string `json:"words" maxLength:"8000"`
	}
}

type offerInput struct {
	MovePath
	Body struct {
		Kind  VisitKind `json:"kind" maxLength:"20" doc:"visit or video"`
		At    time.Time `json:"at"`
		Words string    `json:"words,omitempty" maxLength:"8000"`
	}
}

type settleVisitInput struct {
	MovePath
	Visit string `path:"visit" maxLength:"64"`
	Body  struct {
		State VisitState `json:"state" maxLength:"20" doc:"agreed, declined, made or gone"`
		At    *time.Time `json:"at,omitempty" doc:"needed for agreed"`
		Words string     `json:"words,omitempty" maxLength:"8000" doc:"needed for declined"`

		Was *time.Time `json:"was,omitempty" doc:"settledAt of the visit that was read; absent: nothing had been said to it"`
	}
}

type reviewInput struct {
	MovePath
	Day int `path:"day"`
}

type longerInput struct {
	MovePath
	Day  int `path:"day"`
	Body struct {
		At    time.Time `json:"at"`
		Words string    `json:"words,omitempty" maxLength:"8000"`
	}
}

// PostAnswer answers a young person's question.
func (h *Handlers) PostAnswer(ctx context.Context, in *answerInput) (*done, error) {
	if err := h.s.AnswerQuestion(ctx, viewer.Must(ctx), in.ID, in.Question, in.Body.Words); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostVisit offers a visit.
func (h *Handlers) PostVisit(ctx context.Context, in *offerInput) (*done, error) {
	r := VisitReply{At: &in.Body.At, Words: in.Body.Words}

	if err := h.s.OfferVisit(ctx, viewer.Must(ctx), in.ID, in.Body.Kind, r); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PutVisit says what becomes of a visit.
func (h *Handlers) PutVisit(ctx context.Context, in *settleVisitInput) (*done, error) {
	r := VisitReply{State: in.Body.State, At: in.Body.At, Words: in.Body.Words, Was: in.Body.Was}

	if err := h.s.SettleVisit(ctx, viewer.Must(ctx), in.ID, in.Visit, r); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostLonger takes when a young person has the time they asked for.
func (h *Handlers) PostLonger(ctx context.Context, in *longerInput) (*done, error) {
	if err := h.s.Longer(ctx, viewer.Must(ctx), in.ID, in.Day, in.Body.At, in.Body.Words); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostReviewRead takes that one of the readers read how a move went.
func (h *Handlers) PostReviewRead(ctx context.Context, in *reviewInput) (*done, error) {
	if err := h.s.ReadReview(ctx, viewer.Must(ctx), in.ID, in.Day); err != nil {
		return nil, err
	}

	return &done{}, nil
}
