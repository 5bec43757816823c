package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"heard/server/app"
	"heard/server/keys"
	"heard/server/testkit"
	"heard/server/viewer"
)

// beating is an App whose parts the test starts and stops one by one.
type beating struct {
	*testkit.Kit
	a     *app.App
	clock *testkit.Clock
}

// part runs one part until the function it gives is called; that waits for its end.
func part(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("a part stopped with: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func openBeating(t *testing.T, databaseURL string) *beating {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	address, clock := "http://localhost:"+port, testkit.NewClock(time.Now())
	a, err := app.Open(t.Context(), app.Config{
		PublicURL: address, DatabaseURL: keys.Secret(databaseURL), DataDir: t.TempDir(), Now: clock.Now,
		Log: slog.New(slog.DiscardHandler), PollEvery: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	served := make(chan error, 1)
	go func() { served <- a.Web.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Web.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	invitation, err := a.People.InviteFirstAdmin(t.Context(), "Riverside (made up)", "Ada")
	if err != nil {
		t.Fatal(err)
	}
	k := testkit.At(t, address, invitation.URL)
	k.App = a
	return &beating{Kit: k, a: a, clock: clock}
}

// says asks every place and /readyz whether delivery has stalled.
func (b *beating) says(t *testing.T, people ...*testkit.Person) (stalled []bool) {
	t.Helper()
	for _, p := range people {
		var session struct{ StalledSince *time.Time }
		p.Get("/session").Into(&session)
		stalled = append(stalled, session.StalledSince != nil)
	}
	answer, err := http.Get(b.URL + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var ready struct {
		Status, Database, Delivery string
		Since                      *time.Time
	}
	if err := json.NewDecoder(answer.Body).Decode(&ready); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || ready.Status != "ready" || ready.Database != "ok" || (ready.Delivery == "stalled") != (ready.Since != nil) {
		t.Errorf("/readyz: status %d, %+v", answer.StatusCode, ready)
	}
	return append(stalled, ready.Delivery == "stalled")
}

func all(list []bool, want bool) bool {
	for _, b := range list {
		if b != want {
			return false
		}
	}
	return true
}

// Invariant 9: when delivery has stalled, phones and inboxes say so within 90
// seconds, and stop saying so once cards get through again.
func TestAStalledDeliveryIsSaidEverywhere(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		b := openBeating(t, databaseURL)
		w := b.World()
		everybody := []*testkit.Person{w.Leo, w.Sam, b.Admin(), b.Browser(viewer.Young), b.Browser(viewer.Work)}
		part(t, b.a.Pulse.Run)
		stopSender := part(t, b.a.Notify.Run)
		delivery := func() string { state, _ := b.a.Pulse.Delivery(); return string(state) }
		b.Eventually("a card gets through", func() bool { return delivery() == "ok" })
		phone := openBeats(t, w.Leo)
		phone.wait(t, false)

		stopSender()
		b.clock.Forward(60 * time.Second) // another card is tapped, which goes nowhere
		b.clock.Forward(30 * time.Second)
		if said := b.says(t, everybody...); !all(said, false) {
			t.Fatalf("after 90 seconds some say already that delivery has stalled: %v", said)
		}
		b.clock.Forward(time.Second)
		phone.wait(t, true)
		if said := b.says(t, everybody...); !all(said, true) {
			t.Errorf("not everybody says that delivery has stalled: %v", said)
		}
		if age, stalled, beating := b.a.Pulse.Age(); !beating || stalled != 1 || age < 91*time.Second {
			t.Errorf("the age is %v, %d stalled, beating %v", age, stalled, beating)
		}

		part(t, b.a.Notify.Run)
		phone.wait(t, false)
		if said := b.says(t, everybody...); !all(said, false) || delivery() != "ok" {
			t.Errorf("delivery is back, and some don't know: %v", said)
		}
	})
}

// The heartbeat's own part may hang as well: what it last knew grows old.
func TestAHeartbeatThatHangsHasStalled(t *testing.T) {
	b := openBeating(t, "")
	stop := part(t, b.a.Pulse.Run)
	part(t, b.a.Notify.Run)
	b.Eventually("a card gets through", func() bool { state, _ := b.a.Pulse.Delivery(); return state == "ok" })
	stop()
	b.clock.Forward(91 * time.Second)
	if said := b.says(t, b.Admin()); !all(said, true) {
		t.Errorf("nobody beats, and nobody says so: %v", said)
	}
}

// beats follows the pings of a live stream.
type beats struct{ stalled chan bool }

func openBeats(t *testing.T, p *testkit.Person) *beats {
	t.Helper()
	answer := p.Live()
	t.Cleanup(func() { answer.Body.Close() })
	b := &beats{stalled: make(chan bool, 1000)}
	go func() {
		text, buffer := "", make([]byte, 4096)
		for {
			n, err := answer.Body.Read(buffer)
			text += string(buffer[:n])
			for {
				frame, rest, whole := strings.Cut(text, "\n\n")
				if !whole {
					break
				}
				text = rest
				if strings.HasPrefix(frame, "event: ping") {
					b.stalled <- strings.Contains(frame, "stalledSince")
				}
			}
			if err == io.EOF || err != nil {
				return
			}
		}
	}()
	return b
}

// wait waits for a ping that says so.
func (b *beats) wait(t *testing.T, stalled bool) {
	t.Helper()
	for {
		select {
		case got := <-b.stalled:
			if got == stalled {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no ping says that delivery has stalled: %v", stalled)
		}
	}
}

// The machines are in no list, and whoever safeguards the whole organisation does
// not meet them.
func TestMachinesAreInvisible(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		b := openBeating(t, databaseURL)
		w := b.World()
		b.RelateAndConfirm(w.Lead, w.Safeguarding.ID, "safeguarding_of", texts(b.Kit, "SELECT id FROM organisations")[0])
		part(t, b.a.Pulse.Run)
		part(t, b.a.Notify.Run)
		b.Eventually("a card gets through", func() bool { state, _ := b.a.Pulse.Delivery(); return state == "ok" })
		machines := texts(b.Kit, "SELECT id FROM accounts WHERE machine")
		if len(machines) != 2 {
			t.Fatalf("%d machines", len(machines))
		}
		words := append([]string{"Heartbeat"}, machines...)
		for _, a := range []*testkit.Answer{
			b.Admin().Get("/staff"), b.Admin().Get("/young-people"), b.Admin().Get("/relations"),
			w.Safeguarding.Get("/young-people"), w.Safeguarding.Get("/inbox"), w.Lead.Get("/colleagues"), w.Lead.Get("/young-people"),
			w.Lead.Get("/relations/proposed"), w.Leo.Get("/people"), w.Sam.Get("/push"),
		} {
			private(t, "a list", a.OK().Body, words...)
		}
		for _, machine := range machines {
			if a := w.Safeguarding.Get("/young-people/" + machine + "/cards"); a.Status != http.StatusNotFound {
				t.Errorf("a machine's cards: status %d", a.Status)
			}
		}
	})
}

// Two instances share the work: one card a minute, however many beat.
func TestInstancesShareTheHeartbeat(t *testing.T) {
	testkit.EachDatabase(t, func(t *testing.T, databaseURL string) {
		if databaseURL == "" {
			return // one process only
		}
		b := openBeating(t, databaseURL)
		c := b.a.Config
		c.DataDir = t.TempDir() // the key file stays the first one's
		second, err := app.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = second.Close() })
		for _, a := range []*app.App{b.a, second} {
			part(t, a.Pulse.Run)
			part(t, a.Notify.Run)
		}
		through := func() string {
			return strings.Join(texts(b.Kit, "SELECT CAST(through_at AS TEXT) FROM heartbeats WHERE through_at IS NOT NULL"), " ")
		}
		for minute := 1; minute <= 3; minute++ {
			before := through()
			b.Eventually("a card gets through", func() bool { return through() != before || minute == 1 && through() != "" })
			if n := count(b.Kit, "SELECT count(*) FROM cards"); n != minute {
				t.Fatalf("%d cards in minute %d", n, minute)
			}
			b.Eventually("both instances know", func() bool {
				first, _ := b.a.Pulse.Delivery()
				other, _ := second.Pulse.Delivery()
				return first == "ok" && other == "ok"
			})
			if minute < 3 {
				b.clock.Forward(time.Minute)
			}
		}
	})
}
