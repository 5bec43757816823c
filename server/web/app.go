// Package web is the HTTP kit: routes with their policy, sessions by cookie,
// CSRF, errors, headers, live streams and the static pages. It knows no domain.
package web

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"heard/server/viewer"
)

// Authenticator turns a place's token into a viewer. userAct is false when the
// page, not the person, made the request: that does not keep a session awake.
type Authenticator interface {
	Authenticate(ctx context.Context, place viewer.Place, token string, userAct bool) (viewer.Viewer, error)
}

// Options say how an App behaves. Only Auth, Ring, Hub and PublicURL are needed.
type Options struct {
	PublicURL      string                          // scheme and host browsers use
	Auth           Authenticator                   // who has which token
	Ring           Macer                           // for CSRF tokens
	Hub            *Hub                            // live streams
	Static         fs.FS                           // the built front end; nil serves none
	Log            *slog.Logger                    // nil discards
	Ready          func(context.Context) Readiness // what /readyz answers; nil is always ready
	Now            func() time.Time                // the clock of answers; nil is the system's
	TrustedProxies []string                        // addresses or networks whose headers are believed
	ProxyHeader    string                          // the one header they set to the client's address
	BodyLimit      int                             // bytes of a body on any route but those that say Large; 0 is 256 KiB
	RequestTimeout time.Duration                   // 0 is 15 s
	Heartbeat      time.Duration                   // of live streams; 0 is 15 s
	StreamMaxAge   time.Duration                   // of live streams; 0 is 30 min
	// Observe counts each answered request by its route's template; nil counts nothing.
	Observe func(method, route string, status int, took time.Duration)
	// Stalled says since when alerts of an organisation don't get through; nil: they do.
	Stalled func(organisationID string) *time.Time
}

// App is the HTTP side of the server.
type App struct {
	fiber    *fiber.App
	api      huma.API
	auth     Authenticator
	ring     Macer
	hub      *Hub
	rechecks *rechecks
	observe  func(method, route string, status int, took time.Duration)
	stalled  func(organisationID string) *time.Time
	log      *slog.Logger
	now      func() time.Time
	ready    func(context.Context) Readiness
	origin   string
	limit    int
	timeout  time.Duration
	beat     time.Duration
	maxAge   time.Duration
	stopping context.Context
	stop     context.CancelFunc
	routes   []Route
	pages    *pages
	spec     func() ([]byte, error)
}

// NewApp makes an App without API routes; they are added by GET, POST and so on.
func NewApp(o Options) *App {
	if o.BodyLimit == 0 {
		o.BodyLimit = 256 << 10
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &App{
		auth: o.Auth, ring: o.Ring, hub: o.Hub, log: o.Log, now: o.Now, ready: o.Ready, origin: originOf(o.PublicURL),
		limit:   o.BodyLimit,
		timeout: orElse(o.RequestTimeout, 15*time.Second), beat: orElse(o.Heartbeat, 15*time.Second),
		maxAge: orElse(o.StreamMaxAge, 30*time.Minute), pages: loadPages(o.Static),
	}
	if a.observe = o.Observe; a.observe == nil {
		a.observe = func(string, string, int, time.Duration) {}
	}
	a.rechecks, a.stalled = &rechecks{auth: o.Auth, timeout: a.timeout}, o.Stalled
	a.stopping, a.stop = context.WithCancel(context.Background())
	a.fiber = fiber.New(a.config(o))
	a.fiber.Use(a.entry)
	a.api = humafiber.NewV2(a.fiber, apiConfig())
	a.spec = sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.api.OpenAPI()) })
	a.fiber.Get("/healthz", a.healthz)
	a.fiber.Get("/readyz", a.readyz)
	a.fiber.Get("/openapi.json", a.openAPI)
	return a
}

func (a *App) config(o Options) fiber.Config {
	return fiber.Config{
		Immutable:                    true, // else strings of a request change under those who keep them
		CaseSensitive:                true,
		StrictRouting:                true,
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    max(o.BodyLimit, largeBody),
		ReadBufferSize:               16 << 10,
		ReadTimeout:                  arrival,
		WriteTimeout:                 30 * time.Second, // live streams set their own deadline at each write
		IdleTimeout:                  75 * time.Second,
		ErrorHandler:                 a.refuse,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               o.TrustedProxies,
		ProxyHeader:                  o.ProxyHeader,
		EnableIPValidation:           true,
	}
}

func apiConfig() huma.Config {
	security := map[string]*huma.SecurityScheme{}
	for _, place := range viewer.Places {
		security[string(place)] = &huma.SecurityScheme{Type: "apiKey", In: "cookie", Name: CookieName(place)}
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Heard", Version: "1", Description: "Unsafe requests with a session carry " + CSRFHeader + " from GET session."},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: security,
			},
		},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
	}
}

// Fiber gives the underlying app, for tests that send requests without a socket.
func (a *App) Fiber() *fiber.App { return a.fiber }

// OpenAPI gives the description of the API.
func (a *App) OpenAPI() *huma.OpenAPI { return a.api.OpenAPI() }

// Routes lists every API route in the order it was added.
func (a *App) Routes() []Route { return slices.Clone(a.routes) }

// Serve answers on the listener until Shutdown.
func (a *App) Serve(ln net.Listener) error {
	a.fiber.Use(a.fallback)
	var sweeper sync.WaitGroup
	sweeper.Go(a.sweep)
	err := a.fiber.Listener(ln)
	a.stop()
	sweeper.Wait()
	return err
}

// Shutdown ends the live streams, lets running requests finish and stops.
func (a *App) Shutdown(ctx context.Context) error {
	a.stop()
	return a.fiber.ShutdownWithContext(ctx)
}

func originOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

func orElse(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
