package accounts

import (
	"context"
	"encoding/json"
	"time"

	"heard/server/errs"
	"heard/server/viewer"
	"heard/server/web"
)

// InviteInput is the token of an invitation.
type InviteInput struct {
	Body struct {
		Token string `json:"token" maxLength:"100"`
	}
}

// BegunOutput is a ceremony for the browser.
type BegunOutput struct {
	Body struct {
		Options  any    `json:"options" doc:"for navigator.credentials"`
		Ceremony string `json:"ceremony"`
		Name     string `json:"name,omitempty" doc:"whom an invitation is for"`
	}
}

// FinishInput is what the browser's authenticator answered.
type FinishInput struct {
	Agent string `header:"User-Agent" hidden:"true"`
	Body  struct {
		Ceremony   string         `json:"ceremony" maxLength:"100"`
		Credential map[string]any `json:"credential" doc:"the credential as JSON"`
		DeviceName string         `json:"deviceName,omitempty" maxLength:"60"`
	}
}

// FinishPasskeyInput is a further passkey.
type FinishPasskeyInput struct {
	Body struct {
		Ceremony   string         `json:"ceremony" maxLength:"100"`
		Credential map[string]any `json:"credential" doc:"the credential as JSON"`
		Name       string         `json:"name,omitempty" maxLength:"60"`
	}
}

type passkeyBody struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty"`
}

// PasskeysOutput lists passkeys.
type PasskeysOutput struct {
	Body struct {
		Passkeys []passkeyBody `json:"passkeys" nullable:"false"`
	}
}

// MadeOutput names what was made.
type MadeOutput struct {
	Body struct {
		ID string `json:"id"`
	}
}

// BeginInvite starts the first passkey of an invited account.
func (h *Handlers) BeginInvite(ctx context.Context, in *InviteInput) (*BegunOutput, error) {
	begun, err := h.s.BeginInvite(ctx, h.place, in.Body.Token, web.Address(ctx))
	if err != nil {
		return nil, err
	}

	return begunOutput(begun), nil
}

// FinishInvite keeps the passkey and signs in.
func (h *Handlers) FinishInvite(ctx context.Context, in *FinishInput) (*SessionOutput, error) {
	arrival, err := h.arrival(ctx, in)
	if err != nil {
		return nil, err
	}

	o, err := h.s.FinishInvite(ctx, arrival)
	if err != nil {
		return nil, err
	}

	return h.opened(ctx, o)
}

// BeginSignIn starts signing in with a passkey.
func (h *Handlers) BeginSignIn(ctx context.Context, _ *struct{}) (*BegunOutput, error) {
	begun, err := h.s.BeginSignIn(ctx, h.place, web.Address(ctx))
	if err != nil {
		return nil, err
	}

	return begunOutput(begun), nil
}

// FinishSignIn signs in, or opens a session that had gone idle.
func (h *Handlers) FinishSignIn(ctx context.Context, in *FinishInput) (*SessionOutput, error) {
	arrival, err := h.arrival(ctx, in)
	if err != nil {
		return nil, err
	}

	o, err := h.s.FinishSignIn(ctx, arrival)
	if err != nil {
		return nil, err
	}

	return h.opened(ctx, o)
}

// GetPasskeys lists the viewer's passkeys.
func (h *Handlers) GetPasskeys(ctx context.Context, _ *struct{}) (*PasskeysOutput, error) {
	list, err := h.s.Passkeys(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &PasskeysOutput{}
	out.Body.Passkeys = make([]passkeyBody, 0, len(list))
	for _, p := range list {
		out.Body.Passkeys = append(out.Body.Passkeys, passkeyBody(p))
	}
	return out, nil
}

// BeginPasskey starts adding a passkey.
func (h *Handlers) BeginPasskey(ctx context.Context, _ *struct{}) (*BegunOutput, error) {
	begun, err := h.s.BeginPasskey(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return begunOutput(begun), nil
}

// FinishPasskey adds a passkey.
func (h *Handlers) FinishPasskey(ctx context.Context, in *FinishPasskeyInput) (*MadeOutput, error) {
	credential, err := json.Marshal(in.Body.Credential)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "")
	}

	id, err := h.s.FinishPasskey(ctx, viewer.Must(ctx), in.Body.Ceremony, credential, in.Body.Name)
	if err != nil {
		return nil, err
	}

	out := &MadeOutput{}
	out.Body.ID = id
	return out, nil
}

// DeletePasskey takes one of the viewer's passkeys away.
func (h *Handlers) DeletePasskey(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.EndPasskey(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &Done{}, nil
}

func begunOutput(b Begun) *BegunOutput {
	out := &BegunOutput{}
	out.Body.Options, out.Body.Ceremony, out.Body.Name = b.Options, b.Ceremony, b.Name
	return out
}

func (h *Handlers) arrival(ctx context.Context, in *FinishInput) (Arrival, error) {
	credential, err := json.Marshal(in.Body.Credential)
	if err != nil {
		return Arrival{}, errs.Wrap(err, errs.Invalid, "")
	}
	return Arrival{
		Place: h.place, Ceremony: in.Body.Ceremony, Credential: credential,
		DeviceName: in.Body.DeviceName, Agent: in.Agent, Token: web.Token(ctx),
	}, nil
}
