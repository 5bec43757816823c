package app_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"heard/server/app"
)

// TestOneServerADataFolder: a second server is refused in plain words before it opens
// anything, and commands beside the server are not.
func TestOneServerADataFolder(t *testing.T) {
	c := app.Config{PublicURL: "http://localhost:8080", DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	first, err := app.OpenServer(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	second, err := app.OpenServer(t.Context(), c)
	if err == nil {
		_ = second.Close()
		t.Fatal("a second server runs")
	}
	if s := err.Error(); !strings.HasPrefix(s, "another server already runs on the data folder "+c.DataDir) || strings.Contains(s, "lock") {
		t.Errorf("it is told %q", s)
	}
	for _, args := range [][]string{
		{"admin", "invite", "-organisation", "Riverside", "-name", "Ada"},
		{"migrate"},
		{"backup", filepath.Join(t.TempDir(), "backup")},
	} {
		if err := app.Command(t.Context(), c, args, &bytes.Buffer{}); err != nil {
			t.Errorf("%v beside the server: %v", args, err)
		}
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	after, err := app.OpenServer(t.Context(), c)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := after.Close(); err != nil {
		t.Error(err)
	}
}
