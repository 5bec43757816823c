package web

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"heard/server/errs"
	"heard/server/viewer"
)

// Policy is the coarse question on a route's line: may somebody like this use it
// at all? It is pure; finer questions need the object and are asked beside it.
type Policy func(v viewer.Viewer) error

// Public is the policy of a route that asks for no session.
func Public() Policy { return public }

func public(viewer.Viewer) error { return nil }

func isPublic(p Policy) bool {
	return reflect.ValueOf(p).Pointer() == reflect.ValueOf(public).Pointer()
}

// Route is one line of the route table.
type Route struct {
	Method    string
	Path      string
	Place     viewer.Place // empty outside the places
	Summary   string
	HasPolicy bool
	Public    bool
	Live      bool
}

// Group is the routes of one place.
type Group struct {
	app    *App
	place  viewer.Place
	prefix string
}

// Place gives the group with the prefix /api/<place> and that place's cookie.
func (a *App) Place(place viewer.Place) *Group {
	return &Group{app: a, place: place, prefix: "/api/" + string(place)}
}

// Open gives the group with the prefix /api, which has no sessions.
func (a *App) Open() *Group { return &Group{app: a, prefix: "/api"} }

// Option changes an operation before it is registered.
type Option func(*huma.Operation)

// OwnReading leaves the reading of the body to the handler, which takes it raw.
func OwnReading(op *huma.Operation) { op.SkipValidateBody = true }

// largeBody is the largest body that is read off a connection at all.
const largeBody = 1 << 20

// arrival is how long a request may take to come in whole. A phone gives what
// it sealed a second for each 8 kB (frontend/src/lib/outbox-deps.ts): 131 for
// the largest body. Hanging up sooner would cut a voice on a slow line at each
// try, for ever. Whoever drips bytes on purpose holds a goroutine and at most
// largeBody of memory so long, and nothing else: no handler runs and nothing of
// the database is held before a body is whole. How many connections there may
// be at a time is the proxy's to bound.
const arrival = 150 * time.Second

// Large lets a route take bodies of so many bytes, where others take no more than
// BodyLimit.
func Large(bytes int64) Option {
	return func(op *huma.Operation) { op.MaxBodyBytes = min(bytes, largeBody) }
}

// GET registers a reading route.
func GET[I, O any](g *Group, path string, p Policy, h func(context.Context, *I) (*O, error), summary string, opts ...Option) {
	register(g, http.MethodGet, path, p, h, summary, opts)
}

// POST registers an acting route.
func POST[I, O any](g *Group, path string, p Policy, h func(context.Context, *I) (*O, error), summary string, opts ...Option) {
	register(g, http.MethodPost, path, p, h, summary, opts)
}

// PUT registers a replacing route.
func PUT[I, O any](g *Group, path string, p Policy, h func(context.Context, *I) (*O, error), summary string, opts ...Option) {
	register(g, http.MethodPut, path, p, h, summary, opts)
}

// DELETE registers a removing route.
func DELETE[I, O any](g *Group, path string, p Policy, h func(context.Context, *I) (*O, error), summary string, opts ...Option) {
	register(g, http.MethodDelete, path, p, h, summary, opts)
}

func register[I, O any](g *Group, method, path string, p Policy, h func(context.Context, *I) (*O, error), summary string, opts []Option) {
	op := g.operation(method, path, p, summary, false)
	for _, opt := range opts {
		opt(&op)
	}
	huma.Register(g.app.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			g.app.note(RequestID(ctx), err)
			return nil, problemOf(err, RequestID(ctx))
		}
		return out, nil
	})
}

// operation enters the route in the table. A route nobody thought about is a
// hole, so one without a policy stops the program at its start.
func (g *Group) operation(method, path string, p Policy, summary string, live bool) huma.Operation {
	full := g.prefix + path
	if p == nil {
		panic("web: no policy on " + method + " " + full)
	}
	if g.place == "" && !isPublic(p) {
		panic("web: a policy needs a place on " + method + " " + full)
	}
	g.app.routes = append(g.app.routes, Route{
		Method: method, Path: full, Place: g.place, Summary: summary, HasPolicy: true, Public: isPublic(p), Live: live,
	})
	op := huma.Operation{
		OperationID: operationID(method, full), Method: method, Path: full, Summary: summary,
		Tags:            []string{strings.TrimPrefix(g.prefix, "/")},
		BodyReadTimeout: -1, // Fiber has read the body already, under its own deadline
		MaxBodyBytes:    int64(g.app.limit),
		Middlewares:     huma.Middlewares{g.admission(p, live)},
	}
	if !isPublic(p) {
		op.Security = []map[string][]string{{string(g.place): {}}}
	}
	return op
}

func (g *Group) admission(p Policy, live bool) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		ctx, err := g.admit(hc, p, live)
		if err != nil {
			g.app.answer(hc, err)
			return
		}
		if !live { // a live stream outlives its handler and minds its own age
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, g.app.timeout)
			defer cancel()
		}
		next(huma.WithContext(hc, ctx))
	}
}

// admit asks, in this order: is it of a size for this route, did our own page send it, whose is the session,
// does it hold the CSRF token, may somebody like this use the route.
func (g *Group) admit(hc huma.Context, p Policy, live bool) (context.Context, error) {
	c := humafiber.UnwrapV2(hc)
	ctx := hc.Context()
	if int64(len(c.Request().Body())) > hc.Operation().MaxBodyBytes {
		return nil, errs.New(errs.TooLarge, "That is too much at once.")
	}
	if unsafe(hc.Method()) {
		if err := g.app.sameOrigin(c); err != nil {
			return nil, err
		}
	}
	v, err := g.whoAsks(ctx, c.Cookies(CookieName(g.place)), !live && c.Get("X-Heard-Background") != "1")
	if isPublic(p) {
		if err != nil && errs.CodeOf(err) != errs.Unauthenticated {
			return nil, err // "cannot tell" must not look like "signed out"
		}
		requestOf(ctx).authErr = err
		if err == nil && v.SessionID != "" {
			ctx = viewer.With(ctx, v)
		}
		return ctx, nil
	}
	if err != nil {
		return nil, err
	}
	if v.SessionID == "" {
		return nil, errs.New(errs.Unauthenticated, "Please sign in.")
	}
	if unsafe(hc.Method()) {
		if err := g.app.checkToken(c, v.SessionID); err != nil {
			return nil, err
		}
	}
	if err := p(v); err != nil {
		return nil, err
	}
	return viewer.With(ctx, v), nil
}

// whoAsks gives an empty viewer when no token was sent.
func (g *Group) whoAsks(ctx context.Context, token string, userAct bool) (viewer.Viewer, error) {
	if g.place == "" || token == "" {
		return viewer.Viewer{}, nil
	}
	requestOf(ctx).token = token
	ctx, cancel := context.WithTimeout(ctx, g.app.timeout)
	defer cancel()
	v, err := g.app.auth.Authenticate(ctx, g.place, token, userAct)
	if err != nil {
		return viewer.Viewer{}, err
	}
	if v.Place != g.place { // the lookup is by place; this is the second lock on the door
		return viewer.Viewer{}, errs.New(errs.Unauthenticated, "Please sign in.")
	}
	return v, nil
}

func operationID(method, path string) string {
	id := strings.NewReplacer("/api/", "", "{", "", "}", "", "/", "-").Replace(path)
	return strings.ToLower(method) + "-" + id
}

// schemaName puts the package before a type's name: two domains may both have a
// "Card".
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	if pkg == "" || t.Name() == "" {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}
