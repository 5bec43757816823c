package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"heard/server/testkit/push"
)

// worker is a member of staff with the app open and a phone that gets pushes.
type worker struct {
	*person
	random  *rand.Rand
	ledger  *ledger
	service *push.Service
	woken   wake
	devices func(device, account string)
	refused func(about, format string, args ...any)
}

// work opens the inbox whenever something changes and now and then unasked, opens cards, and presses some.
func (w *worker) work(ctx context.Context) {
	go w.listen(ctx, w.woken.up)
	go w.keepSubscribed(ctx)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-w.woken:
			pause(ctx, time.Second)
		case <-time.After(2 * time.Second):
		}
		w.look(ctx)
	}
}

func (w *worker) look(ctx context.Context) {
	got, err := w.get(ctx, "/inbox")
	if err != nil || !got.ok() {
		return
	}
	var box struct{ Waiting, Coming, Check []state }
	if got.into(&box) != nil {
		return
	}
	// The most urgent first, and some by chance.
	items := slices.Concat(box.Waiting, box.Coming)
	for i := range min(6, len(items)) {
		item := items[i]
		if w.random.IntN(2) == 0 {
			item = items[w.random.IntN(len(items))]
		}
		w.open(ctx, item.ID)
	}
}

// open reads a card, which is no press, and presses sometimes.
func (w *worker) open(ctx context.Context, id string) {
	got, err := w.get(ctx, "/cards/"+id)
	if err != nil || !got.ok() {
		return
	}
	var s state
	if got.into(&s) != nil || len(s.Can) == 0 || w.random.IntN(5) < 2 {
		return
	}
	act := s.Can[w.random.IntN(len(s.Can))]
	body := map[string]any{"version": s.Version}
	path := act
	switch act {
	case "answer":
		body["kind"] = []string{"on_my_way", "sit_with_you", "own_words", "coming_at"}[w.random.IntN(4)]
		body["words"] = "I am thinking of you"
		if body["kind"] == "coming_at" {
			body["at"] = time.Now().Add(time.Duration(20+w.random.IntN(40)) * time.Second).UTC().Format(time.RFC3339)
		}
	case "close":
		body["reason"] = "We sorted it out together"
	case "checked_on":
		path = "checked-on"
	}
	w.ledger.pressing(id, w.id, act)
	if _, err := w.post(ctx, "/cards/"+id+"/"+path, body); err != nil {
		return
	}
}

// keepSubscribed subscribes anew when a push service has dropped the phone's subscription, as the app does each
// time it opens.
func (w *worker) keepSubscribed(ctx context.Context) {
	for ctx.Err() == nil {
		w.subscribe(ctx)
		pause(ctx, 1500*time.Millisecond)
	}
}

func (w *worker) subscribe(ctx context.Context) {
	got, err := w.get(ctx, "/push")
	if err != nil || !got.ok() {
		return
	}
	var health struct {
		PublicKey     string
		Subscriptions []struct {
			Current bool
			Health  string
		}
	}
	if got.into(&health) != nil {
		return
	}
	for _, s := range health.Subscriptions {
		if s.Current && s.Health != "gone" {
			return
		}
	}
	device := w.service.Subscribe(health.PublicKey)
	w.devices(device.ID, w.id)
	if got, err := w.post(ctx, "/push/subscriptions", map[string]any{
		"endpoint": device.Endpoint, "keys": device.Keys, "label": "Phone",
	}); err == nil && got.final() {
		w.refused(w.id, "could not subscribe a device: %d %s", got.status, got.reason())
	}
}
