package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// answer is what the server said, when it said anything.
type answer struct {
	status int
	body   []byte
}

func (a answer) ok() bool { return a.status == http.StatusOK }

// final says that trying again would not help: Heard itself has refused.
func (a answer) final() bool {
	return a.status >= 400 && a.status < 500 && a.status != http.StatusTooManyRequests && a.status != http.StatusRequestTimeout
}

func (a answer) into(v any) error { return json.Unmarshal(a.body, v) }

// reason is the machine-readable part of a refusal.
func (a answer) reason() string {
	var problem struct{ Code, Reason string }
	_ = json.Unmarshal(a.body, &problem)
	return strings.TrimSuffix(problem.Code+" "+problem.Reason, " ")
}

func (c *client) get(ctx context.Context, path string) (answer, error) {
	return c.ask(ctx, http.MethodGet, path, nil)
}

func (c *client) post(ctx context.Context, path string, body any) (answer, error) {
	text, ok := body.([]byte)
	if !ok {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	return c.ask(ctx, http.MethodPost, path, text)
}

// ask sends a request as the person's own page would, below their place.
func (c *client) ask(ctx context.Context, method, path string, body []byte) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+"/api/"+c.place+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Origin", c.base)
	request.Header.Set("X-Heard-CSRF", c.csrf)
	return c.send(request)
}

// public posts to a door that asks for no session.
func (c *client) public(ctx context.Context, path string, body []byte) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api"+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", c.base)
	return c.send(request)
}

func (c *client) send(request *http.Request) (answer, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err != nil {
		return answer{}, err // cut half-way: nothing was said
	}
	return answer{response.StatusCode, text}, nil
}

// listen keeps the live stream open and calls changed at each event and each new connection, as the app does.
func (c *client) listen(ctx context.Context, changed func()) {
	for ctx.Err() == nil {
		c.stream(ctx, changed)
		pause(ctx, 300*time.Millisecond)
	}
}

func (c *client) stream(ctx context.Context, changed func()) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second) // a stream whose wire has died says nothing
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/api/"+c.place+"/live", http.NoBody)
	if err != nil {
		return
	}
	response, err := c.live.Do(request)
	if err != nil {
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return
	}
	changed()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if lines.Text() == "event: changed" {
			changed()
		}
	}
}

// wake is a signal that may be given many times before it is heard once.
type wake chan struct{}

func newWake() wake { return make(wake, 1) }

func (w wake) up() {
	select {
	case w <- struct{}{}:
	default:
	}
}
