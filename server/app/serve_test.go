package app_test

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"time"

	"heard/server/app"
)

// Asked to stop before it has begun to listen, the server stops all the same.
func TestStopBeforeListening(t *testing.T) {
	a, err := app.Open(t.Context(), app.Config{
		PublicURL: "http://localhost:8080", DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(stopped, ln) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stopped with: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the server goes on")
	}
}
