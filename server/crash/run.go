package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"heard/server/testkit/push"
)

// healsWithin is invariant 8: so long after everything is back, all that was saved is held and told.
const healsWithin = 30 * time.Second

// patience is how long the run waits for that. A fault switched on needs no benefit of the doubt: what is not done
// after half the time will be missed by more than it may be late.
func (a *arena) patience() time.Duration {
	if a.fault != "" {
		return healsWithin / 2
	}
	return healsWithin
}

// arena is one run: its servers, its people, its nemesis.
type arena struct {
	options
	on, folder string
	launch     *launcher
	ledger     *ledger

	cluster *cluster
	push    *push.Service
	servers []*server
	clients roads
	stores  []*wire
	direct  string // the database past every wire; empty on SQLite
	key     string
	books   *books
	town    *town
	phones  []*phone

	handed  atomic.Int64 // taps so far
	untold  atomic.Int64 // alerts that wait to go out, as last seen
	mu      sync.Mutex
	devices map[string]string // device at the push service → account
}

func (a *arena) run(ctx context.Context) (v verdict, err error) {
	began := time.Now()
	defer func() { err = errors.Join(err, a.clean()) }()
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if err := a.open(ctx); err != nil {
		return v, err
	}
	n := a.nemesis()
	if err := a.storm(ctx, n); err != nil {
		return v, err
	}
	if err := a.compare(ctx, n.healed); err != nil {
		return v, err
	}
	v = verdict{
		seed: a.seed, taps: len(a.ledger.cards), kills: n.done["server kills"] + n.done["PostgreSQL kills"],
		counts: map[string]int{}, wrongs: a.ledger.faults, took: time.Since(began), story: n.story() + a.figures(),
	}
	for _, c := range counters {
		v.counts[c] = a.ledger.count(c)
	}
	return v, nil
}

func (a *arena) nemesis() *nemesis {
	return &nemesis{
		seed: a.seed, tapped: a.tapped, kills: a.kills, calm: a.calm, servers: a.servers, cluster: a.cluster,
		clients: a.clients, stores: a.stores, push: a.push,
	}
}

// lasting is the least time a run takes, so that servers come back between kills.
func (a *arena) lasting() time.Duration {
	return max(10*time.Second, time.Duration(a.taps)*time.Second/120, time.Duration(a.kills)*2*time.Second)
}

func (a *arena) tapped() float64 { return float64(a.handed.Load()) / float64(a.taps) }

// open starts everything and lets people in, while nothing is wrong yet.
func (a *arena) open(ctx context.Context) error {
	var err error
	a.devices = map[string]string{}
	if a.push, err = push.Listen(push.Options{}); err != nil {
		return err
	}
	if a.on != "sqlite" {
		if a.cluster, err = newCluster(ctx, a.launch, filepath.Join(a.folder, "postgres")); err != nil {
			return err
		}
	}
	if err := a.openServers(); err != nil {
		return err
	}
	invitation, err := a.servers[0].invite(ctx)
	if err != nil {
		return err
	}
	for _, s := range a.servers {
		go s.supervise()
	}
	for _, s := range a.servers {
		if err := s.ready(ctx, 20*time.Second); err != nil {
			return err
		}
	}
	if a.town, err = settle(ctx, a.publicURL(), invitation, a.clients); err != nil {
		return err
	}
	if a.books, err = openBooks(ctx, a.direct, a.folder, a.key); err != nil {
		return err
	}
	for _, service := range a.town.services {
		if err := a.books.shorten(ctx, service); err != nil {
			return err
		}
	}
	for _, s := range a.servers {
		if err := s.setClock(0); err != nil {
			return err
		}
	}
	return nil
}

// publicURL is a name, because a passkey belongs to a name, never to an address.
func (a *arena) publicURL() string {
	_, port, _ := net.SplitHostPort(a.clients[0].address())
	return "http://localhost:" + port
}

