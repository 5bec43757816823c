package app_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/testkit"
)

// stream reads a live stream until it ends. The first event is read before it
// returns, so the stream is known to be open.
type stream struct {
	frames strings.Builder
	ended  chan struct{}
	body   *http.Response
}

func openStream(t *testing.T, p *testkit.Person) *stream {
	t.Helper()
	s := &stream{ended: make(chan struct{}), body: p.Live()}
	t.Cleanup(func() { _ = s.body.Body.Close() })
	if s.body.StatusCode != http.StatusOK {
		t.Fatalf("the stream of %s: status %d", p.Name, s.body.StatusCode)
	}
	lines := bufio.NewScanner(s.body.Body)
	if !lines.Scan() {
		t.Fatalf("the stream of %s says nothing", p.Name)
	}
	s.frames.WriteString(lines.Text() + "\n")
	go func() {
		defer close(s.ended)
		for lines.Scan() {
			s.frames.WriteString(lines.Text() + "\n")
		}
	}()
	return s
}

// over waits for the stream's end; only a stream that never ends fails.
func (s *stream) over(t *testing.T, who string) {
	t.Helper()
	select {
	case <-s.ended:
	case <-time.After(20 * time.Second):
		t.Errorf("the stream of %s goes on", who)
	}
}

func subscriptions(k *testkit.Kit, p *testkit.Person) int {
	return count(k, "SELECT count(*) FROM push_subscriptions WHERE account_id = ?", p.ID)
}

// Whoever loses the last relation, is suspended, signs out or ends a device loses
// rights, push subscriptions and open streams with it: the answer to that request
// comes after the commit that took them.
func TestAccessEndsAtOnce(t *testing.T) {
	ways := map[string]struct {
		end       func(k *testkit.Kit, w *testkit.World)
		signedOut bool
	}{
		"the relation is ended": {end: func(k *testkit.Kit, w *testkit.World) {
			id := texts(k, "SELECT id FROM relations WHERE subject_id = ? AND kind = 'keyworker_of'", w.Sam.ID)[0]
			k.Admin().Post("/relations/"+id+"/end", map[string]any{"reason": "made up"}).OK()
		}},
		"a lead ends the relation": {end: func(k *testkit.Kit, w *testkit.World) {
			id := texts(k, "SELECT id FROM relations WHERE subject_id = ? AND kind = 'keyworker_of'", w.Sam.ID)[0]
			w.Lead.Post("/relations/"+id+"/end", map[string]any{"reason": "made up"}).OK()
		}},
		"the account is suspended": {signedOut: true, end: func(k *testkit.Kit, w *testkit.World) {
			k.Admin().Post("/staff/"+w.Sam.ID+"/suspend", nil).OK()
		}},
		"Sam signs out": {signedOut: true, end: func(_ *testkit.Kit, w *testkit.World) { w.Sam.Post("/sign-out", nil).OK() }},
		"Sam ends this device": {signedOut: true, end: func(k *testkit.Kit, w *testkit.World) {
			id := texts(k, "SELECT id FROM devices WHERE account_id = ?", w.Sam.ID)[0]
			w.Sam.Do("DELETE", "/devices/"+id, nil).OK()
		}},
	}
	for what, way := range ways {
		t.Run(what, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
				w := k.World()
				w.Sam.Subscribe()
				live := openStream(t, w.Sam)
				card := k.NewCard(w.Sam, w.Jo)
				card.Words = canary
				var r receipt
				w.Leo.Post("/cards", card).Into(&r)
				if !sees(w.Sam.Get("/cards/"+r.ID), canary) || subscriptions(k, w.Sam) != 1 {
					t.Fatal("Sam never had access")
				}

				way.end(k, w)

				if n := subscriptions(k, w.Sam); n != 0 {
					t.Errorf("%d push subscriptions are left", n)
				}
				live.over(t, "Sam")
				got := w.Sam.Get("/cards/" + r.ID)
				if way.signedOut != (got.Status == http.StatusUnauthorized) || !way.signedOut && got.Status != http.StatusNotFound {
					t.Errorf("the card: status %d", got.Status)
				}
				private(t, "the refusal", got.Body, canary, "Leo")
				if n := count(k, "SELECT count(*) FROM sessions WHERE account_id = ? AND ended_at IS NULL", w.Sam.ID); (n == 0) != way.signedOut {
					t.Errorf("%d sessions are open", n)
				}
			})
		})
	}
}

// One relation of several takes its own rights and leaves the rest.
func TestAnotherRelationKeepsTheWay(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		mia := k.YoungPerson("Mia", w.Home)
		k.RelateAndConfirm(w.Lead, w.Sam.ID, "keyworker_of", mia.ID)
		w.Sam.Subscribe()
		id := texts(k, "SELECT id FROM relations WHERE subject_id = ? AND object_id = ?", w.Sam.ID, w.Leo.ID)[0]
		k.Admin().Post("/relations/"+id+"/end", map[string]any{"reason": "made up"}).OK()
		if n := subscriptions(k, w.Sam); n != 1 {
			t.Errorf("%d push subscriptions are left", n)
		}
		list := w.Sam.Get("/young-people")
		if sees(list, w.Leo.ID) || !sees(list, mia.ID) {
			t.Errorf("Sam's young people: %s", list.Body)
		}
	})
}

// A suspended young person is signed out everywhere; coming back asks for a new code.
func TestSuspendedYoungPerson(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		live := openStream(t, w.Leo)
		k.Admin().Post("/young-people/"+w.Leo.ID+"/suspend", nil).OK()
		live.over(t, "Leo")
		for _, a := range []*testkit.Answer{w.Leo.Get("/cards"), w.Leo.Post("/cards", k.NewCard(w.Sam)), w.Leo.Get("/people")} {
			if a.Status != http.StatusUnauthorized {
				t.Errorf("status %d", a.Status)
			}
		}
		k.Admin().Post("/young-people/"+w.Leo.ID+"/restore", nil).OK()
		if a := w.Leo.Get("/cards"); a.Status != http.StatusUnauthorized {
			t.Errorf("the old session opens again: status %d", a.Status)
		}
	})
}

// A screen that has locked itself is no open inbox: it proves that nobody is being told.
func TestIdleScreenTellsNobody(t *testing.T) {
	testkit.Each(t, func(t *testing.T, k *testkit.Kit) {
		w := k.World()
		live := openStream(t, w.Sam)
		k.Clock.Forward(11 * time.Minute)
		var r receipt
		w.Leo.Post("/cards", k.NewCard(w.Sam)).Into(&r)
		live.over(t, "Sam")
		census(k)
		if n := count(k, "SELECT count(*) FROM card_events WHERE card_id = ? AND kind = 'alerting'", r.ID); n != 0 {
			t.Error("a locked screen counts as telling Sam")
		}
	})
}
