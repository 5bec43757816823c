package outbox_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"heard/server/outbox"
	"heard/server/testkit"
)

func TestTicketsForALockedPhone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		w.Leo.Post("/lock-setup", map[string]any{"kind": "pin", "secret": "135790"}).OK()
		w.Leo.Post("/lock", nil).OK()
		f := newPhone(t, k, w.Leo)
		if len(f.tickets) != outbox.TicketsAtHand {
			t.Errorf("%d tickets", len(f.tickets))
		}
		if n := f.fill(w.Leo); n != 0 {
			t.Errorf("%d more for a full hand", n)
		}
		post(t, k, f.seal(k.NewCard(w.Sam))).taken(t)
		if n := f.fill(w.Leo); n != 1 {
			t.Errorf("%d for the one that was used", n)
		}
		if a := w.Leo.Get("/refused"); a.Status != http.StatusForbidden {
			t.Errorf("behind the lock the refused are shown: %d", a.Status)
		}
	})
}

// Answers may be lost, but not without end; and what waits keeps its ticket.
func TestTicketsAreBounded(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		first := newPhone(t, k, w.Leo)
		waiting := first.seal(k.NewCard(w.Sam))
		have := len(first.tickets) + 1
		for range 5 {
			have += (&phone{t: t, k: k}).fill(w.Leo)
		}
		if have != outbox.UnusedPerDay {
			t.Errorf("%d tickets in a day", have)
		}
		for range 10 {
			k.Clock.Forward(25 * time.Hour)
			for range 5 {
				have += (&phone{t: t, k: k}).fill(w.Leo)
			}
		}
		if have != outbox.UnusedInAll {
			t.Errorf("%d tickets in all", have)
		}
		post(t, k, waiting).taken(t)
		k.Clock.Forward(29 * 24 * time.Hour)
		w.Leo.Get("/session").OK() // an act keeps the session
		k.Clock.Forward(29 * 24 * time.Hour)
		w.Leo.Get("/session").OK()
		k.Clock.Forward(29 * 24 * time.Hour)
		w.Leo.Get("/session").OK()
		if n := (&phone{t: t, k: k}).fill(w.Leo); n == 0 {
			t.Error("no tickets although the old ones have run out")
		}
	})
}

// A shared tablet forgets its stock at each leaving: however often somebody is
// picked, there are tickets to seal with, and what waits keeps its own.
func TestATabletPickedAllDayHasTickets(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		other := newPhone(t, k, k.Join(w.Leo.ID, "Another device"))
		f := newPhone(t, k, w.Leo)
		waiting, kept := f.seal(k.NewCard(w.Sam)), []string{}
		kept = append(kept, waiting.Ticket)
		dropped := f.tickets[0]
		for range 30 {
			k.Clock.Forward(20 * time.Minute)
			f.tickets = nil
			if n := f.fillKeeping(w.Leo, kept); n != outbox.TicketsAtHand {
				t.Fatalf("%d tickets", n)
			}
			post(t, k, f.seal(k.NewCard(w.Sam))).taken(t)
		}
		post(t, k, waiting).taken(t)
		post(t, k, f.sealWith(dropped, "0198c0de-0000-7000-8000-00000000000a", []byte("{}"))).refused(t, "a forgotten ticket", outbox.ReasonTicketExpired)
		post(t, k, other.seal(k.NewCard(w.Sam))).taken(t)
	})
}

// Two pages of one device ask at the same time: neither ends what the other was just given.
func TestTicketsOnTheirWayStay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		(&phone{t: t, k: k}).fillKeeping(w.Leo, []string{})
		post(t, k, f.seal(k.NewCard(w.Sam))).taken(t)
	})
}

func TestTicketsAreStoredHashed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		for _, column := range []string{"ticket_hash", "id"} {
			if n := count(t, k, "SELECT count(*) FROM outbox_tickets WHERE CAST("+column+" AS TEXT) = ?", f.tickets[0]); n != 0 {
				t.Errorf("a ticket stands in clear in %s", column)
			}
		}
		if n := count(t, k, "SELECT count(*) FROM outbox_tickets WHERE account_id = ?", w.Leo.ID); n != outbox.TicketsAtHand {
			t.Errorf("%d tickets of Leo's", n)
		}
	})
}

// A key is changed while phones hold cards sealed to the one before.
func TestAnOldKeyStillOpens(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		f := newPhone(t, k, w.Leo)
		old, oldKey := f.seal(k.NewCard(w.Sam)), f.key
		k.Clock.Forward(time.Minute)
		must(t, k.App.Outbox.Rotate(t.Context()))
		f.fill(w.Leo)
		if f.key == oldKey {
			t.Fatal("phones are still given the old key")
		}
		post(t, k, old).taken(t)
		post(t, k, f.seal(k.NewCard(w.Sam))).taken(t)
	})
}

// A device that its owner ends gets no tickets, and other devices keep theirs.
func TestEndingADeviceLeavesTheOthers(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		second := k.Join(w.Leo.ID, "Second phone")
		mine, theirs := newPhone(t, k, w.Leo), newPhone(t, k, second)
		var list struct {
			Devices []struct {
				ID      string
				Current bool
			}
		}
		w.Leo.Get("/devices").Into(&list)
		i := slices.IndexFunc(list.Devices, func(d struct {
			ID      string
			Current bool
		}) bool {
			return !d.Current
		})
		w.Leo.Do("DELETE", "/devices/"+list.Devices[i].ID, nil).OK()
		post(t, k, theirs.seal(k.NewCard(w.Sam))).refused(t, "the ended device", outbox.ReasonTicketExpired)
		post(t, k, mine.seal(k.NewCard(w.Sam))).taken(t)
		if a := second.Post("/tickets", map[string]any{"have": 0}); a.Status != http.StatusUnauthorized {
			t.Errorf("the ended device gets tickets: %d", a.Status)
		}
	})
}
