package db_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"heard/server/db"
	"heard/server/errs"
)

// throughProxy leads the place's connections over a wire that the test can cut.
func throughProxy(t *testing.T, p *place) *toxiproxy.Proxy {
	t.Helper()
	u, err := url.Parse(p.config.URL)
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	wire := toxiproxy.NewProxy(server, "database", "127.0.0.1:0", u.Host)
	if err := wire.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(wire.Stop)
	u.Host = wire.Listen
	p.config.URL = u.String()
	return wire
}

func write(d *db.DB) error {
	return d.Tx(context.Background(), func(tx *db.Tx) error { return tx.Gorm().Exec("SELECT 1").Error })
}

// fillPool opens many connections at once, which stay in the pool.
func fillPool(t *testing.T, d *db.DB, n int) {
	t.Helper()
	var begun atomic.Int32
	together := make(chan struct{})
	var done sync.WaitGroup
	for range n {
		done.Go(func() {
			err := d.Tx(t.Context(), func(tx *db.Tx) error {
				if begun.Add(1) == int32(n) {
					close(together)
				}
				select {
				case <-together:
				case <-tx.Context().Done():
				}
				return tx.Gorm().Exec("SELECT 1").Error
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
}

// A database that was cut off and is back costs nobody anything: the connections
// that died are found out before a transaction has begun on them.
func TestAnOutageEndsWithTheOutage(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		direct := p.config.URL
		wire := throughProxy(t, p)
		d := p.open(t)
		fillPool(t, d, 20)

		wire.Stop()
		for range 3 {
			if err := write(d); errs.CodeOf(err) != errs.Unavailable {
				t.Fatalf("while it is away: %v", err)
			}
		}
		if err := wire.Start(); err != nil {
			t.Fatal(err)
		}
		if err := write(d); err != nil {
			t.Fatalf("once it is back: %v", err)
		}

		fillPool(t, d, 20)
		conn, err := pgx.Connect(t.Context(), direct)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		const goodbye = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
		var killed int
		if err := conn.QueryRow(t.Context(), goodbye).Scan(&killed); err != nil || killed < 20 {
			t.Fatalf("%d connections were ended, %v", killed, err)
		}
		for range 30 {
			if err := write(d); err != nil {
				t.Fatalf("after the server ended its connections: %v", err)
			}
		}
	})
}

// A network that swallows everything holds nobody up for long.
func TestASilentDatabaseIsGivenUp(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		wire := throughProxy(t, p)
		d := p.open(t)
		fillPool(t, d, 2)
		if _, err := wire.Toxics.AddToxicJson(strings.NewReader(`{"name":"silence","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`)); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := write(d); errs.CodeOf(err) != errs.Unavailable {
			t.Errorf("a silent database: %v", err)
		}
		t.Logf("given up after %v", time.Since(began))
		if err := wire.Toxics.RemoveToxic(t.Context(), "silence"); err != nil {
			t.Fatal(err)
		}
		if err := write(d); err != nil {
			t.Errorf("once it speaks: %v", err)
		}
	})
}

// The bus finds its way back by itself.
func TestTheBusSurvivesAnOutage(t *testing.T) {
	postgresOnly(t, func(t *testing.T, p *place) {
		far, other := onBus(t, p.open(t))
		wire := throughProxy(t, p)
		near, own := onBus(t, p.open(t))
		eventually(t, "both listen", func() bool { return own.begun(1) && other.begun(1) })
		near.Tell("wake", "before")
		eventually(t, "the other hears", func() bool { return other.has("wake", "before") })
		wire.Stop()
		near.Tell("wake", "meanwhile")
		if err := wire.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it says that it missed something", func() bool { return own.begun(2) })
		eventually(t, "what was told meanwhile arrives", func() bool { return other.has("wake", "meanwhile") })
		far.Tell("wake", "back")
		eventually(t, "it hears again", func() bool { return own.has("wake", "back") })
	})
}
