package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// wire is one stretch of network that can be made bad.
type wire struct {
	proxy *toxiproxy.Proxy
	mu    sync.Mutex
	names int
}

// newWire opens a proxy on a free port before an address.
func newWire(name, upstream string) (*wire, error) {
	around := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	w := &wire{proxy: toxiproxy.NewProxy(around, name, "127.0.0.1:0", upstream)}
	return w, w.proxy.Start()
}

func (w *wire) address() string { return w.proxy.Listen }

// toxic is one way in which a network is bad. Half a downstream is an answer lost after the work was done.
type toxic struct {
	kind     string // a toxiproxy toxic, or "down"
	stream   string
	toxicity float64
	settings map[string]int64
}

// suffer makes the wire bad for a while.
func (w *wire) suffer(ctx context.Context, t toxic, lasting time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.kind == "down" {
		w.proxy.Stop()
		pause(ctx, lasting)
		return w.proxy.Start()
	}
	w.names++
	name := fmt.Sprintf("t%d", w.names)
	text, err := json.Marshal(map[string]any{
		"name": name, "type": t.kind, "stream": t.stream, "toxicity": t.toxicity, "attributes": t.settings,
	})
	if err != nil {
		return err
	}
	if _, err := w.proxy.Toxics.AddToxicJson(bytes.NewReader(text)); err != nil {
		return err
	}
	pause(ctx, lasting)
	heal, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return w.proxy.Toxics.RemoveToxic(heal, name)
}

// heal closes every connection that suffered and opens the wire anew.
func (w *wire) heal() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proxy.Stop()
	heal, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	w.proxy.Toxics.ResetToxics(heal)
	return w.proxy.Start()
}

func (w *wire) stop() { w.proxy.Stop() }

// roads are the wires to the servers; a client takes the first that lets it through, as behind a balancer.
type roads []*wire

func (r roads) dial(first int) func(ctx context.Context, network, address string) (net.Conn, error) {
	var mu sync.Mutex
	next := first
	return func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
		mu.Lock()
		start := next
		next++
		mu.Unlock()
		for i := range r {
			var d net.Dialer
			if conn, err = d.DialContext(ctx, network, r[(start+i)%len(r)].address()); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
