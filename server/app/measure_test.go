package app_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"heard/server/app"
	"heard/server/testkit"
)

func scrape(k *testkit.Kit, token, given string) (int, string) {
	request := httptest.NewRequestWithContext(k.T.Context(), http.MethodGet, "/metrics", http.NoBody)
	if given != "" {
		request.Header.Set("Authorization", given)
	}
	answer := httptest.NewRecorder()
	k.App.Metrics.Handler(token).ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

var (
	anyID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-`)
	labelValue = regexp.MustCompile(`="([^"]*)"`)
	// harmless is what a label's value may look like: a word of ours, a number, or a route's template.
	harmless = regexp.MustCompile(`^(|[a-zA-Z0-9_.+:-]{1,40}|/[a-z0-9/{}:*.A-Z-]*)$`)
)

// After a day in which everything private happened once, the metrics know how it
// went and not who it was.
func TestMetricsNameNobody(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := tell(t, k)
		s.leo.Get("/nowhere/" + s.card + "/" + canary)
		s.leo.Do("PATCH", "/cards/"+s.card+"?words="+canary, nil)
		var text string
		k.Eventually("the push and the press are counted", func() bool {
			_, text = scrape(k, "", "")
			return strings.Contains(text, `heard_sends_total{channel="push",outcome="accepted"`) &&
				strings.Contains(text, `heard_card_seen_seconds_count{kind="feeling"} 1`)
		})
		for _, want := range []string{
			`heard_http_request_seconds_count{method="POST",route="/api/young/cards",status="2xx"} 1`, `route="/api/work/cards/:id/answer"`,
			`method="other"`, "heard_cards{state=", "heard_alerts_waiting ", "heard_oldest_due_seconds", "heard_streams 1",
			`heard_db_connections{state="idle"}`, "heard_scrape_failures_total 0", "go_goroutines",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the metrics lack %s", want)
			}
		}
		private(t, "the metrics", []byte(text), append(append([]string{s.card, s.leo.ID, s.sam.ID, reasonCanary, "Oak House", "Riverside"}, secrets...), names...)...)
		if id := anyID.FindString(text); id != "" {
			t.Errorf("there is an id: %s", id)
		}
		for _, found := range labelValue.FindAllStringSubmatch(text, -1) {
			if !harmless.MatchString(found[1]) {
				t.Errorf("a label says %q", found[1])
			}
		}
		if t.Failed() {
			t.Log(regexp.MustCompile(`(?m)^(go_|process_|#).*\n`).ReplaceAllString(text, ""))
		}
	})
}

func TestMetricsAskForTheirToken(t *testing.T) {
	k := testkit.New(t)
	for given, want := range map[string]int{"": 401, "Bearer wrong": 401, "Basic right": 401, "Bearer right": 200} {
		if got, text := scrape(k, "right", given); got != want || (got != 200 && text != "") {
			t.Errorf("%q: status %d", given, got)
		}
	}
	for _, public := range []string{"0.0.0.0:9090", ":9090", "[::]:9090", "192.0.2.1:9090", "9090"} {
		_, err := app.Open(t.Context(), app.Config{PublicURL: "http://localhost:8080", DataDir: t.TempDir(), MetricsListen: public})
		if err == nil || !strings.Contains(err.Error(), "HEARD_METRICS") {
			t.Errorf("metrics for everybody at %s: %v", public, err)
		}
	}
}
