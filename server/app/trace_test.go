package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"heard/server/app"
	"heard/server/testkit"
)

// collecting stands in for an OpenTelemetry collector that takes OTLP over HTTP.
type collecting struct {
	mu    sync.Mutex
	spans map[string]int
	bytes []byte
	wrong []string
}

func (c *collecting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request collector.ExportTraceServiceRequest
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || proto.Unmarshal(body, &request) != nil {
		c.wrong = append(c.wrong, r.Method+" "+r.URL.Path)
	}
	c.bytes = append(c.bytes, body...)
	for _, resource := range request.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				c.spans[span.Name]++
			}
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// Traces say what took how long, and of whom nothing.
func TestTracesNameNobody(t *testing.T) {
	c := &collecting{spans: map[string]int{}}
	server := httptest.NewServer(c)
	defer server.Close()
	var s story
	var ids []string
	t.Run("a day", func(t *testing.T) {
		k := testkit.OpenWith(t, "", func(config *app.Config) { config.TraceEndpoint = server.URL })
		s = tell(t, k)
		s.leo.Get("/nowhere/" + s.card + "/" + canary + "?q=" + canary)
		k.Clock.Forward(24 * time.Hour) // a deadline passes
		k.Eventually("it is looked at", func() bool {
			return count(k, "SELECT count(*) FROM card_dues WHERE attempts > 0 OR due_at > ?", k.Clock.Now().UnixMilli()) > 0
		})
		ids = append(texts(k, "SELECT id FROM accounts"), texts(k, "SELECT id FROM organisations")...)
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, want := range []string{"POST /api/young/cards", "POST /api/work/cards/:id/answer", "GET /api/young/people", "card.tap", "card.deadline", "alert.send"} {
		if c.spans[want] == 0 {
			t.Errorf("no span is called %q", want)
		}
	}
	for name := range c.spans {
		if strings.Contains(name, "-") && anyID.MatchString(name) {
			t.Errorf("a span is called %q", name)
		}
	}
	if len(c.wrong) > 0 {
		t.Errorf("the collector does not understand %v", c.wrong)
	}
	private(t, "the traces", c.bytes, append(append(append([]string{s.card, s.phone, s.leo.Token(), reasonCanary, "127.0.0.1", "Oak House"}, secrets...), names...), ids...)...)
	if t.Failed() {
		t.Log(c.spans)
	}
}
