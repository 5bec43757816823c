package feelings_test

import (
	"testing"
	"time"

	"heard/server/db"
	"heard/server/errs"
	"heard/server/feelings"
	"heard/server/viewer"
)

// TestWhoWasThereHadAContact: once a card, when the young person lets an adult's "I'm
// with them" or "we talked" stand, with that adult and at the time they said so.
func TestWhoWasThereHadAContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		press := func(id string, do func(version int) (feelings.View, error)) {
			t.Helper()
			w.forward(time.Minute)
			_, err := do(w.page(id).Version)
			must(t, err)
		}
		here := func(id string, v viewer.Viewer) {
			t.Helper()
			press(id, func(n int) (feelings.View, error) { return w.cards.Here(ctx, v, id, n) })
		}
		met := func(id string, v viewer.Viewer) {
			t.Helper()
			press(id, func(n int) (feelings.View, error) { return w.cards.Met(ctx, v, id, n) })
		}
		says := func(id, answer string) {
			t.Helper()
			press(id, func(n int) (feelings.View, error) { return w.cards.Check(ctx, w.leo, id, n, answer) })
		}
		closes := func(id string) {
			t.Helper()
			press(id, func(n int) (feelings.View, error) { return w.cards.Close(ctx, w.leo, id, n, nil) })
		}
		reopens := func(id string) {
			t.Helper()
			press(id, func(n int) (feelings.View, error) { return w.cards.Reopen(ctx, w.leo, id, n) })
		}
		began := w.now()
		for name, c := range map[string]struct {
			do func(id string)
			at time.Duration // after it was sent; 0: no contact
		}{
			"yes, we talked":                {func(id string) { met(id, w.sam); says(id, "yes") }, time.Minute},
			"sorted while they are there":   {func(id string) { here(id, w.sam); closes(id) }, time.Minute},
			"there, then talked":            {func(id string) { here(id, w.sam); met(id, w.sam); says(id, "yes") }, time.Minute},
			"one was there, another talked": {func(id string) { here(id, w.jo); met(id, w.sam); says(id, "yes") }, 2 * time.Minute},
			"no, and then yes":              {func(id string) { met(id, w.jo); says(id, "no"); met(id, w.sam); says(id, "yes") }, 3 * time.Minute},
			"once a card":                   {func(id string) { here(id, w.sam); closes(id); reopens(id); here(id, w.jo); closes(id) }, time.Minute},
			"no":                            {func(id string) { met(id, w.sam); says(id, "no") }, 0},
			"not yet, and sorted without":   {func(id string) { met(id, w.sam); says(id, "not_yet"); closes(id) }, 0},
			"seen, and sorted without":      {func(id string) { w.seen(w.sam, id); closes(id) }, 0},
			"not asked yet":                 {func(id string) { met(id, w.sam) }, 0},
			"opened again, sorted without":  {func(id string) { closes(id); reopens(id); closes(id) }, 0},
		} {
			t.Run(name, func(t *testing.T) {
				w.mu.Lock()
				w.clock = began
				w.mu.Unlock()
				id := w.tap(sad()).ID
				c.do(id)
				got := w.contacts(id)
				if c.at == 0 {
					if len(got) != 0 {
						t.Fatalf("%+v", got)
					}
					return
				}
				want := contact{w.org, w.leo.AccountID, w.sam.AccountID, id, began.Add(c.at)}
				if len(got) != 1 || got[0] != want {
					t.Fatalf("%+v, want %+v", got, want)
				}
			})
		}
	})
}

// failing fails to take a contact, in one of the ways there are.
type failing func(tx *db.Tx) error

func (f failing) CardAnsweredTx(tx *db.Tx, _, _, _, _ string, _ time.Time) error { return f(tx) }

// TestAPressStandsWithoutItsContact: whatever goes wrong beside it, the young
// person's card closes.
func TestAPressStandsWithoutItsContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, contacts := range map[string]feelings.Contacts{
			"nobody listens":    nil,
			"it is refused":     failing(func(*db.Tx) error { return errs.New(errs.Unavailable, "Not now.") }),
			"it panics":         failing(func(*db.Tx) error { panic("contacts") }),
			"a statement fails": failing(func(tx *db.Tx) error { return tx.Gorm().Exec("INSERT INTO nowhere VALUES (1)").Error }),
		} {
			t.Run(name, func(t *testing.T) {
				id := w.tap(sad()).ID
				_, err := w.cards.Met(t.Context(), w.sam, id, w.page(id).Version)
				must(t, err)
				_, err = w.heardBy(contacts).Check(t.Context(), w.leo, id, w.page(id).Version, "yes")
				must(t, err)
				if v := w.page(id); v.State != feelings.StateClosed {
					t.Fatalf("it is %s for want of a contact", v.State)
				}
			})
		}
	})
}

// TestALeadConfirmsNoContact: what was between a young person and an adult is
// theirs to say.
func TestALeadConfirmsNoContact(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.tap(notSafe()).ID
		_, err := w.cards.Here(t.Context(), w.sam, id, w.page(id).Version)
		must(t, err)
		_, err = w.cards.CloseFor(t.Context(), w.sue, id, w.page(id).Version, "We spoke on the phone.")
		must(t, err)
		if got := w.contacts(id); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}
