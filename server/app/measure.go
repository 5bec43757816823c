package app

import (
	"context"
	"fmt"
	"net"
	"strings"

	"heard/server/db"
	"heard/server/metrics"
	"heard/server/trace"
)

// measure has the metrics read how everything is doing.
func (a *App) measure() {
	a.Metrics.From(metrics.Sources{
		DB: a.DB, Now: a.Config.Now, Streams: a.Hub.Streams, Heartbeat: a.Pulse.Age, Cards: a.countCardsTx,
		Alerts: func(tx *db.Tx) (alerts metrics.Alerts, err error) {
			alerts.Waiting, alerts.Oldest, err = a.Notify.QueueTx(tx)
			return alerts, err
		},
	})
}

func (a *App) countCardsTx(tx *db.Tx) (metrics.Cards, error) {
	counts, err := a.Feelings.CountsTx(tx)
	cards := metrics.Cards{ByState: map[string]int{}, OldestWaiting: counts.OldestWaiting, OldestDue: counts.OldestDue}
	for state, n := range counts.ByState {
		cards.ByState[string(state)] = n
	}
	return cards, err
}

// serveMetrics opens the metrics' own listener, if there is to be one.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.Config.MetricsListen == "" {
		<-ctx.Done()
		return nil
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.MetricsListen)
	if err != nil {
		return err
	}
	return a.Metrics.Serve(ctx, ln, a.Config.MetricsToken.Reveal())
}

// openTraces sends traces to the collector, if there is one.
func (a *App) openTraces(ctx context.Context) error {
	if a.Config.TraceEndpoint == "" {
		return nil
	}
	stop, err := trace.Open(ctx, strings.TrimSuffix(a.Config.TraceEndpoint, "/"), a.log)
	if err != nil {
		return fmt.Errorf("open the traces: %w", err)
	}
	a.ends = append(a.ends, func() error {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if stop(last) != nil {
			a.log.WarnContext(last, "the last traces can't be sent to the collector")
		}
		return nil
	})
	return nil
}
