package placements

import (
	"context"
	"encoding/json"

	"heard/server/errs"
	"heard/server/viewer"
)

// ServicePath names the place of a request.
type ServicePath struct {
	Service string `path:"service" maxLength:"36"`
}

type ourPlacesOutput struct {
	Body struct {
		Places []OurPlace `json:"places" nullable:"false"`
	}
}

type draftOutput struct{ Body Draft }

type packOutput struct{ Body PackShown }

// saveInput takes the pack as it came: a later editor's fields are dropped, not refused.
type saveInput struct {
	ServicePath
	RawBody []byte
}

type readyInput struct {
	ServicePath
	Body struct {
		Revision int `json:"revision" doc:"the revision the page had before it"`
	}
}

type backInput struct {
	ServicePath
	Body struct {
		Revision int    `json:"revision"`
		Reason   string `json:"reason" maxLength:"2000"`
	}
}

type publishInput struct {
	ServicePath
	Body struct {
		Revision int     `json:"revision"`
		Checked  Checked `json:"checked"`
	}
}

type publishOutput struct{ Body Version }

type publishedPhotosOutput struct {
	Body struct {
		Photos []PublishedPhoto `json:"photos" nullable:"false"`
	}
}

type withdrawInput struct {
	ServicePath
	File string `path:"file" maxLength:"36"`
}

// GetPlaces answers the places whose packs somebody writes or checks.
func (h *Handlers) GetPlaces(ctx context.Context, _ *struct{}) (*ourPlacesOutput, error) {
	list, err := h.s.OurPlaces(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	out := &ourPlacesOutput{}
	out.Body.Places = list
	return out, nil
}

// GetPack answers a place's pack as it is being written.
func (h *Handlers) GetPack(ctx context.Context, in *ServicePath) (*draftOutput, error) {
	d, err := h.s.Draft(ctx, viewer.Must(ctx), in.Service)
	if err != nil {
		return nil, err
	}

	return &draftOutput{Body: d}, nil
}

// PutPack saves a place's pack.
func (h *Handlers) PutPack(ctx context.Context, in *saveInput) (*draftOutput, error) {
	var body struct {
		Base int
		Pack json.RawMessage
	}
	if err := json.Unmarshal(in.RawBody, &body); err != nil {
		return nil, errPackUnreadable
	}
	p, err := ReadPack(body.Pack)
	if err != nil {
		// Whoever is nothing to the place learns nothing of how a pack is written.
		if _, not := h.s.Draft(ctx, viewer.Must(ctx), in.Service); errs.CodeOf(not) == errs.NotFound {
			err = not
		}
		return nil, err
	}

	d, err := h.s.Save(ctx, viewer.Must(ctx), in.Service, body.Base, p)
	if err != nil {
		return nil, err
	}

	return &draftOutput{Body: d}, nil
}

// PostReady says that a pack can be checked.
func (h *Handlers) PostReady(ctx context.Context, in *readyInput) (*done, error) {
	if err := h.s.Ready(ctx, viewer.Must(ctx), in.Service, in.Body.Revision); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostBack gives a pack back to whoever writes it.
func (h *Handlers) PostBack(ctx context.Context, in *backInput) (*done, error) {
	if err := h.s.GiveBack(ctx, viewer.Must(ctx), in.Service, in.Body.Revision, in.Body.Reason); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostPublish publishes what a second person has looked at.
func (h *Handlers) PostPublish(ctx context.Context, in *publishInput) (*publishOutput, error) {
	version, err := h.s.Publish(ctx, viewer.Must(ctx), in.Service, in.Body.Revision, in.Body.Checked)
	if err != nil {
		return nil, err
	}

	return &publishOutput{Body: version}, nil
}

// GetMyPack answers the pack of a young person's next place.
func (h *Handlers) GetMyPack(ctx context.Context, _ *struct{}) (*packOutput, error) {
	shown, err := h.s.MyPack(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &packOutput{Body: shown}, nil
}

// GetBooklet answers the pack of a move, for an adult who prints it.
func (h *Handlers) GetBooklet(ctx context.Context, in *MovePath) (*packOutput, error) {
	shown, err := h.s.PackOfMove(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	return &packOutput{Body: shown}, nil
}

// GetPublishedPhotos answers the photos of a place that somebody may be looking at.
func (h *Handlers) GetPublishedPhotos(ctx context.Context, in *ServicePath) (*publishedPhotosOutput, error) {
	list, err := h.s.PublishedPhotos(ctx, viewer.Must(ctx), in.Service)
	if err != nil {
		return nil, err
	}

	out := &publishedPhotosOutput{}
	out.Body.Photos = list
	return out, nil
}

// PostWithdraw takes a photo or paper of a place away at once.
func (h *Handlers) PostWithdraw(ctx context.Context, in *withdrawInput) (*done, error) {
	if err := h.s.Withdraw(ctx, viewer.Must(ctx), in.Service, in.File); err != nil {
		return nil, err
	}

	return &done{}, nil
}
