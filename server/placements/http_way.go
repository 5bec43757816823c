package placements

import (
	"context"
	"time"

	"heard/server/viewer"
)

type planInput struct {
	MovePath
	Body struct {
		Base      int        `json:"base" doc:"the revision the page had before it; 0: the first"`
		LeavesAt  *time.Time `json:"leavesAt,omitempty"`
		How       string     `json:"how" maxLength:"20" doc:"car, taxi, train, bus, plane, walk or other"`
		Minutes   int        `json:"minutes,omitempty"`
		With      []string   `json:"with,omitempty" maxItems:"20" doc:"of the young person's people"`
		EscortID  string     `json:"escortId,omitempty" maxLength:"64" doc:"one of the young person's people; absent: not known yet"`
		MayStop   bool       `json:"mayStop"`
		Stops     []Stop     `json:"stops,omitempty" maxItems:"50"`
		Privacy   string     `json:"privacy,omitempty" maxLength:"2400"`
		Music     string     `json:"music,omitempty" maxLength:"2400"`
		Food      string     `json:"food,omitempty" maxLength:"2400"`
		CarriedIn string     `json:"carriedIn,omitempty" maxLength:"20" doc:"case, rucksack, box or bag"`
		Words     string     `json:"words,omitempty" maxLength:"8000"`
	}
}

type settleInput struct {
	MovePath
	Key  string `path:"key" maxLength:"20"`
	Body struct {
		AskedAt time.Time `json:"askedAt" doc:"of the wish that was read"`
		Agreed  bool      `json:"agreed"`
		Reason  string    `json:"reason,omitempty" maxLength:"2400" doc:"needed for a no; the young person reads it"`
	}
}

type bagInput struct {
	MovePath
	Body struct {
		Name string `json:"name" maxLength:"640"`
	}
}

type tickInput struct {
	MovePath
	Item string `path:"item" maxLength:"64"`
	Body struct {
		Packed    *bool   `json:"packed,omitempty"`
		Arrived   *bool   `json:"arrived,omitempty"`
		Missing   *bool   `json:"missing,omitempty"`
		NoBinBags *bool   `json:"noBinBags,omitempty"`
		Photo     *string `json:"photo,omitempty" maxLength:"64" doc:"a file of this move; empty: none"`
		FarPhoto  *string `json:"farPhoto,omitempty" maxLength:"64" doc:"the same, where it came"`
	}
}

// PutJourney writes down the way there.
func (h *Handlers) PutJourney(ctx context.Context, in *planInput) (*done, error) {
	b := in.Body
	plan := PlanInput{Base: b.Base, LeavesAt: b.LeavesAt, EscortID: b.EscortID, Plan: Plan{
		How: b.How, Minutes: b.Minutes, With: b.With, MayStop: b.MayStop, Stops: b.Stops, Privacy: b.Privacy, Music: b.Music,
		Food: b.Food, CarriedIn: b.CarriedIn, Words: b.Words,
	}}

	if err := h.s.PlanJourney(ctx, viewer.Must(ctx), in.ID, plan); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostWish answers what a young person wished for the way.
func (h *Handlers) PostWish(ctx context.Context, in *settleInput) (*done, error) {
	said := Settlement{AskedAt: in.Body.AskedAt, Agreed: in.Body.Agreed, Reason: in.Body.Reason}

	if err := h.s.SettleWish(ctx, viewer.Must(ctx), in.ID, in.Key, said); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PostBag writes down something that goes along.
func (h *Handlers) PostBag(ctx context.Context, in *bagInput) (*done, error) {
	if err := h.s.AddBelonging(ctx, viewer.Must(ctx), in.ID, in.Body.Name); err != nil {
		return nil, err
	}

	return &done{}, nil
}

// PutBag ticks something that goes along.
func (h *Handlers) PutBag(ctx context.Context, in *tickInput) (*done, error) {
	b := in.Body
	ticks := Ticks{Packed: b.Packed, Arrived: b.Arrived, Missing: b.Missing, NoBinBags: b.NoBinBags, Photo: b.Photo, FarPhoto: b.FarPhoto}

	if err := h.s.TickBelonging(ctx, viewer.Must(ctx), in.ID, in.Item, ticks); err != nil {
		return nil, err
	}

	return &done{}, nil
}
