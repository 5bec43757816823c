package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"heard/server/errs"
	"heard/server/trace"
)

// entry is the one middleware in front of everything: request id, headers,
// recovery from a panic and the access log.
func (a *App) entry(c *fiber.Ctx) error {
	start := time.Now()
	r := &request{id: newRequestID(), address: c.IP()}
	ctx, span := trace.Start(context.Background(), "request")
	c.SetUserContext(withRequest(ctx, r))
	c.Set("X-Request-Id", r.id)
	a.secure(c)
	if err := a.guarded(c); err != nil {
		// Answered here, so that the log below sees the status.
		_ = a.refuse(c, err)
	}
	path, status, took := c.Route().Path, c.Response().StatusCode(), time.Since(start)
	a.observe(c.Method(), path, status, took)
	span.EndRequest(c.Method(), path, status, r.id)
	if path != "/healthz" && path != "/readyz" {
		a.log.LogAttrs(context.Background(), slog.LevelInfo, "request",
			slog.String("method", c.Method()), slog.String("route", path), slog.Int("status", status),
			slog.Duration("took", took), slog.String("request", r.id))
	}
	return nil
}

// guarded runs the rest and turns a panic into an error. The panic's value may
// hold private words, so the log gets its type and the stack, not its text.
func (a *App) guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("panic", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()), "request", RequestID(c.UserContext()))
			err = errs.New(errs.Internal, "")
		}
	}()
	if !readable(c) {
		return errs.New(errs.Invalid, "There are characters in this address that Heard can't read.")
	}
	if packed(c) {
		return fiber.ErrUnsupportedMediaType
	}
	return c.Next()
}

// packed says whether the body came compressed. No browser does that, and Fiber
// would unpack it without a limit: 165 bytes of Brotli hold 100 MB of nothing.
func packed(c *fiber.Ctx) bool {
	for _, coding := range c.Request().Header.PeekAll("Content-Encoding") {
		if len(coding) > 0 && !bytes.EqualFold(coding, []byte("identity")) {
			return true
		}
	}
	return false
}

// readable says whether the query is text. Bytes that are none would get as far
// as a database, which may fail over them.
func readable(c *fiber.Ctx) bool {
	for key, value := range c.Request().URI().QueryArgs().All() {
		for _, b := range [][]byte{key, value} {
			if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
				return false
			}
		}
	}
	return true
}

// refuse is Fiber's error handler: also for what never reached a route, such as
// a body over the limit.
func (a *App) refuse(c *fiber.Ctx, err error) error {
	id := RequestID(c.UserContext())
	if id == "" { // the server itself refused, before entry ran
		id = newRequestID()
		a.secure(c)
	}
	var p *Problem
	if fe, ok := errors.AsType[*fiber.Error](err); ok {
		p = problemOfStatus(fe.Code, id)
		if fe.Code == http.StatusRequestEntityTooLarge {
			drain(c.Context().Conn())
		}
	} else {
		a.note(id, err)
		p = problemOf(err, id)
	}
	c.Status(p.Status)
	return c.JSON(p, problemType)
}

const (
	drainBytes  = 8 << 20
	drainQuiet  = 250 * time.Millisecond
	drainWithin = 10 * time.Second
)

// drain takes in what a client is still sending of a body that was refused for
// its size. Closing on it would reset the connection, and with it the answer.
func drain(conn net.Conn) {
	buffer, end := make([]byte, 16<<10), time.Now().Add(drainWithin)
	for left := drainBytes; left > 0 && time.Now().Before(end); {
		if conn.SetReadDeadline(time.Now().Add(drainQuiet)) != nil {
			return
		}
		n, err := conn.Read(buffer)
		if err != nil {
			return // quiet, or gone
		}
		left -= n
	}
}

// note logs what the answer must not say: whatever went wrong in here. A limit
// that was reached is "unavailable" too, but has no cause and is no fault.
func (a *App) note(requestID string, err error) {
	switch e, ours := errors.AsType[*errs.Error](err); {
	case !ours, e.Code == errs.Internal, e.Code == errs.Unavailable && e.Err != nil:
		a.log.Error("failed", "error", err.Error(), "request", requestID)
	}
}

// healthz says that the process lives; it asks nothing else, or a database that is
// away would have every instance restarted.
func (a *App) healthz(c *fiber.Ctx) error { return c.SendString("ok") }

// Readiness is what /readyz answers.
type Readiness struct {
	Status   string     `json:"status"`   // Ready or NotReady: whether this instance can take a card
	Database string     `json:"database"` // "ok" or "unavailable"
	Delivery string     `json:"delivery"` // "ok", "stalled" or "unknown"; a stall is no reason to be unready
	Since    *time.Time `json:"since,omitempty"`
}

// What Readiness says first.
const (
	Ready    = "ready"
	NotReady = "not_ready"
)

func (a *App) readyz(c *fiber.Ctx) error {
	r := Readiness{Status: Ready, Database: "ok", Delivery: "unknown"}
	if a.ready != nil {
		ctx, cancel := context.WithTimeout(c.UserContext(), 3*time.Second)
		defer cancel()
		r = a.ready(ctx)
	}
	if r.Status != Ready {
		c.Status(http.StatusServiceUnavailable)
	}
	c.Set("Cache-Control", "no-store")
	return c.JSON(r)
}

func (a *App) openAPI(c *fiber.Ctx) error {
	body, err := a.spec()
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/openapi+json")
	c.Set("Cache-Control", "no-cache")
	return c.Send(body)
}

// answer writes a refusal from inside a huma middleware.
func (a *App) answer(hc huma.Context, err error) {
	id := RequestID(hc.Context())
	a.note(id, err)
	p := problemOf(err, id)
	hc.SetHeader("Content-Type", problemType)
	hc.SetStatus(p.Status)
	if err := huma.DefaultJSONFormat.Marshal(hc.BodyWriter(), p); err != nil {
		a.log.Error("failed", "error", err.Error(), "request", id)
	}
}

// fallback is reached by what no route took.
func (a *App) fallback(c *fiber.Ctx) error {
	if isAPI(c.Path()) || (c.Method() != http.MethodGet && c.Method() != http.MethodHead) {
		return c.Next() // Fiber then answers 404 or 405
	}
	return a.pages.serve(c)
}
