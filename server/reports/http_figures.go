package reports

import (
	"context"
	"encoding/json"
	"slices"

	"heard/server/viewer"
)

// The open API: what the pages read, for programs with a token.

// OverviewInput asks what there is.
type OverviewInput struct {
	Authorization string `header:"Authorization" maxLength:"200" doc:"Bearer hrd_…"`
	IfNoneMatch   string `header:"If-None-Match" maxLength:"1000"`
}

// SeriesInput asks for a measure over time.
type SeriesInput struct {
	OverviewInput
	Measure string `query:"measure" maxLength:"64" required:"true"`
	Unit    string `query:"unit" maxLength:"64" doc:"a unit's id; without it, all together"`
}

// CompareInput asks for the units side by side.
type CompareInput struct {
	OverviewInput
	Measure string `query:"measure" maxLength:"64" required:"true"`
	Period  string `query:"period" maxLength:"16" required:"true"`
}

// TokenReportInput asks for a FHIR MeasureReport with a token.
type TokenReportInput struct {
	ReportInput
	Authorization string `header:"Authorization" maxLength:"200" doc:"Bearer hrd_…"`
}

// TokenOverview answers GET /api/figures/v1/overview.
func (h ExportHandlers) TokenOverview(ctx context.Context, in *OverviewInput) (*FileOutput, error) {
	ctx, v, s, err := h.withToken(ctx, in.Authorization)
	if err != nil {
		return nil, err
	}
	o, err := h.e.figures.Overview(ctx, v)
	if err != nil {
		return nil, err
	}
	o.MayWrite = false // a token reads only
	o.Units = slices.DeleteFunc(slices.Clone(o.Units), func(u UnitView) bool { return s.covers(u.ID) != nil })
	return asJSON(o, in.IfNoneMatch)
}

// TokenSeries answers GET /api/figures/v1/series.
func (h ExportHandlers) TokenSeries(ctx context.Context, in *SeriesInput) (*FileOutput, error) {
	ctx, v, s, err := h.withToken(ctx, in.Authorization)
	if err != nil {
		return nil, err
	}
	if err := s.covers(in.Unit); err != nil {
		return nil, err
	}
	series, err := h.e.figures.Series(ctx, v, in.Measure, in.Unit)
	if err != nil {
		return nil, err
	}
	return asJSON(series, in.IfNoneMatch)
}

// TokenCompare answers GET /api/figures/v1/compare. Side by side with all the others is
// for tokens without bounds.
func (h ExportHandlers) TokenCompare(ctx context.Context, in *CompareInput) (*FileOutput, error) {
	ctx, v, s, err := h.withToken(ctx, in.Authorization)
	if err != nil {
		return nil, err
	}
	if err := s.covers(""); err != nil {
		return nil, err
	}
	compare, err := h.e.figures.Compare(ctx, v, in.Measure, in.Period)
	if err != nil {
		return nil, err
	}
	return asJSON(compare, in.IfNoneMatch)
}

// TokenMeasureReport answers GET /api/figures/v1/measure-report.
func (h ExportHandlers) TokenMeasureReport(ctx context.Context, in *TokenReportInput) (*FileOutput, error) {
	ctx, v, s, err := h.withToken(ctx, in.Authorization)
	if err != nil {
		return nil, err
	}
	return h.measureReport(ctx, v, in.ReportInput, s)
}

// withToken makes the token's maker the viewer, within the token's scope.
func (h ExportHandlers) withToken(ctx context.Context, header string) (context.Context, viewer.Viewer, scope, error) {
	v, s, err := h.e.useToken(ctx, header)
	if err != nil {
		return ctx, v, nil, err
	}
	return viewer.With(ctx, v), v, s, nil
}

func asJSON(v any, ifNoneMatch string) (*FileOutput, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return tagFile(body, "application/json", ifNoneMatch), nil
}
