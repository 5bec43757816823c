package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"heard/server/testkit/push"
)

// nemesis does harm at moments that follow from the seed.
type nemesis struct {
	seed    uint64
	tapped  func() float64 // the share of the cards that are tapped already
	kills   int
	calm    bool
	servers []*server
	cluster *cluster // nil on SQLite
	clients roads
	stores  []*wire // between servers and PostgreSQL
	push    *push.Service

	mu   sync.Mutex
	done map[string]int
	err  error

	healed time.Time // when everything was back
}

func (n *nemesis) random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(n.seed, stream)) }

func (n *nemesis) did(what string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done[what]++
	if err != nil && n.err == nil {
		n.err = fmt.Errorf("%s: %w", what, err)
	}
}

// rage does all harm side by side until every card is tapped and every kill is done.
func (n *nemesis) rage(ctx context.Context) error {
	n.done = map[string]int{}
	over, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { n.killing(ctx); stop() })
	if !n.calm {
		all.Go(func() { n.network(over) })
		all.Go(func() { n.pushing(over) })
		all.Go(func() { n.clocks(over) })
	}
	all.Wait()
	stop()
	return n.err
}

// killing spreads the kills over the taps: a server, or the whole PostgreSQL.
func (n *nemesis) killing(ctx context.Context) {
	random := n.random(1)
	for i := range n.kills {
		n.until(ctx, (float64(i)+0.2+0.6*random.Float64())/float64(n.kills))
		if ctx.Err() != nil {
			return
		}
		if n.cluster != nil && i%2 == 1 {
			pauseFor := time.Duration(random.IntN(700)) * time.Millisecond
			err := n.cluster.kill()
			if err == nil {
				pause(ctx, pauseFor)
				err = n.cluster.start(ctx)
			}
			n.did("PostgreSQL kills", err)
			continue
		}
		n.servers[random.IntN(len(n.servers))].kill()
		n.did("server kills", nil)
	}
	n.until(ctx, 1)
}

// until waits for a share of the taps.
func (n *nemesis) until(ctx context.Context, share float64) {
	for n.tapped() < share && ctx.Err() == nil {
		pause(ctx, 5*time.Millisecond)
	}
}

// network makes a wire bad for a moment: refused, delayed, cut half-way, silent.
func (n *nemesis) network(ctx context.Context) {
	random := n.random(2)
	for ctx.Err() == nil {
		pause(ctx, time.Duration(50+random.IntN(500))*time.Millisecond)
		w, what := n.clients[random.IntN(len(n.clients))], "faults between clients and servers"
		if len(n.stores) > 0 && random.IntN(3) == 0 {
			w, what = n.stores[random.IntN(len(n.stores))], "faults between servers and PostgreSQL"
		}
		t := toxics[random.IntN(len(toxics))](random)
		lasting := time.Duration(200+random.IntN(900)) * time.Millisecond
		if ctx.Err() == nil {
			n.did(what, w.suffer(ctx, t, lasting))
		}
	}
}

var toxics = []func(*rand.Rand) toxic{
	func(*rand.Rand) toxic { return toxic{kind: "down"} },
	func(r *rand.Rand) toxic {
		return toxic{kind: "reset_peer", stream: "downstream", toxicity: 0.5, settings: map[string]int64{"timeout": r.Int64N(30)}}
	},
	func(r *rand.Rand) toxic {
		return toxic{kind: "reset_peer", stream: "upstream", toxicity: 0.5, settings: map[string]int64{"timeout": r.Int64N(30)}}
	},
	func(r *rand.Rand) toxic {
		return toxic{kind: "latency", stream: "downstream", toxicity: 1, settings: map[string]int64{"latency": 50 + r.Int64N(300), "jitter": 50}}
	},
	// The request arrives and is done; its answer is lost on the way.
	func(r *rand.Rand) toxic {
		return toxic{kind: "limit_data", stream: "downstream", toxicity: 0.7, settings: map[string]int64{"bytes": r.Int64N(400)}}
	},
	func(r *rand.Rand) toxic {
		return toxic{kind: "timeout", stream: "downstream", toxicity: 0.4, settings: map[string]int64{"timeout": 100 + r.Int64N(500)}}
	},
	func(r *rand.Rand) toxic {
		return toxic{kind: "timeout", stream: "upstream", toxicity: 0.4, settings: map[string]int64{"timeout": 100 + r.Int64N(500)}}
	},
}

// pushing has the push service answer badly for a while, and then well again.
func (n *nemesis) pushing(ctx context.Context) {
	random := n.random(3)
	bad := []push.Answer{
		{Status: http.StatusNotFound}, {Status: http.StatusGone}, {Status: http.StatusRequestEntityTooLarge},
		{Status: http.StatusTooManyRequests, RetryAfter: strconv.Itoa(1 + random.IntN(3))},
		{Status: http.StatusInternalServerError}, {Status: http.StatusServiceUnavailable}, {Hang: true}, {Reset: true},
	}
	for ctx.Err() == nil {
		pause(ctx, time.Duration(300+random.IntN(1200))*time.Millisecond)
		kind := bad[random.IntN(len(bad))]
		answers := slices.Repeat([]push.Answer{kind}, 1+random.IntN(6))
		if kind.Hang {
			answers = answers[:1] // each costs its sender ten seconds
		}
		if ctx.Err() == nil {
			n.push.Answer("", append(answers, push.Answer{Status: http.StatusCreated})...)
			n.did("faults of the push service", nil)
		}
	}
	n.push.Answer("", push.Answer{Status: http.StatusCreated})
}

// widestJump is how wrong a clock gets: leases taken by a clock that is ahead last so much longer.
const widestJump = 10 * time.Second

// clocks sets a server's clock wrong, forwards and back. Each server has its own.
func (n *nemesis) clocks(ctx context.Context) {
	random := n.random(4)
	for ctx.Err() == nil {
		pause(ctx, time.Duration(500+random.IntN(2500))*time.Millisecond)
		if ctx.Err() == nil {
			by := time.Duration(random.Int64N(int64(2*widestJump))) - widestJump
			n.did("clock jumps", n.servers[random.IntN(len(n.servers))].setClock(by))
		}
	}
}

// heal makes everything good again: clocks, wires, the push service. What was killed is running already or starts.
func (n *nemesis) heal() error {
	n.push.Answer("", push.Answer{Status: http.StatusCreated})
	for _, s := range n.servers {
		if err := s.setClock(0); err != nil {
			return err
		}
	}
	for _, w := range slices.Concat([]*wire(n.clients), n.stores) {
		if err := w.heal(); err != nil {
			return err
		}
	}
	return nil
}

// story says in a few words what was done.
func (n *nemesis) story() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	what := ""
	for _, kind := range []string{
		"server kills", "PostgreSQL kills", "faults between clients and servers", "faults between servers and PostgreSQL",
		"faults of the push service", "clock jumps",
	} {
		if n.done[kind] > 0 {
			what += fmt.Sprintf(", %d %s", n.done[kind], kind)
		}
	}
	return what
}
