package files

import (
	"context"

	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ s *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{s} }

// Output is a part of a file as a browser gets it: a type that was read from its
// content, and no right to be a page.
type Output struct {
	ContentType   string `header:"Content-Type"`
	Disposition   string `header:"Content-Disposition"`
	ContentPolicy string `header:"Content-Security-Policy"`
	Body          []byte
}

// Serve gives a part of a file to somebody whose right to it the caller has asked.
func (s *Service) Serve(ctx context.Context, f File, name string) (*Output, error) {
	raw, contentType, err := s.Read(ctx, f, name)
	if err != nil {
		return nil, err
	}
	out := &Output{ContentType: contentType, Disposition: "inline", ContentPolicy: "default-src 'none'; sandbox", Body: raw}
	switch f.Kind {
	case Guide:
		out.Disposition = `attachment; filename="` + guideName + `"`
	case Voice: // a page of ours fetches it and plays it from memory
		out.Disposition = "attachment"
	}
	return out, nil
}

type beginInput struct {
	Body struct {
		Kind  Kind  `json:"kind" enum:"photo,panorama,guide,voice"`
		Owner Owner `json:"owner"`
		Size  int64 `json:"size" minimum:"0" doc:"in bytes; what is sent has as many"`
	}
}

type begunOutput struct {
	Body struct {
		ID     string `json:"id"`
		Offset int64  `json:"offset"`
		Piece  int    `json:"piece" doc:"how many bytes a piece has; only the last has fewer"`
	}
}

type pieceInput struct {
	ID      string `path:"id" maxLength:"64"`
	Offset  int64  `path:"offset" minimum:"0"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type uploadInput struct {
	ID string `path:"id" maxLength:"64"`
}

type uploadOutput struct {
	Body struct {
		Offset int64     `json:"offset" doc:"where the next piece begins"`
		Size   int64     `json:"size"`
		State  State     `json:"state" enum:"receiving,working,done,refused"`
		Reason string    `json:"reason,omitempty" doc:"why it was refused: photo_…, guide_…, voice… or dropped"`
		File   *fileBody `json:"file,omitempty"`
	}
}

type fileBody struct {
	ID     string `json:"id"`
	W      int    `json:"w,omitempty"`
	H      int    `json:"h,omitempty"`
	Colour string `json:"colour,omitempty"`
	Bytes  int64  `json:"bytes" doc:"of its largest part"`

	Name    string `json:"name,omitempty" doc:"of a voice: of its one part"`
	Seconds int    `json:"seconds,omitempty" doc:"of a voice"`
}

type emptyOutput struct{ Body struct{} }

// PostUpload announces a file.
func (h *Handlers) PostUpload(ctx context.Context, in *beginInput) (*begunOutput, error) {
	u, err := h.s.Begin(ctx, viewer.Must(ctx), in.Body.Kind, in.Body.Owner, in.Body.Size)
	if err != nil {
		return nil, err
	}

	out := &begunOutput{}
	out.Body.ID, out.Body.Offset, out.Body.Piece = u.ID, u.Offset, Piece
	return out, nil
}

// PutPiece takes the next piece of a file.
func (h *Handlers) PutPiece(ctx context.Context, in *pieceInput) (*uploadOutput, error) {
	u, err := h.s.Piece(ctx, viewer.Must(ctx), in.ID, in.Offset, in.RawBody)
	if err != nil {
		return nil, err
	}

	return said(u), nil
}

// GetUpload answers how far an upload is.
func (h *Handlers) GetUpload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	u, err := h.s.Look(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	return said(u), nil
}

// DeleteUpload ends an upload.
func (h *Handlers) DeleteUpload(ctx context.Context, in *uploadInput) (*emptyOutput, error) {
	if err := h.s.Drop(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &emptyOutput{}, nil
}

func said(u Upload) *uploadOutput {
	out := &uploadOutput{}
	out.Body.Offset, out.Body.Size, out.Body.State, out.Body.Reason = u.Offset, u.Size, u.State, u.Reason
	if u.File != nil {
		out.Body.File = &fileBody{ID: u.File.ID, W: u.File.W, H: u.File.H, Colour: u.File.Colour, Bytes: u.File.Bytes}
		if u.File.Kind == Voice {
			out.Body.File.Name, out.Body.File.Seconds = u.File.Name(), u.File.Seconds()
		}
	}
	return out
}
