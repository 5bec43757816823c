package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"heard/server/db"
	"heard/server/testkit/push"
)

// runBench measures two things that need kills, and prints them as make bench does. Nothing here passes or fails.
func runBench(ctx context.Context, o options) error {
	o.calm = true
	for name, measure := range map[string]func(context.Context, *arena) (float64, string, error){
		"lease_takeover_s": takeover, "deadline_late_p99_ms": lateness,
	} {
		value, unit, err := onArena(ctx, o, measure)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("bench: %s %.3g %s\n", name, value, unit)
	}
	return nil
}

func onArena(ctx context.Context, o options, measure func(context.Context, *arena) (float64, string, error)) (value float64, unit string, err error) {
	a, err := newArena(o, "two")
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, a.clean(), os.RemoveAll(a.folder)) }()
	if err := a.open(ctx); err != nil {
		return 0, "", err
	}
	return measure(ctx, a)
}

// lateness is how long after their time levels were told, while servers and PostgreSQL were killed.
func lateness(ctx context.Context, a *arena) (float64, string, error) {
	n := a.nemesis()
	if err := a.storm(ctx, n); err != nil {
		return 0, "", err
	}
	h, err := a.hold(ctx)
	if err != nil {
		return 0, "", err
	}
	var late []time.Duration
	for _, c := range h.cards {
		late = append(late, c.late(h.events[c.ID])...)
	}
	if len(late) == 0 {
		return 0, "", errors.New("no deadline passed")
	}
	slices.Sort(late)
	return float64(late[len(late)*99/100].Milliseconds()), "ms", nil
}

// late follows a card as long as nobody answers it.
func (c cardRow) late(events []eventRow) (late []time.Duration) {
	limit := sitWithMeLimit
	if c.Kind == "not_safe" {
		limit = notSafeLimit
	}
	if !c.quick() || len(events) == 0 {
		return nil
	}
	since := events[0].At
	for _, e := range events[1:] {
		switch e.Kind {
		case "alerting":
			continue
		case "overdue", "nobody":
			// A level without anybody is passed over at once: that is not early.
			if by := e.At.Time().Sub(since.Time()) - limit; by >= 0 {
				late = append(late, by)
			}
		case "seen", "escalated", "no_channel":
		default:
			return late
		}
		since = e.At
	}
	return late
}

// takeover is how long alerts wait whose worker is killed while it sends them, until another has sent them all.
func takeover(ctx context.Context, a *arena) (float64, string, error) {
	for _, s := range a.town.staff {
		w := &worker{person: s, ledger: a.ledger, service: a.push, devices: a.owns, refused: a.refused}
		w.subscribe(ctx)
	}
	second := a.servers[1]
	second.signal(syscall.SIGSTOP)
	a.push.Answer("", push.Answer{Hang: true})
	for _, p := range a.town.young {
		if err := p.connect(a.publicURL(), a.clients[:1], 0); err != nil { // the second is stopped
			return 0, "", err
		}
		body := map[string]any{"id": db.NewID(), "card": "sad", "kind": "feeling", "audience": []string{}, "kept": false, "tappedAt": time.Now().UTC().Format(time.RFC3339)}
		if got, err := p.post(ctx, "/cards", body); err != nil || !got.ok() {
			return 0, "", errors.Join(err, fmt.Errorf("a card was answered %d", got.status))
		}
	}
	for deadline := time.Now().Add(10 * time.Second); a.push.Hanging() < phones && time.Now().Before(deadline); {
		pause(ctx, 10*time.Millisecond)
	}
	a.push.Forget()
	a.push.Answer("", push.Answer{})
	killed := time.Now()
	a.servers[0].kill()
	second.signal(syscall.SIGCONT)
	wait, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	sent, err := a.push.Wait(wait, "", phones)
	if err != nil {
		return 0, "", fmt.Errorf("%d of %d alerts were taken over: %w", len(sent), phones, err)
	}
	return sent[phones-1].At.Sub(killed).Seconds(), "s", nil
}

func (s *server) signal(what syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		_ = s.running.Process.Signal(what)
	}
}
