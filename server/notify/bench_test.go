package notify_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"heard/server/db"
	"heard/server/notify"
)

func eachBench(b *testing.B, bench func(*testing.B, *world)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, newWorld(b, db.SQLite)) })
	if os.Getenv("HEARD_TEST_PG") != "" {
		b.Run("postgres", func(b *testing.B) { bench(b, newWorld(b, db.Postgres)) })
	}
}

// BenchmarkEnqueue keeps one alert a transaction, 64 at a time, as cards do, while a sender is at work on them.
func BenchmarkEnqueue(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world) {
		var n atomic.Int64
		w.run(w.n)
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				alert := w.alert(w.sam, fmt.Sprint("c", n.Add(1)))
				if err := w.db.Tx(context.Background(), func(tx *db.Tx) error { return w.n.EnqueueTx(tx, []notify.Alert{alert}) }); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "alerts/s")
	})
}

// BenchmarkSend sends alerts that wait already. The push service runs on the same processors: it checks each
// token and decrypts each body.
func BenchmarkSend(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world) {
		w.subscribe(w.sam)
		w.fill(b.N)
		b.ResetTimer()
		w.run(w.n)
		w.drained()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pushes/s")
	})
}

// BenchmarkNoChannel settles alerts of somebody who has no device.
func BenchmarkNoChannel(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world) {
		w.fill(b.N)
		b.ResetTimer()
		w.run(w.n)
		w.drained()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "alerts/s")
	})
}

func (w *world) fill(n int) {
	for done := 0; done < n; {
		var alerts []notify.Alert
		for ; len(alerts) < 500 && done < n; done++ {
			alerts = append(alerts, w.alert(w.sam, fmt.Sprint("c", done)))
		}
		w.tx(func(tx *db.Tx) error { return w.n.EnqueueTx(tx, alerts) })
	}
}

func (w *world) drained() {
	for w.value(`SELECT count(*) FROM alerts WHERE due_at IS NOT NULL`) != "0" {
		time.Sleep(5 * time.Millisecond)
	}
}
