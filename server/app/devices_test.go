package app_test

import (
	"testing"

	"heard/server/testkit"
)

// Whoever makes the first join code can use it themselves. They must not become
// the child: what the child's own phone sends is closed to that first device until
// the young person brings the two together.
func TestTheMakerOfACodeDoesNotBecomeTheChild(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World() // the phone in w.Leo came first: here it is the code maker's
		maker, child := w.Leo, k.Join(w.Leo.ID, "The child's own phone")

		sent, kept := k.NewCard(w.Sam), k.NewCard()
		kept.Kept, kept.Words = true, canary
		var receipt struct{ ID string }
		child.Post("/cards", sent).OK()
		child.Post("/cards", kept).Into(&receipt)

		closed := func(when string) {
			t.Helper()
			var mine struct{ Cards []struct{ ID string } }
			if maker.Get("/cards").Into(&mine); len(mine.Cards) != 0 {
				t.Fatalf("%s the first device lists %d of the child's cards", when, len(mine.Cards))
			}
			if page := maker.Get("/cards/" + receipt.ID); page.Status != 404 {
				t.Fatalf("%s the first device is answered %d: %s", when, page.Status, page.Body)
			}
			if press := maker.Post("/cards/"+receipt.ID+"/withdraw", map[string]any{"version": 1}); press.Status != 404 {
				t.Fatalf("%s the first device takes back what it did not send: %d", when, press.Status)
			}
		}
		closed("at first")
		maker.Post("/lock-setup", map[string]any{"kind": "pin", "secret": "204681"}).OK()
		maker.Refresh()
		closed("with a lock of its own")
		child.Get("/cards/" + receipt.ID + "/status").OK()

		child.Post("/unlock", map[string]any{"secret": "204681"}).OK()
		var mine struct{ Cards []struct{ Words string } }
		if maker.Get("/cards").Into(&mine); len(mine.Cards) != 2 {
			t.Fatalf("brought together, the first device lists %d cards", len(mine.Cards))
		}
	})
}
