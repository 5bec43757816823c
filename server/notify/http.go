package notify

import (
	"context"
	"time"

	"heard/server/viewer"
)

// Handlers are the service's HTTP operations.
type Handlers struct{ s *Service }

// Handlers gives the operations for the route table.
func (s *Service) Handlers() Handlers { return Handlers{s} }

// Done is the answer of an act that has nothing to tell.
type Done struct {
	Body struct{}
}

type subscriptionJSON struct {
	ID             string `json:"id"`
	Label          string `json:"label"`
	Current        bool   `json:"current,omitempty" doc:"This is the browser that asks"`
	CreatedAt      string `json:"createdAt" format:"date-time"`
	LastAcceptedAt string `json:"lastAcceptedAt,omitempty" format:"date-time" doc:"When a push service last took a push for it"`
	TestedAt       string `json:"testedAt,omitempty" format:"date-time" doc:"When its owner last answered a test push"`
	Health         Health `json:"health" enum:"good,untested,failing,gone"`
	LastProblem    string `json:"lastProblem,omitempty" doc:"Why the last push was not accepted"`
}

// ListOutput is push health.
type ListOutput struct {
	Body struct {
		PublicKey     string             `json:"publicKey" doc:"applicationServerKey to subscribe with"`
		Subscriptions []subscriptionJSON `json:"subscriptions"`
	}
}

// List answers GET /push.
func (h Handlers) List(ctx context.Context, _ *struct{}) (*ListOutput, error) {
	v := viewer.Must(ctx)
	shown, err := h.s.List(ctx, v)
	if err != nil {
		return nil, err
	}
	out := &ListOutput{}
	out.Body.PublicKey = h.s.PublicKey()
	out.Body.Subscriptions = make([]subscriptionJSON, 0, len(shown))
	for _, s := range shown {
		out.Body.Subscriptions = append(out.Body.Subscriptions, subscriptionJSON{
			ID: s.ID, Label: s.Label, Current: s.Current, CreatedAt: stamp(&s.CreatedAt),
			LastAcceptedAt: stamp(s.LastAcceptedAt), TestedAt: stamp(s.TestedAt), Health: s.Health, LastProblem: s.LastProblem,
		})
	}
	return out, nil
}

// SubscribeInput is a browser's subscription.
type SubscribeInput struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"2048" doc:"https address at a known push service"`
		Keys     struct {
			P256dh string `json:"p256dh" maxLength:"100" doc:"Public key, 65 bytes, base64url"`
			Auth   string `json:"auth" maxLength:"40" doc:"Secret, 16 bytes, base64url"`
		} `json:"keys"`
		Label string `json:"label" maxLength:"60" doc:"How its owner tells it from others"`
	}
}

// SubscribeOutput says under which id the browser is kept.
type SubscribeOutput struct {
	Body struct {
		ID    string `json:"id"`
		Moved bool   `json:"moved" doc:"This browser's notifications went to another account until now"`
	}
}

// Subscribe answers POST /push/subscriptions.
func (h Handlers) Subscribe(ctx context.Context, in *SubscribeInput) (*SubscribeOutput, error) {
	id, moved, err := h.s.Subscribe(ctx, viewer.Must(ctx), NewSubscription{
		Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth, Label: in.Body.Label,
	})
	if err != nil {
		return nil, err
	}
	out := &SubscribeOutput{}
	out.Body.ID, out.Body.Moved = id, moved
	return out, nil
}

// IDInput names one thing in the path.
type IDInput struct {
	ID string `path:"id" maxLength:"64"`
}

// Unsubscribe answers DELETE /push/subscriptions/{id}.
func (h Handlers) Unsubscribe(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.Unsubscribe(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// SendTestOutput names the test.
type SendTestOutput struct {
	Body struct {
		TestID string `json:"testId"`
	}
}

// SendTest answers POST /push/subscriptions/{id}/test.
func (h Handlers) SendTest(ctx context.Context, in *IDInput) (*SendTestOutput, error) {
	id, err := h.s.SendTest(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &SendTestOutput{}
	out.Body.TestID = id
	return out, nil
}

// AnswerTest answers POST /push/tests/{id}/answer.
func (h Handlers) AnswerTest(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.AnswerTest(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// stamp writes a time as the API does, UTC with milliseconds; nothing for none.
func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
