package notify

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"heard/server/viewer"
)

type contactJSON struct {
	ID          string  `json:"id"`
	Kind        Channel `json:"kind" enum:"email,sms"`
	Address     string  `json:"address" doc:"Masked: enough for its owner to know it"`
	Verified    bool    `json:"verified" doc:"Its owner gave the code back; nothing is sent there before"`
	CreatedAt   string  `json:"createdAt" format:"date-time"`
	LastProblem string  `json:"lastProblem,omitempty" doc:"Why the last message did not get there"`
}

// ChannelsOutput is what else there is beside push.
type ChannelsOutput struct {
	Body struct {
		Email    bool          `json:"email" doc:"E-mail is set up here"`
		SMS      bool          `json:"sms" doc:"Text messages are set up here"`
		Channels []contactJSON `json:"channels" nullable:"false"`
	}
}

// ListChannels answers GET /channels.
func (h Handlers) ListChannels(ctx context.Context, _ *struct{}) (*ChannelsOutput, error) {
	v := viewer.Must(ctx)
	shown, err := h.s.Contacts(ctx, v)
	if err != nil {
		return nil, err
	}
	out := &ChannelsOutput{}
	out.Body.Email, out.Body.SMS = h.s.Offers(v)
	out.Body.Channels = make([]contactJSON, 0, len(shown))
	for _, c := range shown {
		out.Body.Channels = append(out.Body.Channels, contactJSON{
			ID: c.ID, Kind: c.Kind, Address: c.Address, Verified: c.Verified, CreatedAt: stamp(&c.CreatedAt), LastProblem: c.LastProblem,
		})
	}
	return out, nil
}

// AddChannelInput is an address to be told at.
type AddChannelInput struct {
	Body struct {
		Kind    Channel `json:"kind" enum:"email,sms"`
		Address string  `json:"address" minLength:"3" maxLength:"254"`
	}
}

// AddChannelOutput says under which id the address is kept.
type AddChannelOutput struct {
	Body struct {
		ID string `json:"id"`
	}
}

// AddChannel answers POST /channels.
func (h Handlers) AddChannel(ctx context.Context, in *AddChannelInput) (*AddChannelOutput, error) {
	id, err := h.s.AddContact(ctx, viewer.Must(ctx), in.Body.Kind, in.Body.Address)
	if err != nil {
		return nil, err
	}
	out := &AddChannelOutput{}
	out.Body.ID = id
	return out, nil
}

// VerifyChannelInput is the code that came.
type VerifyChannelInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"6" pattern:"^[0-9]{6}$"`
	}
}

// VerifyChannel answers POST /channels/{id}/verify.
func (h Handlers) VerifyChannel(ctx context.Context, in *VerifyChannelInput) (*Done, error) {
	if err := h.s.VerifyContact(ctx, viewer.Must(ctx), in.ID, in.Body.Code); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// RemoveChannel answers DELETE /channels/{id}.
func (h Handlers) RemoveChannel(ctx context.Context, in *IDInput) (*Done, error) {
	if err := h.s.RemoveContact(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// ReportInput is a report of GOV.UK Notify. It is read by hand: whoever has no token learns nothing, not even what
// a report should look like.
type ReportInput struct {
	Authorization string `header:"Authorization" doc:"Bearer and the token that was agreed"`
	body          []byte
}

// Resolve takes the body as it came, one too long cut where that shows.
func (in *ReportInput) Resolve(ctx huma.Context) []error {
	in.body, _ = io.ReadAll(io.LimitReader(ctx.BodyReader(), longestReport+1)) // what can't be read is no report
	return nil
}

// HearReport answers POST /notify/callback.
func (h Handlers) HearReport(ctx context.Context, in *ReportInput) (*Done, error) {
	if err := h.s.HearReport(ctx, in.Authorization, in.body); err != nil {
		return nil, err
	}
	return &Done{}, nil
}
