package listening

import (
	"context"
	"time"

	"heard/server/viewer"
)

type familyLinkInput struct {
	ID string `path:"id" maxLength:"64"`
}

type familyLinkOutput struct {
	Body struct {
		URL       string    `json:"url" doc:"works once; it is not shown again"`
		QR        string    `json:"qr" doc:"the same as a picture, a data: address"`
		ExpiresAt time.Time `json:"expiresAt"`
	}
}

type familyOpenInput struct {
	Body struct {
		Token string `json:"token" maxLength:"128" doc:"what stands behind the # of the link"`
	}
}

type familyOpenOutput struct{ Body FamilyQuestion }

type familyAnswerInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"128" doc:"what stands behind the # of the link"`
		Listened Face   `json:"listened"`
	}
}

type familyAnswerOutput struct{ Body struct{} }

// PostFamilyLink makes a link for the family of a contact's young person.
func (h *Handlers) PostFamilyLink(ctx context.Context, in *familyLinkInput) (*familyLinkOutput, error) {
	link, err := h.s.MakeFamilyLink(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	out := &familyLinkOutput{}
	out.Body.URL, out.Body.QR, out.Body.ExpiresAt = link.URL, link.QR, link.ExpiresAt
	return out, nil
}

// PostFamilyOpen answers what a family is asked. It is no GET, because a token in an
// address would stand in logs.
func (h *Handlers) PostFamilyOpen(ctx context.Context, in *familyOpenInput) (*familyOpenOutput, error) {
	question, err := h.s.OpenFamilyLink(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}

	return &familyOpenOutput{Body: question}, nil
}

// PostFamilyAnswer takes a family's answer.
func (h *Handlers) PostFamilyAnswer(ctx context.Context, in *familyAnswerInput) (*familyAnswerOutput, error) {
	if err := h.s.AnswerByFamily(ctx, in.Body.Token, in.Body.Listened); err != nil {
		return nil, err
	}

	return &familyAnswerOutput{}, nil
}
