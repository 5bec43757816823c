package notify

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"heard/server/db"
)

const (
	// batch is how many alerts a sender has in hand at most.
	batch = 128
	// writeTimeout bounds the writing down of what was sent, also while the server stops.
	writeTimeout = 5 * time.Second
	sweepEvery   = time.Hour
	// breath is the least time between two looks for due alerts: under load each finds many, instead of one.
	breath = 5 * time.Millisecond
)

// sender is one run of the service: it owns the goroutines and the leases of that run.
type sender struct {
	*Service
	jobs    sync.WaitGroup
	done    chan struct{} // a job has ended
	reports chan *report

	mu    sync.Mutex
	held  map[string]context.CancelFunc // alerts on lease, each with what breaks off its pushes
	alive time.Time                     // when the leases were last known to be ours
}

// job is one alert on lease, and where to send it now.
type job struct {
	alert   alertRow
	targets []target
}

// Run sends alerts until ctx ends, and returns once all it began has been written down or given back.
func (s *Service) Run(ctx context.Context) error {
	w := &sender{
		Service: s, done: make(chan struct{}, 1), reports: make(chan *report, batch),
		held: map[string]context.CancelFunc{}, alive: time.Now(),
	}
	// What was begun is written down and kept on lease while the server stops.
	last, stop := context.WithCancel(context.WithoutCancel(ctx))
	var helpers sync.WaitGroup
	helpers.Go(func() { w.renew(last) })
	helpers.Go(func() { w.recorder(last) })
	w.loop(ctx)
	w.jobs.Wait()
	close(w.reports)
	stop()
	helpers.Wait()
	return nil
}

func (w *sender) loop(ctx context.Context) {
	poll := time.NewTicker(w.poll)
	defer poll.Stop()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for ctx.Err() == nil {
		// Below half, so that rows are taken many at a time when there are many.
		if free := batch - w.holding(); free >= batch/2 {
			jobs, err := w.claim(ctx, free)
			if err != nil && ctx.Err() == nil {
				w.log.ErrorContext(ctx, "alerts cannot be taken", "error", err)
			}
			for _, j := range jobs {
				w.start(ctx, j)
			}
		}
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-w.done:
		case <-poll.C:
		case <-sweep.C:
			if err := w.forgetUnseen(ctx); err != nil {
				w.log.ErrorContext(ctx, "unseen push subscriptions cannot be ended", "error", err)
			}
		}
		w.breathe(ctx)
	}
}

func (w *sender) breathe(ctx context.Context) {
	pause := time.NewTimer(breath)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

func (w *sender) holding() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.held)
}

func (w *sender) spec(limit int) db.LeaseSpec {
	return db.LeaseSpec{Table: "alerts", Worker: w.worker, For: w.leaseFor, Limit: limit}
}

// claim takes due alerts on lease, with the subscriptions to try now.
func (w *sender) claim(ctx context.Context, limit int) ([]job, error) {
	var alerts []alertRow
	var subscriptions []subscriptionRow
	var pushes []pushRow
	var now db.Millis
	began := time.Now()
	err := w.db.Tx(ctx, func(tx *db.Tx) error {
		now = db.At(tx.Now)
		ids, err := db.Lease(tx, w.spec(limit))
		if err != nil || len(ids) == 0 {
			return err
		}
		if alerts, err = alertsByID(tx, ids); err != nil {
			return err
		}
		accounts := make([]string, len(alerts))
		for i, a := range alerts {
			accounts[i] = a.AccountID
		}
		if subscriptions, err = liveSubscriptions(tx, accounts); err != nil {
			return err
		}
		pushes, err = pushesOf(tx, ids)
		return err
	})
	if err != nil || len(alerts) == 0 {
		return nil, err
	}
	w.mu.Lock()
	if len(w.held) == 0 {
		w.alive = began
	}
	w.mu.Unlock()
	jobs := make([]job, len(alerts))
	for i, a := range alerts {
		jobs[i] = job{alert: a}
		for _, due := range pending(a, subscriptions, pushes) {
			if due.next <= now && !a.expired(now) {
				t := w.open(due.subscription)
				t.attempts = due.attempts
				jobs[i].targets = append(jobs[i].targets, t)
			}
		}
	}
	return jobs, nil
}

