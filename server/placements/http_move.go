package placements

import (
	"context"
	"time"

	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ s *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{s} }

// done is an answer without anything in it: the page fetches anew.
type done struct{ Body struct{} }

// MovePath is the move that a route is about.
type MovePath struct {
	ID string `path:"id" maxLength:"64"`
}

type nextPlaceOutput struct{ Body NextPlace }

type offOutput struct{ Body MoveOff }

type choiceInput struct {
	Body struct {
		Move   string `json:"move" maxLength:"64"`
		Choice Choice `json:"choice" maxLength:"20" doc:"opened, not_yet, tell_first or never"`
	}
}

// GetNextPlace answers the move that is before a young person.
func (h *Handlers) GetNextPlace(ctx context.Context, _ *struct{}) (*nextPlaceOutput, error) {
	next, err := h.s.NextPlace(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &nextPlaceOutput{Body: next}, nil
}

// GetNextPlaceOff answers that the move a young person was told of is off.
func (h *Handlers) GetNextPlaceOff(ctx context.Context, _ *struct{}) (*offOutput, error) {
	off, err := h.s.NextPlaceOff(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &offOutput{Body: off}, nil
}

// PostChoice takes what a young person says to looking at the place.
func (h *Handlers) PostChoice(ctx context.Context, in *choiceInput) (*done, error) {
	if err := h.s.Choose(ctx, viewer.Must(ctx), in.Body.Move, in.Body.Choice); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// MoveBody is what is said of a move.
type MoveBody struct {
	FromServiceID string `json:"fromServiceId,omitempty" maxLength:"64"`
	FromName      string `json:"fromName,omitempty" maxLength:"400"`
	ToServiceID   string `json:"toServiceId,omitempty" maxLength:"64"`
	ToName        string `json:"toName,omitempty" maxLength:"400" doc:"needed without toServiceId"`
	Emergency     bool   `json:"emergency"`
	Day           string `json:"day,omitempty" maxLength:"20" doc:"2026-11-27; absent: not known yet"`
	Reason        string `json:"reason" maxLength:"8000"`
	DecidedBy     string `json:"decidedBy" maxLength:"8000"`
	Wishes        string `json:"wishes" maxLength:"8000" doc:"how their wishes were heard"`
	TimeWords     string `json:"timeWords,omitempty" maxLength:"800"`
}

func (b MoveBody) input() MoveInput { return MoveInput(b) }

type newMoveInput struct {
	Body struct {
		ID            string `json:"id" maxLength:"36" doc:"made by the page, the same at every try"`
		YoungPersonID string `json:"youngPersonId" maxLength:"64"`
		MoveBody
	}
}

type newMoveOutput struct {
	Body struct {
		ID string `json:"id"`
	}
}

type changeMoveInput struct {
	MovePath
	Body struct {
		Base int `json:"base" doc:"the revision the page had before it"`
		MoveBody
	}
}

// PostMove makes a move.
func (h *Handlers) PostMove(ctx context.Context, in *newMoveInput) (*newMoveOutput, error) {
	n := NewMove{ID: in.Body.ID, YoungPersonID: in.Body.YoungPersonID, MoveInput: in.Body.input()}

	id, err := h.s.Make(ctx, viewer.Must(ctx), n)
	if err != nil {
		return nil, err
	}

	out := &newMoveOutput{}
	out.Body.ID = id
	return out, nil
}

// PutMove changes what is said of a move.
func (h *Handlers) PutMove(ctx context.Context, in *changeMoveInput) (*done, error) {
	if err := h.s.Change(ctx, viewer.Must(ctx), in.ID, in.Body.Base, in.Body.input()); err != nil {
		return nil, err
	}

	return &done{}, nil
}

type boardOutput struct{ Body Board }

type staffMoveOutput struct{ Body StaffMove }

type tellInput struct {
	MovePath
	Body struct {
		Base        int  `json:"base" doc:"the revision that was read"`
		WithoutPack bool `json:"withoutPack,omitempty" doc:"tell although the place has no published pages"`
	}
}

type arrivedInput struct {
	MovePath
	Body struct {
		At *time.Time `json:"at,omitempty" doc:"absent: now"`
	}
}

type amendInput struct {
	MovePath
	Body struct {
		At time.Time `json:"at"`
	}
}

type endInput struct {
	MovePath
	Body struct {
		Reason  string `json:"reason" maxLength:"8000"`
		ForThem string `json:"forThem,omitempty" maxLength:"8000" doc:"why, in words for the young person"`
	}
}

// GetMoves answers the board.
func (h *Handlers) GetMoves(ctx context.Context, _ *struct{}) (*boardOutput, error) {
	board, err := h.s.Board(ctx, viewer.Must(ctx))
	if err != nil {
		return nil, err
	}

	return &boardOutput{Body: board}, nil
}

// GetMove answers one move.
func (h *Handlers) GetMove(ctx context.Context, in *MovePath) (*staffMoveOutput, error) {
	m, err := h.s.StaffMove(ctx, viewer.Must(ctx), in.ID)
	if err != nil {
		return nil, err
	}

	return &staffMoveOutput{Body: m}, nil
}

// PostTell tells the young person.
func (h *Handlers) PostTell(ctx context.Context, in *tellInput) (*done, error) {
	if err := h.s.Tell(ctx, viewer.Must(ctx), in.ID, in.Body.Base, in.Body.WithoutPack); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostShow shows the place's pages to whoever was told without.
func (h *Handlers) PostShow(ctx context.Context, in *MovePath) (*done, error) {
	if err := h.s.Show(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostArrived takes that the young person is there.
func (h *Handlers) PostArrived(ctx context.Context, in *arrivedInput) (*done, error) {
	if err := h.s.Arrived(ctx, viewer.Must(ctx), in.ID, in.Body.At); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PutArrived takes another moment for an arrival.
func (h *Handlers) PutArrived(ctx context.Context, in *amendInput) (*done, error) {
	if err := h.s.AmendArrival(ctx, viewer.Must(ctx), in.ID, in.Body.At); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// DeleteArrived takes that the young person isn't there yet.
func (h *Handlers) DeleteArrived(ctx context.Context, in *MovePath) (*done, error) {
	if err := h.s.TakeBackArrival(ctx, viewer.Must(ctx), in.ID); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostEndMove takes that they aren't going there after all.
func (h *Handlers) PostEndMove(ctx context.Context, in *endInput) (*done, error) {
	if err := h.s.End(ctx, viewer.Must(ctx), in.ID, in.Body.Reason, in.Body.ForThem); err != nil {
		return nil, err
	}

	return &done{}, nil
}
