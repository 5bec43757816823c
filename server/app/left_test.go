package app_test

import (
	"net/http"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/testkit"
)

// TestASuspendedWorkersCardGoesOn: the running server takes a card from whoever can
// no longer open it, whatever they had promised.
func TestASuspendedWorkersCardGoesOn(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		k := testkit.OpenWith(t, databaseURL, func(c *app.Config) { c.LeftEvery = 20 * time.Millisecond })
		w := k.World()
		var receipt struct{ ID string }
		w.Leo.Post("/cards", k.NewCard(w.Sam)).Into(&receipt)
		w.Sam.Post("/cards/"+receipt.ID+"/here", map[string]any{"version": 1}).OK()
		if a := k.Admin().Post("/staff/"+w.Sam.ID+"/suspend", nil); a.Status != http.StatusOK {
			t.Fatalf("suspending: %d", a.Status)
		}
		var card struct{ State string }
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			w.Leo.Get("/cards/" + receipt.ID).Into(&card)
			if card.State != "here" {
				return
			}
			if time.Now().After(end) {
				t.Fatal("the card still rests on somebody who can't open it")
			}
		}
	})
}
