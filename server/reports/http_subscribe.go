package reports

import (
	"context"

	"heard/server/viewer"
)

// SubscriptionOutput says whether and where one is told of each release.
type SubscriptionOutput struct {
	Body struct {
		On      bool   `json:"on"`
		Offered bool   `json:"offered" doc:"e-mail is set up here"`
		Email   string `json:"email,omitempty" doc:"masked; absent: none is proven"`
	}
}

// GetSubscription answers GET /subscription.
func (h ExportHandlers) GetSubscription(ctx context.Context, _ *struct{}) (*SubscriptionOutput, error) {
	s, err := h.e.Subscription(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &SubscriptionOutput{}
	out.Body.On, out.Body.Offered, out.Body.Email = s.On, s.Offered, s.Email
	return out, nil
}

// PostSubscription answers POST /subscription.
func (h ExportHandlers) PostSubscription(ctx context.Context, _ *struct{}) (*Ended, error) {
	if err := h.e.Subscribe(ctx, viewer.Must(ctx)); err != nil {
		return nil, err
	}
	return &Ended{}, nil
}

// DeleteSubscription answers DELETE /subscription.
func (h ExportHandlers) DeleteSubscription(ctx context.Context, _ *struct{}) (*Ended, error) {
	if err := h.e.Unsubscribe(ctx, viewer.Must(ctx)); err != nil {
		return nil, err
	}
	return &Ended{}, nil
}