// due is one subscription that an alert may still be sent to.
type due struct {
	subscription subscriptionRow
	attempts     int
	next         db.Millis // when; 0 = at once
}

// pending gives the subscriptions that have neither accepted nor refused the alert.
func pending(a alertRow, subscriptions []subscriptionRow, pushes []pushRow) []due {
	var left []due
	for _, sub := range subscriptions {
		if sub.AccountID != a.AccountID || (a.SubjectKind == SubjectTest && a.SubjectID != sub.ID) {
			continue
		}
		d := due{subscription: sub}
		i := slices.IndexFunc(pushes, func(p pushRow) bool { return p.AlertID == a.ID && p.SubscriptionID == sub.ID })
		if i >= 0 {
			if pushes[i].Status != pushRetry {
				continue
			}
			d.attempts = pushes[i].Attempts
			if pushes[i].NextAt != nil {
				d.next = *pushes[i].NextAt
			}
		}
		left = append(left, d)
	}
	return left
}

func (w *sender) start(ctx context.Context, j job) {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	_, twice := w.held[j.alert.ID]
	if !twice {
		w.held[j.alert.ID] = cancel
	}
	w.mu.Unlock()
	if twice {
		// Its lease ran out and came back to us; the pushes that were begun are being broken off.
		cancel()
		return
	}
	w.jobs.Go(func() {
		w.work(ctx, j)
		cancel()
		w.mu.Lock()
		delete(w.held, j.alert.ID)
		w.mu.Unlock()
		select {
		case w.done <- struct{}{}:
		default:
		}
	})
}

// work sends one alert to all its targets side by side. The first acceptance is written down at once: the young
// person hears of it while a second device is still being tried.
func (w *sender) work(ctx context.Context, j job) {
	if len(j.targets) == 0 {
		w.tell(j, nil, true)
		return
	}
	results := make(chan result, len(j.targets))
	for _, t := range j.targets {
		go func() { results <- w.pushInTurn(ctx, j.alert, t) }()
	}
	broken := false
	for left := len(j.targets); left > 0; {
		got := gather(results, left)
		left -= len(got)
		known := slices.DeleteFunc(slices.Clone(got), func(r result) bool { return r.state == "" })
		broken = broken || len(known) < len(got)
		w.tell(j, known, left == 0 && !broken)
	}
	if broken {
		w.handBack(ctx, j.alert.ID)
	}
}

// gather waits for one result and takes what else is there.
func gather(results <-chan result, most int) []result {
	got := []result{<-results}
	for len(got) < most {
		select {
		case r := <-results:
			got = append(got, r)
		default:
			return got
		}
	}
	return got
}

// pushInTurn waits for a free place. A push that was broken off has no state: whether it arrived is not known.
func (w *sender) pushInTurn(ctx context.Context, a alertRow, t target) result {
	select {
	case w.slots <- struct{}{}:
		defer func() { <-w.slots }()
	case <-ctx.Done():
		return result{target: t}
	}
	r := w.push(ctx, a, t)
	if ctx.Err() != nil && r.httpStatus == 0 {
		return result{target: t}
	}
	if r.state != pushAccepted {
		w.log.WarnContext(ctx, "push not accepted", "subscription", t.subscriptionID, "problem", r.problem, "status", r.httpStatus)
	}
	return r
}

func (w *sender) handBack(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	if err := w.db.Tx(ctx, func(tx *db.Tx) error { return release(tx, w.worker, []string{id}) }); err != nil {
		w.log.ErrorContext(ctx, "an alert cannot be given back", "alert", id, "error", err)
	}
}

// random is a number in [0, 1) for spreading retries.
func random() float64 {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}
