// Package trace says what took how long, by OpenTelemetry, when a collector is
// configured. Without one it does nothing and costs nothing. A span has one of a
// few fixed names and no private attribute: no id of a person or a card, no path
// as it was asked for, no text of an error.
//
// otelfiber is not used: it writes the whole address, the client's and the
// browser's name into every span.
package trace

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
)

// The names of spans, apart from those of requests, which are their routes.
const (
	Tap      = "card.tap"
	Deadline = "card.deadline"
	Send     = "alert.send"
)

const exportWithin = 5 * time.Second

var tracer atomic.Pointer[api.Tracer] // nil: off

// Open sends spans to the collector at an OTLP/HTTP endpoint until the function it
// gives is called. The exporter's other settings come from OTEL_EXPORTER_OTLP_*
// and OTEL_TRACES_SAMPLER.
func Open(ctx context.Context, endpoint string, log *slog.Logger) (stop func(context.Context) error, err error) {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint+"/v1/traces"), otlptracehttp.WithTimeout(exportWithin))
	if err != nil {
		return nil, err
	}
	// Not the library's default resource, which names the machine's user and command line.
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "heard")), resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {
		log.WarnContext(ctx, "traces can't be sent to the collector")
	}))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	t := provider.Tracer("heard")
	tracer.Store(&t)
	return func(ctx context.Context) error {
		tracer.CompareAndSwap(&t, nil)
		return provider.Shutdown(ctx)
	}, nil
}

// Span is something under way; the zero Span is nothing.
type Span struct{ span api.Span }

// Start begins a span of this name under the one of the context. It follows no
// trace that a browser claims to continue.
func Start(ctx context.Context, name string) (context.Context, Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, Span{}
	}
	ctx, span := (*t).Start(ctx, name)
	return ctx, Span{span}
}

// End ends the span. Of an error only that there was one is kept.
func (s Span) End(err error) { s.EndAs(err == nil) }

// EndAs ends the span as something that went well or did not.
func (s Span) EndAs(well bool) {
	if s.span == nil {
		return
	}
	if !well {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// EndRequest ends the span of a request, now that its route is known.
func (s Span) EndRequest(method, route string, status int, requestID string) {
	if s.span == nil {
		return
	}
	s.span.SetName(method + " " + route)
	s.span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status), attribute.String("heard.request", requestID))
	if status >= 500 {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}
