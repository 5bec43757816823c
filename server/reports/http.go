package reports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"heard/server/errs"
	"heard/server/viewer"
)

// Handlers are the routes' hands; the route table gives each its policy.
type Handlers struct{ reports *Service }

// Handlers gives the HTTP side of the service.
func (s *Service) Handlers() *Handlers { return &Handlers{reports: s} }

// stamped is an answer with a tag of its bytes. It changes with a release and with
// what is written about one, and with nothing that happens in between.
type stamped[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

type seriesInput struct {
	Measure string `query:"measure" required:"true" maxLength:"64"`
	Unit    string `query:"unit" maxLength:"64" doc:"Absent: all that may be seen, together."`
	Chart   string `query:"chart" enum:"xmr,p" doc:"p: limits that follow the number of answers."`
}

type compareInput struct {
	Measure string `query:"measure" required:"true" maxLength:"64"`
	Period  string `query:"period" required:"true" maxLength:"16"`
}

type noteInput struct {
	Number int `path:"number" minimum:"1"`
	Body   struct {
		Unit string `json:"unit" maxLength:"64"`
		Did  string `json:"did" maxLength:"6000" doc:"At most 600 characters; empty takes the note away. Young people read it."`
	}
}

type targetInput struct {
	Body struct {
		Measure string `json:"measure" maxLength:"64"`
		Percent *int   `json:"percent" required:"false" nullable:"true" doc:"null takes the target away."`
	}
}

// Done says that it is done; there is nothing to add.
type Done struct{}

type saidBody struct {
	Items []Said `json:"items"`
}

// GetOverview answers what there is to read.
func (h *Handlers) GetOverview(ctx context.Context, _ *struct{}) (*stamped[Overview], error) {
	o, err := h.reports.Overview(ctx, viewer.Must(ctx))
	return stamp(o, err)
}

// GetSeries answers a measure over time.
func (h *Handlers) GetSeries(ctx context.Context, in *seriesInput) (*stamped[Series], error) {
	kind := XmRChart
	if in.Chart == string(PChart) {
		kind = PChart
	}
	series, err := h.reports.SeriesAs(ctx, viewer.Must(ctx), in.Measure, in.Unit, kind)
	return stamp(series, err)
}

// GetCompare answers a measure side by side.
func (h *Handlers) GetCompare(ctx context.Context, in *compareInput) (*stamped[Compare], error) {
	compared, err := h.reports.Compare(ctx, viewer.Must(ctx), in.Measure, in.Period)
	return stamp(compared, err)
}

// PutNote takes what was done about a release.
func (h *Handlers) PutNote(ctx context.Context, in *noteInput) (*Done, error) {
	if err := h.reports.WriteNote(ctx, viewer.Must(ctx), in.Number, in.Body.Unit, in.Body.Did); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// PutTarget takes a measure's target.
func (h *Handlers) PutTarget(ctx context.Context, in *targetInput) (*Done, error) {
	if err := h.reports.SetTarget(ctx, viewer.Must(ctx), in.Body.Measure, in.Body.Percent); err != nil {
		return nil, err
	}
	return &Done{}, nil
}

// GetYouSaid answers a young person what was said and what was done.
func (h *Handlers) GetYouSaid(ctx context.Context, _ *struct{}) (*stamped[saidBody], error) {
	items, err := h.reports.YouSaid(ctx, viewer.Must(ctx))
	return stamp(saidBody{Items: items}, err)
}

func stamp[T any](body T, err error) (*stamped[T], error) {
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "Something went wrong.")
	}
	sum := sha256.Sum256(raw)
	return &stamped[T]{ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, Body: body}, nil
}
