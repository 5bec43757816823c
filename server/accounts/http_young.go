package accounts

import (
	"context"

	"heard/server/viewer"
	"heard/server/web"
)

// JoinInput is a join code and what to call the device.
type JoinInput struct {
	TabletInput
	Agent string `header:"User-Agent" hidden:"true"`
	Body  struct {
		Code       string `json:"code" maxLength:"200" doc:"six words, separated by spaces or hyphens"`
		DeviceName string `json:"deviceName,omitempty" maxLength:"60"`
		Shared     bool   `json:"shared,omitempty" doc:"others use this tablet too"`
	}
}

// LockInput sets a lock.
type LockInput struct {
	Body struct {
		Kind    LockKind `json:"kind" enum:"pin,picture"`
		Secret  string   `json:"secret" maxLength:"100" doc:"six digits, or four picture keys joined with -"`
		Current string   `json:"current,omitempty" maxLength:"100" doc:"the secret so far, if there is one"`
	}
}

// RemoveLockInput takes a lock away.
type RemoveLockInput struct {
	Body struct {
		Current string `json:"current" maxLength:"100"`
	}
}

// UnlockInput opens a lock.
type UnlockInput struct {
	Body struct {
		Secret string `json:"secret" maxLength:"100"`
	}
}

// PostJoin opens an account on this device with a join code.
func (h *Handlers) PostJoin(ctx context.Context, in *JoinInput) (*SessionOutput, error) {
	request := JoinRequest{
		Code: in.Body.Code, DeviceName: in.Body.DeviceName, Agent: in.Agent,
		Token: web.Token(ctx), Address: web.Address(ctx), Shared: in.Body.Shared, Tablet: in.Tablet,
	}

	o, err := h.s.Join(ctx, request)
	if err != nil {
		return nil, err
	}

	return h.opened(ctx, o)
}

// PostLockSetup sets or changes the lock.
func (h *Handlers) PostLockSetup(ctx context.Context, in *LockInput) (*SessionOutput, error) {
	v := viewer.Must(ctx)

	if err := h.s.SetLock(ctx, v, in.Body.Kind, in.Body.Secret, in.Body.Current); err != nil {
		return nil, err
	}

	return h.session(ctx, v)
}

// DeleteLockSetup takes the lock away.
func (h *Handlers) DeleteLockSetup(ctx context.Context, in *RemoveLockInput) (*SessionOutput, error) {
	v := viewer.Must(ctx)

	if err := h.s.RemoveLock(ctx, v, in.Body.Current); err != nil {
		return nil, err
	}

	return h.session(ctx, v)
}

// PostLock shuts reading on this device.
func (h *Handlers) PostLock(ctx context.Context, _ *struct{}) (*SessionOutput, error) {
	v := viewer.Must(ctx)

	if err := h.s.Lock(ctx, v); err != nil {
		return nil, err
	}

	return h.session(ctx, v)
}

// PostUnlock opens reading on this device.
func (h *Handlers) PostUnlock(ctx context.Context, in *UnlockInput) (*SessionOutput, error) {
	v := viewer.Must(ctx)

	o, err := h.s.Unlock(ctx, v, in.Body.Secret, web.Token(ctx))
	if err != nil {
		return nil, err
	}

	return h.opened(ctx, o)
}

// ApproveDevice lets one of the viewer's other devices read.
func (h *Handlers) ApproveDevice(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.ApproveDevice(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &Done{}, nil
}
