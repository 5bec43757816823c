package listening

import (
	"context"

	"heard/server/viewer"
)

type voiceInput struct {
	ID string `path:"id" maxLength:"64"`
}

// voiceOutput is a recording as it came. It is never a page: its type was read from
// its content, and the browser is told to keep to it.
type voiceOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// GetMyVoice answers the voice of one of a young person's own answers.
func (h *Handlers) GetMyVoice(ctx context.Context, in *voiceInput) (*voiceOutput, error) {
	voice, err := h.s.MyVoice(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	return played(voice), nil
}

// GetToldVoice answers the voice of what a young person told the viewer.
func (h *Handlers) GetToldVoice(ctx context.Context, in *voiceInput) (*voiceOutput, error) {
	voice, err := h.s.ToldVoice(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	return played(voice), nil
}

func played(v Voice) *voiceOutput {
	return &voiceOutput{ContentType: v.Type, Disposition: "attachment", Body: v.Bytes}
}
