package reports

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"heard/server/viewer"
)

// ExportHandlers are the HTTP operations of what gets figures out.
type ExportHandlers struct{ e *Exports }

// Handlers gives the operations for the route table.
func (e *Exports) Handlers() ExportHandlers { return ExportHandlers{e} }

// FileInput asks for figures as a file.
type FileInput struct {
	Measure     string `query:"measure" maxLength:"64" doc:"a measure's key; without it, every measure"`
	Unit        string `query:"unit" maxLength:"64" doc:"a unit's id; without it, every unit"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000"`
}

// ReportInput asks for a FHIR MeasureReport.
type ReportInput struct {
	Measure     string `query:"measure" maxLength:"64" required:"true"`
	Unit        string `query:"unit" maxLength:"64" doc:"a unit's id; without it, one group for every unit"`
	Period      string `query:"period" maxLength:"16" doc:"2026-11 or 2026-Q4; without it, the one released last"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"1000"`
}

// FileOutput is a file. It changes with a release and with nothing else, and its tag says whether it has.
type FileOutput struct {
	Status        int
	ContentType   string `header:"Content-Type"`
	Disposition   string `header:"Content-Disposition"`
	ETag          string `header:"ETag"`
	ContentPolicy string `header:"Content-Security-Policy"`
	Body          []byte
}

// GetCSV answers GET /export.csv.
func (h ExportHandlers) GetCSV(ctx context.Context, in *FileInput) (*FileOutput, error) {
	b, err := h.e.book(ctx, viewer.Must(ctx), asked{measure: in.Measure, unit: in.Unit})
	if err != nil {
		return nil, err
	}
	return download(csvFile(b), "text/csv; charset=utf-8; header=present", "heard-figures.csv", in.IfNoneMatch), nil
}

// GetXLSX answers GET /export.xlsx.
func (h ExportHandlers) GetXLSX(ctx context.Context, in *FileInput) (*FileOutput, error) {
	b, err := h.e.book(ctx, viewer.Must(ctx), asked{measure: in.Measure, unit: in.Unit})
	if err != nil {
		return nil, err
	}
	file, err := xlsxFile(b)
	if err != nil {
		return nil, err
	}
	return download(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "heard-figures.xlsx", in.IfNoneMatch), nil
}

// GetReport answers GET /report.html: a page of its own, shown rather than saved.
func (h ExportHandlers) GetReport(ctx context.Context, in *FileInput) (*FileOutput, error) {
	b, err := h.e.book(ctx, viewer.Must(ctx), asked{measure: in.Measure, unit: in.Unit})
	if err != nil {
		return nil, err
	}
	file, err := reportFile(b)
	if err != nil {
		return nil, err
	}
	out := tagFile(file, "text/html; charset=utf-8", in.IfNoneMatch)
	out.ContentPolicy = reportPolicy
	return out, nil
}

// GetMeasureReport answers GET /measure-report.json.
func (h ExportHandlers) GetMeasureReport(ctx context.Context, in *ReportInput) (*FileOutput, error) {
	out, err := h.measureReport(ctx, viewer.Must(ctx), *in, nil)
	if err == nil && out.Status != http.StatusNotModified {
		out.Disposition = attachment("heard-measure-report.json")
	}
	return out, err
}

func (h ExportHandlers) measureReport(ctx context.Context, v viewer.Viewer, in ReportInput, s scope) (*FileOutput, error) {
	b, err := h.e.book(ctx, v, asked{measure: in.Measure, unit: in.Unit, scope: s})
	if err != nil {
		return nil, err
	}
	file, err := measureReportFile(b, in.Period)
	if err != nil {
		return nil, err
	}
	return tagFile(file, "application/fhir+json; charset=utf-8", in.IfNoneMatch), nil
}

func download(file []byte, contentType, name, ifNoneMatch string) *FileOutput {
	out := tagFile(file, contentType, ifNoneMatch)
	if out.Status != http.StatusNotModified {
		out.Disposition = attachment(name)
	}
	return out
}

func attachment(name string) string { return `attachment; filename="` + name + `"` }

// tagFile gives a file its tag, or, to whoever has it already, only that.
func tagFile(file []byte, contentType, ifNoneMatch string) *FileOutput {
	sum := sha256.Sum256(file)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	for known := range strings.SplitSeq(ifNoneMatch, ",") {
		if known = strings.TrimPrefix(strings.TrimSpace(known), "W/"); known == tag || known == "*" {
			return &FileOutput{Status: http.StatusNotModified, ETag: tag}
		}
	}
	return &FileOutput{Status: http.StatusOK, ContentType: contentType, ETag: tag, Body: file}
}
