// Package metrics counts for Prometheus how Heard is doing. No label holds a
// person, an organisation, an id or a part of an address: every label's values are
// a fixed few, and anything else is counted as "other".
package metrics

import (
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"heard/server/feelings"
)

const other = "other"

// Metrics is what this process has counted so far.
type Metrics struct {
	registry *prometheus.Registry
	seen     *prometheus.HistogramVec
	sends    *prometheus.CounterVec
	requests *prometheus.HistogramVec
	failed   prometheus.Counter
}

// New makes metrics that nothing is counted in yet.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		seen: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "heard_card_seen_seconds", Help: "From a card's arrival to the first press of a member of staff.",
			Buckets: []float64{5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800},
		}, []string{"kind"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "heard_sends_total", Help: "Answers to what was sent to staff: by push, e-mail and text message.",
		}, []string{"channel", "outcome", "problem"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "heard_http_request_seconds", Help: "Requests by the template of their route.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "heard_scrape_failures_total", Help: "Times the database could not be asked for these numbers.",
		}),
	}
	m.registry.MustRegister(m.seen, m.sends, m.requests, m.failed,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

var (
	kinds    = []string{string(feelings.KindFeeling), string(feelings.KindNeed), string(feelings.KindNotSafe)}
	channels = []string{"push", "email", "sms"}
	outcomes = []string{"accepted", "gone", "refused", "retry"}
	problems = []string{
		"", "timeout", "unreachable", "address_refused", "rate_limited", "service_down", "too_large", "unauthorised",
		"bad_request", "redirected", "refused", "gone", "unreadable", "daily_limit", "insecure", "undelivered",
	}
	methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
)

// among gives a value that is one of the few known, or "other".
func among(value string, known []string) string {
	if slices.Contains(known, value) {
		return value
	}
	return other
}

// Seen counts how long a card waited for its first press.
func (m *Metrics) Seen(kind feelings.Kind, after time.Duration) {
	m.seen.WithLabelValues(among(string(kind), kinds)).Observe(after.Seconds())
}

// Sent counts what became of one push, e-mail or text message.
func (m *Metrics) Sent(channel, outcome, problem string) {
	m.sends.WithLabelValues(among(channel, channels), among(outcome, outcomes), among(problem, problems)).Inc()
}

// Request counts an answered request. The route is its template as the program
// wrote it, never the path that was asked for.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(among(method, methods), route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}
