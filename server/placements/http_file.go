package placements

import (
	"context"

	"heard/server/files"
	"heard/server/viewer"
)

// FilePath names a file and which of its sizes.
type FilePath struct {
	File string `path:"file" maxLength:"36"`
	Name string `path:"name" maxLength:"20"`
}

type moveFileInput struct {
	MovePath
	FilePath
}

type placeFileInput struct {
	ServicePath
	FilePath
}

// GetMyFile answers a picture or paper of a young person's next place, or of their things.
func (h *Handlers) GetMyFile(ctx context.Context, in *FilePath) (*files.Output, error) {
	f, err := h.s.MyFile(ctx, viewer.Must(ctx), in.File)
	if err != nil {
		return nil, err
	}

	return h.s.files.Serve(ctx, f, in.Name)
}

// GetMoveFile answers a picture or paper of a move.
func (h *Handlers) GetMoveFile(ctx context.Context, in *moveFileInput) (*files.Output, error) {
	f, err := h.s.MoveFile(ctx, viewer.Must(ctx), in.ID, in.File)
	if err != nil {
		return nil, err
	}

	return h.s.files.Serve(ctx, f, in.Name)
}

// GetPlaceFile answers a picture or paper of a place's pack.
func (h *Handlers) GetPlaceFile(ctx context.Context, in *placeFileInput) (*files.Output, error) {
	f, err := h.s.PlaceFile(ctx, viewer.Must(ctx), in.Service, in.File)
	if err != nil {
		return nil, err
	}

	return h.s.files.Serve(ctx, f, in.Name)
}
