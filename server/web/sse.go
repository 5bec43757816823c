package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"heard/server/viewer"
)

// Stream is the body of a live route; send writes one event and flushes it. It
// returns when ctx ends: at the end of the session or of its right to the route,
// at server stop, at the stream's maximum age, or when the client has gone.
type Stream func(ctx context.Context, v viewer.Viewer, send func(event string, data any) error) error

// Moment is the data of the event "changed": the server's time.
type Moment struct {
	At time.Time `json:"at"`
}

// Beat is the data of the event "ping": the server's time and, while alerts don't
// get through, since when.
type Beat struct {
	Moment
	StalledSince *time.Time `json:"stalledSince,omitempty"`
}

const writeDeadline = 10 * time.Second

// SSE registers a live stream. It never counts as an act of the person, since
// the browser reopens it unasked.
func SSE(g *Group, path string, p Policy, stream Stream, summary string) {
	if isPublic(p) {
		panic("web: a live stream needs a session")
	}
	op := g.operation(http.MethodGet, path, p, summary, true)
	op.Responses = map[string]*huma.Response{"200": {
		Description: "Server-sent events",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(g.app.api, op, func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(hc huma.Context) { g.stream(hc, p, stream) }}, nil
	})
}

type readsKey struct{}

// MayRead says whether the session behind a live stream may read now, which changes
// while a stream is open: a screen locks, a device is let in.
func MayRead(ctx context.Context) bool {
	reads, ok := ctx.Value(readsKey{}).(func(context.Context) bool)
	return ok && reads(ctx)
}

func (g *Group) stream(hc huma.Context, p Policy, stream Stream) {
	rc := humafiber.UnwrapV2(hc).Context()
	v := viewer.Must(hc.Context())
	d := door{place: g.place, token: requestOf(hc.Context()).token, policy: p}
	base := context.WithValue(context.WithoutCancel(hc.Context()), readsKey{}, func(ctx context.Context) bool { return g.app.rechecks.mayRead(ctx, d) })
	hc.SetHeader("Content-Type", "text/event-stream")
	hc.SetHeader("X-Accel-Buffering", "no")
	hc.SetStatus(http.StatusOK)
	conn := rc.Conn()
	rc.SetBodyStreamWriter(func(w *bufio.Writer) {
		g.app.serveStream(base, v, d, &eventWriter{w: w, conn: conn}, stream)
	})
}

func (a *App) serveStream(base context.Context, v viewer.Viewer, d door, out *eventWriter, stream Stream) {
	defer func() { // this runs on the server's own goroutine: a panic would end the process
		if p := recover(); p != nil {
			a.log.ErrorContext(base, "panic", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()), "request", RequestID(base))
		}
	}()
	ctx, cancel := context.WithTimeout(base, a.maxAge)
	defer cancel()
	defer context.AfterFunc(a.stopping, cancel)()
	member, leave := a.hub.open(v, d, cancel)
	defer leave()
	out.still = func() bool { return ctx.Err() == nil && a.rechecks.still(ctx, d) && ctx.Err() == nil }
	ping := func() error { return out.send("ping", a.beatFor(v)) }

	if ping() != nil {
		return
	}
	var beats sync.WaitGroup
	beats.Go(func() { a.heartbeat(ctx, cancel, member.beat, ping) })
	err := stream(ctx, v, func(event string, data any) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := out.send(event, data)
		if err != nil {
			cancel()
		}
		return err
	})
	cancel()
	beats.Wait() // nothing may write once this function has returned
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errGone) {
		a.note(RequestID(base), err)
	}
}

func (a *App) beatFor(v viewer.Viewer) Beat {
	b := Beat{Moment: Moment{At: a.now().UTC()}}
	if a.stalled != nil {
		b.StalledSince = a.stalled(v.OrganisationID)
	}
	return b
}

// heartbeat writes now and then, and when asked: a client that has gone is noticed
// only so.
func (a *App) heartbeat(ctx context.Context, cancel context.CancelFunc, asked <-chan struct{}, ping func() error) {
	ticker := time.NewTicker(a.beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-asked:
		case <-ticker.C:
		}
		if ping() != nil {
			cancel()
			return
		}
	}
}

var errGone = errors.New("web: the client has gone")

type eventWriter struct {
	mu    sync.Mutex
	w     *bufio.Writer
	conn  net.Conn
	still func() bool
}

func (e *eventWriter) send(event string, data any) error {
	if !e.still() {
		return errGone
	}
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn != nil {
		if err := e.conn.SetWriteDeadline(time.Now().Add(writeDeadline)); err != nil {
			return errGone
		}
	}
	if _, err := fmt.Fprintf(e.w, "event: %s\ndata: %s\n\n", event, body); err != nil {
		return errGone
	}
	if err := e.w.Flush(); err != nil {
		return errGone
	}
	return nil
}
