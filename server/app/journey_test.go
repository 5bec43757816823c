package app_test

import (
	"strings"
	"testing"
	"time"

	"heard/server/testkit"
)

// card is what the tests read of a card's page.
type card struct {
	ID, State string
	Version   int
	Words     string
	By        string
	Promise   string
	Who       struct{ ID, Name string }
	Events    []struct{ Kind string }
	Can       []string
}

const canary = "kestrel-hides-in-the-linen"

// The main job: join, card, push, seen, answer, sorted, on both databases.
func TestFirstCard(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		_, phone := w.Sam.Subscribe()

		tap := k.NewCard(w.Sam)
		tap.Words = canary
		var receipt struct{ ID, ClientID, State string }
		w.Leo.Post("/cards", tap).Into(&receipt)
		if receipt.ClientID != tap.ID || receipt.State != "received" {
			t.Fatalf("receipt %+v", receipt)
		}

		pushes, err := k.Push.Wait(t.Context(), phone.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		if p := pushes[0]; p.Problem != "" || strings.Contains(p.Plain, canary) || strings.Contains(p.Plain, "sad") || strings.Contains(p.Plain, "Leo") {
			t.Fatalf("the push: %+v", p)
		}
		var mine card
		k.Eventually("the card says that Sam is being told", func() bool {
			w.Leo.Get("/cards/" + receipt.ID).Into(&mine)
			return mine.State == "alerting"
		})

		var page card
		w.Sam.Get("/cards/" + receipt.ID).Into(&page)
		if page.Words != canary {
			t.Fatalf("Sam reads %q", page.Words)
		}
		if w.Leo.Get("/cards/" + receipt.ID).Into(&mine); mine.State != "alerting" {
			t.Fatalf("opening a card made it %s", mine.State)
		}
		w.Sam.Post("/cards/"+receipt.ID+"/seen", map[string]any{"version": page.Version}).Into(&page)
		if w.Leo.Get("/cards/" + receipt.ID).Into(&mine); mine.State != "seen" || mine.Who.Name != "Sam" {
			t.Fatalf("after the press Leo sees %+v", mine)
		}
		at := k.Clock.Now().Add(26 * time.Minute).UTC()
		w.Sam.Post("/cards/"+receipt.ID+"/answer", map[string]any{
			"version": page.Version, "kind": "coming_at", "at": at.Format(time.RFC3339),
		}).Into(&page)
		w.Leo.Get("/cards/" + receipt.ID).Into(&mine)
		if by, err := time.Parse(time.RFC3339, mine.By); err != nil || !by.Equal(at) || mine.State != "promised" {
			t.Fatalf("Leo sees %+v", mine)
		}
		w.Leo.Post("/cards/"+receipt.ID+"/close", map[string]any{"version": mine.Version}).Into(&mine)
		if mine.State != "closed" {
			t.Fatalf("sorted, and it is %s", mine.State)
		}
		if logs := k.Logs.String(); strings.Contains(logs, canary) || strings.Contains(logs, "Leo") || strings.Contains(logs, phone.Endpoint) {
			t.Fatal("a private word in the log")
		}
	})
}
