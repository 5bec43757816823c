// Long because the whole application is put together here, in the order in which its parts need each other.

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"heard/assets"
	"heard/frontend"
	"heard/server/accounts"
	"heard/server/db"
	"heard/server/demo"
	"heard/server/feelings"
	"heard/server/files"
	"heard/server/keys"
	"heard/server/listening"
	"heard/server/metrics"
	"heard/server/notify"
	"heard/server/outbox"
	"heard/server/people"
	"heard/server/placements"
	"heard/server/pulse"
	"heard/server/reports"
	"heard/server/viewer"
	"heard/server/web"
)

// stopWithin is how long running requests and jobs get to finish at the end.
const stopWithin = 10 * time.Second

// App is a running Heard: the same for main, for tests and for measuring.
type App struct {
	Config     Config
	DB         *db.DB
	Accounts   *accounts.Service
	Files      *files.Service
	People     *people.Service
	Notify     *notify.Service
	Feelings   *feelings.Service
	Listening  *listening.Service
	Outbox     *outbox.Service
	Placements *placements.Service
	Reports    *reports.Service
	Exports    *reports.Exports
	Demo       *demo.Service // nil outside the demo
	Pulse      *pulse.Service
	Metrics    *metrics.Metrics
	Web        *web.App
	Hub        *web.Hub

	ring *keys.Ring
	ends []func() error // what was opened besides the database
	bus  *db.Bus
	log  *slog.Logger
}

// Open opens the key, the database (and brings its tables up to date) and the
// domains, and wires them. The caller closes the App.
func Open(ctx context.Context, c Config) (*App, error) {
	var clock *demo.Clock
	if c.Demo {
		clock = demo.NewClock(c.Now)
		c.Now = clock.Now
	}
	a, err := openStores(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.openTraces(ctx), a.assemble(ctx, clock)); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// openStores opens what commands need as well: key and database.
func openStores(ctx context.Context, c Config) (*App, error) {
	c.fill()
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	ring, err := keys.Load(c.KeyFile, c.Key.Reveal())
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{
		URL: c.DatabaseURL.Reveal(), Path: c.databaseFile(), Key: ring.DatabaseKey(),
		Now: c.Now, Log: c.Log, GroupMax: c.GroupMax, Scope: scope,
	})
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: d, Hub: web.NewHub(), bus: d.Bus(), Metrics: metrics.New(), ring: ring, log: c.Log}
	a.Hub.RelayTo(a.bus)
	if err := d.Migrate(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// scope is the organisation whose rows a transaction may see: that of whoever
// asks. Jobs, commands and signing in ask for nobody.
func scope(ctx context.Context) string {
	v, _ := viewer.From(ctx)
	return v.OrganisationID
}

func (a *App) assemble(ctx context.Context, clock *demo.Clock) error {
	if err := a.domains(ctx); err != nil {
		return err
	}
	if err := a.openDemo(ctx, clock); err != nil {
		return err
	}
	static, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return err
	}
	a.Web = web.NewApp(web.Options{
		PublicURL: a.Config.PublicURL, Auth: a.Accounts, Ring: a.ring, Hub: a.Hub, Static: static, Log: a.log,
		Ready: a.Pulse.Ready, Now: a.Config.Now, Stalled: a.Pulse.StalledSince, Observe: a.Metrics.Request,
		TrustedProxies: a.Config.TrustedProxies, ProxyHeader: a.Config.ClientIPHeader,
	})
	a.routes()
	a.measure()
	return nil
}