// openServers makes the wires and the processes; the wires come first, because each server is told of its own.
func (a *arena) openServers() error {
	many := 1
	if a.on == "two" {
		many = 2
	}
	a.key = newKey()
	settings := serverSettings{binary: a.binary, folder: a.folder, key: a.key, pushOrigin: a.push.URL, fault: a.fault}
	ports := make([]string, many)
	for i := range ports {
		var err error
		if ports[i], err = freePort(); err != nil {
			return err
		}
		w, err := newWire("clients", "127.0.0.1:"+ports[i])
		if err != nil {
			return err
		}
		a.clients = append(a.clients, w)
	}
	settings.publicURL = a.publicURL()
	for i, port := range ports {
		if a.cluster != nil {
			w, err := newWire("store", a.cluster.address())
			if err != nil {
				return err
			}
			a.stores = append(a.stores, w)
			settings.databaseURL, a.direct = a.cluster.url(w.address()), a.cluster.url(a.cluster.address())
		}
		s, err := newServer(a.launch, settings, fmt.Sprintf("heard-%d", i+1), port)
		if err != nil {
			return err
		}
		a.servers = append(a.servers, s)
	}
	return nil
}

// storm has everybody use Heard while the nemesis rages, then heals all and lets the phones empty.
func (a *arena) storm(ctx context.Context, n *nemesis) error {
	acting, quiet := context.WithCancel(ctx) // people who look, press and end cards
	defer quiet()
	taps := make(chan struct{}, a.taps)
	broken := make(chan error, len(a.town.young))
	var posting, people sync.WaitGroup
	a.begin(ctx, acting, taps, &posting, &people, broken)
	people.Go(func() { a.endRelations(acting, n) })
	people.Go(func() { a.gauge(acting) })
	posting.Go(func() { a.dispense(ctx, taps) })

	if err := n.rage(ctx); err != nil {
		return err
	}
	if err := n.heal(); err != nil {
		return err
	}
	for _, s := range a.servers {
		if err := s.ready(ctx, healsWithin); err != nil {
			return err
		}
	}
	n.healed = time.Now()
	if !within(a.patience(), posting.Wait) {
		a.ledger.wrong(stuck, "phones", "some cards were still on a phone %s after everything was back", healsWithin)
	}
	quiet()
	people.Wait()
	select {
	case err := <-broken:
		return err
	default:
		return nil
	}
}

// begin starts everybody.
func (a *arena) begin(ctx, acting context.Context, taps chan struct{}, posting, people *sync.WaitGroup, broken chan<- error) {
	for i, person := range a.town.young {
		p := &phone{
			person: person, random: rand.New(rand.NewPCG(a.seed, 100+uint64(i))), folder: a.folder, ledger: a.ledger,
			taps: taps, workers: a.town.workers[person.id], woken: newWake(), careless: a.fault == careless, open: a.fault == early, refused: a.refused,
		}
		a.phones = append(a.phones, p)
		posting.Go(func() {
			if err := p.live(ctx); err != nil {
				broken <- err
			}
		})
		people.Go(func() { p.watch(acting) })
	}
	for i, person := range a.town.staff {
		w := &worker{
			person: person, random: rand.New(rand.NewPCG(a.seed, 200+uint64(i))), ledger: a.ledger, service: a.push,
			woken: newWake(), devices: a.owns, refused: a.refused,
		}
		people.Go(func() { w.work(acting) })
	}
}

// within says whether work ended in time. Work that did not goes on; it ends with the run.
func within(d time.Duration, work func()) bool {
	ended := make(chan struct{})
	go func() {
		work()
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-time.After(d):
		return false
	}
}

func (a *arena) owns(device, account string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.devices[device] = account
}

// refused is for what should never have been refused.
func (a *arena) refused(about, format string, args ...any) {
	a.ledger.wrong(lost, about, format, args...)
}

// figures are worth a look, and judge nothing.
func (a *arena) figures() string {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	again, sealed, looks, presses := 0, 0, 0, 0
	for _, s := range a.ledger.cards {
		if s.again {
			again++
		}
		if s.sealed {
			sealed++
		}
	}
	for _, n := range a.ledger.shown {
		looks += n
	}
	for _, p := range a.ledger.presses {
		presses += len(p)
	}
	return fmt.Sprintf("; %d cards sealed, %d receipts at a later try, %d states shown, %d presses, %d pushes", sealed, again, looks, presses, len(a.push.Requests("")))
}

// clean ends everything that was started, also after a failure half-way.
func (a *arena) clean() error {
	for _, s := range a.servers {
		s.quit()
	}
	for _, p := range a.phones {
		p.close()
	}
	for _, w := range append(a.clients, a.stores...) {
		w.stop()
	}
	if a.books != nil {
		a.books.close()
	}
	if a.push != nil {
		a.push.Close()
	}
	if a.cluster != nil {
		return a.cluster.kill()
	}
	return nil
}
