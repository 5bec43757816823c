package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"heard/server/app"
	"heard/server/keys"
)

// phone is a young person's signed-in device, as the demo's door gives it.
type phone struct {
	base, cookie, csrf string
	audience           string // JSON: everyone a card goes to when nobody is switched off
}

// result is what a load did: successes a second and how long each took.
type result struct {
	perSecond float64
	p99       time.Duration
}

// drive runs work on many connections until the time is up. The first tenth warms up and is not counted.
func drive(ctx context.Context, lasting time.Duration, work func(context.Context) error) (result, error) {
	warm, end := time.Now().Add(lasting/10), time.Now().Add(lasting+lasting/10)
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var workers sync.WaitGroup
	for range connections {
		workers.Go(func() {
			own, err := repeat(ctx, warm, end, work)
			mu.Lock()
			defer mu.Unlock()
			took, failed = append(took, own...), errors.Join(failed, err)
		})
	}
	workers.Wait()
	if failed != nil || len(took) == 0 {
		return result{}, errors.Join(errors.New("the load failed"), failed)
	}
	slices.Sort(took)
	return result{perSecond: float64(len(took)) / lasting.Seconds(), p99: took[len(took)*99/100]}, nil
}

func repeat(ctx context.Context, warm, end time.Time, work func(context.Context) error) ([]time.Duration, error) {
	var took []time.Duration
	for began := time.Now(); began.Before(end); began = time.Now() {
		if err := work(ctx); err != nil {
			return took, err
		}
		if began.After(warm) {
			took = append(took, time.Since(began))
		}
	}
	return took, nil
}

// tap posts one card and asks for its receipt.
func (p phone) tap(client *fasthttp.Client) func(context.Context) error {
	return func(context.Context) error {
		request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(request)
		defer fasthttp.ReleaseResponse(response)
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		p.prepare(request, fasthttp.MethodPost, "/api/young/cards")
		request.SetBodyString(fmt.Sprintf(
			`{"id":%q,"card":"sad","kind":"feeling","intensity":"quite","need":"talk","audience":%s,"kept":false,"tappedAt":%q}`,
			id, p.audience, time.Now().UTC().Format(time.RFC3339)))
		if err := client.DoTimeout(request, response, 20*time.Second); err != nil {
			return err
		}
		if response.StatusCode() != fasthttp.StatusOK {
			return fmt.Errorf("a card was answered %d: %s", response.StatusCode(), response.Body())
		}
		return nil
	}
}

func (p phone) prepare(request *fasthttp.Request, method, path string) {
	request.Header.SetMethod(method)
	request.SetRequestURI(p.base + path)
	request.Header.SetContentType("application/json")
	request.Header.Set("Origin", p.base)
	request.Header.Set("Cookie", p.cookie)
	request.Header.Set("X-Heard-CSRF", p.csrf)
}

func (p phone) ask(client *fasthttp.Client, method, path, body string, into any) (*fasthttp.ResponseHeader, error) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	p.prepare(request, method, path)
	request.SetBodyString(body)
	if err := client.DoTimeout(request, response, 20*time.Second); err != nil {
		return nil, err
	}
	if response.StatusCode() != fasthttp.StatusOK {
		return nil, fmt.Errorf("%s was answered %d: %s", path, response.StatusCode(), response.Body())
	}
	header := &fasthttp.ResponseHeader{}
	response.Header.CopyTo(header)
	if into == nil {
		return header, nil
	}
	return header, json.Unmarshal(response.Body(), into)
}

// open goes through one of the demo's doors; each time is a session of its own.
func open(client *fasthttp.Client, base, door, place string) (phone, error) {
	p := phone{base: base}
	header, err := p.ask(client, fasthttp.MethodPost, "/api/demo/enter", fmt.Sprintf(`{"door":%q}`, door), nil)
	if err != nil {
		return p, err
	}
	cookie := fasthttp.AcquireCookie()
	defer fasthttp.ReleaseCookie(cookie)
	cookie.SetKey("heard_" + place)
	if !header.Cookie(cookie) {
		return p, errors.New("the demo's door gave no cookie")
	}
	p.cookie = "heard_" + place + "=" + string(cookie.Value())
	var session struct {
		CSRF string `json:"csrf"`
	}
	_, err = p.ask(client, fasthttp.MethodGet, "/api/"+place+"/session", "", &session)
	p.csrf = session.CSRF
	return p, err
}

// enter goes through the demo's first door: Leo's.
func enter(client *fasthttp.Client, base string) (phone, error) {
	p, err := open(client, base, "leo", "young")
	if err != nil {
		return p, err
	}
	var around struct {
		People []struct {
			ID      string `json:"id"`
			Default bool   `json:"default"`
		} `json:"people"`
	}
	if _, err := p.ask(client, fasthttp.MethodGet, "/api/young/people", "", &around); err != nil {
		return p, err
	}
	var audience []string
	for _, person := range around.People {
		if person.Default {
			audience = append(audience, person.ID)
		}
	}
	if len(audience) == 0 {
		return p, errors.New("the demo's Leo has no keyworker")
	}
	text, err := json.Marshal(audience)
	p.audience = string(text)
	return p, err
}

func newClient() *fasthttp.Client {
	return &fasthttp.Client{MaxConnsPerHost: connections, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second}
}

// taps measures authenticated, durable card posts with their alerts enqueued. The
// alerts are not sent meanwhile: sending is measured apart.
func taps(ctx context.Context, lasting time.Duration, databaseURL string, groupMax int) (result, error) {
	dir, err := os.MkdirTemp("", "heard-bench")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return result{}, err
	}
	// The host is a name, because a passkey belongs to a name, never to an address.
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	base := "http://localhost:" + port
	a, err := app.Open(ctx, app.Config{
		PublicURL: base, DatabaseURL: keys.Secret(databaseURL), DataDir: dir, GroupMax: groupMax, Demo: true,
		PushContact: "bench@example.org", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return result{}, err
	}
	served := make(chan error, 1)
	go func() { served <- a.Web.Serve(ln) }()
	client := newClient()
	p, err := enter(client, base)
	var r result
	if err == nil {
		r, err = drive(ctx, lasting, p.tap(client))
	}
	client.CloseIdleConnections()
	return r, errors.Join(err, a.Web.Shutdown(ctx), <-served, a.Close())
}
