package feelings

import (
	"context"
	"time"

	"heard/server/viewer"
)

// pressInput is a press that says nothing but which version it was made on.
type pressInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int `json:"version" minimum:"1" doc:"the version that was on the screen"`
	}
}

type answerInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int        `json:"version" minimum:"1"`
		Kind    AnswerKind `json:"kind" enum:"on_my_way,coming_at,sit_with_you,talk_after,hand_over,own_words"`
		At      *time.Time `json:"at,omitempty" doc:"in the future, within 24 hours"`
		To      string     `json:"to,omitempty" maxLength:"64" doc:"the colleague it is handed to"`
		Words   string     `json:"words,omitempty" maxLength:"300"`
	}
}

type closeForInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int    `json:"version" minimum:"1"`
		Reason  string `json:"reason" minLength:"1" maxLength:"300" doc:"the young person reads it"`
	}
}

type closeInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int   `json:"version" minimum:"1"`
		Helped  *bool `json:"helped,omitempty"`
	}
}

type checkInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Version int    `json:"version" minimum:"1"`
		Answer  string `json:"answer" enum:"yes,no,not_yet"`
	}
}

// Withdraw takes a card back.
func (h *Handlers) Withdraw(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.Withdraw(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}

// Close marks a card sorted.
func (h *Handlers) Close(ctx context.Context, in *closeInput) (*cardOutput, error) {
	return answerCard(h.cards.Close(ctx, viewer.Must(ctx), in.ID, in.Body.Version, in.Body.Helped))
}

// Reopen opens a card again.
func (h *Handlers) Reopen(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.Reopen(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}

// Check answers whether it was met.
func (h *Handlers) Check(ctx context.Context, in *checkInput) (*cardOutput, error) {
	return answerCard(h.cards.Check(ctx, viewer.Must(ctx), in.ID, in.Body.Version, in.Body.Answer))
}

// Seen records "I've seen this".
func (h *Handlers) Seen(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.Seen(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}

// Answer records an answer card.
func (h *Handlers) Answer(ctx context.Context, in *answerInput) (*cardOutput, error) {
	a := Answer{Kind: in.Body.Kind, To: in.Body.To, Words: in.Body.Words}
	if in.Body.At != nil {
		a.At = *in.Body.At
	}
	return answerCard(h.cards.Answer(ctx, viewer.Must(ctx), in.ID, in.Body.Version, a))
}

// Here records "I'm with them".
func (h *Handlers) Here(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.Here(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}

// Met records that an adult says it is met.
func (h *Handlers) Met(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.Met(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}

// CloseFor closes a card for a young person, with a reason.
func (h *Handlers) CloseFor(ctx context.Context, in *closeForInput) (*cardOutput, error) {
	return answerCard(h.cards.CloseFor(ctx, viewer.Must(ctx), in.ID, in.Body.Version, in.Body.Reason))
}

// CheckedOn records that an adult looked after a young person who took an urgent
// card back.
func (h *Handlers) CheckedOn(ctx context.Context, in *pressInput) (*cardOutput, error) {
	return answerCard(h.cards.CheckedOn(ctx, viewer.Must(ctx), in.ID, in.Body.Version))
}
