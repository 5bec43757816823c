package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"heard/server/testkit"
)

// logKeys are all the keys a line of the log may have. A new one needs a thought
// about what will stand behind it.
var logKeys = []string{
	"time", "level", "msg", "request", "method", "route", "status", "took", "error", "code", "problem", "type", "stack",
	"version", "card", "alert", "subscription", "contact", "channel", "webhook",
}

// Each line of the log has known keys only; a request is logged by its route, and
// neither its path, its query nor its body.
func TestLogsHoldKnownThingsOnly(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		s := tell(t, k)
		s.leo.Get("/cards/" + s.card + "?words=" + canary)
		s.leo.Get("/nowhere/" + canary)
		s.leo.Post("/cards", map[string]any{"card": "", "words": canary})
		s.sam.Post("/cards/"+s.card+"/answer", map[string]any{"version": 1, "kind": canary})
		routes := []string{"/", "/openapi.json"}
		for _, r := range k.App.Web.Routes() {
			routes = append(routes, strings.NewReplacer("{", ":", "}", "").Replace(r.Path))
		}
		requests := 0
		for line := range strings.Lines(k.Logs.String()) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("a line is no JSON: %s", line)
			}
			for key := range fields {
				if !slices.Contains(logKeys, key) {
					t.Errorf("the log has a key %q: %s", key, line)
				}
			}
			if fields["msg"] != "request" {
				continue
			}
			requests++
			route, _ := fields["route"].(string)
			if id, _ := fields["request"].(string); len(id) != 16 || len(fields) != 8 || !slices.Contains(routes, route) {
				t.Errorf("a request's line: %s", line)
			}
		}
		if requests < 20 {
			t.Errorf("only %d requests are logged", requests)
		}
		private(t, "the log", []byte(k.Logs.String()), append(append([]string{s.leo.Token(), s.phone, reasonCanary}, secrets...), names...)...)
	})
}
