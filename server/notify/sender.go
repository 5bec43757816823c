package notify

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"heard/server/db"
	"heard/server/trace"
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
	again map[string]bool               // of these, the ones that were taken anew before they were put down
	alive time.Time                     // when the leases were last known to be ours
}

// job is one alert on lease, and the ways to try now.
type job struct {
	alert   alertRow
	targets []target
}

// Run sends alerts until ctx ends, and returns once all it began has been written down or given back.
func (s *Service) Run(ctx context.Context) error {
	w := &sender{
		Service: s, done: make(chan struct{}, 1), reports: make(chan *report, batch),
		held: map[string]context.CancelFunc{}, again: map[string]bool{}, alive: time.Now(),
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

// claim takes due alerts on lease, with the ways to try now.
func (w *sender) claim(ctx context.Context, limit int) ([]job, error) {
	var jobs []job
	began := time.Now()
	err := w.db.Tx(ctx, func(tx *db.Tx) error {
		jobs = nil
		ids, err := db.Lease(tx, w.spec(limit))
		if err != nil || len(ids) == 0 {
			return err
		}
		alerts, err := alertsByID(tx, ids)
		if err != nil {
			return err
		}
		jobs, err = w.jobsTx(tx, alerts)
		return err
	})
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	w.mu.Lock()
	if len(w.held) == 0 {
		w.alive = began
	}
	w.mu.Unlock()
	return jobs, nil
}

// jobsTx finds what to try now. What goes to a contact point has its row before it goes.
func (w *sender) jobsTx(tx *db.Tx, alerts []alertRow) ([]job, error) {
	now := db.At(tx.Now)
	ids, accounts := make([]string, len(alerts)), make([]string, len(alerts))
	for i, a := range alerts {
		ids[i], accounts[i] = a.ID, a.AccountID
	}
	l, err := w.ledgerTx(tx, ids, accounts)
	if err != nil {
		return nil, err
	}
	var begun []deliveryRow
	jobs := make([]job, len(alerts))
	for i, a := range alerts {
		jobs[i] = job{alert: a}
		for _, d := range l.pending(a) {
			if d.next > now || a.expired(now) {
				continue
			}
			if d.contact != nil && d.deliveryID == "" {
				d.deliveryID = db.NewID()
				begun = append(begun, deliveryRow{
					ID: d.deliveryID, OrganisationID: a.OrganisationID, AlertID: a.ID, ContactID: d.contact.ID,
					Channel: d.contact.Kind, Status: deliveryTrying, LastAt: now,
				})
			}
			jobs[i].targets = append(jobs[i].targets, w.target(d))
		}
	}
	return jobs, startDeliveries(tx, begun)
}

// start works on an alert, unless that is being done already: its lease ran out and came back to us, or it was due
// again at once and taken before what ended was put down. Then it is given back at the end of that.
func (w *sender) start(ctx context.Context, j job) {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	_, twice := w.held[j.alert.ID]
	if twice {
		w.again[j.alert.ID] = true
	} else {
		w.held[j.alert.ID] = cancel
	}
	w.mu.Unlock()
	if twice {
		cancel()
		return
	}
	w.jobs.Go(func() {
		w.work(ctx, j)
		cancel()
		w.mu.Lock()
		again := w.again[j.alert.ID]
		delete(w.held, j.alert.ID)
		delete(w.again, j.alert.ID)
		w.mu.Unlock()
		if again {
			w.handBack(ctx, j.alert.ID)
		}
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
	slots := w.slots
	if t.channel != Push {
		slots = w.letters
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return result{target: t}
	}
	r := result{target: t}
	_, span := trace.Start(ctx, trace.Send)
	defer func() { span.EndAs(r.state == pushAccepted) }()
	if t.channel == Push {
		r.answer = w.push(ctx, a, t)
	} else {
		r.answer = w.letter(ctx, t, neutralText+w.openURL+"/work/open/"+a.ID)
	}
	if ctx.Err() != nil && r.code == 0 && r.state != pushAccepted {
		return result{target: t}
	}
	w.observe(r)
	switch {
	case r.state == pushAccepted:
	case t.channel == Push:
		w.log.WarnContext(ctx, "push not accepted", "subscription", t.subscriptionID, "problem", r.problem, "status", r.code)
	default:
		w.log.WarnContext(ctx, "letter not accepted", "channel", t.channel, "contact", t.contactID, "problem", r.problem, "status", r.code)
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