// domains makes the services from the lower floors up. What must act together
// across floors in one transaction is handed down here, as small interfaces.
func (a *App) domains(ctx context.Context) error {
	var err error
	c := a.Config
	a.Notify, err = notify.New(ctx, notify.Config{
		DB: a.DB, Ring: a.ring, Log: a.log, Contact: c.PushContact, TestPushOrigin: c.TestPushOrigin, PollEvery: c.PollEvery,
		Channels: c.channels(), PublicURL: c.PublicURL, Observe: a.Metrics,
	})
	if err != nil {
		return err
	}
	a.Accounts, err = accounts.New(accounts.Config{
		DB: a.DB, Ring: a.ring, Hub: a.Hub, Log: a.log, PublicURL: c.PublicURL, Demo: c.Demo,
	})
	if err != nil {
		return err
	}
	a.Listening = listening.New(listening.Config{
		DB: a.DB, Keys: a.Accounts, Names: a.Accounts, Waker: a.Hub, MAC: a.ring, PublicURL: c.PublicURL,
	})
	if err := a.openFiles(ctx); err != nil {
		return err
	}
	if err := a.openPlaces(); err != nil {
		return err
	}
	a.Feelings, err = feelings.New(feelings.Config{
		DB: a.DB, Deck: assets.Deck, Keys: a.Accounts, Names: a.Accounts, Alerts: a.Notify, MAC: a.ring,
		Waker: a.Hub, Log: a.log, Now: c.Now, Poll: c.PollEvery, LeftEvery: c.LeftEvery, Observe: a.Metrics,
		Contacts: a.Listening, Ways: a.Placements,
	})
	if err != nil {
		return err
	}
	a.Notify.SettleWith(a.Feelings)
	a.Accounts.OnSessionEnd(a.Notify.EndSessionTx)
	a.Accounts.OnAccountEnd(a.Notify.EndAccountTx)
	a.Outbox, err = outbox.New(ctx, outbox.Config{
		DB: a.DB, Ring: a.ring, Accounts: a.Accounts, Take: a.takeSealed, MayBeLarge: mayBeLarge, What: whatIs, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.Accounts.OnAccountEnd(a.Outbox.EndAccountTx)
	a.Accounts.OnDeviceEnd(a.Outbox.EndDeviceTx)
	a.People = people.New(people.Config{
		DB: a.DB, Ring: a.ring, Book: a.Accounts, Enders: []people.AccessEnder{a.Notify, streams{a.Hub}}, Waiting: a.Feelings, Wake: a.Hub.Wake,
		Tester: a.Notify, Log: a.log, Poll: c.PollEvery,
	})
	published, err := a.openPublished(ctx)
	if err != nil {
		return err
	}
	a.Reports = reports.New(reports.Config{DB: a.DB, Published: published, Names: a.Accounts, Log: a.log, Every: c.ReleasesEvery})
	a.Notify.BookDuty(a.People)
	a.People.WatchDuty(a.Feelings)
	return errors.Join(a.exports(), a.heartbeat())
}

// openPlaces makes what knows of places and moves, and lets it say who may put up files.
func (a *App) openPlaces() error {
	hellos, err := placements.Hellos(assets.Hello)
	if err != nil {
		return err
	}
	a.Placements = placements.New(placements.Config{
		DB: a.DB, Keys: a.Accounts, Names: a.Accounts, Waker: a.Hub, Count: a.Listening, PublicURL: a.Config.PublicURL,
		Files: a.Files, Hellos: hellos, Log: a.log, Every: a.Config.PlacesEvery,
		WordsFor: time.Duration(a.Config.MoveWordsDays) * 24 * time.Hour,
	})
	a.Files.LetIn(placements.MayUploadTx)
	return nil
}

// heartbeat makes the machines that prove that cards get through. It stands on the
// domains as they are, like a person.
func (a *App) heartbeat() error {
	made, err := pulse.New(pulse.Config{
		DB: a.DB, Ring: a.ring, Book: a.Accounts, Relations: a.People, Cards: a.Feelings, Push: a.Notify, VAPID: a.Notify.PublicKey(),
		Log: a.log, Now: a.Config.Now, Every: a.Config.HeartbeatEvery, Poll: a.Config.PollEvery, Changed: a.Hub.Beat,
	})
	if err != nil {
		return err
	}
	a.Pulse = made
	a.Notify.DeliverInside(made.Receiver())
	return nil
}

// openDemo makes or finds the made-up organisation; a clock means the demo was
// asked for. Unasked, a database that holds it is refused.
func (a *App) openDemo(ctx context.Context, clock *demo.Clock) error {
	if clock == nil {
		return a.DB.Read(ctx, people.NoDemoOrganisationTx)
	}
	made, err := demo.New(demo.Config{DB: a.DB, Accounts: a.Accounts, People: a.People, Feelings: a.Feelings, Listening: a.Listening, Reports: a.Reports, Clock: clock,
		Placements: a.Placements, Files: a.Files, Photos: assets.Demo})
	if err != nil {
		return err
	}
	a.Demo = made
	return made.Open(ctx)
}

// furnishDemo gives the made-up place its photos, beside the open doors. Without them the rest still stands.
func (a *App) furnishDemo(ctx context.Context) error {
	if err := a.Demo.Furnish(ctx); err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "the demo's place could not be furnished", "error", err.Error())
	}
	return nil
}

// Run listens and works until ctx ends, then stops what it started.
func (a *App) Run(ctx context.Context) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.Listen)
	if err != nil {
		return err
	}
	a.announce(os.Stdout)
	return a.Serve(ctx, ln)
}

// Serve is Run on a listener that is open already. The first part that fails
// stops the others.
func (a *App) Serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	start := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	bus := a.startBus(ctx)
	start("heartbeat", a.Pulse.Run)
	start("metrics", a.serveMetrics)
	start("alerts", a.Notify.Run)
	start("rota", a.People.Run)
	start("files", a.Files.Run)
	start("places", a.Placements.Run)
	start("promises", a.Feelings.Run)
	start("releases", a.Reports.Run)
	start("webhooks", a.Exports.RunDeliveries)
	start("letters", a.Exports.RunLetters)
	if a.Demo != nil {
		start("demo", a.furnishDemo)
	}
	start("http", func(context.Context) error { return a.Web.Serve(ln) })
	<-ctx.Done()
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	err := a.Web.Shutdown(stop)
	_ = ln.Close() // already closed, unless the server was not yet listening: then Shutdown has left it open
	parts.Wait()
	bus() // last: it tells the other instances of all the rest
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(cause, err)
	}
	return err
}

// startBus connects the hub with those of other instances until the function it
// gives is called.
func (a *App) startBus(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.bus.Run(ctx, db.Ears{Hear: a.Hub.Hear, Missed: a.Hub.Missed})
	}()
	return func() { cancel(); <-ended }
}

// Close closes the database, and what was opened besides.
func (a *App) Close() error {
	err := a.DB.Close()
	for _, end := range a.ends {
		err = errors.Join(err, end())
	}
	return err
}

// announce tells a person at the console where to go.
func (a *App) announce(out io.Writer) {
	_, _ = fmt.Fprintf(out, "Heard is at %s\n", a.Config.PublicURL)
	if a.Demo == nil {
		return
	}
	_, _ = fmt.Fprintln(out, "This is the demo: everybody and everything in it is made up. Its doors, one tap each:")
	for _, d := range a.Demo.Doors() {
		_, _ = fmt.Fprintf(out, "  %-8s %s%s  %s, %s\n", d.Place, a.Config.PublicURL, pathOf[d.Place], d.Name, d.What)
	}
}

// pathOf is where each place begins.
var pathOf = map[viewer.Place]string{viewer.Young: "/", viewer.Work: "/work/", viewer.Admin: "/admin/", viewer.Insight: "/insight/"}
