package reports

import (
	"context"
	"time"

	"heard/server/viewer"
)

type tokenJSON struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	Units      []string      `json:"units" doc:"ids; none: all that its maker may read"`
	MadeBy     viewer.Person `json:"madeBy"`
	CreatedAt  string        `json:"createdAt" format:"date-time"`
	ExpiresAt  string        `json:"expiresAt" format:"date-time"`
	EndedAt    string        `json:"endedAt,omitempty" format:"date-time"`
	LastUsedOn string        `json:"lastUsedOn,omitempty" format:"date"`
}

// TokensOutput is the list of tokens, without their secrets.
type TokensOutput struct {
	Body struct {
		Tokens []tokenJSON `json:"tokens"`
	}
}

// GetTokens answers GET /tokens.
func (h ExportHandlers) GetTokens(ctx context.Context, _ *struct{}) (*TokensOutput, error) {
	tokens, err := h.e.Tokens(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &TokensOutput{}
	out.Body.Tokens = make([]tokenJSON, 0, len(tokens))
	for _, t := range tokens {
		out.Body.Tokens = append(out.Body.Tokens, tokenJSON{
			ID: t.ID, Name: t.Name, Units: append([]string{}, t.Units...), MadeBy: t.MadeBy, CreatedAt: moment(&t.CreatedAt),
			ExpiresAt: moment(&t.ExpiresAt), EndedAt: moment(t.EndedAt), LastUsedOn: t.LastUsedOn,
		})
	}
	return out, nil
}

// NewTokenInput describes a token.
type NewTokenInput struct {
	Body struct {
		Name      string    `json:"name" maxLength:"320" doc:"what uses it"`
		Units     []string  `json:"units,omitempty" maxItems:"200" doc:"ids; none: all that its maker may read"`
		ExpiresAt time.Time `json:"expiresAt" doc:"within a year"`
	}
}

// SecretOutput shows a secret this once.
type SecretOutput struct {
	Body struct {
		ID     string `json:"id"`
		Secret string `json:"secret" doc:"shown only now"`
	}
}

// PostToken answers POST /tokens.
func (h ExportHandlers) PostToken(ctx context.Context, in *NewTokenInput) (*SecretOutput, error) {
	id, secret, err := h.e.AddToken(ctx, viewer.Must(ctx), NewToken{Name: in.Body.Name, Units: in.Body.Units, ExpiresAt: in.Body.ExpiresAt})
	if err != nil {
		return nil, err
	}
	out := &SecretOutput{}
	out.Body.ID, out.Body.Secret = id, secret.Reveal()
	return out, nil
}

// SharedInput names a token or a webhook.
type SharedInput struct {
	ID string `path:"id" maxLength:"64"`
}

// Ended is the answer of an act that has nothing to tell.
type Ended struct {
	Body struct{}
}

// DeleteToken answers DELETE /tokens/{id}.
func (h ExportHandlers) DeleteToken(ctx context.Context, in *SharedInput) (*Ended, error) {
	if err := h.e.EndToken(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}
	return &Ended{}, nil
}

type webhookJSON struct {
	ID          string `json:"id"`
	URL         string `json:"url"`
	CreatedAt   string `json:"createdAt" format:"date-time"`
	EndedAt     string `json:"endedAt,omitempty" format:"date-time"`
	EndedWhy    string `json:"endedWhy,omitempty" enum:"gone,removed,no_access"`
	LastAt      string `json:"lastAt,omitempty" format:"date-time"`
	LastStatus  int    `json:"lastStatus,omitempty"`
	LastProblem string `json:"lastProblem,omitempty"`
}

// WebhooksOutput is the list of webhooks, without their secrets.
type WebhooksOutput struct {
	Body struct {
		Webhooks []webhookJSON `json:"webhooks"`
	}
}

// GetWebhooks answers GET /webhooks.
func (h ExportHandlers) GetWebhooks(ctx context.Context, _ *struct{}) (*WebhooksOutput, error) {
	hooks, err := h.e.Webhooks(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}
	out := &WebhooksOutput{}
	out.Body.Webhooks = make([]webhookJSON, 0, len(hooks))
	for _, w := range hooks {
		out.Body.Webhooks = append(out.Body.Webhooks, webhookJSON{
			ID: w.ID, URL: w.URL, CreatedAt: moment(&w.CreatedAt), EndedAt: moment(w.EndedAt), EndedWhy: w.EndedWhy,
			LastAt: moment(w.LastAt), LastStatus: w.LastStatus, LastProblem: w.LastProblem,
		})
	}
	return out, nil
}

// NewWebhookInput is an address to tell.
type NewWebhookInput struct {
	Body struct {
		URL string `json:"url" maxLength:"2048" doc:"https, a public address"`
	}
}

// PostWebhook answers POST /webhooks.
func (h ExportHandlers) PostWebhook(ctx context.Context, in *NewWebhookInput) (*SecretOutput, error) {
	id, secret, err := h.e.AddWebhook(ctx, viewer.Must(ctx), in.Body.URL)
	if err != nil {
		return nil, err
	}
	out := &SecretOutput{}
	out.Body.ID, out.Body.Secret = id, secret.Reveal()
	return out, nil
}

// DeleteWebhook answers DELETE /webhooks/{id}.
func (h ExportHandlers) DeleteWebhook(ctx context.Context, in *SharedInput) (*Ended, error) {
	if err := h.e.EndWebhook(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}
	return &Ended{}, nil
}

// moment writes a time as the API does, UTC with milliseconds; nothing for none.
func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
